"""Large texts line by line: one that is opened as a file takes four times its room, and one that is split even more."""

import re
from collections.abc import Iterator

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_PIECE = 1 << 22


def lines(text: str) -> Iterator[str]:
    """The lines of a text with their ends, as a file that is opened with `newline=""` has them."""
    return (found.group() for found in _LINE.finditer(text))


def pieces(text: str, size: int = _PIECE) -> Iterator[str]:
    """A text in pieces of whole lines, each of some `size` letters; without the line end that divides two of them."""
    start = 0
    while (end := text.find("\n", start + size)) >= 0:
        yield text[start:end]
        start = end + 1
    yield text[start:]
