"""The terminal: the same words and figures, and no figure is ever cut."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console, RenderableType

from revrecon.numbers.frames import FIGURE_SCHEMA
from revrecon.reports import terminal
from revrecon.reports.bridge_views import NoSuchBridge, bridge_views
from revrecon.reports.number_views import number_views
from revrecon.reports.terminal_bridges import bridge_table, items_table
from revrecon_tests.companies import company
from revrecon_tests.reports.sheets import TICKET, figure, finding, findings, frame, sheet


def shown(*what: RenderableType, width: int = 120) -> str:
    """What a console of some width would show."""
    console = Console(width=width, record=True, file=StringIO())
    for piece in what:
        console.print(piece)
    return console.export_text()


def test_figures_are_exact_where_there_is_room_and_rounded_where_there_is_none() -> None:
    large = frame([figure("canonical", "10380253.42"), figure("books", "750.50")], FIGURE_SCHEMA)
    (view,) = number_views(sheet(company(), figures=large))
    assert "$10,380,253.42" in shown(terminal.figures_table(view), width=140)
    narrow = shown(terminal.figures_table(view), width=66)
    assert "$10.38" in narrow
    assert "…" not in narrow


def test_a_bridge_shows_each_step_with_a_bar_and_ends_at_the_closing_figure() -> None:
    books = bridge_views(sheet(company()))[1]
    lines = [line for line in shown(bridge_table(books)).splitlines() if line.strip()]
    assert "Pipeline: from Books to Canonical" in lines[0]
    told = [(line.split("  ")[0].strip(), "█" in line, "░" in line) for line in lines[3:]]
    assert told == [
        ("Books reports", True, False),
        ("Missing record: not copied", False, True),
        ("Filter: outside “large”", True, False),
        ("Residual", False, False),
        ("Canonical", True, False),
    ]


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_no_width_cuts_a_figure_of_a_bridge(width: int) -> None:
    books = bridge_views(sheet(company()))[1]
    text = shown(bridge_table(books), items_table(books, 5), width=width)
    assert "−$300.00" in text
    assert "…" not in text


def test_words_from_the_data_are_not_taken_for_styles() -> None:
    rows = findings(finding("quality.orphan", "[red]x[/red][/]", observed="[/]"))
    assert "[red]x[/red][/]" in shown(terminal.findings_table(sheet(company(), findings=rows)))


def test_tickets_are_listed_with_owner_age_and_measure() -> None:
    text = shown(terminal.tickets_table([TICKET]))
    for word in ("RR-7Q2MXA", "Ann", "2-7", "2026-03-24", "3 records of 40"):
        assert word in text


def test_nothing_to_show_is_said() -> None:
    assert "No live tickets" in shown(terminal.tickets_table([]))
    assert "No findings" in shown(
        terminal.findings_table(sheet(company(), findings=findings(finding("quality.orphan", "1")).head(0)))
    )


def test_a_whole_day_names_stale_systems_and_all_numbers() -> None:
    console = Console(width=120, record=True, file=StringIO())
    terminal.show_day(console, sheet(company(), not_run=["customers.books was not run"]), bridges=True)
    text = console.export_text()
    assert "Corner Shop, 2026-03-31, map 1" in text
    assert "Not worked out: customers.books was not run" in text
    assert "from Books to Canonical" in text


def test_asking_for_a_bridge_that_is_not_there_says_which_there_are() -> None:
    console = Console(file=StringIO())
    with pytest.raises(NoSuchBridge, match="pipeline has no bridge legal on 2026-03-31; it has: sales, books"):
        terminal.show_bridges(console, sheet(company()), "pipeline", "legal")


def test_next_steps_repeat_only_options_that_are_not_the_default() -> None:
    plain = shown(
        terminal.next_steps(Path("r.html"), Path("entity_map.yaml"), Path(".revrecon"), ("pipeline", "sales"))
    )
    assert "revrecon bridge pipeline --from sales " in plain
    assert "--map" not in plain
    other = shown(terminal.next_steps(Path("r.html"), Path("other.yaml"), Path("my home")))
    assert "revrecon tickets --map other.yaml --home 'my home'" in other
