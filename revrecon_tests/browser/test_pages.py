"""Every page in a browser: nothing in the data runs, nothing leaves, links lead somewhere, tables sort, it prints."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from revrecon_tests.browser.pages import hostile_pages
from revrecon_tests.shops import SECOND

pytestmark = pytest.mark.slow

NAMES = [
    "daily sheet", "number", "identity", "standup", "worst", "audit", "evidence", "clean-up books", "health", "site",
    "site, entity", "site, number", "site, system", "site, person", "site, versions", "site, words",
]  # fmt: skip
SORTED = ["standup", "worst", "evidence", "clean-up books", "site, entity", "site, system"]
WIDTHS = {"desktop": 1160, "phone": 390}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    found = hostile_pages(tmp_path_factory.mktemp("hostile"))
    assert set(NAMES) <= set(found)
    return found


class Opened:
    """A page in the browser, with everything that it tried to do."""

    def __init__(self, chromium, path: Path, width: int = 1160) -> None:
        self.page = chromium.new_page(viewport={"width": width, "height": 900})
        self.troubles: list[str] = []
        self.requests: list[str] = []
        self.page.on("dialog", lambda dialog: (self.troubles.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("pageerror", lambda error: self.troubles.append(f"error {error}"))
        self.page.on("console", lambda told: self.troubles.append(told.text) if told.type == "error" else None)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())

    def __enter__(self) -> "Opened":
        return self

    def __exit__(self, *_: object) -> None:
        self.page.close()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_the_data_runs_and_no_request_leaves_the_page(chromium, pages, name):
    with Opened(chromium, pages[name]) as opened:
        assert opened.troubles == []
        assert opened.requests == [pages[name].as_uri()]
        assert opened.page.evaluate("window.hurt") is None
        assert opened.page.locator("img, iframe, object, embed, link[href], a[href^='javascript']").count() == 0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("device", WIDTHS)
def test_the_page_is_no_wider_than_the_screen(chromium, pages, name, device):
    with Opened(chromium, pages[name], WIDTHS[device]) as opened:
        wide = opened.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= WIDTHS[device]


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_to_something_that_is_there(chromium, pages, name):
    with Opened(chromium, pages[name]) as opened:
        links = opened.page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        ids = set(opened.page.eval_on_selector_all("[id]", "all => all.map(one => one.id)"))
    for link in links:
        parts = urlsplit(link)
        assert parts.scheme == ""
        if parts.path:
            assert (pages[name].parent / unquote(parts.path)).exists(), link
        else:
            assert parts.fragment in ids, link


@pytest.mark.parametrize("name", NAMES)
def test_links_have_the_colour_of_the_pages_and_on_paper_that_of_their_text(chromium, pages, name):
    looks = "all => all.map(a => [getComputedStyle(a).color, getComputedStyle(a.parentElement).color])"
    with Opened(chromium, pages[name]) as opened:
        on_screen = opened.page.eval_on_selector_all("main a", looks)
        opened.page.emulate_media(media="print")
        on_paper = opened.page.eval_on_selector_all("main a", looks)
    assert {link for link, text in on_screen if link != text} <= {"rgb(29, 95, 168)"}
    assert [(link, text) for link, text in on_paper if link != text] == []


@pytest.mark.parametrize("name", SORTED)
def test_tables_sort_by_a_click_and_by_the_keyboard(chromium, pages, name):
    with Opened(chromium, pages[name]) as opened:
        tables = opened.page.locator("table.sortable")
        assert tables.count() > 0
        for number in range(tables.count()):
            table = tables.nth(number)
            before = sorted(_first_cells(table))
            button = table.locator("th button").first
            button.evaluate("button => button.click()")
            assert table.locator("th").first.get_attribute("aria-sort") == "ascending"
            up = _first_cells(table)
            button.evaluate("button => { button.focus(); button.click() }")
            assert table.locator("th").first.get_attribute("aria-sort") == "descending"
            assert sorted(up) == before, "no row is lost"
            assert sorted(_first_cells(table)) == before


def _first_cells(table):
    return table.evaluate("table => [...table.tBodies[0].rows].map(row => row.cells[0].textContent)")


def test_money_counts_and_days_are_sorted_by_what_they_are(chromium, pages, tmp_path):
    source = pages["standup"].read_text(encoding="utf-8")
    table = (
        '<table class="sortable" id="mine"><thead><tr><th>Amount</th><th>Day</th></tr></thead><tbody>'
        "<tr><td>$1.20 M</td><td>2026-03-02</td></tr><tr><td>−$900</td><td>2025-12-31</td></tr>"
        "<tr><td></td><td></td></tr><tr><td>+$950 k</td><td>2026-03-01</td></tr><tr><td>1,200</td><td>–</td></tr>"
        "</tbody></table>"
    )
    path = tmp_path / "table.html"
    path.write_text(source.replace('<section id="agenda">', f'{table}<section id="agenda">'), encoding="utf-8")
    with Opened(chromium, path) as opened:
        mine = opened.page.locator("#mine")

        def clicked(column):
            mine.locator("th button").nth(column).click()
            return mine.evaluate(f"t => [...t.tBodies[0].rows].map(row => row.cells[{column}].textContent)")

        assert clicked(0) == ["−$900", "1,200", "+$950 k", "$1.20 M", ""]
        assert clicked(0) == ["$1.20 M", "+$950 k", "1,200", "−$900", ""], "what is empty stays at the end"
        assert clicked(1)[:3] == ["2025-12-31", "2026-03-01", "2026-03-02"]


def test_a_number_with_every_column_and_its_bar_of_links_fit_a_desktop(chromium, pages, tmp_path):
    """Eight figures before the point in six columns, one of them what cannot be reproduced; and twelve links."""
    source = re.sub(r"[+−]?\$[\d,]+\.\d\d", "+$10,969,746.58", pages["daily sheet"].read_text(encoding="utf-8"))
    links = "".join(f'<a href="#drift">{word}</a>' for word in ("Revenue", "Timing", "Links", "Restated"))
    bar = re.sub(
        r"<nav><div>.*?</strong>", f"<nav><div><strong>Heliograph, Inc. · {SECOND}</strong>{links}", source, flags=re.S
    )
    path = tmp_path / "sheet.html"
    path.write_text(bar, encoding="utf-8")
    with Opened(chromium, path) as opened:
        table = opened.page.locator("table.numbers", has_text="Unreproduced").first
        assert table.evaluate("t => t.scrollWidth <= t.parentElement.clientWidth")
        tops = "all => [...new Set(all.map(a => a.getBoundingClientRect().top))].length"
        assert opened.page.eval_on_selector_all("nav a", tops) == 1


LINES_OF_SHORT_WORDS = """
    () => {
        const found = [], texts = document.createTreeWalker(document.querySelector("tbody"), NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            for (const word of texts.currentNode.data.matchAll(/[^\\s/:@-]+/g)) {
                const range = document.createRange();
                range.setStart(texts.currentNode, word.index);
                range.setEnd(texts.currentNode, word.index + word[0].length);
                if (word[0].length <= 18) found.push([word[0], range.getClientRects().length]);
            }
        }
        return found;
    }
