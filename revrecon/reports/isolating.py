"""Every value that a template shows is isolated by where it stands: between tags, in a title, or in an attribute."""

from collections.abc import Iterator

from jinja2 import Environment, Undefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from revrecon.reports.directions import isolated, isolated_text

_WITHOUT_MARKUP = ("script", "style", "title")
"""Elements whose content is no markup."""


def is_value(value: object) -> object:
    """A value that a template shows. Raises TypeError for a function: of a dict, `beside.items` is its method."""
    if callable(value) and not isinstance(value, Undefined):
        raise TypeError(f"A template shows {value!r}, which is a function: call it, or ask for the key in brackets.")
    return value


class Isolating(Extension):
    """Puts the filter `isolated` behind every value between tags, `isolated_text` behind one in a `<title>`.

    Attributes and styles are left alone: they hold addresses, names of elements and colours.
    """

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.filters |= {
            "isolated": lambda value: isolated(is_value(value)),
            "isolated_text": lambda value: isolated_text(is_value(value)),
        }

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The tokens of a template, with the filter behind each value."""
        place, filtered = Place(), ""
        for token in stream:
            if token.type == "data":
                place.read(token.value)
            if token.type == "variable_end" and filtered:
                yield from (Token(token.lineno, *one) for one in (("rparen", ")"), ("pipe", "|"), ("name", filtered)))
            yield token
            if token.type == "variable_begin" and (filtered := place.filter):
                yield Token(token.lineno, "lparen", "(")


class Place:
    """Where in a page one is, after some of its text."""

    def __init__(self) -> None:
        self.element = ""  # one without markup that is open
        self.tag = ""  # what was read of a tag that is open, from its `<` on
        self.quote = ""  # of an attribute that is open

    @property
    def filter(self) -> str:
        """Which filter a value needs here; none in a tag, a script or a style."""
        if self.tag or self.element in ("script", "style"):
            return ""
        return "isolated_text" if self.element == "title" else "isolated"

    def read(self, text: str) -> None:
        """Go on over a text."""
        for place, letter in enumerate(text):
            if self.quote:
                self.quote = "" if letter == self.quote else self.quote
            elif self.tag:
                self._in_tag(letter)
            elif letter == "<" and (not self.element or text.startswith(f"</{self.element}", place)):
                self.tag = letter

    def _in_tag(self, letter: str) -> None:
        if letter in "\"'":
            self.quote = letter
        if letter != ">":
            self.tag += letter
            return
        name = self.tag[1:].split()[0].lower()
        self.element = name if name in _WITHOUT_MARKUP and not self.tag.endswith("/") else ""
        self.tag = ""
