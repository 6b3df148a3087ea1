"""The six answers of the map against reality: each rule a sentence that should hold, yielding where it does not."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from revrecon.audit.findings import AuditFinding, Severity
from revrecon.audit.reality import Reality
from revrecon.entity_map.entities import Copy, Entity
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.parts import in_hours
from revrecon.entity_map.reach import columns_read
from revrecon.quality.controls.wanted import is_controlled
from revrecon.quality.judgement import causes_judged, threshold_for
from revrecon.quality.rules import is_required

Rule = Callable[[EntityMap, Reality, date], Iterator[AuditFinding]]

_LOOKED_AT = timedelta(days=400)
_FEW = 20
_IN_TIME = 0.95


def answers_against(entity_map: EntityMap, reality: Reality, as_of: date) -> Iterator[AuditFinding]:
    """Everything in which the map's answers and reality are apart on a day."""
    for rule in ANSWERS:
        yield from rule(entity_map, reality, as_of)


def _found(
    severity: Severity, question: str, check: Rule, entity: str, place: str, says: str, seen: str, todo: str, owner: str
) -> AuditFinding:
    return AuditFinding(severity, question, check.__name__, entity, place, says, seen, todo, owner)


def _copies(entity_map: EntityMap) -> Iterator[tuple[str, Entity, str, Copy]]:
    for name, entity in entity_map.entities.items():
        for copy_name, copy in entity.replication.items():
            yield name, entity, copy_name, copy


def every_definition_was_looked_at_within_a_year(
    entity_map: EntityMap, reality: Reality, as_of: date
) -> Iterator[AuditFinding]:
    """A sentence that someone signed is read again once a year."""
    for name, entity in entity_map.entities.items():
        signed = entity.definition
        if as_of - signed.signed_off_on > _LOOKED_AT:
            yield _found(
                "note", "1 definition", every_definition_was_looked_at_within_a_year, name, "definition",
                f"version {signed.version}, signed by {signed.signed_off_by} on {signed.signed_off_on}",
                f"{(as_of - signed.signed_off_on).days} days ago",
                "Read it again, and sign it anew or change it.", entity.reconciliation.owner,
            )  # fmt: skip


def every_definition_is_signed_by_someone_of_the_map(
    entity_map: EntityMap, reality: Reality, as_of: date
) -> Iterator[AuditFinding]:
    """A signature of the future, or an empty sentence, signs nothing."""
    for name, entity in entity_map.entities.items():
        signed = entity.definition
        if signed.signed_off_on > as_of or not signed.text.strip():
            yield _found(
                "breach", "1 definition", every_definition_is_signed_by_someone_of_the_map, name, "definition",
                f"version {signed.version}, signed on {signed.signed_off_on}", "not signed by the end of the quarter",
                "Have it signed.", entity.reconciliation.owner,
            )  # fmt: skip


def the_canonical_system_speaks(entity_map: EntityMap, reality: Reality, as_of: date) -> Iterator[AuditFinding]:
    """Whose word counts has said something lately."""
    for name, entity in entity_map.entities.items():
        for system in {entity_map.system_of(c, entity.replication[c]) for c in entity.canonical_system}:
            heard, allowed = reality.last_heard.get(system), reality.allowed_silence.get(system, timedelta(days=1))
            if system in reality.last_heard and (heard is None or as_of - heard > allowed):
                yield _found(
                    "breach", "2 canonical system", the_canonical_system_speaks, name, system,
                    "its word counts", f"silent since {heard}" if heard else "never heard",
                    "Get its exports going, or name another canonical system.",
                    entity_map.systems[system].representative,
                )  # fmt: skip


def every_copy_was_received(entity_map: EntityMap, reality: Reality, as_of: date) -> Iterator[AuditFinding]:
    """A copy that the map names is there."""
    for name, _, copy_name, copy in _copies(entity_map):
        if reality.records.get((name, copy_name), 1) == 0:
            system = entity_map.system_of(copy_name, copy)
            yield _found(
                "breach", "3 replication", every_copy_was_received, name, copy_name, f"copied as {copy.object}",
                "no record was ever received", "Export it, or take it out of the map.",
                entity_map.systems[system].representative,
            )  # fmt: skip


def every_copy_has_a_freshness_limit(entity_map: EntityMap, reality: Reality, as_of: date) -> Iterator[AuditFinding]:
    """Whatever follows another system says how far behind it may be; where it does not, nothing is ever late."""
    for name, entity, copy_name, copy in _copies(entity_map):
        if copy_name not in entity.canonical_system and copy.freshness is None:
            yield _found(
                "warn", "3 replication", every_copy_has_a_freshness_limit, name, copy_name,
                f"kept fresh: {copy.kept_fresh}", "no limit, so that no difference can be late",
                "Agree a limit with its representative.", entity.reconciliation.owner,
            )  # fmt: skip


