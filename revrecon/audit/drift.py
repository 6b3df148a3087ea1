"""Structural drift, which no day shows: slow trends, thresholds that say nothing, queues and schemas that change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from revrecon.audit.findings import AuditFinding
from revrecon.entity_map.entities import MEASURES, Threshold
from revrecon.entity_map.model import EntityMap
from revrecon.quality.judgement import threshold_for
from revrecon.tickets.model import Verdicted

_WEEKS = 8
_SURE = 0.01
_STEADY = 0.6
_RISE = 0.25
_FINDINGS = 5
_ALWAYS = 0.9
_NEVER = 0.5
_FLAPS = 4
_QUEUE = 5


@dataclass(frozen=True)
class Columns:
    """The columns of one extract of an object, and those of them in which anything stands."""

    system: str
    object: str
    day: date
    sent: frozenset[str]
    filled: frozenset[str]
    rows: int


def slow_trends(entity_map: EntityMap, facts: Sequence[Verdicted]) -> Iterator[AuditFinding]:
    """Checks that pass or warn and have been getting worse week by week.

    Kendall's tau over the weekly means of the share of records (at least eight weeks, tau 0.6, p 0.01), because
    findings stay for days and neighbouring days are no independent witnesses; Theil-Sen's slope says how fast. A rise
    counts from a quarter of the beginning and five findings on.
    """
    from scipy import stats  # a second, which only an audit needs to wait for

    for key, mine in _by_key(facts):
        weeks = _weekly(mine)
        if len(weeks) < _WEEKS or mine[-1].verdict == "breach":
            continue
        counted = range(len(weeks))
        tau, doubt = stats.kendalltau(counted, weeks)
        slope = float(stats.theilslopes(weeks, counted)[0])
        first, last = mine[0], mine[-1]
        rose = slope * (len(weeks) - 1)
        grown = last.records - first.records
        if tau >= _STEADY and doubt < _SURE and rose >= _RISE * max(weeks[0], 1e-9) and grown >= _FINDINGS:
            yield _drifting(
                entity_map, key, "no_check_gets_slowly_worse", "warn", "below its threshold",
                f"{first.records:,} findings on {first.day}, {last.records:,} on {last.day}: "
                f"{slope:+.2%} of records a week", "Find out what lets them in before the threshold does.",
            )  # fmt: skip


def _weekly(facts: Sequence[Verdicted]) -> list[float]:
    """The mean share of every whole or begun week."""
    weeks: dict[int, list[float]] = {}
    for fact in facts:
        weeks.setdefault((fact.day - facts[0].day).days // 7, []).append(fact.share)
    return [sum(shares) / len(shares) for _, shares in sorted(weeks.items())]


def thresholds_that_say_nothing(entity_map: EntityMap, facts: Sequence[Verdicted]) -> Iterator[AuditFinding]:
    """Checks in breach nearly all the time, that come and go, or whose limit nothing has ever come near."""
    for key, mine in _by_key(facts):
        run = [fact for fact in mine if fact.verdict != "not_run"]
        if not run:
            continue
        breaches = sum(fact.verdict == "breach" for fact in run)
        turns = sum((a.verdict == "breach") != (b.verdict == "breach") for a, b in pairwise(run))
        if len(run) >= _WEEKS * 7 and breaches >= _ALWAYS * len(run):
            yield _drifting(
                entity_map, key, "no_threshold_is_always_hit", "warn", _limit(entity_map, key),
                f"in breach on {breaches} of {len(run)} days", "Fix the data, or agree the difference for a while.",
            )  # fmt: skip
        elif turns >= _FLAPS:
            yield _drifting(
                entity_map, key, "no_check_comes_and_goes", "warn", _limit(entity_map, key),
                f"it turned {turns} times", "Mend the cause, or move the limit away from the usual level.",
            )  # fmt: skip
        elif _never_near(entity_map, key, run):
            most = max(run, key=lambda fact: fact.records)
            yield _drifting(
                entity_map, key, "every_threshold_can_be_hit", "note", _limit(entity_map, key),
                f"at most {most.records:,} findings ({most.share:.1%}), on {most.day}",
                "Tighten it, so that a change for the worse is seen.",
            )  # fmt: skip


def _never_near(entity_map: EntityMap, key: str, run: Sequence[Verdicted]) -> bool:
    """Whether findings there were, and not half of the first limit was ever reached."""
    entity, copy, cause = key.split("/")
    threshold = threshold_for(entity_map.entities[entity], copy, cause) if entity in entity_map.entities else None
    if threshold is None or not any(fact.records for fact in run):
        return False
    return max((one for fact in run for one in _of_first_limit(threshold, fact)), default=_NEVER) < _NEVER


def _of_first_limit(threshold: Threshold, fact: Verdicted) -> Iterator[float]:
    """Every measure of a day as a share of its first limit."""
    measured = {
        "count": float(fact.records), "share": fact.share, "net": abs(float(fact.net or 0)),
        "gross": float(fact.gross or 0),
    }  # fmt: skip
    for measure, value in measured.items():
        limit = getattr(threshold, measure)
        levels = [level for level in (limit.warn, limit.breach) if level] if limit else []
        if levels:
            yield value / min(levels)


def _limit(entity_map: EntityMap, key: str) -> str:
    entity, copy, cause = key.split("/")
    threshold = threshold_for(entity_map.entities[entity], copy, cause) if entity in entity_map.entities else None
    if threshold is None:
        return "no threshold"
    told = {name: getattr(threshold, name) for name in MEASURES}
    levels = {name: one.breach if one.breach is not None else one.warn for name, one in told.items() if one}
    parts = [f"{name} {level:g}" for name, level in levels.items() if level is not None]
    return f"limit: {', '.join(parts)}" if parts else "no limit"


def growing_queues(entity_map: EntityMap, waiting: Mapping[str, Sequence[tuple[date, int]]]) -> Iterator[AuditFinding]:
    """Review queues that are longer at the end than at the beginning: cases per entity and day."""
    for entity, days in waiting.items():
        first, last = days[0], days[-1]
        if last[1] - first[1] >= _QUEUE:
            owner = entity_map.entities[entity].reconciliation.owner
            yield AuditFinding(
                "warn", "structural drift", "review_queues_are_worked_off", entity, "review queue",
                "doubts wait for a steward", f"{first[1]:,} waited on {first[0]}, {last[1]:,} on {last[0]}",
                "Decide them: revrecon review queue.", owner,
            )  # fmt: skip


def changed_schemas(entity_map: EntityMap, extracts: Sequence[Columns]) -> Iterator[AuditFinding]:
    """Columns that came, went, or fell empty while their object was sent, with the day."""
    objects: dict[tuple[str, str], list[Columns]] = {}
    for one in extracts:
        objects.setdefault((one.system, one.object), []).append(one)
    for (system, object_name), mine in objects.items():
        ordered = sorted(mine, key=lambda one: one.day)
        owner, place = entity_map.systems[system].representative, f"{system}/{object_name}"
        for before, after in pairwise(ordered):
            for what, names in (("came", after.sent - before.sent), ("went", before.sent - after.sent)):
                if names:
                    yield AuditFinding(
                        "warn", "structural drift", "schemas_stay_as_they_were", "", place,
                        f"{len(before.sent)} columns", f"{', '.join(sorted(names))} {what} on {after.day}",
                        "Tell whoever maps it; map it, or take it out.", owner,
                    )  # fmt: skip
        yield from _fallen_empty(place, owner, ordered)


def _fallen_empty(place: str, owner: str, ordered: Sequence[Columns]) -> Iterator[AuditFinding]:
    """Columns that were filled in the first half of what was sent and in none of the second, twenty rows at least."""
    middle = len(ordered) // 2
    early, late = ordered[:middle], ordered[middle:]
    if not early or sum(one.rows for one in late) < 20:
        return
    was = frozenset().union(*(one.filled for one in early))
    still = frozenset().union(*(one.filled for one in late))
    sent = frozenset.intersection(*(one.sent for one in ordered))
    empty = sorted((was - still) & sent)
    if empty:
        yield AuditFinding(
            "warn", "structural drift", "columns_stay_filled", "", place, "filled before",
            f"{', '.join(empty)} empty since {late[0].day}", "Find out who stopped filling it.", owner,
        )  # fmt: skip


def _drifting(
    entity_map: EntityMap, key: str, check: str, severity: str, says: str, seen: str, what_to_do: str
) -> AuditFinding:
    entity, copy, cause = key.split("/")
    known = entity_map.entities.get(entity)
    owner = known.reconciliation.owner if known else ""
    return AuditFinding(
        "warn" if severity == "warn" else "note", "structural drift", check, entity, f"{copy} {cause}", says, seen,
        what_to_do, owner,
    )  # fmt: skip


def _by_key(facts: Sequence[Verdicted]) -> Iterator[tuple[str, list[Verdicted]]]:
    found: dict[str, list[Verdicted]] = {}
    for fact in sorted(facts, key=lambda one: (one.key, one.day)):
        found.setdefault(fact.key, []).append(fact)
    yield from found.items()
