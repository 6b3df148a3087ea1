"""Explaining: one finding, or everything found about one record, in sentences."""

import polars as pl
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from revrecon.daily.day import Day
from revrecon.daily.explain_identity import identity_panels
from revrecon.daily.names import UnknownName
from revrecon.entity_map.causes import CAUSES
from revrecon.reports.masks import without_personal_data
from revrecon.tickets.fold import ticket_id
from revrecon.tickets.ledger import Ledger

_SHORTEST = 4


def explained(day: Day, findings: pl.DataFrame, asked: str) -> RenderableType:
    """Panels for the findings whose signature begins with what was asked, or for a record: who it is, and its findings.

    A record is asked for by its key, by `copy:key`, or by a canonical id that was given out at any time. Raises
    UnknownName when there is none, or when a signature's beginning fits several.
    """
    by_record = findings.filter((pl.col("record_id") == asked) | (pl.col("canonical_id") == asked))
    by_signature = findings.filter(pl.col("signature").str.starts_with(asked)) if len(asked) >= _SHORTEST else by_record
    who = identity_panels(day, asked)
    if by_record.is_empty() and by_signature.is_empty() and who:
        return Group(*who, Text("Nothing was found about it on this day.", style="green"))
    if by_record.is_empty() and by_signature.is_empty():
        raise UnknownName(
            f"Nothing was found on {day.as_of} under '{asked}'. Give a finding's signature (at least {_SHORTEST} "
            "letters) or a record's id; both stand in the report and in exceptions.csv of revrecon export."
        )
    if by_record.is_empty() and by_signature.height > 1:
        several = ", ".join(by_signature["signature"].head(5).to_list())
        raise UnknownName(f"'{asked}' fits {by_signature.height} findings: {several}. Give more letters.")
    shown = without_personal_data(by_signature if by_record.is_empty() else by_record, day.map)
    seen = dict(Ledger(day.home.ledger).seen().select("signature", "first_day").iter_rows())
    crosswalk = {entity: day.tables.read("crosswalk", entity, day.as_of) for entity in shown["entity"].unique()}
    panels = [_panel(day, row, seen, crosswalk[row["entity"]]) for row in shown.iter_rows(named=True)]
    return Group(*who, *panels)


def _panel(day: Day, row: dict[str, object], seen: dict[str, object], crosswalk: pl.DataFrame) -> Panel:
    entity = day.map.entities[str(row["entity"])]
    owner = day.map.people[entity.reconciliation.owner]
    system = day.map.systems[str(row["system"])]
    place = f"{row['record_system']}/{row['record_object']}/{row['record_id']}"
    lines = [
        CAUSES.get(str(row["cause"]), str(row["cause"])),
        "",
        f"Record     {place}, which stands for {row['canonical_id'] or 'nothing canonical'}",
        f"Copy       {entity.title} in {system.title}, kept fresh: {entity.replication[str(row['copy'])].kept_fresh}",
    ]
    if row["field"]:
        lines.append(f"Field      {row['field']}")
    lines += [f"{n.capitalize():<10} {row[n]}" for n in ("expected", "observed") if row[n] is not None]
    if row["amount"] is not None:
        lines.append(f"Money      {row['amount']:,.2f} (observed less expected)")
    lines.append(f"Since      {row['since'] or 'unknown'}; first seen {seen.get(str(row['signature'])) or 'today'}")
    lines.append(f"Found by   {row['rule']}")
    if row["why"]:
        lines.append(f"Because    {row['why']}")
    lines.append(f"Owner      {owner.name} <{owner.email}>")
    lines.append(f"Ticket     {ticket_id('/'.join(str(row[n]) for n in ('entity', 'copy', 'cause')))}, if in breach")
    lines += _kin(crosswalk, row)
    return Panel(Text("\n".join(lines)), title=f"{row['cause']}  {row['signature']}", title_align="left")


def _kin(crosswalk: pl.DataFrame, row: dict[str, object]) -> list[str]:
    if row["canonical_id"] is None:
        return []
    kin = crosswalk.filter(pl.col("canonical_id") == row["canonical_id"]).sort("copy", "record_id")
    told = [f"  {k['system']}/{k['object']}/{k['record_id']}  ({k['linked_by']})" for k in kin.iter_rows(named=True)]
    return ["", "The same real thing:", *told]
