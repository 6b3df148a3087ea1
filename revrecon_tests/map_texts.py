"""Pieces of Entity Maps that small companies share: who there is, two systems, and a number of two departments.

All names are those of `companies.SHOP`: Sales keeps a CRM, Books keeps the books, and Ann answers for everything.
"""

from collections.abc import Sequence


def two_systems(name: str, crm: Sequence[str], books: Sequence[str]) -> str:
    """A company by its name, its people, and its two systems with their objects."""
    return f"""\
company: {{name: {name}, timezone: America/New_York, currency: USD}}
map: {{version: 1}}
people: {{ann: {{name: Ann, email: ann@example.com}}}}
departments: {{sales: {{title: Sales, head: ann}}, books: {{title: Books, head: ann}}}}
rhythms: {{daily: {{at: "05:30"}}, tickets: {{at: "08:00"}}}}
systems:
{_system("crm", "CRM", "sales", "real time", crm)}{_system("books", "Books", "books", "daily", books)}"""


def _system(name: str, title: str, department: str, clock: str, objects: Sequence[str]) -> str:
    listed = "".join(f"      {one}: {{key: [id], created: created, changed: changed}}\n" for one in objects)
    return f"""\
  {name}:
    title: {title}
    settings: {{root: {name}}}
    department: {department}
    representative: ann
    clock: {clock}
    objects:
{listed}"""


def pipeline_of(entity: str, publish: str = "") -> str:
    """A number: the amount of an entity's open records, as Sales and as Books count it; when it is published."""
    published = f"    publish: {publish}\n" if publish else ""
    return f"""\
numbers:
  pipeline:
    title: Pipeline
    text: What could be won.
    unit: USD
    owner: ann
    canonical: sales
{published}    definitions:
{_open_ones("sales", "deals", entity)}{_open_ones("books", "quotes", entity, of_copy="books")}"""


def _open_ones(department: str, called: str, entity: str, of_copy: str = "") -> str:
    copy = f"        copy: {of_copy}\n" if of_copy else ""
    return f"""\
      {department}:
        version: 1
        effective: 2026-01-01
        department: {department}
        text: Amount of open {called}.
        entity: {entity}
{copy}        conditions: {{open: stage = 'open'}}
        measure: {{sum: {{amount: amount}}}}
"""
