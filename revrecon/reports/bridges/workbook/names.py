"""Names that Excel takes for its sheets."""

import re
from collections.abc import Sequence

_LONGEST = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """Each wanted name as Excel takes it, each once: it does not tell upper from lower case."""
    found: list[str] = []
    for name in wanted:
        plain, number = _plain(name), 2
        while plain.casefold() in {one.casefold() for one in found}:
            plain = f"{_plain(name)[: _LONGEST - len(str(number)) - 1]} {number}"
            number += 1
        found.append(plain)
    return found


def _plain(name: str) -> str:
    return _FORBIDDEN.sub(" ", name)[:_LONGEST].strip() or "Sheet"
