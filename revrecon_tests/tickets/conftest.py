import pytest
import stamina

from revrecon_tests.fakes.ledger import quick_ledgers


@pytest.fixture(autouse=True, scope="module")
def quick():
    with quick_ledgers():
        yield


@pytest.fixture(autouse=True)
def no_waiting():
    """Retries happen, without their pauses."""
    stamina.set_testing(True, attempts=3, cap=True)
    yield
    stamina.set_testing(False)


@pytest.fixture(autouse=True)
def secrets(monkeypatch):
    for name in ("JIRA_USER", "JIRA_TOKEN", "GITHUB_TOKEN", "SERVICENOW_USER", "SERVICENOW_PASSWORD", "ROUNDUP_USER",
                 "ROUNDUP_PASSWORD", "SLACK_TOKEN", "HOOK_SECRET"):  # fmt: skip
        monkeypatch.setenv(f"REVRECON_{name}", "robot" if name.endswith("USER") else "s3cret")
    monkeypatch.setenv("REVRECON_HOOK", "https://hooks.example.com/tickets/abc")
