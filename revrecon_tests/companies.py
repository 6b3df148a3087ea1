"""Small companies whose whole map fits on a page, and worlds made of pipe tables."""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache

import polars as pl
from ruamel.yaml import YAML

from revrecon.canonical.world import World, crosswalks_on, world_on
from revrecon.entity_map.model import EntityMap
from revrecon_tests.tables import observed, table

TODAY = dt.date(2026, 3, 31)

SHOP = """
company: {name: Corner Shop, timezone: America/New_York, currency: USD}
map: {version: 1}
people: {ann: {name: Ann, email: ann@example.com}}
departments: {sales: {title: Sales, head: ann}, books: {title: Books, head: ann}}
systems:
  crm:
    title: CRM
    settings: {root: crm}
    department: sales
    representative: ann
    clock: real time
    objects:
      Account: {key: [id], created: created, changed: changed}
      Deal: {key: [id], created: created, changed: changed, deleted: "gone = 'yes'"}
  books:
    title: Books
    settings: {root: books}
    department: books
    representative: ann
    clock: daily
    objects:
      customer: {key: [id], created: created, changed: changed}
      quote: {key: [id], created: created, changed: changed}
entities:
  account:
    title: Account
    definition: {text: A customer., version: 1, signed_off_by: ann, signed_off_on: 2026-01-01}
    canonical_system: crm
    replication:
      crm:
        object: Account
        fields: {account_name: name, phone: phone, parent: parent, kind: kind}
      books:
        object: customer
        freshness: 24h
        expected_when: kind = 'customer'
        cross_references: {crm: crm_id}
        fields: {account_name: name, phone: phone, parent: parent, category: category}
    hierarchy:
      parent_field: parent
      canonical: crm
      contract_entities: {books: "category = 'contract'"}
    quality:
      fields:
        account_name: {type: text, standard: legal_name, required: true}
        phone: {type: text, standard: phone, required_in: [crm]}
        parent: {type: reference, to: account}
        kind: {type: text, allowed: [prospect, customer]}
        category: {type: text, source_of_truth: [books]}
    reconciliation:
      owner: ann
      match_keys:
        - {on: [account_name], duplicates: true}
        - [phone]
      compare: {phone: {}}
      thresholds:
        - {cause: quality.duplicate, count: {warn: 1, breach: 2}}
        - {share: {warn: 10%, breach: 50%}}
  deal:
    title: Deal
    definition: {text: A sale., version: 1, signed_off_by: ann, signed_off_on: 2026-01-01}
    canonical_system: crm
    replication:
      crm:
        object: Deal
        fields: {deal_name: name, account: account, stage: stage, amount: amount, first_year: first_year}
      books:
        object: quote
        freshness: 24h
        expected_when: stage = 'open'
        cross_references: {crm: crm_id}
        fields: {deal_name: name, account: customer, stage: stage, first_year: total}
        stands_for_nothing: {a test: "name = 'TEST'"}
    quality:
      fields:
        deal_name: {type: text, standard: casefold}
        account: {type: reference, to: account, required: true}
        stage: {type: text, allowed: [open, won, lost]}
        amount: {type: money, at_least: 0}
        first_year: {type: money, at_least: 0}
      rules:
        first_year_within_amount:
          {text: The first year is part of the whole., must_hold: first_year <= amount, copies: [crm]}
    reconciliation:
      owner: ann
      match_keys: [{on: [account, deal_name], duplicates: true}]
      amount: coalesce(amount, first_year)
      compare: {stage: {}, first_year: {absolute: 0.01}}
      thresholds: [{gross: {warn: 1, breach: 100}}]
numbers:
  pipeline:
    title: Pipeline
    text: What could be won.
    unit: USD
    owner: ann
    canonical: canonical
    breakdowns: {account: account, kind: account.kind}
    definitions:
      canonical:
        version: 2
        effective: 2026-01-01
        department: sales
        text: Amount of open deals over 100.
        entity: deal
        conditions: {open: stage = 'open', large: amount > 100}
        measure: {sum: {amount: amount}}
      sales:
        version: 1
        effective: 2026-01-01
        department: sales
        text: Amount of open deals.
        entity: deal
        copy: crm
        conditions: {open: stage = 'open'}
        measure: {sum: {amount: amount}}
      books:
        version: 1
        effective: 2026-01-01
        department: books
        text: First year of open quotes.
        entity: deal
        copy: books
        conditions: {open: stage = 'open'}
        measure: {sum: {first year: first_year}}
  customers:
    title: Customers
    text: Who buys.
    unit: count
    decimals: 0
    owner: ann
    canonical: canonical
    definitions:
      canonical:
        version: 1
        effective: 2026-01-01
        department: sales
        text: Top-level accounts with a won deal.
        entity: deal
        conditions: {won: stage = 'won'}
        measure: {count_roots: account}
      books:
        version: 1
        effective: 2026-01-01
        department: books
        text: Top-level customers in the books.
        entity: account
        copy: books
        conditions: {a customer: kind = 'customer'}
        measure: {count_roots: self}
        own: {conditions: {}}
rhythms: {daily: {at: "05:30"}, tickets: {at: "08:00"}}
"""

