"""The pack as Markdown, for chat, mail and the minutes."""

from collections.abc import Iterable, Iterator

from revrecon.reports.formats import long_day
from revrecon.reports.standup.pack import StandupPack
from revrecon.reports.standup.views import (
    OwedView,
    exception_lines,
    figure_lines,
    followed,
    owed_views,
    proposal_lines,
)
from revrecon.tickets.bodies.markdown import row, safe

_MOST = 10


def standup_markdown(pack: StandupPack) -> str:
    """The whole pack; nothing in the data is markup."""
    lines = [f"# Standup of {long_day(pack.meets_on)}: {safe(pack.map.company.name)}", ""]
    lines += [f"As of {pack.as_of}, Entity Map version {pack.map.map.version}.", ""]
    lines += [f"> {safe(note)}" for note in pack.notes]
    for title, part in _parts(pack):
        lines += ["", f"## {title}", "", *part]
    return "\n".join(lines) + "\n"


def _parts(pack: StandupPack) -> Iterator[tuple[str, list[str]]]:
    yield "Agenda", [f"- **{item.minutes} min** {safe(item.title)}. {safe(item.about)}" for item in pack.agenda]
    yield (
        "Last decisions",
        _table(
            ("Decision", "By", "Taken", "State", "What became of it"),
            [(one["what"], one["by"], one["on"], one["state"], one["note"]) for one in followed(pack)],
        ),
    )
    yield (
        "Figures",
        _table(
            ("Number", "Department", "Now", "Since last week", "Gap", "Gap since last week"),
            [(f.number, f.department, f.now, f.moved, f.gap, f.gap_moved) for f in figure_lines(pack)],
        ),
    )
    for one in owed_views(pack):
        yield f"{safe(one.name)} for {safe(one.systems)}", list(_owed(one))
    for title, state in (("New", "new"), ("Cleared", "cleared")):
        yield (
            title,
            _table(
                ("Where", "Cause", "Record", "Field", "Expected", "Found", "Amount", "Since"),
                [
                    (e.where, e.cause, e.record, e.field, e.expected, e.observed, e.amount, e.since)
                    for e in exception_lines(pack, state, _MOST)
                ],
            ),
        )
    yield "To decide", list(_proposals(pack))


def _owed(one: OwedView) -> Iterator[str]:
    yield safe(one.summary)
    yield ""
    if one.tickets:
        yield from _table(
            ("Ticket", "What", "Measured", "Age in days", "State", "What to do"),
            [(t.id, t.title, t.measure, t.age, t.state, t.what_to_do) for t in one.worst.shown],
        )
    if one.worst.more:
        yield f"The {len(one.worst.shown)} worst of {one.worst.all:,}; all of them are in the workbook."


def _proposals(pack: StandupPack) -> Iterator[str]:
    lines = proposal_lines(pack)
    if not lines:
        yield "Nothing."
    for number, one in enumerate(lines, 1):
        yield f"{number}. **{safe(one.kind)}** ({safe(one.owner)}): {safe(one.what)}."
        yield f"   Effect: {safe(one.gain)} of {safe(one.of)}."
        yield f"   {safe(one.why)}"
        yield f"   `{one.command.replace('`', '')}`"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> list[str]:
    cells = [row(one) for one in rows]
    return [row(heads), "|" + " --- |" * len(heads), *cells] if cells else ["None."]
