import datetime as dt

import openpyxl
import pytest

from revrecon.daily.standup import compared_with, is_meeting, keep_standup, meeting_after, week_of
from revrecon.entity_map.company import Rhythm, Rhythms
from revrecon_tests.shops import FIRST, SECOND, THIRD, begun, seen, shop_on_disk

DAILY = Rhythm(at=dt.time(5, 30))


def rhythms(on="tuesday", holidays=()):
    return Rhythms(
        daily=DAILY, tickets=DAILY, standup=Rhythm(at=dt.time(9, 30), on=on), holidays=tuple(map(march, holidays))
    )


def march(number):
    return dt.date(2026, 3, number)


@pytest.fixture(scope="module")
def weeks(tmp_path_factory):
    """Three days of the shop, run one after the other."""
    root = shop_on_disk(tmp_path_factory.mktemp("shop"))
    begun(root, FIRST, SECOND, THIRD)
    return [seen(root, day) for day in (FIRST, SECOND, THIRD)]


@pytest.mark.parametrize(
    ("after", "holidays", "meets"),
    [
        (1, (), 3),  # March 3, 2026 is a Tuesday
        (2, (), 3),
        (3, (), 10),  # on the day itself the next one is meant
        (2, (3,), 4),  # a holiday moves it to the next business morning ...
        (3, (3,), 4),
        (4, (3,), 10),
        (2, (3, 4, 5, 6), 9),  # ... over the weekend as well
        (8, (3, 4, 5, 6), 9),
    ],
)
def test_people_meet_on_the_maps_weekday_or_the_business_morning_after_a_holiday(after, holidays, meets):
    assert meeting_after(rhythms(holidays=holidays), march(after)).on == march(meets)
    assert is_meeting(rhythms(holidays=holidays), march(meets))


def test_a_pack_compares_with_a_week_ago_or_with_the_first_day_there_is(weeks):
    first, second, _ = weeks
    assert compared_with(first) is None
    assert compared_with(second) == FIRST


def test_the_first_pack_says_that_there_is_nothing_to_compare_with(weeks):
    pack = week_of(weeks[0])
    assert pack.notes == ("This is the first day that was run: there is nothing to compare with yet.",)
    assert set(pack.exceptions["state"]) <= {"standing"}


def test_a_pack_tells_what_broke_and_whose_it_is(weeks):
    pack = week_of(weeks[1])
    assert {one.person: len(one.tickets) for one in pack.owed} == {"ann": len(pack.tickets)}
    assert set(pack.exceptions.filter(state="new")["cause"]) & {"quality.wrong_value", "quality.stale_copy"}
    assert sum(item.minutes for item in pack.agenda) == 30


def test_what_recovered_is_cleared(weeks):
    pack = week_of(weeks[2])
    assert pack.compared_with == FIRST
    assert pack.exceptions.filter(state="new").is_empty()


def test_the_pack_is_a_page_a_text_and_a_workbook_that_say_the_same(weeks):
    page = keep_standup(weeks[1], dt.date(2026, 3, 10))
    assert page.name == "2026-03-10.html"
    html, text = page.read_text(), page.with_suffix(".md").read_text()
    book = openpyxl.load_workbook(page.with_suffix(".xlsx"))
    assert book.sheetnames == ["Agenda", "Last decisions", "Tickets", "Exceptions", "To decide", "Figures"]
    pack = week_of(weeks[1])
    for ticket in pack.tickets:
        assert ticket.id in html
        assert ticket.id in text
    assert [row[1].value for row in book["Tickets"].iter_rows(min_row=2)] == [ticket.id for ticket in pack.tickets]
    assert book["Exceptions"].max_row == pack.exceptions.height + 1


def test_a_pack_is_the_same_whenever_it_is_made(weeks):
    again = keep_standup(weeks[1]).read_text()
    assert keep_standup(weeks[1]).read_text() == again
