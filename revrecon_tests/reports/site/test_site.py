import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from revrecon.daily.day import Day
from revrecon.daily.site import publish_site
from revrecon.entity_map.loader import load_map, parse_map
from revrecon.reports.site.missing import missing_of_entity, missing_of_number
from revrecon.reports.site.pages import site_pages
from revrecon.reports.site.state import not_run
from revrecon_tests.companies import SHOP
from revrecon_tests.repository import MAPS
from revrecon_tests.shops import FIRST, SECOND, begun, inputs_of, shop_on_disk

_LINK = re.compile(r'href="([^"]+)"')
_ID = re.compile(r'id="([^"]+)"')


@pytest.mark.parametrize("path", MAPS, ids=[path.parent.name for path in MAPS])
def test_every_link_of_the_site_leads_somewhere(path):
    loaded = load_map(path)
    made = site_pages(loaded.map, loaded.sha256, not_run())
    assert len(made) == 3 + sum(
        map(len, (loaded.map.entities, loaded.map.numbers, loaded.map.systems, loaded.map.people))
    )
    for page, text in made.items():
        for link in _LINK.findall(text):
            parts = urlsplit(link)
            assert not parts.scheme, f"{page} leads outside: {link}"
            target = (Path("/") / page).parent.joinpath(unquote(parts.path) or Path(page).name)
            name = str(Path(*[p for p in _resolved(target).parts if p != "/"]))
            assert name in made or name == "entity_map.yaml", f"{page}: {link}"
            if parts.fragment:
                assert parts.fragment in _ID.findall(made[name]), f"{page}: {link}"


def _resolved(path):
    parts = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return Path(*parts)


def test_the_map_alone_makes_a_site_that_says_so(tmp_path):
    (tmp_path / "entity_map.yaml").write_text(SHOP)
    inputs = inputs_of(tmp_path)
    page, state = publish_site(inputs, Day(inputs.loaded, inputs.home, FIRST), tmp_path / "site")
    assert state.as_of is None
    assert "not run yet" in page.read_text()
    assert (tmp_path / "site" / "entity_map.yaml").read_text() == SHOP


def test_after_a_run_the_site_shows_how_things_stand(tmp_path):
    root = shop_on_disk(tmp_path)
    begun(root, FIRST, SECOND)
    inputs = inputs_of(root)
    page, state = publish_site(inputs, Day(inputs.loaded, inputs.home, SECOND), root / "site")
    assert state.as_of == SECOND
    deal = (root / "site" / "entities" / "deal.html").read_text()
    assert "Breach" in deal
    assert "RR-" in deal
    assert "<svg" in (root / "site" / "numbers" / "pipeline.html").read_text()
    assert "state after 2026-03-03" in page.read_text()


SIGNED = "signed_off_by: ann, signed_off_on: 2026-01-01"


@pytest.mark.parametrize(
    ("signed", "missing"),
    [
        ("", ["Sales", "Books"]),
        (", signed_off: {books: {by: ann, on: 2026-01-02}}", ["Sales"]),
        (", signed_off: {books: {by: ann, on: 2025-12-31}, sales: {by: ann, on: 2026-01-01}}", ["Books"]),
    ],
)
def test_departments_that_have_not_signed_an_entity_are_told(signed, missing):
    text = SHOP.replace("departments: {sales: {title: Sales, head: ann}, books: {title: Books, head: ann}}", _HEADS)
    entity_map = parse_map(text.replace(SIGNED, SIGNED + signed, 1).replace(_PEOPLE, _MORE_PEOPLE)).map
    told = [one for one in missing_of_entity(entity_map, "account") if "signed" in one]
    assert [one.split()[0] for one in told] == missing


_PEOPLE = "people: {ann: {name: Ann, email: ann@example.com}}"
_MORE_PEOPLE = "people: {ann: {name: Ann, email: ann@example.com}, bo: {name: Bo, email: bo@example.com}}"
_HEADS = "departments: {sales: {title: Sales, head: bo}, books: {title: Books, head: bo}}"


def test_a_definition_that_changed_after_it_was_signed_is_not_signed():
    old = "        text: Amount of open deals.\n"
    signed = parse_map(SHOP.replace(old, f"{old}        signed_off: {{sales: {{by: ann, on: 2025-12-31}}}}\n")).map
    told = missing_of_number(signed, "pipeline")
    assert "Sales, version 1: Sales signed on 2025-12-31, before its day, 2026-01-01." in told
    assert "Books, version 1: Books has not signed." in told


def test_names_and_texts_of_the_map_are_no_markup():
    text = SHOP.replace("title: Account", "title: '<script>alert(1)</script>'").replace(
        "text: What could be won.", 'text: "<img src=x onerror=alert(2)>"'
    )
    loaded = parse_map(text)
    for page in site_pages(loaded.map, loaded.sha256, not_run()).values():
        assert "<script>alert" not in page
        assert "<img" not in page
