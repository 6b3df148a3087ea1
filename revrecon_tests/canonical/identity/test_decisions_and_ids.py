"""Stewards win over every pass, and ids are minted once."""

import datetime as dt

import polars as pl

from revrecon.canonical.identity.decisions import Decision, standing
from revrecon.canonical.identity.door import identities
from revrecon.canonical.identity.ids import resolved
from revrecon.canonical.world import copies_on, copies_resolved
from revrecon_tests.companies import ACCOUNTS, CUSTOMERS, TODAY, company, shop_tables
from revrecon_tests.tables import observed, table

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def said(verdict, left, right, at=NOON, effective=None):
    return Decision(f"DEC-{at:%d%H}{verdict}", "account", left, right, verdict, "ann", "because", at, effective)


def who(*decisions, day=TODAY, states=None, **changed):
    raw = states or {
        key: observed(table(text), "id", TODAY).with_columns(pl.lit(False).alias("_gone"))
        for key, text in shop_tables(**changed).items()
    }

    def on(system, _day):
        return {name: frame for (owner, name), frame in raw.items() if owner == system}

    entity_map = company()
    copies = copies_resolved(entity_map, "account", copies_on(entity_map, "account", on, day), {})
    return identities("account", entity_map.entities["account"], copies, decisions, day)


def ids(found):
    return {f"{c}/{r}": i for c, r, i in found.crosswalk.select("copy", "record_id", "canonical_id").iter_rows()}


def test_never_the_same_wins_over_a_cross_reference_and_is_told():
    found = who(said("never_same", ("crm", "A1"), ("books", "C1")))
    assert ids(found)["books/C1"] != ids(found)["crm/A1"]
    refused = found.links.filter(pl.col("outcome") == "refused")
    assert refused["reason"].unique().to_list() == ["a steward said: never the same"]


def test_the_same_joins_what_no_pass_would():
    found = ids(who(said("same", ("crm", "A1"), ("crm", "A3"))))
    assert found["crm/A1"] == found["crm/A3"]


def test_the_newest_word_on_a_pair_counts_and_a_withdrawal_restores_the_ids():
    before = ids(who())
    same = said("same", ("crm", "A1"), ("crm", "A3"))
    back = said("withdrawn", ("crm", "A3"), ("crm", "A1"), at=NOON + dt.timedelta(hours=1))
    assert ids(who(same)) != before
    assert ids(who(same, back)) == before
    assert standing([back, same], "account") == []


def test_a_decision_holds_from_its_effective_day_on():
    same = said("same", ("crm", "A1"), ("crm", "A3"), effective=TODAY + dt.timedelta(days=1))
    assert ids(who(same)) == ids(who())
    assert ids(who(same, day=TODAY + dt.timedelta(days=1))) != ids(who())


def test_a_merged_id_still_leads_to_the_thing():
    found = who(said("same", ("crm", "A1"), ("crm", "A3")))
    kept = ids(found)["crm/A1"]
    assert resolved("crm:A1", found.crosswalk) == resolved("crm:A3", found.crosswalk) == kept
    assert resolved("A3", found.crosswalk) == kept
    assert resolved("A77", found.crosswalk) is None


def states_with(later=(), gone=()):
    raw = {}
    for key, text in shop_tables().items():
        frame = observed(table(text), "id", TODAY)
        day = pl.when(pl.col("_key").is_in(list(later))).then(TODAY).otherwise(TODAY - dt.timedelta(days=9))
        raw[key] = frame.with_columns(day.alias("_first_seen"), pl.col("_key").is_in(list(gone)).alias("_gone"))
    return raw


def test_what_arrives_later_never_changes_an_id():
    first = who(states=states_with(later=["A1"]))
    assert ids(first)["crm/A1"] == ids(first)["books/C1"] == "books:C1"  # the books knew it first


def test_a_deleted_founder_keeps_the_id_alive():
    found = who(states=states_with(gone=["A1"]))
    assert ids(found)["books/C1"] == "crm:A1"
    assert found.crosswalk.filter(pl.col("record_id") == "A1")["gone"].to_list() == [True]


def test_every_record_is_in_exactly_one_row():
    found = who()
    assert found.crosswalk.select("copy", "record_id").is_duplicated().sum() == 0
    assert found.crosswalk.height == len(table(ACCOUNTS)) + len(table(CUSTOMERS))
