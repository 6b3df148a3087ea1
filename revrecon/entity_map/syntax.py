"""What a YAML parser stumbles over, in plain words."""

import re
from collections.abc import Iterator
from itertools import takewhile

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.parser import ParserError
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.tokens import ScalarToken, Token

from revrecon.entity_map.problems import Problem

_PLAIN_WORDS: tuple[tuple[str, str, str], ...] = (
    (
        r"mapping values are not allowed here",
        "a colon stands where no key can be",
        "put text that holds ': ' in quotes, or mend the indentation",
    ),
    (
        r"expected <block end>, but found '<(?:block mapping|block sequence) start>'",
        "the indentation does not fit the lines above it",
        "keys of one block start in the same column",
    ),
    (
        r"expected <block end>, but found '\?'",
        "a key stands in the middle of a list",
        "indent it, or begin it with '- '",
    ),
    (
        r"expected <block end>, but found '-'",
        "a list item stands in the middle of keys",
        "indent it below the key that it belongs to",
    ),
    (
        r"expected <block end>, but found '<scalar>'",
        "text goes on after the value has ended",
        "put the whole value in one pair of quotes, or indent the line",
    ),
    (
        r"expected <block end>, but found '(.+)'",
        "'{0}' closes nothing that was opened",
        "remove it, or put it in quotes",
    ),
    (
        r"found unexpected (?:end of stream|document separator)",
        "the quote that is opened here is never closed",
        "add the closing quote",
    ),
    (
        r"expected ',' or '(.)', but got .+",
        "the bracket that is opened here is never closed, or lacks a comma",
        "add '{0}' or the comma",
    ),
    (r"could not find expected ':'", "a key is written without a colon", "write 'key: value'"),
    (r"found unknown escape character '(.+)'", "'\\{0}' means nothing in double quotes", "use single quotes"),
    (r"found undefined alias '?(.+?)'?", "the alias '*{0}' is defined nowhere", "quote the text, or define &{0} above"),
    (
        r"found character '(.)' that cannot start any token",
        "a value or key cannot begin with '{0}'",
        "put it in quotes",
    ),
    (
        r"expected alphabetic or numeric character, but found .+",
        "'*' and '&' begin an alias or an anchor",
        "put the text in quotes",
    ),
    (r"but found another document", "a second document begins here", "remove the line '---'; a map is one document"),
)
_WHERE_IT_BEGAN = re.compile(r"quoted scalar|flow (sequence|mapping)|simple key")
_TAB = re.compile(r"^ *\t")


def syntax_problems(text: str, error: YAMLError | RecursionError) -> list[Problem]:
    """Why the text is no YAML: every line that is indented with a tab, else the one place where reading stopped."""
    tabs = [number for number, line in enumerate(text.splitlines(), 1) if _TAB.match(line)]
    if tabs:
        return [Problem((), line, "a tab in the indentation", "indent with blanks") for line in tabs]
    if isinstance(error, RecursionError):
        return [Problem((), None, "brackets are nested too deeply to be read", "write fewer levels")]
    if isinstance(error, ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return [Problem((), line, f"the character U+{ord(text[error.position]):04X} cannot be read", "remove it")]
    return [_runaway_quote(text, error) or _stumble(error)]


def _runaway_quote(text: str, error: YAMLError) -> Problem | None:
    """A quote that was closed lines later, by the quote that should have opened another text."""
    if not isinstance(error, ParserError) or "<scalar>" not in str(error.problem) or error.problem_mark is None:
        return None
    before = takewhile(lambda token: token.start_mark.index < error.problem_mark.index, _tokens(text))
    quoted = [token for token in before if isinstance(token, ScalarToken) and not token.plain]
    if not quoted or quoted[-1].start_mark.line == quoted[-1].end_mark.line:
        return None
    start, end = quoted[-1].start_mark.line + 1, quoted[-1].end_mark.line + 1
    return Problem((), start, f"the quote that is opened here only closes in line {end}", "add the closing quote")


def _tokens(text: str) -> Iterator[Token]:
    tokens: Iterator[Token] = YAML(typ="safe", pure=True).scan(text)
    return tokens


def _stumble(error: YAMLError) -> Problem:
    if not isinstance(error, MarkedYAMLError):
        return Problem((), None, f"this is no YAML: {error}")
    mark, words = error.problem_mark, str(error.problem)
    if error.context_mark is not None and _WHERE_IT_BEGAN.search(str(error.context)) and "escape" not in words:
        mark = error.context_mark
    line = mark.line + 1 if mark is not None else None
    if r"'\t'" in words:
        return Problem((), line, "a tab between the words", "use blanks")
    for pattern, message, hint in _PLAIN_WORDS:
        match = re.fullmatch(pattern, words)
        if match:
            return Problem((), line, message.format(*match.groups()), hint.format(*match.groups()))
    return Problem((), line, f"this is no YAML: {words}", "mend the line or the one above it")