"""


@pytest.mark.parametrize(("width", "media"), [(1160, "screen"), (390, "screen"), (695, "print")])
def test_an_id_or_a_number_of_a_clean_up_list_stands_on_one_line(chromium, pages, tmp_path, width, media):
    path = tmp_path / "list.html"
    source = pages["clean-up books"].read_text(encoding="utf-8")
    path.write_text(source.replace("quote/<wbr>", "Opportunity/<wbr>006000000000000"), encoding="utf-8")
    with Opened(chromium, path, width) as opened:
        opened.page.emulate_media(media=media)
        words = opened.page.evaluate(LINES_OF_SHORT_WORDS)
    assert any(word.startswith("006000000000000") for word, _ in words)
    assert [word for word, lines in words if lines != 1] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_page_prints_without_its_bars_and_with_its_words(chromium, pages, name, tmp_path):
    with Opened(chromium, pages[name]) as opened:
        opened.page.emulate_media(media="print")
        assert not opened.page.locator("nav").is_visible()
        assert opened.page.locator("h1").is_visible()
        path = tmp_path / "page.pdf"
        opened.page.pdf(path=path, prefer_css_page_size=True)
    assert path.read_bytes().startswith(b"%PDF")


def test_the_leaderships_pages_are_few(chromium, pages, tmp_path):
    with Opened(chromium, pages["audit"]) as opened:
        path = tmp_path / "leadership.pdf"
        opened.page.pdf(path=path, prefer_css_page_size=True)
    counted = path.read_bytes().count(b"/Type /Page\n") or path.read_bytes().count(b"/Type /Page ")
    assert 1 <= counted <= 4
