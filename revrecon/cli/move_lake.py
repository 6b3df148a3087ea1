"""The command that moves a home's lake to an object store."""

from rich.text import Text

from revrecon.cli.consoles import out, progress_shown
from revrecon.cli.openings import told_plainly
from revrecon.cli.options import DEFAULT_HOME, HomeOption
from revrecon.daily.home import open_home
from revrecon.daily.moving import move_lake as moved
from revrecon.reports.formats import plural


@told_plainly
def move_lake(home: HomeOption = DEFAULT_HOME) -> None:
    """Move the lake to where REVRECON_LAKE_URL says: s3://bucket/folder, gs://bucket/folder, az://container/folder.

    Nothing is removed here: the folder is renamed once all of it stands there. After a kill, enter the same command.
    """
    with progress_shown() as tell:
        done = moved(open_home(home), tell)
    out.print(
        Text(
            f"{plural(done.versions, 'extract')} ({done.size / 1e6:,.1f} MB) now stand at {done.address}. "
            f"{done.left_at} is not looked at any more: keep it until a day has run, then remove it."
        )
    )
