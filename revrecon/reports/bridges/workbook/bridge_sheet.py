"""One bridge's sheet: from the reported figure down to the closing one, each step a sum over its records."""

from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from revrecon.reports.bridges.taken import TakenBridge
from revrecon.reports.bridges.workbook.look import AMOUNT, Look, told_title
from revrecon.reports.titles import CANONICAL, step_title

_FIRST_STEP = 5


@dataclass(frozen=True)
class Rows:
    """The rows of a bridge's sheet that other sheets point to, counted from 1."""

    last_step: int
    residual: int
    closing: int


def write_bridge(look: Look, sheet: Worksheet, key: int, bridge: TakenBridge) -> Rows:
    """Write a bridge, whose records have `key` in the first column of the sheet Records."""
    _opening(look, sheet, bridge)
    line = _steps(look, sheet, key, bridge)
    _closing(look, sheet, line, bridge)
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 58)
    sheet.set_column(2, 5, 17)
    sheet.freeze_panes(4, 0)
    return Rows(max(line, _FIRST_STEP + 1), line + 1, line + 2)


def _opening(look: Look, sheet: Worksheet, bridge: TakenBridge) -> None:
    view = bridge.view
    sheet.write_string(0, 0, told_title(bridge), look.title)
    sheet.write_string(1, 0, bridge.caption)
    told = [f"Provisional: {view.provisional}"] if view.provisional else []
    if told or view.agreed:
        sheet.write_string(2, 0, " ".join([*told, *view.agreed]))
    sheet.write_row(3, 0, ["Category", "Step", "Records", "Net", "Gross", "Runs to"], look.head)
    sheet.write_string(4, 1, f"{view.department} reports", look.bold)
    sheet.write_number(4, 3, float(view.reported), look.figures(bridge, bold=True))
    sheet.write_formula(4, 5, "=D5", look.figures(bridge), float(view.reported))


def _steps(look: Look, sheet: Worksheet, key: int, bridge: TakenBridge) -> int:
    """The steps before the walk, then those of the walk; the line after the last one."""
    running, line, figures = bridge.view.reported, _FIRST_STEP, look.figures(bridge)
    for step in bridge.view.head:
        running -= step.amount
        sheet.write_row(line, 0, [step.category.capitalize(), step.title])
        sheet.write_number(line, 3, float(step.amount), figures)
        sheet.write_number(line, 4, float(step.gross), figures)
        _runs_to(sheet, line, running, figures)
        line += 1
    for row in bridge.steps.sort("position").iter_rows(named=True):
        running -= row["amount"]
        _step(look, sheet, line, key, row, figures)
        _runs_to(sheet, line, running, figures)
        line += 1
    return line


def _step(look: Look, sheet: Worksheet, line: int, key: int, row: dict[str, object], figures: Format) -> None:
    amounts = look.column(AMOUNT)
    mine = f"{look.column('A')},{key},{look.column('B')},{row['position']}"
    gross = f'SUMIFS({amounts},{mine},{amounts},">0")-SUMIFS({amounts},{mine},{amounts},"<0")'
    sheet.write_string(line, 0, str(row["category"]).capitalize())
    sheet.write_string(line, 1, step_title(str(row["cause"]), str(row["detail"] or "")))
    sheet.write_number(line, 2, int(str(row["records"])))
    sheet.write_formula(line, 3, f"=ROUND(SUMIFS({amounts},{mine}),4)", figures, float(str(row["amount"])))
    sheet.write_formula(line, 4, f"=ROUND({gross},4)", figures, float(str(row["gross"])))


def _runs_to(sheet: Worksheet, line: int, running: Decimal, figures: Format) -> None:
    sheet.write_formula(line, 5, f"=ROUND(F{line}-D{line + 1},4)", figures, float(running))


def _closing(look: Look, sheet: Worksheet, line: int, bridge: TakenBridge) -> None:
    view = bridge.view
    steps = f"-SUM(D{_FIRST_STEP + 1}:D{line})" if line > _FIRST_STEP else ""
    left = f"=ROUND(D5{steps}-D{line + 2},{view.decimals})"
    ends = view.closing_title if view.closing_title == CANONICAL else f"{view.closing_title} reports"
    sheet.write_string(line, 1, "Residual")
    sheet.write_formula(line, 3, left, look.figures(bridge), float(view.residual))
    sheet.write_string(line + 1, 1, ends, look.bold)
    sheet.write_number(line + 1, 3, float(view.closing), look.figures(bridge, bold=True, top=1))
    sheet.write_string(line + 3, 1, "Check: what is reported less every step, the residual and the end", look.quiet)
    check = f"=ROUND(D5{steps}-D{line + 1}-D{line + 2},{view.decimals})"
    sheet.write_formula(line + 3, 3, check, look.bold, 0)
