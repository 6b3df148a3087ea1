import pytest
from typer.testing import CliRunner

from revrecon.cli import app
from revrecon_tests.companies import CUSTOMERS
from revrecon_tests.shops import FIRST, export_day, shop_on_disk


@pytest.fixture
def shop(tmp_path):
    root = shop_on_disk(tmp_path)
    export_day(root, FIRST, customers=CUSTOMERS.replace("| C1     |", "|        |"))
    return root


def call(shop, *words):
    named = ["--map", str(shop / "entity_map.yaml"), "--data", str(shop / "data"), "--home", str(shop / "home")]
    return CliRunner().invoke(app, [*words, *named, "--as-of", str(FIRST)], env={"COLUMNS": "160"})


def test_the_links_to_set_right_come_with_the_share_of_the_step_that_is_gone(shop):
    told = call(shop, "hierarchy", "--number", "customers", "--from", "books")
    assert told.exit_code == 0, told.output
    for words in ("Acme Europe", "books/customer/C2", "no parent → ACME", "100.0\u00a0%", "Fix this 1 link"):
        assert words in told.output.replace("Acme Inc.", "ACME")


def test_one_company_is_shown_across_the_systems_by_name_or_by_any_key(shop):
    for asked in ("acme inc.", "Acme Inc", "C2", "crm:A1", "A2"):
        told = call(shop, "hierarchy", "--account", asked)
        assert told.exit_code == 0, told.output
        assert "no parent" in told.output
        assert "A2 ✓" in told.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--account", "nobody"], "Nobody is known as 'nobody'"),
        (["--account", "e"], "fits 2 families"),
        (["--number", "customer"], "did you mean 'customers'?"),
        (["--from", "bookz"], "did you mean 'books'?"),
    ],
)
def test_what_cannot_be_found_ends_with_2_and_a_sentence(shop, words, told):
    got = call(shop, "hierarchy", *words)
    assert got.exit_code == 2, got.output
    assert told in " ".join(got.output.split())


def test_publishing_says_what_was_published_and_the_second_time_that_nothing_changed(shop):
    first, second = call(shop, "publish", "account-master"), call(shop, "publish", "account-master")
    assert first.exit_code == second.exit_code == 0
    assert "account_books.csv" in first.output
    assert "Nothing has changed since PUB-" in second.output
    missing = call(shop, "publish", "account-master", "--entity", "deal")
    assert missing.exit_code == 2
    assert "has no hierarchy" in missing.output


@pytest.mark.parametrize("words", [["hierarchy"], ["publish"], ["publish", "account-master"]])
def test_the_commands_help(words):
    got = CliRunner().invoke(app, [*words, "--help"])
    assert got.exit_code == 0
    assert len(got.output) > 200
