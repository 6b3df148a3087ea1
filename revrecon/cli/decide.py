"""The commands by which a standup's decisions are entered, and looked at again."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from revrecon.cli.consoles import out
from revrecon.cli.openings import over_a_day
from revrecon.cli.options import A_DAY, ByOption, WhyOption
from revrecon.daily.day import Day
from revrecon.daily.deciding import amendment, take
from revrecon.daily.decisions_file import decisions_of_file
from revrecon.daily.follow_up import follow_ups
from revrecon.decisions.kinds import (
    DEED,
    AdjustThreshold,
    AgreeDifference,
    ChangeDefinition,
    FixTheData,
    Merge,
    NeverMerge,
    ReParent,
)
from revrecon.decisions.taken import Taken, taken
from revrecon.entity_map.agreed import OfABridge, OfACopy
from revrecon.reports.terminal_decisions import decisions_taken, difference_shown, follow_ups_table

app = typer.Typer(
    no_args_is_help=True,
    help="Enter what a standup decided: who, why and what. Decisions are kept in a register; those about the map are "
    "written into it, its comments kept, with a new version and a line of history. [bold]--dry-run[/bold] shows what "
    "would change, [bold]follow-up[/bold] what became of all of them.",
)

OnOption = Annotated[
    datetime | None,
    typer.Option("--on", formats=A_DAY, help="The day of the standup; default: the day after --as-of."),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")]
DayOption = Annotated[datetime, typer.Option("--until", formats=A_DAY, help="The last day on which it holds.")]
EntityOption = Annotated[str, typer.Option("--entity", help="An entity of the map.")]


@app.command("fix-data")
@over_a_day
def fix_data(
    day: Day,
    ticket: Annotated[str, typer.Argument(help="The ticket that the fix is to close, such as RR-7Q2MABCD.")],
    due: Annotated[datetime, typer.Option("--due", formats=A_DAY, help="The day by which it is done.")],
    by: ByOption,
    why: WhyOption,
    on: OnOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Decide that the records behind a ticket are put right by a day."""
    _take(day, [taken(FixTheData(ticket=ticket.upper(), due=due.date()), _on(day, on), by, why)], dry_run)


