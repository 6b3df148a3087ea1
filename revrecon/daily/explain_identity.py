"""Explaining who a record is: what it stands for, which links hold it there, what was decided, and its history."""

from collections.abc import Iterator

import polars as pl
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from revrecon.canonical.identity.decisions import standing
from revrecon.canonical.identity.ids import resolved
from revrecon.daily.day import Day
from revrecon.reports.masks import personal_fields
from revrecon.reports.terminal_bridges import AMOUNT, plain_table


def identity_panels(day: Day, asked: str) -> list[RenderableType]:
    """A panel per entity that knows a record, or an id, of that name; none where no entity does."""
    return [Panel(_told(day, entity, found), title=f"{day.map.entities[entity].title}: {found}", title_align="left")
            for entity in day.map.entities
            if (found := resolved(asked, day.crosswalks[entity])) is not None]  # fmt: skip


def _told(day: Day, entity: str, canonical_id: str) -> RenderableType:
    members = day.crosswalks[entity].filter(pl.col("canonical_id") == canonical_id).sort("copy", "record_id")
    keys = set(members.select("copy", "record_id").iter_rows())
    links = _touching(day.identities[entity].links, keys)
    parts: list[RenderableType] = [Text("\n".join(_member_lines(members))), _links_table(day, entity, links)]
    parts += [Text("\n".join(lines)) for lines in (_decisions(day, entity, keys), _history(day, entity, keys)) if lines]
    return Group(*parts)


def _member_lines(members: pl.DataFrame) -> Iterator[str]:
    yield "These records are one thing:"
    for row in members.iter_rows(named=True):
        gone = ", deleted there" if row["gone"] else ""
        yield f"  {row['system']}/{row['object']}/{row['record_id']}  ({row['linked_by']}{gone})"


def _touching(links: pl.DataFrame, keys: set[tuple[str, str]]) -> pl.DataFrame:
    sides = [
        pl.struct(f"{side}_copy", f"{side}_id").is_in([{f"{side}_copy": c, f"{side}_id": i} for c, i in sorted(keys)])
        for side in ("left", "right")
    ]
    return links.filter(pl.any_horizontal(sides))


def _links_table(day: Day, entity: str, links: pl.DataFrame) -> RenderableType:
    """Each link, and for one found by likeness what each field said; personal values are masked by not being shown."""
    if links.is_empty():
        return Text("No link was made or refused.", style="dim")
    table = plain_table("Link", "By", "Outcome", title=Text("Links", style="bold"))
    table.add_column("Weight", **AMOUNT)
    hidden = {field for name, field in personal_fields(day.map) if name == entity}
    for row in links.iter_rows(named=True):
        ends = f"{row['left_copy']}/{row['left_id']} – {row['right_copy']}/{row['right_id']}"
        outcome = row["outcome"] + (f": {row['reason']}" if row["reason"] else "")
        weight = f"{row['weight']:+.1f}" if row["weight"] is not None else ""
        table.add_row(Text(ends), Text(row["pass"]), Text(outcome), weight)
        for piece in row["evidence"] or ():
            values = "" if piece["field"] in hidden else f" ({piece['left'] or '–'} | {piece['right'] or '–'})"
            what = Text(f"  {piece['field']}: {piece['level']}{values}", style="dim")
            table.add_row(what, "", "", Text(f"{piece['weight']:+.1f}", style="dim"))
    return table


def _decisions(day: Day, entity: str, keys: set[tuple[str, str]]) -> list[str]:
    mine = [d for d in standing(day.decisions, entity, day.as_of) if d.left in keys or d.right in keys]
    return [
        f"{d.id}: {d.left[0]}/{d.left[1]} and {d.right[0]}/{d.right[1]} are {d.verdict.replace('_', ' ')}, "
        f"said {d.by} on {d.decided_at:%Y-%m-%d}: {d.why}"
        for d in mine
    ]


def _history(day: Day, entity: str, keys: set[tuple[str, str]]) -> list[str]:
    """When any of the records stood for something else, over the days that were run; nothing where none ever did."""
    told: dict[tuple[str, str], list[tuple[str, str | None]]] = {}
    for kept in day.tables.days("crosswalk", entity):
        frame = day.tables.read("crosswalk", entity, kept)
        for copy, record, canonical in frame.select("copy", "record_id", "canonical_id").iter_rows():
            if (copy, record) in keys:
                past = told.setdefault((copy, record), [])
                if not past or past[-1][1] != canonical:
                    past.append((str(kept), canonical))
    moved = {record: past for record, past in sorted(told.items()) if len(past) > 1}
    lines = [
        f"  {c}/{r}: " + ", ".join(f"{i or 'nothing'} since {d}" for d, i in past) for (c, r), past in moved.items()
    ]
    return ["History, over the days that were run:", *lines] if lines else []
