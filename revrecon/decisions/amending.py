"""From decisions to the map's text: what was decided is written where it belongs, and nothing else is touched."""

from collections.abc import Mapping, Sequence
from datetime import date

from revrecon.decisions.kinds import (
    AMENDS_THE_MAP,
    AdjustThreshold,
    AgreeDifference,
    ChangeDefinition,
    Deed,
    ReParent,
)
from revrecon.decisions.taken import Taken
from revrecon.entity_map.agreed import OfABridge
from revrecon.entity_map.editing import MapText, NoPlace, Path, Value
from revrecon.entity_map.entities import MEASURES
from revrecon.entity_map.loader import parse_map
from revrecon.entity_map.problems import MapProblems

_CHAPTER = "Differences that are accepted for a while: by whom, why, up to how much, and until when they come back."


class AmendmentRefused(Exception):
    """A decision does not fit the map; nothing of it was written."""


def amended_text(text: str, decisions: Sequence[Taken]) -> str:
    """The map's text with decisions in it, its version one higher and a line in its history.

    Decisions that are not about the map leave it as it is. Raises AmendmentRefused where one has no place, and with
    every problem of the map that would come out.
    """
    amending = [one for one in decisions if isinstance(one.deed, AMENDS_THE_MAP)]
    if not amending:
        return text
    edited = MapText(text)
    try:
        for one in amending:
            edited = _amended(edited, one)
        edited = _signed(edited, amending)
    except NoPlace as trouble:
        raise AmendmentRefused(f"The decision does not fit the map: {trouble}") from trouble
    _require_sound(edited.text)
    return edited.text


def _require_sound(text: str) -> None:
    try:
        parse_map(text)
    except MapProblems as problems:
        told = "\n  ".join(map(str, problems.problems))
        raise AmendmentRefused(
            f"With these decisions the map would be wrong, so nothing was written:\n  {told}"
        ) from problems


def _amended(text: MapText, one: Taken) -> MapText:
    deed: Deed = one.deed
    match deed:
        case ChangeDefinition():
            return _redefined(text, deed, one.on)
        case ReParent():
            return _re_parented(text, deed, one)
        case AdjustThreshold():
            return _with_threshold(text, deed)
        case AgreeDifference():
            return _with_agreement(text, deed, one)
        case _:
            return text


def _signed(text: MapText, decisions: Sequence[Taken]) -> MapText:
    """The version one higher, and a line of history that says who decided what."""
    version = int(text.value(("map", "version"))) + 1
    days = sorted({one.on for one in decisions})
    people = ", ".join(dict.fromkeys(one.by for one in decisions))
    what = " ".join(f"{one.what.rstrip('.')} ({one.why.rstrip('.')})." for one in decisions)
    line: Mapping[str, Value] = {"version": version, "on": days[-1], "by": people, "why": f"Standup: {what}"}
    return text.replaced(("map", "version"), version).with_item(("map", "history"), line)


def _redefined(text: MapText, deed: ChangeDefinition, on: date) -> MapText:
    """The definition in force moves whole into `previous`; figures that were typed in stay with the one in force."""
    path: Path = ("numbers", deed.number, "definitions", deed.definition)
    version = int(text.value((*path, "version")))
    kept = text.value(path)
    if text.is_block(path):
        text = text.with_item_lines((*path, "previous"), text.block_without(path, "previous", "reported"), 0)
    else:
        earlier = {name: value for name, value in kept.items() if name not in ("previous", "reported")}
        text = text.with_item((*path, "previous"), earlier, 0)
    text = text.replaced((*path, "version"), version + 1).replaced((*path, "effective"), on)
    changes: dict[str, Value] = {"text": deed.text, "as_of": deed.as_of}
    if deed.measure is not None:
        changes["measure"] = deed.measure.model_dump(exclude_none=True, mode="json")
    for name, value in changes.items():
        text = text if value is None else text.with_answer((*path, name), value)
    if deed.conditions is None:
        return text
    place = (*path, "conditions")
    return (
        text.replaced_by_block(place, deed.conditions) if text.has(place) else text.with_answer(place, deed.conditions)
    )


