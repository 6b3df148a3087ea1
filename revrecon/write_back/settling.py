"""What follows from what a system holds: before a write whether to make it, after it how it ended. Nothing is done."""

from collections.abc import Mapping, Sequence

from revrecon.sources.live.writing import Key, Put
from revrecon.write_back.change import Change, is_same
from revrecon.write_back.events import Found, Outcome, Result, Verdict

Held = Mapping[Key, Mapping[str, str | None]]
"""What records hold, by key and column; those that are not there are left out."""

_WORDS: Mapping[Outcome, str] = {
    "changed": "somebody changed it since it was planned; it was left alone",
    "gone": "the record is not there any more",
    "dropped": "the system said yes and holds what it held before",
    "altered": "the system took it and holds another value now",
    "unclear": "it holds neither the old value nor ours: ours in the system's own spelling, or someone else's",
    "already": "it held the value already",
    "erased": "its person was erased here since it was planned; it was left alone",
}


def found_in(changes: Sequence[Change], held: Held) -> tuple[Found, ...]:
    """What each change meets, and what is to be done about it."""
    return tuple(Found(change=one.id, value=_held_of(one, held), verdict=_verdict(one, held)) for one in changes)


def _verdict(change: Change, held: Held) -> Verdict:
    if change.erased:
        return "erased"
    if change.key not in held:
        return "gone"
    value = held[change.key].get(change.column)
    if is_same(change.kind, value, change.to):
        return "already"
    return "write" if is_same(change.kind, value, change.seen) else "changed"


def puts_of(changes: Sequence[Change], found: Mapping[str, Found], held: Held | None = None) -> list[Put]:
    """The records that are to be written, each with all its columns.

    `held`: what they hold now, where it is not known whether they were written: only what they held before is.
    """
    by_key: dict[Key, list[Change]] = {}
    for one in changes:
        if (
            found[one.id].verdict == "write"
            and not one.erased
            and (held is None or _is_as_before(one, found[one.id], held))
        ):
            by_key.setdefault(one.key, []).append(one)
    return [
        Put(key, {one.column: found[one.id].value for one in mine}, {one.column: one.to for one in mine})
        for key, mine in by_key.items()
    ]


def _held_of(change: Change, held: Held) -> str | None:
    """What the system holds there; of a person who was erased it is not kept again."""
    return None if change.erased else held.get(change.key, {}).get(change.column)


def _is_as_before(change: Change, found: Found, held: Held) -> bool:
    return change.key in held and is_same(change.kind, held[change.key].get(change.column), found.value)


def results_of(
    changes: Sequence[Change], found: Mapping[str, Found], held: Held, refused: Mapping[Key, str], unsure: bool,
    given_up: bool = False,
) -> tuple[Result, ...]:  # fmt: skip
    """How every change of a batch ended, by what the system holds now: what it holds counts, not what it said.

    `refused`: the records that it would not take, and why. `unsure`: an answer was lost. `given_up`: what is as it was
    before was not tried.
    """
    told = []
    for one in changes:
        verdict = "erased" if one.erased else found[one.id].verdict
        outcome: Outcome = (
            _outcome(one, found[one.id], held, refused, unsure, given_up) if verdict == "write" else verdict
        )
        after = _held_of(one, held)
        said = refused.get(one.key, "") if outcome in ("refused", "changed") and one.key in refused else ""
        told.append(Result(change=one.id, outcome=outcome, after=after, said=said or _WORDS.get(outcome, "")))
    return tuple(told)


def _outcome(
    change: Change, found: Found, held: Held, refused: Mapping[Key, str], unsure: bool, given_up: bool
) -> Outcome:
    if change.key not in held:
        return "gone"
    value = held[change.key].get(change.column)
    if is_same(change.kind, value, change.to):
        return "written"
    as_before = is_same(change.kind, value, found.value)
    if change.key in refused:
        return "refused" if as_before else "changed"
    if as_before:
        return "not tried" if given_up else "dropped"
    return "unclear" if unsure or given_up else "altered"


def not_tried(changes: Sequence[Change]) -> tuple[Result, ...]:
    """The results of a batch that was never claimed."""
    return tuple(Result(change=one.id, outcome="not tried", after=None) for one in changes)
