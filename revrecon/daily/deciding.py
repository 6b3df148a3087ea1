"""The door of decisions: looked at against the day, written into the register and the map, all of them or none."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from revrecon.canonical.identity.decisions import Decision, Verdict
from revrecon.daily.day import Day
from revrecon.daily.kept_maps import keep_map
from revrecon.decisions.amending import AmendmentRefused, amended_text
from revrecon.decisions.contradictions import require_no_contradiction
from revrecon.decisions.kinds import FixTheData, Merge, NeverMerge, ReParent
from revrecon.decisions.register import DecisionRegister, decision_id
from revrecon.decisions.standup_register import StandupRegister
from revrecon.decisions.taken import Taken
from revrecon.entity_map.loader import LoadedMap, load_map
from revrecon.entity_map.problems import did_you_mean
from revrecon.history.atomic import write_text
from revrecon.tickets.ledger import Ledger


@dataclass(frozen=True)
class Amendment:
    """Decisions that fit, the map's text before and after, and the identity decisions that go with them."""

    decisions: tuple[Taken, ...]
    before: LoadedMap
    after: str
    identities: tuple[Decision, ...]

    @property
    def difference(self) -> str:
        """What changes in the map, as a unified difference; empty where it stays as it is."""
        name, old, new = self.before.path.name, self.before.text.splitlines(), self.after.splitlines()
        return "\n".join(difflib.unified_diff(old, new, name, name, lineterm="", n=1))


def amendment(day: Day, decisions: Sequence[Taken]) -> Amendment:
    """What decisions would do. Raises AmendmentRefused for those that do not fit, Contradiction for merges."""
    for one in decisions:
        _require_sense(day, one)
    known = {one.id for one in StandupRegister(day.home.ledger).all()}
    fresh = [one for one in decisions if one.id not in known]
    identities = tuple(_identity(one) for one in fresh if isinstance(one.deed, Merge | NeverMerge))
    for at, identity in enumerate(identities):
        require_no_contradiction([*day.decisions, *identities[:at]], identity)
    return Amendment(tuple(decisions), day.loaded, amended_text(day.loaded.text, fresh), identities)


def take(day: Day, asked: Amendment) -> LoadedMap:
    """Write decisions down: into the register and, where they are about it, the map; the map as it then is.

    The register comes last, so that after a crash the same decisions can be entered again. Raises AmendmentRefused
    where someone else has changed the map meanwhile.
    """
    path = asked.before.path
    keep_map(day.home, asked.before)
    if asked.after != asked.before.text:
        if path.read_text(encoding="utf-8-sig") not in (asked.before.text, asked.after):
            raise AmendmentRefused(f"{path} was changed meanwhile, so nothing was written. Enter the decisions again.")
        write_text(asked.after, path)
        keep_map(day.home, load_map(path), by=", ".join(dict.fromkeys(one.by for one in asked.decisions)))
    DecisionRegister(day.home.ledger).add(asked.identities)
    StandupRegister(day.home.ledger).add(asked.decisions)
    return load_map(path)


def _require_sense(day: Day, one: Taken) -> None:
    """Raise AmendmentRefused where a decision names someone or something that is not there."""
    if one.by not in day.map.people:
        near = did_you_mean(one.by, day.map.people) or f"people of the map: {', '.join(day.map.people)}"
        raise AmendmentRefused(f"'{one.by}' is no person of the map; {near}. Name who decides with --by.")
    if not one.why.strip():
        raise AmendmentRefused("The reason is missing: say with --why what whoever asks in a year should know.")
    if isinstance(one.deed, FixTheData):
        _require_a_ticket(day, one.deed, one)
    if isinstance(one.deed, ReParent):
        _require_nodes(day, one.deed)
    if isinstance(one.deed, Merge | NeverMerge):
        _require_records(day, one.deed)


def _require_a_ticket(day: Day, deed: FixTheData, one: Taken) -> None:
    known = [ticket.id for ticket in Ledger(day.home.ledger).tickets(day.map, day.as_of)]
    if deed.ticket not in known:
        near = did_you_mean(deed.ticket, known) or "see them all: revrecon tickets list --all"
        raise AmendmentRefused(f"There is no ticket '{deed.ticket}'; {near}.")
    if deed.due <= one.on:
        raise AmendmentRefused(f"A fix of {one.on} is due later than that day, and not on {deed.due}.")


def _require_nodes(day: Day, deed: ReParent) -> None:
    entity = day.map.entities.get(deed.entity)
    if entity is None or entity.hierarchy is None:
        with_a_tree = [name for name, one in day.map.entities.items() if one.hierarchy is not None]
        raise AmendmentRefused(f"'{deed.entity}' has no hierarchy in the map; these have: {', '.join(with_a_tree)}.")
    for key in (deed.child, deed.parent):
        if key is not None:
            _require_record(day, deed.entity, entity.hierarchy.canonical, key)


def _require_records(day: Day, deed: Merge | NeverMerge) -> None:
    if deed.entity not in day.map.entities:
        near = did_you_mean(deed.entity, day.map.entities)
        raise AmendmentRefused(f"'{deed.entity}' is no entity of the map{f'; {near}' if near else ''}.")
    for told in (deed.left, deed.right):
        copy, _, key = told.partition("/")
        _require_record(day, deed.entity, copy, key)
    if deed.left == deed.right:
        raise AmendmentRefused(f"{deed.left} is one record; name two.")


def _require_record(day: Day, entity: str, copy: str, key: str) -> None:
    copies = day.world.entities[entity].copies
    if copy not in copies:
        near = did_you_mean(copy, copies)
        raise AmendmentRefused(f"'{copy}' is no copy of {entity} that has said anything{f'; {near}' if near else ''}.")
    if key not in copies[copy].records["_id"]:
        raise AmendmentRefused(
            f"{copy} has no record '{key}' of {entity} on {day.as_of}; write its key as the system does."
        )


def _identity(one: Taken) -> Decision:
    """A merge as the identity register keeps it; it holds from the day of the standup on."""
    deed = one.deed
    assert isinstance(deed, Merge | NeverMerge)
    left, right = (tuple(told.split("/", 1)) for told in (deed.left, deed.right))
    verdict: Verdict = "same" if isinstance(deed, Merge) else "never_same"
    bare = Decision("", deed.entity, (left[0], left[1]), (right[0], right[1]), verdict, one.by, one.why, one.at, one.on)
    return replace(bare, id=decision_id(bare))