def _re_parented(text: MapText, deed: ReParent, one: Taken) -> MapText:
    """A correction in the map; an earlier one of the same child makes way."""
    path: Path = ("entities", deed.entity, "hierarchy")
    place = (*path, "corrections")
    known = text.value(place) if text.has(place) else []
    for at in reversed([at for at, known_one in enumerate(known) if str(known_one["child"]) == deed.child]):
        text = text.without((*place, at))
    line: Mapping[str, Value] = {"child": deed.child, "parent": deed.parent, "why": one.why, "effective": one.on}
    return text.with_item(place, line)


def _with_threshold(text: MapText, deed: AdjustThreshold) -> MapText:
    """The line for just this cause and copy gets the limits, and keeps those that are not named.

    Where there is none, a new one takes over those of the more general line and stands before it: the first that fits
    counts.
    """
    place: Path = ("entities", deed.entity, "reconciliation", "thresholds")
    known = text.value(place) if text.has(place) else []
    for at, line in enumerate(known):
        if (line.get("copy"), line.get("cause")) == (deed.copy_name, deed.cause):
            return text.with_answer((*place, at, deed.measure), line.get(deed.measure, {}) | _limits(deed))
    fitting = [
        at
        for at, line in enumerate(known)
        if line.get("copy") in (None, deed.copy_name) and line.get("cause") in (None, deed.cause)
    ]
    general = known[fitting[0]] if fitting else {}
    named = {"copy": deed.copy_name, "cause": deed.cause}
    limits = {measure: general[measure] for measure in MEASURES if measure in general}
    limits[deed.measure] = limits.get(deed.measure, {}) | _limits(deed)
    line = {name: value for name, value in named.items() if value is not None} | limits
    return text.with_item(place, line, fitting[0] if fitting else None)


def _limits(deed: AdjustThreshold) -> dict[str, Value]:
    told = {name: value for name, value in deed.limit.model_dump().items() if value is not None}
    return {name: _as_written(deed.measure, value) for name, value in told.items()}


def _as_written(measure: str, value: float) -> Value:
    """A share as a percentage, whole numbers without a point."""
    if measure == "share":
        return f"{round(value * 100, 4):g}%"
    return int(value) if value == int(value) else value


def _with_agreement(text: MapText, deed: AgreeDifference, one: Taken) -> MapText:
    about = deed.about
    subject: dict[str, Value] = (
        {"kind": "bridge", "number": about.number, "definition": about.definition, "cause": about.cause}
        if isinstance(about, OfABridge)
        else {"kind": "copy", "entity": about.entity, "copy": about.copy_name, "cause": about.cause}
    )
    if isinstance(about, OfABridge) and about.detail is not None:
        subject["detail"] = about.detail
    cap = int(deed.cap) if deed.cap == deed.cap.to_integral_value() else float(deed.cap)
    agreed: dict[str, Value] = {
        "owner": deed.owner or one.by, "why": one.why, "cap": cap, "agreed_on": one.on, "until": deed.until
    }  # fmt: skip
    return _with_named(text, deed.name, subject | agreed)


def _with_named(text: MapText, name: str, answers: Mapping[str, Value]) -> MapText:
    chapter: Path = ("agreed_differences",)
    if text.has((*chapter, name)):
        raise AmendmentRefused(f"The map has an agreement '{name}' already; give this one another name.")
    lines = [MapText.line(key, value) for key, value in answers.items()]
    if not text.has(chapter):
        return text.with_chapter("agreed_differences", _CHAPTER, [f"{name}:", *(f"  {line}" for line in lines)])
    if not text.is_block(chapter):
        return text.with_answer((*chapter, name), answers)
    return text.with_lines((*chapter, name), lines)
