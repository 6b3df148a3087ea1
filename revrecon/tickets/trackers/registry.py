"""The trackers that exist. A new one is a file with three verbs and a row here."""

from collections.abc import Callable
from pathlib import Path

from revrecon.tickets.trackers.contract import Tracker
from revrecon.tickets.trackers.markdown import MarkdownTracker

TRACKERS: dict[str, Callable[[Path], Tracker]] = {
    "markdown": MarkdownTracker,
}
