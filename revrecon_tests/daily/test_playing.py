import pytest

from revrecon.daily.decisions_file import decisions_of_file
from revrecon.daily.follow_up import follow_ups
from revrecon.daily.playing import own_map, play
from revrecon.decisions.amending import AmendmentRefused
from revrecon.entity_map.loader import load_map
from revrecon_tests.companies import SHOP
from revrecon_tests.shops import FIRST, SECOND, THIRD, everything_in, inputs_of, run, shop_on_disk

TUESDAYS = SHOP.replace('tickets: {at: "08:00"}', 'tickets: {at: "08:00"}, standup: {at: "09:30", on: wednesday}')
DECIDED = """
- on: 2026-03-04
  by: ann
  why: Known to everyone.
  kind: agree_difference
  name: known
  about: {kind: copy, entity: deal, copy: books, cause: quality.wrong_value}
  cap: 900
  until: 2026-12-31
"""


def shop_with_decisions(folder):
    root = shop_on_disk(folder, TUESDAYS)
    (root / "decisions.yaml").write_text(DECIDED)
    return root


@pytest.fixture
def shop(tmp_path):
    return shop_with_decisions(tmp_path)


def played(root, home="home", last=THIRD, stop_after=None):
    inputs = own_map(inputs_of(root, home))
    days = play(inputs, FIRST, last, decisions_of_file(root / "decisions.yaml", FIRST))
    return [next(days) for _ in range(stop_after)] if stop_after else list(days)


@pytest.fixture(scope="module")
def three_days(tmp_path_factory):
    """A shop whose days were played, and what came of each."""
    root = shop_with_decisions(tmp_path_factory.mktemp("shop"))
    return root, played(root)


def test_days_are_played_as_they_would_have_been_run(three_days):
    shop, days = three_days
    for day in (FIRST, SECOND, THIRD):
        run(shop, day, home="other")
    same = {n: d for n, d in everything_in(shop / "other").items() if n.startswith("tables/") and "2026-03-04" not in n}
    mine = everything_in(shop / "home")
    assert {name: mine[name] for name in same} == same
    assert [day.day for day in days] == [FIRST, SECOND, THIRD]
    assert days[1].opened


def test_the_standup_has_its_pack_and_what_it_decides_holds_from_the_next_day_on(three_days):
    shop, (first, second, third) = three_days
    assert (first.pack, third.pack) == (None, None)
    assert second.pack.name == "2026-03-04.html"
    assert [one.what for one in second.decided] == [
        "Agree quality.wrong_value of deal in books up to 900 until 2026-12-31."
    ]
    assert (first.map_version, second.map_version) == (1, 2)
    inputs = inputs_of(shop)
    amended = load_map(shop / "home" / "played" / "entity_map.yaml")
    assert follow_ups(inputs.home, amended.map, THIRD)["state"].to_list() == ["worked"]
    assert inputs.loaded.map.map.version == 1, "the company's own map stays as it is"


def test_whoever_is_killed_goes_on_and_ends_with_the_same(shop):
    played(shop, "whole")
    played(shop, "broken", stop_after=2)
    played(shop, "broken")
    assert everything_in(shop / "whole") == everything_in(shop / "broken")


def test_a_decision_that_does_not_fit_stops_the_play_with_its_sentence(shop):

    (shop / "decisions.yaml").write_text(DECIDED.replace("by: ann", "by: bob"))
    with pytest.raises(AmendmentRefused, match="no person of the map"):
        played(shop)
