"""The day before, which the identity page compares with, is worked out once."""

from revrecon.daily.day import Day
from revrecon.daily.identity_page import crosswalk_before, identity_counts, keep_identity
from revrecon_tests.shops import FIRST, SECOND, export_day, inputs_of, run, shop_on_disk


def later_day(root):
    """The second day as another process sees it."""
    inputs = inputs_of(root)
    return Day(inputs.loaded, inputs.home, SECOND)


def never(*_given):
    raise AssertionError("a day that was worked out is worked out again")


def test_the_first_day_of_a_home_compares_with_the_day_before_and_works_it_out_once(tmp_path, monkeypatch):
    root = shop_on_disk(tmp_path)
    run(root, SECOND)
    day = later_day(root)
    expected = [day.before.crosswalks[entity] for entity in day.map.entities]
    monkeypatch.setattr(Day, "_crosswalk", never)
    before = [crosswalk_before(later_day(root), entity) for entity in day.map.entities]
    assert [on for on, _ in before] == [FIRST, FIRST]
    assert all(one.equals(other) for (_, one), other in zip(before, expected, strict=True))
    assert not day.tables.has("crosswalk", "deal", FIRST)


def test_it_is_the_page_of_a_home_in_which_the_day_before_was_run(tmp_path):
    alone, after = tmp_path / "alone", tmp_path / "after"
    for root, days in ((alone, (SECOND,)), (after, (FIRST, SECOND))):
        root.mkdir()
        shop_on_disk(root)
        for day in days:
            run(root, day)
    pages = [keep_identity(later_day(root)).read_text(encoding="utf-8") for root in (alone, after)]
    assert pages[0] == pages[1]


def test_a_day_before_of_which_more_is_known_is_worked_out_again(tmp_path):
    root = shop_on_disk(tmp_path)
    run(root, SECOND)
    kept = crosswalk_before(later_day(root), "deal")[1]
    export_day(root, FIRST, deals="""
        id | name | account | stage | amount | first_year | gone | created             | changed
        D1 | Big  | A1      | open  | 900.00 | 300.00     | no   | 2026-01-10 00:00:00 | 2026-01-10 00:00:00
        D9 | Late | A1      | open  | 900.00 | 300.00     | no   | 2026-01-10 00:00:00 | 2026-01-10 00:00:00
    """)  # fmt: skip
    run(root, SECOND)
    found = crosswalk_before(later_day(root), "deal")[1]
    assert "D9" in found["record_id"].to_list()
    assert "D9" not in kept["record_id"].to_list()
    assert identity_counts(later_day(root))
