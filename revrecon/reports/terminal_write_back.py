"""Write-backs in a terminal: plans, what they would meet, how writes ended; personal values masked."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl
from rich.console import Group, RenderableType
from rich.text import Text

from revrecon.reports.formats import listed, plural
from revrecon.reports.masks import masked
from revrecon.reports.terminal_bridges import AMOUNT, plain_table
from revrecon.write_back.change import Change
from revrecon.write_back.events import DONE, Found, Result
from revrecon.write_back.planning import Plan
from revrecon.write_back.state import Write

WRITE_SCHEMA: dict[str, pl.DataType] = {
    "write": pl.String(),
    "change": pl.String(),
    "system": pl.String(),
    "object": pl.String(),
    "record_id": pl.String(),
    "column": pl.String(),
    "before": pl.String(),
    "wanted": pl.String(),
    "after": pl.String(),  # what the system held when it was read again
    "outcome": pl.String(),  # null where it is not known yet
    "said": pl.String(),
    "why": pl.String(),
    "signature": pl.String(),
    "ticket": pl.String(),
    "decisions": pl.String(),  # blank-separated
    "canonical_id": pl.String(),
}
"""A write as a table, one row per change; personal values masked."""

_EMPTY = "(empty)"
_MEETS = {
    "write": ("as planned", "green"), "already": ("holds it already", "dim"),
    "changed": ("changed since: will be left alone", "yellow"), "gone": ("not there any more", "yellow"),
}  # fmt: skip


def _shown(values: Sequence[str | None], personal: Sequence[bool]) -> list[str]:
    """Values as they may be shown; those of personal fields masked."""
    frame = pl.DataFrame(
        {"value": [value or _EMPTY for value in values], "personal": personal},
        schema={"value": pl.String, "personal": pl.Boolean},
    )
    hidden = pl.col("personal") & (pl.col("value") != _EMPTY)
    return frame.select(pl.when(hidden).then(masked("value")).otherwise("value").alias("value"))["value"].to_list()


def _because(change: Change) -> str:
    """What asked for a change: its decision, its ticket, or else its finding."""
    named = [*change.decisions, *([change.ticket] if change.ticket else [])]
    return " ".join(named) or (f"finding {change.signature[:8]}" if change.signature else "master")


def plan_table(plan: Plan, top: int, found: Mapping[str, Found] | None = None) -> RenderableType:
    """What would be written and what would not; `found`: what the system holds now, where it was asked."""
    columns = ["Change", "Record", "Column", "From", "To", "Why", "For"]
    table = plain_table(*columns, *(["Now"] if found is not None else []))
    shown = plan.changes[:top]
    personal = [one.personal for one in shown]
    sides = zip(shown, _shown([o.seen for o in shown], personal), _shown([o.to for o in shown], personal), strict=True)
    for one, before, after in sides:
        now = [_meets(found[one.id])] if found is not None else []
        record = f"{one.object}/{one.record_id}"
        cells = (one.id, record, one.column, before, after, one.why, _because(one))
        table.add_row(*(Text(cell) for cell in cells), *now)
    more = len(plan.changes) - len(shown)
    parts: list[RenderableType] = [table] if shown else []
    if more > 0:
        parts.append(Text(f"and {plural(more, 'more change')}: --top {len(plan.changes)} shows them all", style="dim"))
    return Group(*parts, *_sums(plan))


def _meets(found: Found) -> Text:
    said, style = _MEETS[found.verdict]
    return Text(said, style=style)


def _sums(plan: Plan) -> Iterator[Text]:
    records = len({(one.object, one.key) for one in plan.changes})
    told = f"{plural(len(plan.changes), 'change')} of {plural(records, 'record')} of {plan.system}; plan {plan.id}."
    yield Text(told, style="bold")
    for why, count in plan.reasons:
        yield Text(f"  left out, {count:,}: {why}", style="dim")


def write_table(write: Write, top: int, everything: bool = False) -> RenderableType:
    """How a write ended: what did not end as it should, or all of it, and how many of each."""
    table = plain_table("Change", "Record", "Column", "Before", "Wanted", "Holds now", "Outcome", "For")
    told = [(one, write.results.get(one.id)) for one in write.changes]
    shown = [(one, result) for one, result in told if everything or result is None or result.outcome not in DONE][:top]
    found = [write.found.get(one.id) for one, _ in shown]
    personal = [one.personal for one, _ in shown]
    before = _shown([each.value if each else None for each in found], personal)
    wanted = _shown([one.to for one, _ in shown], personal)
    after = _shown([result.after if result else None for _, result in shown], personal)
    for at, (one, result) in enumerate(shown):
        known = (before[at] if found[at] else "", wanted[at], after[at] if result else "")
        cells = (one.id, f"{one.object}/{one.record_id}", one.column, *known)
        table.add_row(*(Text(cell) for cell in cells), _outcome(result), Text(_because(one)))
    return Group(*([table] if shown else []), headline(write))


def _outcome(result: Result | None) -> Text:
    if result is None:
        return Text("waiting", style="dim")
    style = "green" if result.outcome in DONE else "yellow"
    return Text(f"{result.outcome}: {result.said}" if result.said else result.outcome, style=style)


def write_frame(write: Write) -> pl.DataFrame:
    """All changes of a write (WRITE_SCHEMA)."""
    rows = []
    for one in write.changes:
        found, result = write.found.get(one.id), write.results.get(one.id)
        rows.append(
            {
                **one.model_dump(include=set(WRITE_SCHEMA) - {"decisions"}), "write": write.id, "change": one.id,
                "before": found.value if found else None, "wanted": one.to, "after": result.after if result else None,
                "outcome": result.outcome if result else None, "said": result.said if result else None,
                "decisions": " ".join(one.decisions), "_personal": one.personal,
            }
        )  # fmt: skip
    frame = pl.DataFrame(rows, schema={**WRITE_SCHEMA, "_personal": pl.Boolean})
    values = ("before", "wanted", "after")
    hidden = [pl.when("_personal").then(masked(name)).otherwise(name).alias(name) for name in values]
    return frame.with_columns(hidden).drop("_personal")


def headline(write: Write) -> Text:
    """One line: what, who, when, and how many changes ended how."""
    counts = listed([f"{count:,} {name}" for name, count in sorted(write.counted().items())])
    deed = f"undoes {write.begun.undoes}, " if write.begun.undoes else ""
    told = (
        f"{write.id} ({write.begun.system}, {deed}{write.at:%Y-%m-%d %H:%M} UTC, {write.by}): {write.state}; {counts}."
    )
    return Text(told, style="green" if write.is_well else "yellow")


def writes_table(writes: Sequence[Write]) -> RenderableType:
    """All writes, the newest first."""
    if not writes:
        return Text("Nothing was ever written back.", style="dim")
    table = plain_table("Write", "System", "When (UTC)", "By", "Day", "State", "How")
    table.add_column("Changes", **AMOUNT)
    for one in reversed(writes):
        counts = ", ".join(f"{count:,} {name}" for name, count in sorted(one.counted().items()))
        deed = f"undoes {one.begun.undoes}: " if one.begun.undoes else ""
        cells = (one.id, one.begun.system, f"{one.at:%Y-%m-%d %H:%M}", one.by, str(one.begun.as_of), one.state)
        table.add_row(*(Text(cell) for cell in cells), Text(deed + counts), Text(f"{len(one.changes):,}"))
    return table
