"""File name patterns: which file is which day of which object."""

import re
from calendar import monthrange
from datetime import date, datetime

from revrecon.sources.files.folders import Folder

_DATE = re.compile(r"\{date(?::([^}]+))?\}")
_LETTERS = {"%Y": r"\d{4}", "%m": r"\d{2}", "%d": r"\d{2}", "%y": r"\d{2}", "%j": r"\d{3}", "%b": r"[A-Za-z]{3}"}


class FileNames:
    """A pattern such as `{object}/{date:%Y-%m-%d}.csv` for one object.

    A pattern with a year alone stands for the year's last day, with a month for the month's.
    """

    def __init__(self, pattern: str, object_name: str) -> None:
        self.text = pattern.replace("{object}", object_name)
        named = _DATE.search(self.text)
        self.format = (named[1] or "%Y-%m-%d") if named else None

    @property
    def glob(self) -> str:
        """What to look for in a folder."""
        return _DATE.sub("*", self.text)

    def day(self, relative: str) -> date | None:
        """The day of a file by its name below the root, or None when it is none of this pattern."""
        if self.format is None:
            return None
        before, after = _DATE.split(self.text)[0], _DATE.split(self.text)[2]
        found = re.fullmatch(regex_of(before) + f"({_date_regex(self.format)})" + regex_of(after), relative)
        if found is None:
            return None
        try:
            return _last_day(datetime.strptime(found[1], self.format).date(), self.format)  # noqa: DTZ007  # a day
        except ValueError:
            return None


def objects_named(folder: Folder, pattern: str) -> list[str] | None:
    """The objects that a pattern finds in a folder; None where it holds no `{object}`. Raises SourceError."""
    if "{object}" not in pattern or not folder.is_there():
        return None
    before, _, after = _DATE.sub("*", pattern).partition("{object}")
    shape = re.compile(regex_of(before) + "([^/]+?)" + regex_of(after))
    found = (shape.fullmatch(export.name) for export in folder.files(f"{before}*{after}"))
    return sorted({match[1] for match in found if match})


def regex_of(text: str) -> str:
    """A pattern as a regular expression: `*` stands for anything but a slash."""
    return re.escape(text).replace(r"\*", "[^/]*")


def _date_regex(fmt: str) -> str:
    return re.sub(r"(%[A-Za-z])|(.)", lambda m: _LETTERS.get(m[1], r"[^/]+") if m[1] else re.escape(m[2]), fmt)


def _last_day(day: date, fmt: str) -> date:
    if "%d" in fmt or "%j" in fmt:
        return day
    if "%m" in fmt or "%b" in fmt:
        return day.replace(day=monthrange(day.year, day.month)[1])
    return day.replace(month=12, day=31)
