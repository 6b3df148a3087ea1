"""Names that are written from right to left: each keeps to itself, and the figures and words around it stay in place.

The rules are those of Unicode Annex 9: a text in which another direction is set in an isolate orders nothing outside.
"""

import re
from collections.abc import Callable, Iterator
from typing import TypeVar
from unicodedata import bidirectional

from markupsafe import Markup, escape

_Text = TypeVar("_Text", bound=str)

_FIRST_STRONG_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that turn what comes after them: with one a name could show the figure beside it backwards."""


def isolated(value: object) -> Markup:
    """A value as HTML: escaped, and what is written from right to left in `<bdi>`; markup stays what it is."""
    if hasattr(value, "__html__"):
        return escape(value)
    text = str(value)
    return escape(text) if text.isascii() else Markup("").join(_pieces(text, _in_bdi, escape))


def isolated_text(value: object) -> str:
    """The same where no markup may be, such as in a title or a picture: between characters that isolate."""
    text = str(value)
    return text if text.isascii() else "".join(_pieces(text, _in_isolate, str))


def _in_bdi(text: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(text)


def _in_isolate(text: str) -> str:
    return f"{_FIRST_STRONG_ISOLATE}{text}{_END_OF_ISOLATE}"


def _pieces(text: str, apart: Callable[[str], _Text], plain: Callable[[str], _Text]) -> Iterator[_Text]:
    """The text in pieces; characters that turn others are shown by their numbers instead of being obeyed."""
    shown = _TURNS.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
    done = 0
    for begin, end in _from_right_to_left(shown):
        yield plain(shown[done:begin])
        yield apart(shown[begin:end])
        done = end
    yield plain(shown[done:])


def _from_right_to_left(text: str) -> list[tuple[int, int]]:
    """Where runs from right to left begin and end; a text without any letter from left to right is one of them."""
    kinds = [bidirectional(letter) for letter in text]
    runs: list[tuple[int, int]] = []
    goes_on = False
    for place, kind in enumerate(kinds):
        if kind in ("R", "AL") or (kind == "NSM" and goes_on):
            runs.append((runs.pop()[0] if goes_on else place, place + 1))
            goes_on = True
        elif kind == "L":
            goes_on = False
    return [(0, len(text))] if runs and "L" not in kinds else runs
