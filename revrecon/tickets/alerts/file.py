"""Alerts as files, one each, under a name that follows from the key."""

import hashlib
from datetime import datetime
from pathlib import Path

from revrecon.history.atomic import write_text
from revrecon.tickets.bodies.markdown import as_markdown, safe
from revrecon.tickets.notices import Notice


class FileChannel:
    """Alerts below a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, notice: Notice, key: str) -> None:
        write_text(f"# {safe(notice.content.title)}\n\n{as_markdown(notice.content)}", self._path(notice))

    def was_sent(self, notice: Notice, key: str, since: datetime) -> bool:
        return self._path(notice).exists()

    def _path(self, notice: Notice) -> Path:
        readable = "".join(letter if letter.isalnum() or letter == "-" else "_" for letter in notice.subject)[:60]
        digest = hashlib.blake2b(notice.subject.encode(), digest_size=4).hexdigest()
        return self.folder / f"{readable}_{digest}_{notice.number}.md"
