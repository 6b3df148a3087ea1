"""The review queue in a terminal: what waits, the evidence field by field, and what a decision would change."""

from collections.abc import Sequence

import polars as pl
from rich.console import Group, RenderableType
from rich.text import Text

from revrecon.canonical.identity.decisions import Decision
from revrecon.entity_map.model import EntityMap
from revrecon.reports.formats import money
from revrecon.reports.terminal_bridges import AMOUNT, plain_table
from revrecon.reports.titles import amount_unit


def queue_table(entity_map: EntityMap, cases: pl.DataFrame, most: int) -> RenderableType:
    """The cases that wait, as they come."""
    if cases.is_empty():
        return Text("Nothing waits for a steward: no pair of records is in doubt.", style="green")
    title = f"{cases.height:,} cases wait for a steward" + (f", {most} shown" if cases.height > most else "")
    table = plain_table("Case", "Records that may be one", title=Text(title, style="bold"))
    for name in ("Sure", "Money"):
        table.add_column(name, **AMOUNT)
    for row in cases.head(most).iter_rows(named=True):
        what = Text(f"{row['left_copy']}/{row['left_id']}\n{row['right_copy']}/{row['right_id']}")
        what.append(f"\n{row['entity']}: {row['reason']}", style="dim")
        worth = money(row["amount"], amount_unit(entity_map, row["entity"]))
        table.add_row(Text(row["case"], style="bold"), what, f"{row['probability']:.1%}", worth)
    return table


def case_table(case: dict[str, object]) -> RenderableType:
    """Both records side by side, and what each field says: above 0 for the same thing, below against it."""
    title = f"{case['case']}: {case['entity']}, {case['probability']:.1%} sure, weight {case['weight']:+.1f} bits"
    left, right = f"{case['left_copy']}/{case['left_id']}", f"{case['right_copy']}/{case['right_id']}"
    table = plain_table("Field", left, right, "Says", title=Text(title, style="bold"))
    table.add_column("Weight", **AMOUNT)
    evidence = case["evidence"] if isinstance(case["evidence"], list) else []
    for row in evidence:
        values = [Text(str(row[side]) if row[side] is not None else "–") for side in ("left", "right")]
        table.add_row(Text(str(row["field"])), *values, Text(str(row["level"])), f"{row['weight']:+.1f}")
    return Group(table, Text(f"Why it waits: {case['reason']}.", style="dim"))


def effect_table(entity_map: EntityMap, effect: pl.DataFrame) -> RenderableType:
    """What joining would do to the numbers."""
    if effect.is_empty():
        return Text("Joining them would change no number.", style="green")
    table = plain_table("Number", "What", title=Text("Joining them would change", style="bold"))
    for name in ("Now", "Then", "Change"):
        table.add_column(name, **AMOUNT)
    for row in effect.iter_rows(named=True):
        number = entity_map.numbers[row["number"]]
        cells = [
            money(row[name], number.unit, number.decimals, signed=name == "change")
            for name in ("now", "then", "change")
        ]
        table.add_row(Text(f"{row['number']}.{row['definition']} {row['period']}".strip()), Text(row["what"]), *cells)
    return table


def decisions_table(decisions: Sequence[Decision]) -> RenderableType:
    """Every decision ever taken, the newest first."""
    if not decisions:
        return Text("No decision was taken yet.")
    table = plain_table("Decision", "Records", "By", "Why", title=Text("Decisions of stewards", style="bold"))
    for decision in reversed(decisions):
        what = Text(f"{decision.left[0]}/{decision.left[1]}\n{decision.right[0]}/{decision.right[1]}")
        what.append(f"\n{decision.entity}: {decision.verdict.replace('_', ' ')}", style="bold")
        name = Text(f"{decision.id}\n{decision.decided_at:%Y-%m-%d %H:%M}")
        table.add_row(name, what, Text(decision.by), Text(decision.why))
    return table
