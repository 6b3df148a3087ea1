"""Maps, old and new, are kept and dated; a past day is run under the map that was in effect on it."""

import datetime as dt

import pytest

from revrecon.daily.map_of_then import under_the_map_of_then
from revrecon.daily.run import run_day
from revrecon.entity_map.loader import parse_map
from revrecon.history.map_store import MapStore, NoSuchMap
from revrecon_tests.companies import SHOP
from revrecon_tests.shops import FIRST, SECOND, inputs_of, shop_on_disk

HISTORY = "map: {{version: {0}, history: [{{version: {0}, on: {1}, by: ann, why: agreed}}]}}"
MOMENT = dt.datetime(2026, 3, 5, 12, tzinfo=dt.UTC)


def signed(version, on, text=SHOP):
    return text.replace("map: {version: 1}", HISTORY.format(version, on))


def store_of(tmp_path):
    return MapStore(tmp_path / "maps")


@pytest.mark.parametrize(
    ("day", "version"), [("2026-01-01", 1), ("2026-02-28", 1), ("2026-03-01", 2), ("2026-12-31", 3)]
)
def test_the_newest_map_in_effect_on_a_day_is_found_whatever_the_order_of_keeping(tmp_path, day, version):
    store = store_of(tmp_path)
    for number, on in ((3, "2026-06-01"), (1, "2026-01-01"), (2, "2026-03-01")):
        store.keep(parse_map(signed(number, on)), now=MOMENT)
    assert store.on(dt.date.fromisoformat(day), "Corner Shop").version == version


def test_a_day_before_every_map_is_told_with_the_next_step(tmp_path):
    store = store_of(tmp_path)
    store.keep(parse_map(signed(2, "2026-03-01")))
    with pytest.raises(NoSuchMap, match=r"the oldest of Corner Shop is version 2 of 2026-03-01.*revrecon map keep"):
        store.on(dt.date(2026, 1, 1), "Corner Shop")
    with pytest.raises(NoSuchMap, match="none"):
        store.on(dt.date(2027, 1, 1), "Another Shop")


def test_a_map_that_does_not_date_itself_counts_from_its_first_use_or_from_the_day_that_is_given(tmp_path):
    store = store_of(tmp_path)
    used = store.keep(parse_map(SHOP), now=MOMENT)
    again = store.keep(parse_map(SHOP), now=MOMENT + dt.timedelta(days=9))
    given = store.keep(parse_map(SHOP + "\n# old"), since=dt.date(2025, 1, 1))
    assert (used.effective, again) == (dt.date(2026, 3, 5), used)
    assert given.effective == dt.date(2025, 1, 1)


def test_a_stored_map_is_found_by_version_by_hash_and_by_both(tmp_path):
    store = store_of(tmp_path)
    one = store.keep(parse_map(SHOP), now=MOMENT)
    other = store.keep(parse_map(SHOP.replace("amount > 100", "amount > 10")), now=MOMENT + dt.timedelta(days=1))
    assert store.find("1") == other
    assert store.find(one.sha256[:8]) == store.find(one.name) == one
    assert store.by_sha(one.sha256).text == SHOP
    with pytest.raises(NoSuchMap, match=f"the store has .*{other.name}"):
        store.find("7")


def test_a_changed_map_that_keeps_its_version_is_told_and_a_comment_is_no_change(tmp_path):
    store = store_of(tmp_path)
    first = parse_map(SHOP)
    store.keep(first, now=MOMENT)
    assert store.changed_without_a_new_version(first) == ""
    assert store.changed_without_a_new_version(parse_map(SHOP + "\n# a comment")) == ""
    told = store.changed_without_a_new_version(parse_map(SHOP.replace("amount > 100", "amount > 10")))
    assert "has changed since 2026-03-05, and still calls itself version 1" in told
    assert f"revrecon map diff 1@{first.sha256[:8]} 1@" in told
    risen = parse_map(signed(2, "2026-03-06", SHOP.replace("amount > 100", "amount > 10")))
    assert store.changed_without_a_new_version(risen) == ""


def test_a_past_day_runs_under_the_map_of_then_and_the_report_says_which(tmp_path):
    shop = shop_on_disk(tmp_path, signed(1, "2026-01-01"))
    run_day(inputs_of(shop), FIRST)
    newer = signed(2, str(SECOND), SHOP.replace("amount > 100", "amount > 10"))
    (shop / "entity_map.yaml").write_text(newer)
    then, now = (under_the_map_of_then(inputs_of(shop), day) for day in (FIRST, SECOND))
    values = [run_day(one, day).number("pipeline").figures["value"][0] for one, day in ((then, FIRST), (now, SECOND))]
    assert values == [900, 950]
    page = (shop / f"home/reports/daily/{FIRST}.html").read_text()
    assert "Run under the map of that day: version 1, in effect from 2026-01-01" in page
    assert "version 2" in (shop / f"home/reports/daily/{SECOND}.html").read_text()
    plain = run_day(inputs_of(shop), FIRST)
    assert plain.number("pipeline").figures["value"][0] == 950
    assert "Run under the map" not in (shop / f"home/reports/daily/{FIRST}.html").read_text()
