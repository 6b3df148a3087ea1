"""The drift matrix shows the worst of each copy, and what was not run is never green."""

from revrecon.findings import VERDICT_SCHEMA
from revrecon.reports.drift_views import drift_matrix, troubles, verdict_counts
from revrecon_tests.companies import company
from revrecon_tests.reports.sheets import frame, sheet, verdict


def cells(*verdicts: dict[str, object]) -> dict[tuple[str, str], str]:
    matrix = drift_matrix(sheet(company(), verdicts=frame(list(verdicts), VERDICT_SCHEMA)))
    return {(row.entity, copy.copy): copy.verdict for row in matrix.rows for cell in row.cells for copy in cell}


def test_a_copy_without_any_verdict_was_not_run() -> None:
    assert cells(verdict("account", "crm", "quality.duplicate", "pass")) == {
        ("Account", "crm"): "pass",
        ("Account", "books"): "not_run",
        ("Deal", "crm"): "not_run",
        ("Deal", "books"): "not_run",
    }


def test_the_worst_verdict_of_a_copy_counts_and_not_run_ranks_before_pass() -> None:
    found = cells(
        verdict("account", "crm", "quality.duplicate", "pass"),
        verdict("account", "crm", "quality.orphan", "not_run"),
        verdict("account", "books", "quality.stale_copy", "warn"),
        verdict("account", "books", "quality.duplicate", "breach"),
        verdict("deal", "crm", "quality.duplicate", "not_run"),
        verdict("deal", "crm", "quality.orphan", "warn"),
    )
    assert found["Account", "crm"] == "not_run"
    assert found["Account", "books"] == "breach"
    assert found["Deal", "crm"] == "warn"


def test_a_verdict_that_nobody_knows_is_not_taken_for_a_pass() -> None:
    assert cells(verdict("account", "crm", "quality.duplicate", "perhaps"))["Account", "crm"] == "not_run"


def test_troubles_are_listed_worst_first_without_the_passes() -> None:
    found = [(row.verdict, row.entity, row.copy, row.limit, row.owner) for row in troubles(sheet(company()))]
    assert found == [
        ("breach", "Account", "books", "5.0\u00a0% of records", "Ann"),
        ("warn", "Deal", "crm", "1 record", "Ann"),
        ("not_run", "Deal", "books", "–", "Ann"),
    ]


def test_verdicts_are_counted_worst_first() -> None:
    assert [(kind, number) for kind, _, number in verdict_counts(sheet(company()))] == [
        ("breach", 1),
        ("warn", 1),
        ("not_run", 1),
        ("pass", 1),
    ]
