"""Reports fold what is too small to matter, and lose nothing by it."""

from decimal import Decimal

from revrecon.numbers.frames import BRIDGE_SCHEMA, FIGURE_SCHEMA, ITEM_SCHEMA, STEP_SCHEMA
from revrecon.reports.bridge_views import bridge_views, folded_steps
from revrecon.reports.number_views import number_views
from revrecon.reports.pictures import bridge_picture
from revrecon_tests.companies import company
from revrecon_tests.reports.sheets import bridge, figure, frame, item, sheet, step

STEPS = frame(
    [
        step("quality.stale_copy", "amount", "400", 1),
        step("quality.wrong_value", "amount", "-3", 2),
        step("quality.orphan", "stands for nothing", "2", 3, gross=Decimal(4), records=2),
        step("definition.filter", "not: large", "5", 4),
    ],
    STEP_SCHEMA,
)


def told(least: str, most: int = 20) -> list[tuple[str, str, int]]:
    return [(s.title, f"{s.amount:f}", s.records) for s in folded_steps(STEPS, Decimal(least), most)]


def test_steps_below_materiality_become_one_per_category_and_a_lonely_one_stays() -> None:
    assert told("10") == [
        ("Stale copy: amount", "400.0000", 1),
        ("2 smaller causes of quality", "-1.0000", 3),
        ("Filter: outside “large”", "5.0000", 1),
    ]


def test_without_materiality_only_the_largest_of_too_many_stand_alone() -> None:
    assert [title for title, _, _ in told("0", most=2)] == [
        "Stale copy: amount",
        "2 smaller causes of quality",
        "Filter: outside “large”",
    ]


def test_folding_keeps_the_sums_of_net_gross_and_records() -> None:
    for least, most in (("0", 20), ("10", 20), ("1000", 20), ("0", 1)):
        folded = folded_steps(STEPS, Decimal(least), most)
        assert sum(s.amount for s in folded) == STEPS["amount"].sum()
        assert sum(s.gross for s in folded) == STEPS["gross"].sum()
        assert sum(s.records for s in folded) == STEPS["records"].sum()


def test_a_bridge_shows_its_largest_records_first_and_counts_the_rest() -> None:
    items = frame(
        [item("quality.missing_record", name, n) for name, n in (("a", "1"), ("b", "-9"), ("c", "5"))], ITEM_SCHEMA
    )
    books = bridge_views(sheet(company(), items=items), most_items=2)[1]
    assert [(shown.label, shown.amount) for shown in books.items] == [("b", Decimal(-9)), ("c", Decimal(5))]
    assert books.more_items == 1


def test_the_picture_of_a_bridge_takes_only_its_own_steps() -> None:
    day = sheet(company())
    sales, books = (bridge_picture(day.map, row, day.steps) for row in day.bridges.iter_rows(named=True))
    assert sales.count('class="bar ') == 2
    assert books.count('class="bar ') == 4
    assert "Books reports" in books


def test_a_department_that_the_bridges_end_at_is_not_bridged_to_itself() -> None:
    ends = {"closing_definition": "sales"}
    bridges = [bridge("sales", "1000", "1000") | ends, bridge("books", "750.50", "1000", quality="-249.50") | ends]
    (view,) = number_views(sheet(company(), bridges=frame(bridges, BRIDGE_SCHEMA)))
    assert view.closing == "Sales"
    assert [(f.title, f.bridge is not None) for f in view.figures] == [
        ("Canonical", False),
        ("Sales", False),
        ("Books", True),
    ]


def test_the_main_reason_is_the_category_that_moves_most_whatever_its_sign() -> None:
    (view,) = number_views(sheet(company()))
    assert view.main_reason() == ("quality", Decimal(300))
    assert view.disagrees


def test_departments_that_all_say_the_same_do_not_disagree() -> None:
    same = frame([figure("canonical", "10"), figure("sales", "10.00")], FIGURE_SCHEMA)
    (view,) = number_views(sheet(company(), figures=same))
    assert not view.disagrees
