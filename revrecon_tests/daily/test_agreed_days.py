import datetime as dt

import pytest

from revrecon.daily.ticket_desk import TicketDesk
from revrecon.reports.agreed_views import agreed_checks
from revrecon_tests.companies import SHOP
from revrecon_tests.shops import BROKEN_QUOTES, FIRST, SECOND, begun, export_day, run, shop_on_disk

DAYS = [dt.date(2026, 3, number) for number in (5, 6, 7)]


def agreed(cap, until="2026-03-06"):
    return SHOP + (
        "\nagreed_differences:\n  known_quote:\n"
        "    {kind: copy, entity: deal, copy: books, cause: quality.wrong_value, owner: ann, why: A known one., "
        f"cap: {cap}, agreed_on: 2026-03-03, until: {until}}}\n"
    )


def live(day):
    return {ticket.cause for ticket in TicketDesk(day.map, day.home, day.as_of).tickets() if ticket.live}


@pytest.fixture
def broken(tmp_path):
    """The shop with quotes that stay broken from the second day on."""
    root = shop_on_disk(tmp_path)
    for day in DAYS:
        export_day(root, day, quotes=BROKEN_QUOTES)
    return root


def test_an_agreed_check_passes_until_its_day_and_then_comes_back(broken):
    cause = "quality.wrong_value"
    assert cause in live(begun(broken, FIRST, SECOND)), "without an agreement it is a breach"
    (broken / "entity_map.yaml").write_text(agreed(cap=5000))
    days = [run(broken, day) for day in DAYS]
    assert [cause in live(day) for day in days] == [False, False, True]
    row = days[0].tables.read("verdicts", "deal_books", DAYS[0]).filter(cause=cause).row(0, named=True)
    assert (row["verdict"], row["agreed"]) == ("pass", "known_quote")
    told = [agreed_checks(day.map, day.tables.read("verdicts", "deal_books", day.as_of), day.as_of)[0] for day in days]
    assert told[0].startswith("Agreed: Deal in books, wrong value: $600 of $5,000 until 2026-03-06 (Ann)")
    assert told[2].startswith("Expired: ")


def test_an_agreement_covers_no_more_than_its_cap(broken):
    (broken / "entity_map.yaml").write_text(agreed(cap=100, until="2026-12-31"))
    day = run(broken, DAYS[0])
    assert "quality.wrong_value" in live(day)
    (told,) = agreed_checks(day.map, day.tables.read("verdicts", "deal_books", DAYS[0]), DAYS[0])
    assert told.startswith("Over the cap: Deal in books, wrong value: $600 of $100")
    assert "until 2026-12-31, and counts again" in told


def test_the_figures_stay_what_they_are_whatever_is_agreed(broken):
    before = begun(broken, DAYS[0]).tables.read("bridges", "pipeline", DAYS[0])
    (broken / "entity_map.yaml").write_text(agreed(cap=5000))
    after = run(broken, DAYS[0]).tables.read("bridges", "pipeline", DAYS[0])
    assert before.equals(after)