@app.command("change-definition")
@over_a_day
def change_definition(
    day: Day,
    number: Annotated[str, typer.Argument(help="A number of the map.")],
    definition: Annotated[str, typer.Argument(help="One of its definitions.")],
    by: ByOption,
    why: WhyOption,
    text: Annotated[str | None, typer.Option("--text", help="What it means, in a sentence.")] = None,
    condition: Annotated[
        list[str] | None,
        typer.Option("--condition", help="NAME=SQL, given again for each; together they replace all conditions."),
    ] = None,
    sum_of: Annotated[
        list[str] | None, typer.Option("--sum", help="NAME=SQL, a component to add up; may be given again.")
    ] = None,
    as_of_rule: Annotated[str | None, typer.Option("--as-of-rule", help="now or last_closed_month_end.")] = None,
    on: OnOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Give a definition a new version; the one in force is kept whole under `previous`."""
    given = {"kind": "change_definition", "number": number, "definition": definition, "text": text, "as_of": as_of_rule}
    named = {"conditions": _named(condition), "measure": {"sum": _named(sum_of)} if sum_of else None}
    deed = DEED.validate_python({name: value for name, value in {**given, **named}.items() if value is not None})
    assert isinstance(deed, ChangeDefinition)
    _take(day, [taken(deed, _on(day, on), by, why)], dry_run)


@app.command("re-parent")
@over_a_day
def re_parent(
    day: Day,
    child: Annotated[str, typer.Argument(help="A record, by its key in the system whose tree is canonical.")],
    by: ByOption,
    why: WhyOption,
    parent: Annotated[str | None, typer.Option("--parent", help="Its parent there; default: none.")] = None,
    entity: EntityOption = "account",
    on: OnOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Correct the canonical tree: a record gets another parent, or none, from that day on."""
    _take(day, [taken(ReParent(entity=entity, child=child, parent=parent), _on(day, on), by, why)], dry_run)


LeftOption = Annotated[str, typer.Option("--left", help="One record, as COPY/KEY.")]
RightOption = Annotated[str, typer.Option("--right", help="The other record, as COPY/KEY.")]


@app.command()
@over_a_day
def merge(
    day: Day, entity: EntityOption, left: LeftOption, right: RightOption, by: ByOption, why: WhyOption,
    on: OnOption = None, dry_run: DryRunOption = False,
) -> None:  # fmt: skip
    """Decide that two records are the same thing, whatever any pass says."""
    _take(day, [taken(Merge(entity=entity, left=left, right=right), _on(day, on), by, why)], dry_run)


@app.command("never-merge")
@over_a_day
def never_merge(
    day: Day, entity: EntityOption, left: LeftOption, right: RightOption, by: ByOption, why: WhyOption,
    on: OnOption = None, dry_run: DryRunOption = False,
) -> None:  # fmt: skip
    """Decide that two records are never the same thing, whatever any pass says."""
    _take(day, [taken(NeverMerge(entity=entity, left=left, right=right), _on(day, on), by, why)], dry_run)


@app.command()
@over_a_day
def threshold(
    day: Day,
    entity: EntityOption,
    measure: Annotated[str, typer.Option("--measure", help="count, share, net or gross.")],
    by: ByOption,
    why: WhyOption,
    warn: Annotated[str | None, typer.Option("--warn", help="From here on it warns, such as 5 or 2%.")] = None,
    breach: Annotated[str | None, typer.Option("--breach", help="From here on it is a breach.")] = None,
    copy: Annotated[str | None, typer.Option("--copy", help="Only in this copy; default: in any.")] = None,
    cause: Annotated[str | None, typer.Option("--cause", help="Only for this cause; default: for any.")] = None,
    on: OnOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Adjust when a check warns and breaches."""
    given = {"kind": "adjust_threshold", "entity": entity, "copy": copy, "cause": cause, "measure": measure}
    limits = {"warn": _number(warn), "breach": _number(breach)}
    deed = DEED.validate_python({name: value for name, value in {**given, **limits}.items() if value is not None})
    assert isinstance(deed, AdjustThreshold)
    _take(day, [taken(deed, _on(day, on), by, why)], dry_run)


@app.command()
@over_a_day
def agree(
    day: Day,
    cause: Annotated[str, typer.Option("--cause", help="The cause of the difference, such as definition.filter.")],
    cap: Annotated[str, typer.Option("--cap", help="Up to how much: money, or findings where no money is touched.")],
    until: DayOption,
    by: ByOption,
    why: WhyOption,
    number: Annotated[str | None, typer.Option("--number", help="A number, with --definition.")] = None,
    definition: Annotated[str | None, typer.Option("--definition", help="One of its definitions.")] = None,
    detail: Annotated[
        str | None, typer.Option("--detail", help="Only this condition, component or field of the cause.")
    ] = None,
    entity: Annotated[str | None, typer.Option("--entity", help="An entity, with --copy: for a check.")] = None,
    copy: Annotated[str | None, typer.Option("--copy", help="One of its copies.")] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Who answers for it; default: who decides.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="Its name in the map; default: what it is about.")] = None,
    on: OnOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Agree a difference for a while: in a bridge (--number, --definition) or of a check (--entity, --copy)."""
    if number and definition:
        about: OfABridge | OfACopy = OfABridge(number=number, definition=definition, cause=cause, detail=detail)
        place = [number, definition]
    elif entity and copy:
        about, place = OfACopy.model_validate({"entity": entity, "copy": copy, "cause": cause}), [entity, copy]
    else:
        raise typer.BadParameter("Name a bridge with --number and --definition, or a check with --entity and --copy.")
    called = name or "_".join([*place, *cause.split(".")])
    deed = AgreeDifference(name=called, about=about, cap=_money(cap), until=until.date(), owner=owner)
    _take(day, [taken(deed, _on(day, on), by, why)], dry_run)


@app.command("file")
@over_a_day
def from_file(
    day: Day,
    path: Annotated[Path, typer.Argument(help="A YAML list of decisions.", exists=True, dir_okay=False)],
    on: OnOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Enter every decision of a file, all or none, as one new version of the map.

    A file is a YAML list. Each item says who, why and what:

    - {by: sam, why: Typo in the sync., kind: fix_data, ticket: RR-7Q2MABCD, due: 2026-07-28}

    - {by: nadia, why: Sold in 2025., kind: re_parent, entity: account, child: "001A", parent: "001B"}

    - {by: fiona, why: Plan year., kind: agree_difference, name: first_year, cap: 6000000, until: 2026-12-31,
    about: {kind: bridge, number: pipeline, definition: finance, cause: definition.measure}}
    """
    _take(day, decisions_of_file(path, _on(day, on)), dry_run)


@app.command("follow-up")
@over_a_day
def follow_up(
    day: Day,
    since: Annotated[
        datetime | None, typer.Option("--since", formats=A_DAY, help="Only decisions since this day.")
    ] = None,
) -> None:
    """Show every decision and what became of it. Exit code 1 when one has failed, expired or is over its cap."""
    found = follow_ups(day.home, day.map, day.as_of, since.date() if since else None)
    out.print(follow_ups_table(found))
    raise typer.Exit(1 if found["state"].is_in(["failed", "expired", "over the cap"]).any() else 0)


def _take(day: Day, decisions: Sequence[Taken], dry_run: bool) -> None:
    asked = amendment(day, decisions)
    out.print(difference_shown(asked.difference))
    if dry_run:
        out.print("Nothing was written (--dry-run).")
        return
    loaded = take(day, asked)
    out.print(decisions_taken(decisions, loaded.map.map.version, loaded.path.name))


def _on(day: Day, on: datetime | None) -> date:
    return on.date() if on else day.as_of + timedelta(days=1)


def _named(given: Sequence[str] | None) -> dict[str, str] | None:
    if not given:
        return None
    pairs = [one.partition("=") for one in given]
    if not all(name.strip() and sql.strip() for name, _, sql in pairs):
        raise typer.BadParameter("Write it as NAME=SQL, such as --condition \"open=phase = 'open'\".")
    return {name.strip(): sql.strip() for name, _, sql in pairs}


def _number(given: str | None) -> str | float | None:
    return given if given is None or given.endswith("%") else float(_money(given))


def _money(given: str) -> Decimal:
    try:
        return Decimal(given.replace(",", "").replace("_", ""))
    except InvalidOperation as error:
        raise typer.BadParameter(f"'{given}' is no number.") from error
