"""Every page of the site as HTML, by its path; links are relative, so that it can be hosted anywhere."""

from collections.abc import Iterator

from markupsafe import Markup

from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.parts import in_hours
from revrecon.findings import VERDICT_ORDER
from revrecon.reports.daily import person_name, system_title
from revrecon.reports.environment import pages
from revrecon.reports.formats import money
from revrecon.reports.palette import VERDICT_WORDS
from revrecon.reports.pictures import bridge_picture
from revrecon.reports.site.lineage import lineage_picture
from revrecon.reports.site.missing import missing_of_entity, missing_of_number, missing_people
from revrecon.reports.site.state import SiteState
from revrecon.reports.site.words import WORDS
from revrecon.reports.ticket_lists import worst_of
from revrecon.reports.titles import cause_title, definition_title

QUESTIONS = ("Definition", "Canonical system", "Replication", "Hierarchy", "Quality", "Reconciliation")


def site_pages(entity_map: EntityMap, map_sha: str, state: SiteState) -> dict[str, str]:
    """Every page by its path; every value from the map and the data is escaped."""
    every = (_index, _entities, _numbers, _systems, _people, _others)
    return {path: text for made in every for path, text in made(entity_map, map_sha, state)}


def _render(template: str, root: str, entity_map: EntityMap, map_sha: str, state: SiteState, **more: object) -> str:
    return pages().get_template(f"site_{template}.html.j2").render(
        root=root, map=entity_map, company=entity_map.company, sha=map_sha, state=state, money=money, hours=in_hours,
        person=lambda name: person_name(entity_map, name), system_title=lambda name: system_title(entity_map, name),
        definition_title=lambda n, d: definition_title(entity_map, n, d), cause_title=cause_title,
        verdict_words=VERDICT_WORDS, **more,
    )  # fmt: skip


def verdict_of(state: SiteState, **where: str) -> str:
    """The worst verdict of a day in a place; empty where nothing was run."""
    found = set(state.verdicts.filter(**where)["verdict"]) if state.verdicts.height else set()
    return next((verdict for verdict in VERDICT_ORDER if verdict in found), "")


Pages = Iterator[tuple[str, str]]


def _index(entity_map: EntityMap, map_sha: str, state: SiteState) -> Pages:
    missing = {name: missing_of_entity(entity_map, name) for name in entity_map.entities}
    owed = {name: missing_of_number(entity_map, name) for name in entity_map.numbers}
    total = sum(map(len, [*missing.values(), *owed.values()]))
    verdicts = {name: verdict_of(state, entity=name) for name in entity_map.entities}
    yield "index.html", _render(
        "index", "", entity_map, map_sha, state, missing=missing, owed=owed, total=total, verdicts=verdicts,
        people=missing_people(entity_map), questions=QUESTIONS,
    )  # fmt: skip


def _entities(entity_map: EntityMap, map_sha: str, state: SiteState) -> Pages:
    for name, entity in entity_map.entities.items():
        copies = {copy: verdict_of(state, entity=name, copy=copy) for copy in entity.replication}
        rows = state.verdicts.filter(entity=name).sort("verdict", "copy", "cause")
        changed = [(version, [one for one in version.changes if one.entity == name]) for version in state.versions]
        yield f"entities/{name}.html", _render(
            "entity", "../", entity_map, map_sha, state, name=name, entity=entity, copies=copies,
            missing=missing_of_entity(entity_map, name), lineage=Markup(lineage_picture(entity_map, name)),
            verdicts=[row for row in rows.iter_rows(named=True) if row["verdict"] != "pass"],
            passed=rows.filter(verdict="pass").height,
            changed=[(version, changes) for version, changes in changed if changes],
            tickets=worst_of([ticket for ticket in state.tickets if ticket.entity == name]),
        )  # fmt: skip


def _numbers(entity_map: EntityMap, map_sha: str, state: SiteState) -> Pages:
    for name, number in entity_map.numbers.items():
        figures = {
            (row["definition"], row["period"]): row for row in state.figures.filter(number=name).iter_rows(named=True)
        }
        pictures = [
            (row, Markup(bridge_picture(entity_map, row, state.steps)))
            for row in state.bridges.filter(number=name).iter_rows(named=True)
        ]
        yield f"numbers/{name}.html", _render(
            "number", "../", entity_map, map_sha, state, name=name, number=number, figures=figures,
            missing=missing_of_number(entity_map, name), pictures=pictures,
        )  # fmt: skip


def _systems(entity_map: EntityMap, map_sha: str, state: SiteState) -> Pages:
    for name, system in entity_map.systems.items():
        copies = [
            (entity, copy_name, copy, verdict_of(state, entity=entity, copy=copy_name))
            for entity, answers in entity_map.entities.items()
            for copy_name, copy in answers.replication.items()
            if entity_map.system_of(copy_name, copy) == name
        ]
        yield (
            f"systems/{name}.html",
            _render("system", "../", entity_map, map_sha, state, name=name, system=system, copies=copies),
        )


def _people(entity_map: EntityMap, map_sha: str, state: SiteState) -> Pages:
    for name, person in entity_map.people.items():
        yield f"people/{name}.html", _render(
            "person", "../", entity_map, map_sha, state, name=name, one=person,
            owns=[e for e, entity in entity_map.entities.items() if entity.reconciliation.owner == name],
            numbers=[n for n, number in entity_map.numbers.items() if number.owner == name],
            represents=[s for s, system in entity_map.systems.items() if system.representative == name],
            heads=[d for d, department in entity_map.departments.items() if department.head == name],
            agreed=[(a, one) for a, one in entity_map.agreed_differences.items() if one.owner == name],
            tickets=worst_of([ticket for ticket in state.tickets if ticket.owner == name]),
        )  # fmt: skip


def _others(entity_map: EntityMap, map_sha: str, state: SiteState) -> Pages:
    yield "versions.html", _render("versions", "", entity_map, map_sha, state)
    yield "words.html", _render("words", "", entity_map, map_sha, state, words=WORDS)
