"""Where commands write: results on one console; on the other troubles, and what long work shows while it lasts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

out = Console()
err = Console(stderr=True)


@contextmanager
def progress_shown() -> Iterator[Callable[[str, int, int], None]]:
    """A bar that leaves nothing behind; what the block gets is told what is done, how many were, and of how many."""
    columns = (TextColumn("[bold]{task.description:<44}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def tell(what: str, at: int, total: int) -> None:
            bar.update(task, description=what, completed=at, total=total)

        yield tell
