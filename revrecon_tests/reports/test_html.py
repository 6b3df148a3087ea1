"""The page: self-contained, safe with any name, honest about what was not run."""

import datetime as dt
import re
from dataclasses import replace

import pytest

from revrecon.findings import VERDICT_SCHEMA, no_findings
from revrecon.numbers.frames import BRIDGE_SCHEMA, FIGURE_SCHEMA, ITEM_SCHEMA, STEP_SCHEMA
from revrecon.reports.html import render_html
from revrecon.reports.identity.counts import EntityCount
from revrecon_tests.companies import company
from revrecon_tests.reports.pages import HOSTILE, Page
from revrecon_tests.reports.sheets import TICKET, bridge, figure, finding, findings, frame, item, sheet, step, verdict


def test_the_page_is_well_formed_and_reaches_for_nothing_outside() -> None:
    page = Page(render_html(sheet(company())))
    assert page.open == []
    assert not {"script", "link", "iframe", "object", "img"} & set(page.tags)
    assert all(link.startswith(("#", "2026-03-31/", "../bridges/2026-03-31/")) for link in page.links)


def test_every_link_inside_the_page_has_its_target() -> None:
    text = render_html(sheet(company()))
    targets = set(re.findall(r'id="([^"]+)"', text))
    assert {link[1:] for link in Page(text).links if link.startswith("#")} <= targets


def test_the_first_lines_say_what_disagrees_by_how_much_and_why() -> None:
    text = Page(render_html(sheet(company()))).text
    assert "Pipeline disagrees today." in text
    assert "Sales $1,000.00 and Books $750.50, against a canonical $1,000.00. Mostly quality" in text
    assert "Of 4 checks on copies, 1 is in breach, 1 warn and 1 could not be run. 1 ticket is live." in text


def test_a_bridge_is_told_as_an_equation_with_its_steps_and_records() -> None:
    text = Page(render_html(sheet(company()))).text
    assert "$750.50 = Canonical $1,000.00 + definition $50.50 − quality $300.00" in text
    assert "Missing record: not copied" in text
    assert "The canonical record was expected in this copy and is not there." in text
    assert "Big deal" in text


def test_a_residual_is_shown_and_called_a_fault() -> None:
    left = frame([bridge("books", "750.50", "1000", quality="-300")], BRIDGE_SCHEMA)
    text = Page(render_html(sheet(company(), bridges=left))).text
    assert "+ residual $50.50" in text
    assert "Not explained; this is a fault to be looked into." in text


def test_names_from_the_data_and_the_map_are_text_and_never_markup() -> None:
    hostile = sheet(
        company(**{"name: Corner Shop": f'name: "{HOSTILE}"', "title: Books, head": f'title: "{HOSTILE}", head'}),
        figures=frame([figure("books", "1", caption=HOSTILE, stale=HOSTILE)], FIGURE_SCHEMA),
        steps=frame([step("quality.orphan", HOSTILE, "1", 1)], STEP_SCHEMA),
        items=frame([item("quality.orphan", HOSTILE, "1", detail=HOSTILE, records=HOSTILE)], ITEM_SCHEMA),
        findings=findings(finding("quality.orphan", HOSTILE, field=HOSTILE, observed=HOSTILE, expected=HOSTILE)),
        tickets=[replace(TICKET, title=HOSTILE, measure=HOSTILE, what_to_do=HOSTILE, assignee_name=HOSTILE)],
        not_run=[HOSTILE],
        quarantined={HOSTILE: 3},
    )
    text = render_html(hostile)
    assert not {"script", "img"} & set(Page(text).tags)
    assert "onerror=alert(1)&gt;" in text


def test_what_was_not_run_is_never_green() -> None:
    nothing = frame([verdict("account", "crm", "quality.duplicate", "not_run")], VERDICT_SCHEMA)
    text = render_html(sheet(company(), verdicts=nothing))
    matrix = text[text.index('class="matrix"') : text.index("Checks that did not pass")]
    assert re.findall(r'class="verdict (\w+)"', matrix) == ["not_run"] * 4
    style = re.search(r"\.not_run \{([^}]*)\}", text)
    green = re.search(r"\.pass \{ background:(#\w+)", text)
    assert style is not None
    assert green is not None
    assert green[1] not in style[1]


def test_staleness_missing_figures_and_unreadable_rows_are_said_in_words() -> None:
    day = sheet(
        company(),
        stale={"books": dt.date(2026, 3, 28)},
        not_run=["customers.books was not run: nothing was received"],
        quarantined={"crm/Deal": 3},
        extracts={"crm": dt.date(2026, 3, 31), "books": None},
    )
    text = Page(render_html(day)).text
    assert "Stale: Books since 2026-03-28." in text
    assert "customers.books was not run: nothing was received." in text
    assert "crm/Deal 3. Values of personal fields are masked." in text
    assert "Newest extracts: CRM 2026-03-31, Books none." in text
    assert "SHA-256 0123456789ab ." in text


def test_the_rest_of_the_findings_is_counted_and_named() -> None:
    many = findings(*(finding("quality.duplicate", f"R{n}") for n in range(40)))
    text = Page(render_html(sheet(company(), findings=many))).text
    assert "25 of 40 are shown; the other 15 are in 2026-03-31/findings.csv" in text


def test_the_rest_of_a_bridges_records_is_counted_and_linked_to() -> None:
    many = frame([item("quality.orphan", f"Q{n}", f"{n}.00") for n in range(1, 40)], ITEM_SCHEMA)
    page = Page(render_html(sheet(company(), items=many)))
    assert "2026-03-31/items.csv" in page.links
    assert "All of them: 2026-03-31/items.csv ." in page.text


@pytest.mark.parametrize("part", ["figures", "bridges", "steps", "items", "findings", "verdicts"])
def test_a_day_on_which_something_is_missing_still_has_a_page(part: str) -> None:
    empty = {"figures": FIGURE_SCHEMA, "bridges": BRIDGE_SCHEMA, "steps": STEP_SCHEMA, "items": ITEM_SCHEMA,
             "verdicts": VERDICT_SCHEMA}  # fmt: skip
    nothing = no_findings() if part == "findings" else frame([], empty[part])
    assert Page(render_html(sheet(company(), **{part: nothing}, tickets=[]))).open == []


def test_equal_input_gives_an_equal_page() -> None:
    assert render_html(sheet(company())) == render_html(sheet(company()))


def test_the_sheet_counts_who_is_who_and_links_to_the_page_of_the_day() -> None:
    row = EntityCount("account", 1254, 380, 1250, 4, 0, 42, 16, 1, 2, 3)
    text = render_html(sheet(company(), identity=[row]))
    assert "../identity/2026-03-31.html" in Page(text).links
    assert "Account 1,254 380 1,250 4 0 42 16 1, 2, 3" in Page(text).text
    assert "identity" not in "".join(Page(render_html(sheet(company()))).links)
