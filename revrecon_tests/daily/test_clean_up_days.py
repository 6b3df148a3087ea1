import datetime as dt

import polars as pl
import pytest

from revrecon.daily.clean_up import changes_of, chosen, keep_clean_up
from revrecon.daily.ticket_desk import TicketDesk
from revrecon.entity_map.loader import parse_map
from revrecon.reports.clean_up import masked_changes
from revrecon_tests.companies import SHOP, shop_tables
from revrecon_tests.shops import BROKEN_QUOTES, SECOND, begun, export_day, inputs_of, run, shop_on_disk
from revrecon_tests.tables import table


@pytest.fixture
def shop(tmp_path):
    return shop_on_disk(tmp_path)


def test_making_the_changes_makes_their_findings_go_and_moves_the_figures_as_promised(shop):
    broken = begun(shop, SECOND)
    before = _figure(broken)
    changes = chosen(changes_of(broken), "books")
    made = changes.filter(pl.col("automatic") & (pl.col("object") == "quote"))
    assert made.height
    quotes = _changed(BROKEN_QUOTES, made)
    path = shop / "data" / "books" / "quote" / f"{SECOND}.csv"
    quotes.write_csv(path)
    mended = run(shop, SECOND)
    left = changes_of(mended)
    assert not set(made["signature"]) & set(left["signature"])
    promised = made.filter(pl.col("gain_of") == "pipeline.books")["gain"].sum()
    assert promised != 0
    assert before - _figure(mended) == promised


def _changed(text, changes):
    """The export with every change made: column by column, as the system writes it."""
    frame = table(text)
    for row in changes.iter_rows(named=True):
        here = (pl.col("id") == row["record_id"]) & (pl.col(row["column"]).cast(pl.String) == row["from"])
        frame = frame.with_columns(
            pl.when(here).then(pl.lit(row["to"])).otherwise(pl.col(row["column"]).cast(pl.String)).alias(row["column"])
        )
    return frame


def _figure(day):
    figures = day.tables.read("figures", "pipeline", day.as_of)
    return figures.filter(definition="books")["value"][0]


def test_changes_are_ranked_per_system_by_what_they_move(shop):
    changes = changes_of(begun(shop, SECOND))
    for (_,), mine in changes.group_by("system"):
        assert mine["rank"].to_list() == list(range(1, mine.height + 1))
        moved = [abs(gain) if gain is not None else 0 for gain in mine["gain"]]
        assert moved == sorted(moved, reverse=True)
    assert changes.filter(pl.col("automatic"))["to"].null_count() == 0
    assert changes.height
    assert changes["signature"].n_unique() == changes.height


def test_every_system_gets_a_page_a_workbook_and_a_file(shop):
    day = begun(shop, SECOND)
    pages = keep_clean_up(day)
    assert pages
    for page in pages:
        assert page.with_suffix(".csv").exists()
        assert page.with_suffix(".xlsx").exists()
        assert "Clean-up list" in page.read_text()


def test_personal_values_are_masked_unless_they_are_asked_for(shop):
    day = begun(shop, SECOND)
    changes = changes_of(day)
    personal = parse_map(SHOP.replace("{type: money", "{personal: true, type: money")).map
    shown = masked_changes(personal, changes)
    with_field = shown.filter(pl.col("field").is_in(["first_year", "amount"]) & pl.col("to").is_not_null())
    assert with_field.height
    assert with_field["to"].str.contains("•", literal=True).all()


def test_what_was_cleaned_and_is_wrong_again_opens_a_ticket_that_names_the_writer(tmp_path):
    account = "Account: {key: [id], created: created, changed: changed"
    (tmp_path / "entity_map.yaml").write_text(SHOP.replace(account, f"{account}, changed_by: editor"))
    _export(tmp_path, 1, empty=6)
    for number in (2, 3, 4):
        _export(tmp_path, number, empty=0)
    _export(tmp_path, 5, empty=3)
    days = [run(tmp_path, dt.date(2026, 3, number)) for number in range(1, 6)]
    found = days[-1].findings_of("account", "crm").filter(pl.col("cause") == "quality.regression")
    assert found.height == 3
    assert set(found["why"]) == {"was cleaned: 0 left on 2026-03-04; last written by nightly import"}
    assert days[-2].findings_of("account", "crm").filter(pl.col("cause") == "quality.regression").is_empty()
    inputs = inputs_of(tmp_path)
    tickets = {ticket.cause: ticket for ticket in TicketDesk(inputs.loaded.map, inputs.home).tickets() if ticket.live}
    ticket = tickets["quality.regression"]
    assert ticket.title == "Account wrong again in CRM, after it was cleaned"
    assert "last written by nightly import" in (ticket.worst[0].why or "")


def _export(root, number, empty):
    """Ten accounts of which some have no phone."""
    day = dt.date(2026, 3, number)
    export_day(root, day)
    rows = [
        {
            "id": f"N{at}", "name": f"Shop {at}", "phone": "" if at < empty else f"+1 555 01{at:02}", "parent": "",
            "kind": "prospect", "created": "2026-01-01T00:00:00Z", "changed": f"2026-03-0{number}T00:00:00Z",
            "editor": "nightly import",
        }
        for at in range(10)
    ]  # fmt: skip
    known = table(shop_tables()["crm", "Account"]).with_columns(pl.lit("ann").alias("editor"))
    extra = pl.DataFrame(rows)
    columns = [pl.col(name).cast(pl.String) for name in known.columns]
    pl.concat([known.select(columns), extra.select(known.columns)]).write_csv(
        root / "data" / "crm" / "Account" / f"{day}.csv"
    )