def every_copy_keeps_its_freshness_limit(
    entity_map: EntityMap, reality: Reality, as_of: date
) -> Iterator[AuditFinding]:
    """What was called timing cleared in time, nineteen times of twenty."""
    for (name, copy_name), (share, claims, usual) in reality.in_time.items():
        copy = entity_map.entities[name].replication[copy_name]
        if claims >= _FEW and share < _IN_TIME:
            seen = f"{share:.0%} of {claims:,} changes in time"
            yield _found(
                "warn", "3 replication", every_copy_keeps_its_freshness_limit, name, copy_name,
                f"within {in_hours(copy.freshness)}" if copy.freshness else "no limit",
                seen + (f"; usually within {usual:.0f} h" if usual is not None else ""),
                "Repair the sync, or agree a limit that it can keep.", entity_map.entities[name].reconciliation.owner,
            )  # fmt: skip


def the_map_knows_every_object_that_a_system_sends(
    entity_map: EntityMap, reality: Reality, as_of: date
) -> Iterator[AuditFinding]:
    """What arrives and is not read could hold an answer."""
    for system, offered in reality.listed_objects.items():
        unknown = sorted(set(offered) - set(entity_map.systems[system].objects))
        if unknown:
            yield _found(
                "warn", "3 replication", the_map_knows_every_object_that_a_system_sends, "", system,
                f"objects: {', '.join(entity_map.systems[system].objects)}", f"it also sends {', '.join(unknown)}",
                "Map it, or stop sending it.", entity_map.systems[system].representative,
            )  # fmt: skip


def every_column_that_is_sent_is_mapped(entity_map: EntityMap, reality: Reality, as_of: date) -> Iterator[AuditFinding]:
    """A column that nobody reads is told, once for its object."""
    for (system, object_name), columns in reality.sent_columns.items():
        unread = [column for column in columns if column not in columns_read(entity_map, system, object_name)]
        if unread:
            yield _found(
                "note", "3 replication", every_column_that_is_sent_is_mapped, "", f"{system}/{object_name}",
                f"{len(columns) - len(unread)} columns are read", f"not read: {', '.join(unread)}",
                "Map those that hold an answer.", entity_map.systems[system].representative,
            )  # fmt: skip


def corrections_are_still_needed(entity_map: EntityMap, reality: Reality, as_of: date) -> Iterator[AuditFinding]:
    """A parent that the map sets right is wrong in the system; once it is right there, the correction can go."""
    for name, children in reality.caught_up.items():
        entity = entity_map.entities[name]
        yield _found(
            "note", "4 hierarchy", corrections_are_still_needed, name, "corrections",
            f"corrected: {', '.join(children)}", "the system has them so by itself now",
            "Take them out of the map.", entity.reconciliation.owner,
        )  # fmt: skip


def every_tree_has_its_parents_mapped(entity_map: EntityMap, reality: Reality, as_of: date) -> Iterator[AuditFinding]:
    """Where an entity has a hierarchy, a copy without the parent field cannot be compared."""
    for name, entity, copy_name, _ in _copies(entity_map):
        if entity.hierarchy is not None and entity.hierarchy.parent_field not in entity.replication[copy_name].fields:
            yield _found(
                "note", "4 hierarchy", every_tree_has_its_parents_mapped, name, copy_name,
                f"the tree is that of {entity.hierarchy.canonical}", "this copy maps no parent",
                "Map it, if the system knows parents.", entity.reconciliation.owner,
            )  # fmt: skip


def every_field_has_a_source_of_truth(entity_map: EntityMap, reality: Reality, as_of: date) -> Iterator[AuditFinding]:
    """A field of several copies, of which none is canonical and none is named, is nobody's."""
    for name, entity in entity_map.entities.items():
        for field, rule in entity.fields.items():
            held = [c for c, copy in entity.replication.items() if field in copy.fields]
            owned = rule.source_of_truth or rule.derived or set(held) & set(entity.canonical_system)
            if held and not owned:
                yield _found(
                    "warn", "5 quality", every_field_has_a_source_of_truth, name, field, "no source of truth",
                    f"held by {', '.join(held)}, none of which is canonical", "Name whose value wins.",
                    entity.reconciliation.owner,
                )  # fmt: skip


