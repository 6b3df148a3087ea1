import polars as pl
import pytest

from revrecon.daily.worst import keep_worst, worst_of
from revrecon_tests.shops import FIRST, SECOND, begun, seen, shop_on_disk


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    root = shop_on_disk(tmp_path_factory.mktemp("shop"))
    begun(root, FIRST, SECOND)
    return [seen(root, day) for day in (FIRST, SECOND)]


def test_the_worst_entity_is_the_one_whose_records_move_the_figures(days):
    page = worst_of(days[1])
    assert page.entity == "deal"
    assert page.owner == "Ann"
    assert "Its records move $" in page.why
    assert [one.number for one in page.questions] == [1, 2, 3, 4, 5, 6]
    assert all(one.says and one.open for one in page.questions)


def test_the_page_names_a_ticket_and_the_records_to_begin_with(days):
    page = worst_of(days[1])
    assert any(ticket.id in step for step in page.steps for ticket in page.tickets)
    assert len(page.steps) == 3
    sizes = [abs(amount) for amount in _amounts(days[1])]
    assert sizes == sorted(sizes, reverse=True)


def _amounts(day):
    findings = pl.concat([day.findings_of("deal", copy) for copy in ("crm", "books")])
    return findings.drop_nulls("amount").sort(pl.col("amount").abs(), descending=True)["amount"].to_list()


def test_the_page_is_written_to_print_and_to_send(days):
    page, path = keep_worst(days[1])
    text = path.with_suffix(".md").read_text()
    html = path.read_text()
    for one in page.questions:
        assert one.title in html
        assert f"## {one.number}. {one.title}" in text
