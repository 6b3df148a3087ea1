"""What the documentation points to is there."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from revrecon.reports.site.words import WORDS
from revrecon_tests.repository import DOCS, ROOT

PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("*.md")), *sorted((ROOT / "examples").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """The headings of a page, as links name them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_of_a_page_leads_somewhere(page):
    lost = []
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        parts = urlsplit(link)
        target = (page.parent / parts.path).resolve() if parts.path else page
        if not parts.scheme and (not target.exists() or (parts.fragment and parts.fragment not in anchors(target))):
            lost.append(link)
    assert lost == []


def test_every_page_is_reached_from_the_first_one():
    met, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        met.add(page)
        links = (urlsplit(link) for link in LINK.findall(page.read_text(encoding="utf-8")))
        targets = {(page.parent / one.path).resolve() for one in links if not one.scheme and one.path.endswith(".md")}
        waiting += sorted(targets - met)
    assert {page.name for page in DOCS.glob("*.md")} <= {page.name for page in met}


def test_the_page_of_words_has_those_of_the_published_map():
    rows = [line for line in (DOCS / "words.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert rows[1:] == [f"| {word} | {meaning} |" for word, meaning in WORDS]