ACCOUNTS = """
    id | name        | phone    | parent | kind     | created              | changed
    A1 | Acme Inc.   | 555-0001 |        | customer | 2026-01-01 00:00:00  | 2026-01-01 00:00:00
    A2 | Acme Europe | 555-0002 | A1     | customer | 2026-01-02 00:00:00  | 2026-01-02 00:00:00
    A3 | Borealis    | 555-0003 |        | prospect | 2026-01-03 00:00:00  | 2026-01-03 00:00:00
"""
THREE_GENERATIONS = """
    id | name        | phone    | parent | kind     | created              | changed
    A1 | Acme Inc.   | 555-0001 |        | customer | 2026-01-01 00:00:00  | 2026-01-01 00:00:00
    A2 | Acme Europe | 555-0002 | A1     | customer | 2026-01-02 00:00:00  | 2026-01-02 00:00:00
    A3 | Acme Paris  | 555-0003 | A2     | customer | 2026-01-03 00:00:00  | 2026-01-03 00:00:00
    A4 | Borealis    | 555-0004 |        | customer | 2026-01-04 00:00:00  | 2026-01-04 00:00:00
"""
"""Accounts of which one has a parent that has one."""
CUSTOMERS = """
    id | name         | phone    | parent | category | crm_id | created              | changed
    C1 | ACME         | 5550001  |        |          | A1     | 2026-01-05 00:00:00  | 2026-01-05 00:00:00
    C2 | Acme Europe  | 5550002  | C1     |          |        | 2026-01-05 00:00:00  | 2026-01-05 00:00:00
"""
DEALS = """
    id | name  | account | stage | amount | first_year | gone | created             | changed
    D1 | Big   | A1      | open  | 900.00 | 300.00     | no   | 2026-01-10 00:00:00 | 2026-01-10 00:00:00
    D2 | Small | A2      | open  | 50.00  | 50.00      | no   | 2026-01-11 00:00:00 | 2026-01-11 00:00:00
    D3 | Done  | A2      | won   | 400.00 | 400.00     | no   | 2026-01-12 00:00:00 | 2026-01-12 00:00:00
    D4 | Old   | A3      | open  | 70.00  | 70.00      | yes  | 2026-01-12 00:00:00 | 2026-01-12 00:00:00
"""
QUOTES = """
    id | name  | customer | stage | total  | crm_id | created             | changed
    Q1 | Big   | C1       | open  | 300.00 | D1     | 2026-01-11 00:00:00 | 2026-01-11 00:00:00
    Q2 | Small | C2       | open  | 50.00  |        | 2026-01-12 00:00:00 | 2026-01-12 00:00:00
"""


def company(text: str = SHOP, **edits: str) -> EntityMap:
    """The small company; `edits` replaces pieces of its map's text."""
    for old, new in edits.items():
        assert old in text, old
        text = text.replace(old, new)
    return _map_of(text)


@lru_cache(maxsize=64)
def _map_of(text: str) -> EntityMap:
    """The map of a text, read once: a map is a value, which nobody changes."""
    return EntityMap.model_validate(YAML(typ="safe").load(text))


def shop_tables(**changed: str) -> dict[tuple[str, str], str]:
    """The shop's four raw tables, some of them replaced: accounts, customers, deals, quotes."""
    given = {"accounts": ACCOUNTS, "customers": CUSTOMERS, "deals": DEALS, "quotes": QUOTES, **changed}
    places = {"accounts": ("crm", "Account"), "customers": ("books", "customer")}
    places |= {"deals": ("crm", "Deal"), "quotes": ("books", "quote")}
    return {places[name]: text for name, text in given.items()}


def world_of(
    entity_map: EntityMap,
    tables: Mapping[tuple[str, str], str],
    as_of: dt.date = TODAY,
    versions: Mapping[tuple[str, str], str] | None = None,
) -> World:
    """The world of raw pipe tables by (system, object), all seen on one day."""

    def frames(given: Mapping[tuple[str, str], str], system: str) -> dict[str, pl.DataFrame]:
        named = {obj: text for (home, obj), text in given.items() if home == system}
        return {name: observed(table(text), "id", as_of) for name, text in named.items()}

    def states(system: str, _: dt.date) -> dict[str, pl.DataFrame]:
        return frames(tables, system)

    def every(system: str, _: dt.date) -> dict[str, pl.DataFrame]:
        return frames(versions or tables, system)

    return world_on(entity_map, as_of, states, every, crosswalks_on(entity_map, as_of, states))
