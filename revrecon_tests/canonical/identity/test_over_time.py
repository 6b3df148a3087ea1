"""Days go by: records arrive, change, lose their references and vanish, and who is who stays a function of the day."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.canonical.identity.decisions import Decision
from revrecon.canonical.identity.door import identities
from revrecon.canonical.identity.ids import resolved
from revrecon.canonical.identity.linkage.door import scored, trained
from revrecon.canonical.world import copies_on, copies_resolved
from revrecon.entity_map.linkage import Linkage
from revrecon_tests.companies import company

START = dt.date(2026, 3, 1)
NAMES = ["Amber Foods", "Amber Foods Inc", "Ambre Foods", "Birch Media", "Birch Media Canada", "Cedar Energy"]
PHONES = ["212 555 0101", "212 555 0102", "+1 (212) 555-0103", None]
OBJECTS = {"crm": "Account", "books": "customer"}
ACCOUNT = company().entities["account"]
LINKED = ACCOUNT.model_copy(update={"reconciliation": ACCOUNT.reconciliation.model_copy(update={"linkage": Linkage()})})

events = st.lists(
    st.tuples(
        st.sampled_from(list(OBJECTS)),
        st.integers(0, 6),  # which record
        st.sampled_from(NAMES),
        st.sampled_from(PHONES),
        st.one_of(st.none(), st.integers(0, 6)),  # the CRM record that it refers to
        st.booleans(),  # gone
    ),
    min_size=1,
    max_size=5,
)


def after(rows, happened, day):
    """The records by (system, key) after a day's events; a record's first day stays."""
    rows = dict(rows)
    for system, number, name, phone, crm, gone in happened:
        key = f"{system[0].upper()}{number}"
        first = rows[system, key]["_first_seen"] if (system, key) in rows else day
        rows[system, key] = {
            "id": key, "name": name, "phone": phone, "parent": None, "kind": "customer", "category": None,
            "crm_id": f"C{crm}" if crm is not None and system == "books" else None,
            "created": f"{first}", "changed": f"{day}",
            "_key": key, "_observed_on": day, "_first_seen": first, "_gone": gone,
        }  # fmt: skip
    return rows


def states(rows, order=1):
    shape = {
        **dict.fromkeys(
            ["id", "name", "phone", "parent", "kind", "category", "crm_id", "created", "changed", "_key"], pl.String
        ),
        "_observed_on": pl.Date, "_first_seen": pl.Date, "_gone": pl.Boolean,
    }  # fmt: skip
    return {
        system: {name: pl.DataFrame([row for (s, _), row in list(rows.items())[::order] if s == system], schema=shape)}
        for system, name in OBJECTS.items()
    }


class Years:
    """Identities day after day, what one day scored carried over to the next."""

    def __init__(self, *, carry):
        self.carry, self.model, self.carried = carry, None, None

    def on(self, rows, day, decisions=(), order=1):
        raw = states(rows, order)
        entity_map = company()
        copies = copies_on(entity_map, "account", lambda system, _day: raw[system], day)
        return identities(
            "account", LINKED, copies_resolved(entity_map, "account", copies, {}), decisions, day, self.link
        )

    def link(self, nodes, groups):
        self.model = self.model or trained(LINKED, nodes, groups)
        found = scored(LINKED, self.model, nodes, groups, self.carried)
        self.carried = found.carried if self.carry else None
        return found.pairs


def told(found):
    return {f"{c}:{r}": i for c, r, i in found.crosswalk.select("copy", "record_id", "canonical_id").iter_rows()}


@settings(max_examples=25, deadline=None)
@given(st.lists(events, min_size=1, max_size=5))
def test_yesterday_and_todays_changes_give_what_a_full_run_gives_in_any_order_of_rows(days):
    stepwise, rows = Years(carry=True), {}
    whole = Years(carry=False)
    for number, happened in enumerate(days):
        day = START + dt.timedelta(days=number)
        rows = after(rows, happened, day)
        today = stepwise.on(rows, day)
        full = whole.on(rows, day, order=-1)
        assert today.crosswalk.equals(full.crosswalk)
        assert today.links.equals(full.links)
        assert today.review.equals(full.review)


@settings(max_examples=25, deadline=None)
@given(st.lists(events, min_size=2, max_size=5))
def test_an_id_is_its_founders_name_and_leads_to_the_founder_for_ever(days):
    company_life, rows, given_out = Years(carry=True), {}, set()
    for number, happened in enumerate(days):
        day = START + dt.timedelta(days=number)
        rows = after(rows, happened, day)
        found = company_life.on(rows, day)
        today = told(found)
        for record, thing in today.items():
            assert today[thing] == thing, f"{record} stands for {thing}, which stands for something else"
        given_out |= set(today.values())
        for thing in given_out:
            assert resolved(thing, found.crosswalk) == today[thing]


@settings(max_examples=25, deadline=None)
@given(st.lists(events, min_size=1, max_size=4), st.data())
def test_taking_a_decision_back_gives_every_record_its_own_id_again(days, data):
    life, rows = Years(carry=True), {}
    for number, happened in enumerate(days):
        rows = after(rows, happened, START + dt.timedelta(days=number))
    today = START + dt.timedelta(days=len(days))
    before = life.on(rows, today)
    records = before.crosswalk.select("copy", "record_id").rows()
    if len(records) < 2:
        return
    left, right = data.draw(st.permutations(records))[:2]
    verdict = data.draw(st.sampled_from(["same", "never_same"]))
    noon = dt.datetime.combine(today, dt.time(12), dt.UTC)

    def said(what, minutes):
        at = noon + dt.timedelta(minutes=minutes)
        return Decision(f"DEC-{minutes}", "account", left, right, what, "ann", "because", at, None)

    during = told(life.on(rows, today, [said(verdict, 0)]))
    one, other = (during[":".join(record)] for record in (left, right))
    assert (one == other) == (verdict == "same")
    back = life.on(rows, today, [said(verdict, 0), said("withdrawn", 1)])
    assert back.crosswalk.equals(before.crosswalk)


def test_a_day_before_any_record_has_nobody():
    found = Years(carry=True).on({}, START)
    assert found.crosswalk.is_empty()
    assert found.links.is_empty()


@pytest.mark.parametrize("order", [1, -1])
def test_two_companies_found_to_be_one_keep_the_older_id_and_part_with_their_own(order):
    rows = after({}, [("crm", 1, "Amber Foods", PHONES[0], None, False)], START)
    rows = after(rows, [("books", 2, "Cedar Energy", PHONES[1], None, False)], START + dt.timedelta(days=1))
    apart = told(Years(carry=False).on(rows, START + dt.timedelta(days=1), order=order))
    assert apart == {"crm:C1": "crm:C1", "books:B2": "books:B2"}
    merged = after(rows, [("books", 2, "Amber Foods", PHONES[0], 1, False)], START + dt.timedelta(days=2))
    assert set(told(Years(carry=False).on(merged, START + dt.timedelta(days=2), order=order)).values()) == {"crm:C1"}
    parted = after(merged, [("books", 2, "Cedar Energy", PHONES[1], None, False)], START + dt.timedelta(days=3))
    assert told(Years(carry=False).on(parted, START + dt.timedelta(days=3), order=order)) == apart
