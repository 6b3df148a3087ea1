"""The identity page: self-contained, safe with any name, personal values masked, every case with its command."""

import re
from decimal import Decimal

import polars as pl
import pytest

from revrecon.canonical.identity.frames import CROSSWALK_SCHEMA, LINK_SCHEMA, REVIEW_SCHEMA, shaped
from revrecon.reports.family import Family, Member, Place
from revrecon.reports.identity.counts import CHANGE_SCHEMA
from revrecon.reports.identity.files import write_identity
from revrecon.reports.identity.html import render_identity
from revrecon.reports.identity.pairs import chance, refused_pairs, review_pairs, signed_weight, weakest_pairs
from revrecon.reports.identity.sheet import VALUE_SCHEMA, EntityIdentities, IdentitySheet, without_personal_values
from revrecon_tests.companies import TODAY, company
from revrecon_tests.reports.pages import HOSTILE, Page
from revrecon_tests.reports.sheets import SHA

_PHONE = "phone: {type: text, standard: phone, required_in: [crm]"
PERSONAL = {f"{_PHONE}}}": f"{_PHONE}, personal: true}}"}


def piece(field: str, left: str, right: str, level: str, weight: float) -> dict[str, object]:
    return {"field": field, "left": left, "right": right, "level": level, "weight": weight}


EVIDENCE = [
    piece("phone", "5550001", "5550009", "one typing error", -3.26),
    piece("account_name", "acme", "acme", "equal, a rare value", 9.04),
]


def link(right: str, outcome: str, weight: float | None, **more: object) -> dict[str, object]:
    pair = {"entity": "account", "left_copy": "crm", "left_id": "A1", "right_copy": "books", "right_id": right}
    return {
        **pair,
        "pass": "linkage",
        "weight": weight,
        "probability": 0.9,
        "evidence": EVIDENCE,
        "outcome": outcome,
        **more,
    }


def frame(rows: list[dict[str, object]], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema, strict=False)


def identities(name: str = "Acme Inc.", **changed: object) -> EntityIdentities:
    """An entity with one case in the queue, one refused and one automatic link, and a group with a wrong parent."""
    crosswalk = [
        {"entity": "account", "copy": copy, "record_id": record, "canonical_id": thing, "linked_by": how, "gone": False}
        for copy, record, thing, how in (
            ("crm", "A1", "crm:A1", "linkage"),
            ("books", "C1", "crm:A1", "linkage"),
            ("books", "C2", "books:C2", "alone"),
        )
    ]  # fmt: skip
    case = link(
        "C2",
        "review",
        3.1,
        case="RV-0a1b",
        left_canonical_id="crm:A1",
        right_canonical_id="books:C2",
        amount=Decimal("120.50"),
    )
    members = (
        Member(name, "crm:A1", 0, (Place("A1", "", False), Place("C1", "", False)), True),
        Member("Acme Europe", "crm:A2", 1, (Place("A2", "", False), Place("C2", "no parent", True)), True),
    )
    told: dict[str, object] = {
        "entity": "account",
        "crosswalk": frame(crosswalk, CROSSWALK_SCHEMA),
        "moved": pl.DataFrame(schema=CHANGE_SCHEMA),
        "before_day": None,
        "links": frame(
            [link("C2", "refused", 4.0, reason="a record and its parent"), link("C1", "joined", 8.5)], LINK_SCHEMA
        ),
        "review": frame([case], REVIEW_SCHEMA),
        "values": frame(
            [
                {"copy": "crm", "record_id": "A1", "field": "account_name", "value": name},
                {"copy": "crm", "record_id": "A1", "field": "phone", "value": "555-0001"},
                {"copy": "books", "record_id": "C2", "field": "category", "value": "contract"},
            ],
            VALUE_SCHEMA,
        ),
        "families": (Family(name, "crm:A1", ("CRM", "Books"), members),),
    }
    return EntityIdentities(**{**told, **changed})


def sheet(found: EntityIdentities, **edits: str) -> IdentitySheet:
    entity_map = company(**edits)
    return IdentitySheet(entity_map, SHA, TODAY, (without_personal_values(found, entity_map),))


def test_the_page_is_well_formed_and_reaches_for_nothing_outside():
    page = Page(render_identity(sheet(identities())))
    assert page.open == []
    assert not {"script", "link", "iframe", "object", "img"} & set(page.tags)
    assert all(target.startswith(("#", f"{TODAY}/", f"../daily/{TODAY}.html")) for target in page.links)


