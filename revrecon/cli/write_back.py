"""The commands that write a day's changes back into a system, go on with it, take it back, and show it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from revrecon.cli.consoles import err, out, progress_shown
from revrecon.cli.openings import day_of, inputs_of, over, reconciled, told_plainly
from revrecon.cli.options import DEFAULT_HOME, DEFAULT_MAP, AsOfOption, DataOption, EntityOption, HomeOption, MapOption
from revrecon.daily.day import Day
from revrecon.daily.names import known_entity, known_system
from revrecon.daily.write_plans import Wanted, permitted, plan_of
from revrecon.daily.writing_desk import WritingDesk
from revrecon.history.atomic import write_text
from revrecon.reports.files import spreadsheet_safe_csv
from revrecon.reports.formats import plural
from revrecon.reports.terminal_write_back import plan_table, write_frame, write_table, writes_table
from revrecon.write_back.planning import Plan
from revrecon.write_back.state import Write
from revrecon.write_back.trouble import WriteRefused

app = typer.Typer(
    help="Write a day's clean-up list, and the account master, back into a system. Without [bold]--apply[/bold] "
    "nothing is written. Only columns that the map permits are (systems.NAME.settings.write_back); a record that "
    "somebody changed since is left alone; what was there before is kept first, so that any write can be taken back.",
)

ByOption = Annotated[str, typer.Option("--by", help="Who writes: a person of the map.")]
WriteArgument = Annotated[str, typer.Argument(help="A write's id, or the beginning of it, such as WB-3f2a.")]
ApplyOption = Annotated[bool, typer.Option("--apply", help="Write. Without it nothing is written.")]
TopOption = Annotated[int, typer.Option("--top", help="How many changes to show.", min=1)]
PlanOption = Annotated[
    str, typer.Option("--plan", help="Write this very plan, by its id, and nothing if it is another one by now.")
]
LookOption = Annotated[
    bool, typer.Option("--look", help="Ask the system what the changes would meet now; nothing is written.")
]


@app.callback(invoke_without_command=True)
@told_plainly
def group(
    context: typer.Context,
    system: Annotated[str, typer.Option("--system", help="The system of the map to write into.")] = "",
    entity: EntityOption = None,
    change: Annotated[
        list[str] | None, typer.Option("--change", help="Only this change of the plan, by its id; may be given again.")
    ] = None,
    decision: Annotated[
        list[str] | None,
        typer.Option("--decision", help="Only what this decision (DEC-...) asks for; may be given again."),
    ] = None,
    master: Annotated[
        bool, typer.Option("--master", help="The account master's surviving values and ids as well.")
    ] = False,
    look: LookOption = False,
    apply: ApplyOption = False,
    plan: PlanOption = "",
    by: Annotated[str, typer.Option("--by", help="With --apply: who writes, a person of the map.")] = "",
    top: TopOption = 20,
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
) -> None:
    """Show what a day's changes would write into a system; with --apply write it, and read it again."""
    if context.invoked_subcommand is not None:
        return
    if not system:
        raise WriteRefused("Name the system to write into with --system; revrecon write-back --help says more.")
    inputs = inputs_of(map_path, data, home)
    permitted(inputs.loaded.map, known_system(inputs.loaded.map, system))
    named = known_entity(inputs.loaded.map, entity) if entity else None
    day = reconciled(inputs, day_of(inputs, as_of))
    wanted = Wanted(named, tuple(change or ()), tuple(decision or ()), master)
    drawn = plan_of(day, system, wanted)
    desk = WritingDesk(day.loaded, day.home)
    _show(desk, drawn, look, top)
    if apply:
        _apply(desk, _the_very(drawn, plan), day, by, top)
    elif drawn.changes:
        out.print("Nothing was written. --look asks the system what they would meet; --apply --by NAME writes them.")


