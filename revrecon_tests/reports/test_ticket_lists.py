"""Pages stay small however many tickets there are: the worst stand on them, all of them beside."""

import csv
import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from revrecon.findings import all_findings
from revrecon.numbers.frames import BRIDGE_SCHEMA, FIGURE_SCHEMA, STEP_SCHEMA
from revrecon.reports.files import write_report
from revrecon.reports.site.files import write_site
from revrecon.reports.site.state import SiteState
from revrecon.reports.standup.files import write_standup
from revrecon.reports.standup.markdown import standup_markdown
from revrecon.reports.standup.pack import standup_pack
from revrecon.reports.ticket_lists import SHOWN, TICKET_SCHEMA, ticket_table, worst_of
from revrecon.tickets.trackers.markdown import index
from revrecon_tests.companies import TODAY, company
from revrecon_tests.reports.sheets import SHA, TICKET, sheet

MANY = [replace(TICKET, id=f"RR-{number:07}") for number in range(2_500)]
"""As a ledger gives them, the worst first."""


def test_a_list_says_how_many_it_leaves_out():
    some = worst_of(MANY, 100)
    assert (some.shown[0].id, some.shown[-1].id, some.all, some.more) == ("RR-0000000", "RR-0000099", 2_500, 2_400)
    assert worst_of(MANY[:3]).more == 0


def test_a_table_holds_every_ticket():
    table = ticket_table(MANY)
    assert dict(table.schema) == TICKET_SCHEMA
    assert table["ticket"].to_list() == [one.id for one in MANY]
    assert ticket_table([]).schema == table.schema


def ids_in(path):
    with path.open(encoding="utf-8") as file:
        return [row["ticket"] for row in csv.DictReader(file)]


def told_and_left_out(page: str) -> tuple[int, int]:
    ids = [one.id for one in MANY]
    return sum(name in page for name in ids[:SHOWN]), sum(name in page for name in ids[SHOWN:])


def test_the_daily_sheet_shows_the_worst_and_links_all(tmp_path):
    page = write_report(replace(sheet(company()), tickets=tuple(MANY)), tmp_path)
    text = page.read_text(encoding="utf-8")
    assert told_and_left_out(text) == (SHOWN, 0)
    assert f'The 100 worst of 2,500; all of them: <a href="{TODAY}/tickets.csv">' in text
    assert ids_in(page.parent / str(TODAY) / "tickets.csv") == [one.id for one in MANY]


def test_a_sheet_of_few_tickets_shows_them_all(tmp_path):
    text = write_report(replace(sheet(company()), tickets=tuple(MANY[:SHOWN])), tmp_path).read_text(encoding="utf-8")
    assert told_and_left_out(text) == (SHOWN, 0)
    assert "worst of" not in text


@pytest.mark.parametrize("page", ["entities/account.html", "people/ann.html"])
def test_the_pages_of_the_site_show_the_worst_and_link_all(tmp_path, page):
    entity_map = company()
    state = SiteState(
        as_of=TODAY, verdicts=sheet(entity_map).verdicts, figures=pl.DataFrame(schema=FIGURE_SCHEMA),
        bridges=pl.DataFrame(schema=BRIDGE_SCHEMA), steps=pl.DataFrame(schema=STEP_SCHEMA), tickets=tuple(MANY),
    )  # fmt: skip
    write_site(entity_map, SHA, "", state, tmp_path)
    text = (tmp_path / page).read_text(encoding="utf-8")
    assert told_and_left_out(text) == (SHOWN, 0)
    assert 'The 100 worst of 2,500; all of them: <a href="../tickets.csv">' in text
    assert ids_in(tmp_path / "tickets.csv") == [one.id for one in MANY]


def test_the_standup_shows_the_worst_of_each_and_its_workbook_all(tmp_path):
    entity_map = company()
    pack = standup_pack(
        entity_map, SHA, TODAY + dt.timedelta(days=1), TODAY, compared_with=None, findings=all_findings([]),
        findings_then=None, tickets=MANY, tickets_then=[], figures=[], proposals=[],
        follow_ups=pl.DataFrame({"state": pl.Series([], dtype=pl.String)}),
    )  # fmt: skip
    page = write_standup(pack, tmp_path)
    text = page.read_text(encoding="utf-8")
    assert told_and_left_out(text) == (SHOWN, 0)
    assert f'The 100 worst of 2,500; all of them: <a href="{pack.meets_on}.xlsx">' in text
    assert told_and_left_out(standup_markdown(pack)) == (SHOWN, 0)
    assert "The 100 worst of 2,500; all of them are in the workbook." in standup_markdown(pack)
    book = pl.read_excel(page.with_suffix(".xlsx"), sheet_id=0)
    assert max(table.height for table in book.values()) >= 2_500


def test_the_list_beside_the_ticket_files_ends_with_how_many_more_there_are():
    listed = index(MANY)
    assert sum(f"[{one.id}]" in listed for one in MANY) == 1_000
    assert listed.endswith("\n1,500 more: a file each in this folder.\n")
    assert "more" not in index(MANY[:1_000])