def test_every_file_that_the_page_links_to_is_written(tmp_path):
    path = write_identity(sheet(identities(before_day=TODAY)), tmp_path)
    links = [target for target in Page(path.read_text()).links if target.startswith(f"{TODAY}/")]
    assert links
    assert [target for target in links if not (path.parent / target).exists()] == []


def test_a_case_stands_with_both_records_its_weights_its_money_and_its_commands():
    text = Page(render_identity(sheet(identities()))).text
    assert "RV-0a1b · crm/A1 and books/C2" in text
    assert "Weight +3.1, probability 90.0 %. $120.50 on both. Today two things, crm:A1 and books:C2." in text
    assert "revrecon review decide RV-0a1b same --by NAME" in text
    assert "revrecon review decide RV-0a1b never --by NAME" in text


def test_evidence_is_ordered_by_weight_and_shows_values_as_the_systems_have_them():
    shown = review_pairs(company(), identities())[0].fields
    assert [(f.field, f.left, f.right, f.weight, f.sign) for f in shown] == [
        ("account_name", "Acme Inc.", "acme", "+9.0", "for"),
        ("phone", "555-0001", "5550009", "−3.3", "against"),
        ("before any field", None, None, "−2.7", "against"),
        ("category", None, "contract", "", "none"),
    ]
    assert [f.width for f in shown] == [75, 27, 22, 0]


def test_refused_links_come_with_their_reason_and_few_automatic_ones_are_all_among_the_strongest():
    assert [pair.reason for pair in refused_pairs(company(), identities())] == ["A record and its parent."]
    assert weakest_pairs(company(), identities()) == ()
    assert "A record and its parent." in Page(render_identity(sheet(identities()))).text


def test_the_weakest_link_comes_first_among_the_weakest():
    links = frame([link(f"C{n}", "joined", float(n)) for n in range(20)], LINK_SCHEMA)
    assert [pair.weight for pair in weakest_pairs(company(), identities(links=links))][:3] == ["0.0", "+1.0", "+2.0"]


def test_a_wrong_parent_is_marked_in_the_system_that_has_it():
    text = Page(render_identity(sheet(identities()))).text
    assert "└ Acme Europe ✓ A2 ✗ C2 no parent" in text


def test_names_from_the_data_are_text_and_never_markup():
    text = render_identity(sheet(identities(name=HOSTILE)))
    assert not {"script", "img"} & set(Page(text).tags)
    assert "onerror=alert(1)&gt;" in text


@pytest.mark.parametrize("place", ["copy", "linked_by", "canonical_id"])
def test_hostile_names_in_the_crosswalk_are_text_in_table_and_picture(place):
    nasty = identities().crosswalk.with_columns(pl.lit(HOSTILE).alias(place))
    assert not {"script", "img"} & set(Page(render_identity(sheet(identities(crosswalk=nasty)))).tags)


def test_values_of_personal_fields_are_masked_on_the_page_and_in_its_files(tmp_path):
    path = write_identity(sheet(identities(), **PERSONAL), tmp_path)
    told = path.read_text() + "".join(file.read_text() for file in path.parent.rglob("*.csv"))
    assert not re.search("555-?000[19]", told)
    assert "5•••" in path.read_text()
    assert "555-0001" in render_identity(sheet(identities()))  # not personal, hence shown


def test_masking_keeps_links_without_evidence():
    bare = frame([link("C2", "refused", None, evidence=None), link("C1", "joined", 8.5)], LINK_SCHEMA)
    masked = without_personal_values(identities(links=bare), company(**PERSONAL)).links
    assert masked.schema == bare.schema
    assert masked["evidence"].list.len().to_list() == [None, 2]


def test_an_entity_without_links_cases_or_groups_still_has_its_part_of_the_page():
    empty = identities(
        links=shaped(pl.DataFrame(), LINK_SCHEMA).clear(),
        review=shaped(pl.DataFrame(), REVIEW_SCHEMA).clear(),
        families=(),
    )
    page = Page(render_identity(sheet(empty)))
    assert page.open == []
    assert "Empty: nothing waits for a steward." in page.text
    assert "This is the first day that is known." in page.text


@pytest.mark.parametrize(("weight", "told"), [(7.24, "+7.2"), (-3.16, "−3.2"), (0.01, "0.0"), (None, "")])
def test_weights_carry_their_sign(weight, told):
    assert signed_weight(weight) == told


@pytest.mark.parametrize(
    ("probability", "told"), [(1.0, "> 99.9\u00a0%"), (0.0, "< 0.1\u00a0%"), (0.934, "93.4\u00a0%"), (None, "")]
)
def test_a_probability_is_never_told_as_certain(probability, told):
    assert chance(probability) == told