def _show(desk: WritingDesk, plan: Plan, look: bool, top: int) -> None:
    if not look:
        out.print(plan_table(plan, top))
        return
    with err.status(f"asking {plan.system}"):
        looked = desk.looked_at(plan)
    out.print(plan_table(looked.plan, top, {one.change: one for one in looked.found}))
    meets = sum(one.verdict == "write" for one in looked.found)
    out.print(Text(f"Asked {looked.target}: {plural(meets, 'change')} would be written now."))


def _the_very(plan: Plan, named: str) -> Plan:
    if named and named != plan.id:
        raise WriteRefused(f"The plan is {plan.id} by now, not {named}: nothing was written. Look at it again.")
    return plan


def _apply(desk: WritingDesk, plan: Plan, day: Day, by: str, top: int) -> None:
    if not plan.changes:
        out.print("There is nothing to write.")
        return
    with _shown(f"writing into {plan.system}") as tell:
        write = desk.apply(plan, day.as_of, by, tell=tell)
    _end(write, top)


def _end(write: Write, top: int) -> None:
    """How it ended; exit code 1 where the system does not hold everything that was wanted."""
    out.print(write_table(write, top))
    if write.ours():
        out.print(f"Take it back: revrecon write-back undo {write.id}", highlight=False)
    raise typer.Exit(0 if write.is_well else 1)


@contextmanager
def _shown(what: str) -> Iterator[Callable[[Write], None]]:
    """A bar over the batches of a write."""
    with progress_shown() as tell:
        yield lambda write: tell(f"{what}: {write.id}", len(write.confirmed), len(write.batches))


over_the_desk = over(lambda inputs: WritingDesk(inputs.loaded, inputs.home))
"""For commands about writes that were begun."""


@app.command("resume")
@over_the_desk
def resume(desk: WritingDesk, write: WriteArgument, by: ByOption, top: TopOption = 20) -> None:
    """Go on with a write that was cut off: what may have been written is read first, and never written twice."""
    with _shown("going on") as tell:
        done = desk.resume(write, by, tell)
    _end(done, top)


@app.command("give-up")
@over_the_desk
def give_up(desk: WritingDesk, write: WriteArgument, by: ByOption, top: TopOption = 20) -> None:
    """Find out by reading how a write that was cut off stands, and write no more of it. It can be undone then."""
    _end(desk.give_up(write, by), top)


@app.command("undo")
@over_the_desk
def undo(
    desk: WritingDesk,
    write: WriteArgument,
    look: LookOption = False,
    apply: ApplyOption = False,
    by: Annotated[str, typer.Option("--by", help="With --apply: who writes, a person of the map.")] = "",
    top: TopOption = 20,
) -> None:
    """Put back what was there before a write, where the value is still the one that it left; else leave it alone."""
    undone, plan = desk.undo_plan(write)
    _show(desk, plan, look, top)
    if not apply:
        out.print("Nothing was put back. --apply --by NAME does it.")
        return
    with _shown(f"undoing {undone.id}") as tell:
        done = desk.apply(plan, undone.begun.as_of, by, undone.id, tell)
    _end(done, top)


@app.command("list")
@over_the_desk
def listed(desk: WritingDesk) -> None:
    """List everything that was ever written. Exit code 1 where the record is not as it was written."""
    out.print(writes_table(desk.record.all()))
    faults = desk.record.faults()
    for one in faults:
        err.print(one, style="red", markup=False, highlight=False)
    raise typer.Exit(1 if faults else 0)


@app.command("show")
@over_the_desk
def show(
    desk: WritingDesk,
    write: WriteArgument,
    to: Annotated[
        Path | None, typer.Option("--to", help="A CSV file to write all of it into, personal values masked.")
    ] = None,
    top: TopOption = 50,
) -> None:
    """Show a write: every value before and after, what asked for it, and how it ended."""
    found = desk.record.write(write)
    out.print(write_table(found, top, everything=True))
    if to is not None:
        write_text(spreadsheet_safe_csv(write_frame(found)), to)
        out.print(str(to), highlight=False, soft_wrap=True)