def every_required_field_is_enforced_at_entry(
    entity_map: EntityMap, reality: Reality, as_of: date
) -> Iterator[AuditFinding]:
    """What must be filled is asked for where it is typed in."""
    for name, entity in entity_map.entities.items():
        for field, rule in entity.fields.items():
            asked = [c for c, copy in entity.replication.items() if field in copy.fields and is_required(rule, c)]
            if asked and not is_controlled(rule):
                yield _found(
                    "note", "5 quality", every_required_field_is_enforced_at_entry, name, field,
                    f"required in {', '.join(asked)}", rule.input_control or "no input control is named",
                    "Have the system require it: revrecon controls.", entity.reconciliation.owner,
                )  # fmt: skip


def every_mapped_field_is_filled(entity_map: EntityMap, reality: Reality, as_of: date) -> Iterator[AuditFinding]:
    """A mapped column that is always empty was renamed, or is no longer kept."""
    for (name, copy_name, field), share in reality.filled.items():
        if share == 0 and reality.records.get((name, copy_name), 0) >= _FEW:
            entity = entity_map.entities[name]
            yield _found(
                "warn", "5 quality", every_mapped_field_is_filled, name, f"{copy_name}.{field}", "mapped",
                f"empty in all of {reality.records[name, copy_name]:,} records",
                "Map another column, or take it out.", entity.reconciliation.owner,
            )  # fmt: skip


def every_allowed_value_is_used(entity_map: EntityMap, reality: Reality, as_of: date) -> Iterator[AuditFinding]:
    """A value that nobody has is a word without a meaning."""
    for (name, copy_name, field), seen in reality.values.items():
        unused = [value for value in entity_map.entities[name].fields[field].allowed if value not in seen]
        if unused and reality.records.get((name, copy_name), 0) >= _FEW:
            yield _found(
                "note", "5 quality", every_allowed_value_is_used, name, f"{copy_name}.{field}",
                f"allowed: {', '.join(entity_map.entities[name].fields[field].allowed)}",
                f"never seen: {', '.join(unused)}", "Take it out, or find out why.",
                entity_map.entities[name].reconciliation.owner,
            )  # fmt: skip


def every_match_key_links_something(entity_map: EntityMap, reality: Reality, as_of: date) -> Iterator[AuditFinding]:
    """A key by which no two records were ever joined does nothing."""
    for name, entity in entity_map.entities.items():
        for key in entity.reconciliation.match_keys if name in reality.linked_by else ():
            called = f"equal {', '.join(key.on)}"
            if called not in reality.linked_by[name]:
                yield _found(
                    "note", "6 reconciliation", every_match_key_links_something, name, ", ".join(key.on),
                    "a match key", "it joins no records that stronger passes had not joined",
                    "Nothing, if it is meant as a fallback; else take it out.", entity.reconciliation.owner,
                )  # fmt: skip


def every_cause_has_a_threshold(entity_map: EntityMap, reality: Reality, as_of: date) -> Iterator[AuditFinding]:
    """What is judged can fail."""
    for name, entity, copy_name, _ in _copies(entity_map):
        free = [
            cause
            for cause in causes_judged(entity_map, name, copy_name)
            if threshold_for(entity, copy_name, cause) is None
        ]
        if free:
            yield _found(
                "warn", "6 reconciliation", every_cause_has_a_threshold, name, copy_name, "no threshold fits",
                f"these never warn: {', '.join(free)}", "Give them a threshold: a line without a cause fits all.",
                entity.reconciliation.owner,
            )  # fmt: skip


def every_owner_has_a_deputy(entity_map: EntityMap, reality: Reality, as_of: date) -> Iterator[AuditFinding]:
    """Someone answers while the owner is away."""
    for name, entity in entity_map.entities.items():
        owner = entity_map.people[entity.reconciliation.owner]
        if owner.deputy is None:
            yield _found(
                "note", "people", every_owner_has_a_deputy, name, entity.reconciliation.owner, "no deputy",
                "nobody is called while they are away", "Name one.", entity.reconciliation.owner,
            )  # fmt: skip


ANSWERS: tuple[Rule, ...] = (
    every_definition_was_looked_at_within_a_year,
    every_definition_is_signed_by_someone_of_the_map,
    the_canonical_system_speaks,
    every_copy_was_received,
    every_copy_has_a_freshness_limit,
    every_copy_keeps_its_freshness_limit,
    the_map_knows_every_object_that_a_system_sends,
    every_column_that_is_sent_is_mapped,
    corrections_are_still_needed,
    every_tree_has_its_parents_mapped,
    every_field_has_a_source_of_truth,
    every_required_field_is_enforced_at_entry,
    every_mapped_field_is_filled,
    every_allowed_value_is_used,
    every_match_key_links_something,
    every_cause_has_a_threshold,
    every_owner_has_a_deputy,
)
"""Every rule, in the order of the six questions."""
