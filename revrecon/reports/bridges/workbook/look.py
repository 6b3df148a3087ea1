"""What the sheets of a workbook share: how cells look, and where the records stand that formulas add up."""

from dataclasses import dataclass
from functools import cached_property

import xlsxwriter
from xlsxwriter.format import Format

from revrecon.reports.bridges.taken import TakenBridge
from revrecon.reports.formats import unit_of

AMOUNT = "H"
"""The column of amounts on the sheet Records; A is the bridge's number, B the step's, C the category."""

MOST_LETTERS = 32_000
"""What a cell holds of a text; Excel refuses a little more than that."""


@dataclass(frozen=True)
class Look:
    """One workbook's formats, and its sheet of records."""

    book: xlsxwriter.Workbook
    records: int

    @cached_property
    def bold(self) -> Format:
        return self.book.add_format({"bold": True})

    @cached_property
    def title(self) -> Format:
        return self.book.add_format({"bold": True, "font_size": 14})

    @cached_property
    def quiet(self) -> Format:
        return self.book.add_format({"font_color": "#64748B", "text_wrap": True, "valign": "top"})

    @cached_property
    def head(self) -> Format:
        return self.book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF2F7", "text_wrap": True})

    def figures(self, bridge: TakenBridge, **more: object) -> Format:
        """How a bridge's figures are shown: its currency's sign, its decimals, minus signs in full."""
        unit = unit_of(bridge.view.unit)
        decimals = "." + "0" * bridge.view.decimals if bridge.view.decimals else ""
        before = f'"{unit.before}"' if unit.before else ""
        after = f'"{unit.after}"' if unit.after else ('" k"' if unit.times == 1000 else "")
        shown = f"{before}#,##0{decimals}{after}"
        return self.book.add_format({"num_format": f"{shown};-{shown};{shown}", **more})

    def column(self, letter: str) -> str:
        """A column of the sheet Records, as formulas name it."""
        return f"Records!${letter}$2:${letter}${max(self.records + 1, 2)}"


def told_title(bridge: TakenBridge) -> str:
    """`Pipeline: from Marketing to Canonical`."""
    return f"{bridge.view.title}: from {bridge.view.department} to {bridge.view.closing_title}"
