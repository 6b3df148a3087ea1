"""Comparisons of names: companies, products, people."""

import polars as pl

from revrecon.canonical.identity.linkage.kinds import (
    BlockingKey,
    Kind,
    Level,
    different,
    digits,
    replaced_words,
    squashed,
)
from revrecon.canonical.identity.linkage.vocabulary import ABBREVIATIONS, NICKNAMES
from revrecon.canonical.standard_forms import casefold, legal_name, none_if_empty

_SAME_WORDS = Level(
    "same words, otherwise ordered or spaced",
    '"{f}__sorted_l" = "{f}__sorted_r" OR "{f}__squashed_l" = "{f}__squashed_r"',
    0.05,
    1e-5,
)
_TYPING_ERROR = Level(
    "typing error",
    '"{f}__digits_l" = "{f}__digits_r" AND least(length("{f}__squashed_l"), length("{f}__squashed_r")) >= 5 AND '
    'abs(length("{f}__squashed_l") - length("{f}__squashed_r")) <= 2 AND '
    'jaro_winkler_similarity("{f}__squashed_l", "{f}__squashed_r") > 0.85 AND '
    'damerau_levenshtein("{f}__squashed_l", "{f}__squashed_r") <= '
    'CASE WHEN length("{f}__squashed_l") >= 10 THEN 2 ELSE 1 END',
    0.08,
    2e-5,
)
_INITIALS = Level(
    "initials",
    '(length("{f}__squashed_l") >= 3 AND "{f}__squashed_l" = "{f}__initials_r") OR '
    '(length("{f}__squashed_r") >= 3 AND "{f}__squashed_r" = "{f}__initials_l")',
    0.005,
    1e-5,
)
_SHARED = 'array_length(list_intersect("{f}__words_l", "{f}__words_r"))'
_WITHIN = f'{_SHARED} = least(array_length("{{f}}__words_l"), array_length("{{f}}__words_r"))'


def _overlap(share: float) -> str:
    """The shared words' weight is at least this share of the mean weight of both names."""
    return f'2 * {_SHARED} >= {share} * (array_length("{{f}}__words_l") + array_length("{{f}}__words_r"))'


_COMPANY = (
    Level("equal", '"{f}_l" = "{f}_r"', 0.65, 1e-4),
    _SAME_WORDS,
    _TYPING_ERROR,
    _INITIALS,
    Level("one name within the other", _WITHIN, 0.04, 1e-3),
    Level("nearly all telling words shared", _overlap(0.75), 0.05, 5e-4),
    Level("half of the telling words shared", _overlap(0.5), 0.04, 5e-3),
    different(0.08, 0.99),
)
_WORDS = (
    Level("equal", '"{f}_l" = "{f}_r"', 0.4, 1e-4),
    _SAME_WORDS,
    _TYPING_ERROR,
    Level("nearly all telling words shared", _overlap(0.8), 0.15, 1e-4),
    Level("one name within the other", _WITHIN, 0.08, 5e-4),
    Level("most telling words shared", _overlap(0.62), 0.12, 5e-4),
    Level("half of the telling words shared", _overlap(0.46), 0.1, 2e-3),
    Level("some telling words shared", _overlap(0.3), 0.05, 1e-2),
    different(0.05, 0.98),
)


def plain_words(value: pl.Expr) -> pl.Expr:
    """Lower case, no accents, everything but letters and digits a blank."""
    bare = casefold(value).str.replace_all(r"['’.](\p{L})", "${1}").str.replace_all(r"[^\p{L}\p{N}]+", " ")
    return none_if_empty(bare.str.strip_chars())


def _name_columns(field: str, whole: pl.Expr) -> list[pl.Expr]:
    name = pl.col(field)
    words = name.str.split(" ")
    squeezed = squashed(name)
    return [
        whole.alias(field),
        words.list.sort().list.join(" ").alias(f"{field}__sorted"),
        squeezed.alias(f"{field}__squashed"),
        digits(name).alias(f"{field}__digits"),
        words.list.eval(pl.element().str.slice(0, 1)).list.join("").alias(f"{field}__initials"),
    ]


def _company(field: str) -> list[pl.Expr]:
    whole = replaced_words(legal_name(pl.col(field)), ABBREVIATIONS)
    return _name_columns(field, whole)


def _text(field: str) -> list[pl.Expr]:
    return _name_columns(field, replaced_words(plain_words(pl.col(field)), ABBREVIATIONS))


def _name_keys(field: str) -> list[BlockingKey]:
    return [
        BlockingKey("same words", pl.col(f"{field}__sorted")),
        BlockingKey("same letters", pl.col(f"{field}__squashed")),
        BlockingKey("a telling word", pl.col(f"{field}__telling")),
        BlockingKey("initials", _as_initials(field)),
        BlockingKey("first letters", none_if_empty(pl.col(f"{field}__squashed").str.slice(0, 4)), weak=True),
        BlockingKey("long beginning", _long(pl.col(f"{field}__squashed").str.slice(0, 9), 9)),
        BlockingKey("long end", _long(pl.col(f"{field}__squashed").str.slice(-9), 9)),
    ]


def _long(value: pl.Expr, length: int) -> pl.Expr:
    return pl.when(value.str.len_chars() >= length).then(value)


def _as_initials(field: str) -> pl.Expr:
    """The initials of several words, or a short single word that may be initials."""
    words = pl.col(field).str.count_matches(" ") + 1
    short = pl.when((words == 1) & pl.col(field).str.len_chars().is_between(3, 6)).then(pl.col(field))
    return pl.coalesce(short, pl.when(words >= 3).then(pl.col(f"{field}__initials")))


COMPANY_NAME = Kind(_company, _COMPANY, _name_keys, words=True)
"""Names of companies: legal forms gone, abbreviations whole; typing errors, word order, initials, shared words."""

WORDS = Kind(_text, _WORDS, _name_keys, words=True)
"""Names and titles of things: by the words that they share, a rare word counting more than a common one."""


def _person(field: str) -> list[pl.Expr]:
    name = pl.col(field)
    first = name.str.split(" ").list.first()
    return [
        plain_words(name).alias(field),
        first.replace(NICKNAMES).alias(f"{field}__full"),
        squashed(name).alias(f"{field}__squashed"),
        sound(name).alias(f"{field}__sound"),
    ]


def sound(name: pl.Expr) -> pl.Expr:
    """The first letter and the next consonants, doubled and like-sounding letters folded."""
    like = squashed(name).str.replace_all("ph", "f").str.replace_all("ck|q|c", "k").str.replace_all("z", "s")
    like = like.str.replace_all("y", "i").str.replace_all("v", "f").str.replace_all("d", "t").str.replace_all("m", "n")
    tail = like.str.slice(1).str.replace_all(r"[aeiouhw]", "")
    return none_if_empty(like.str.slice(0, 1) + tail.str.slice(0, 4))


_CLOSE = (
    'abs(length("{f}__squashed_l") - length("{f}__squashed_r")) <= 2 AND ('
    'damerau_levenshtein("{f}__squashed_l", "{f}__squashed_r") <= '
    'CASE WHEN length("{f}__squashed_l") >= 8 THEN 2 WHEN length("{f}__squashed_l") >= 4 THEN 1 ELSE 0 END)'
)
_FIRST = (
    Level("equal", '"{f}_l" = "{f}_r"', 0.72, 5e-3),
    Level("nickname", '"{f}__full_l" = "{f}__full_r"', 0.06, 2e-3),
    Level("typing error", _CLOSE, 0.08, 2e-3),
    Level(
        "initial",
        'least(length("{f}__squashed_l"), length("{f}__squashed_r")) <= 3 AND ('
        'starts_with("{f}__squashed_l", "{f}__squashed_r") OR starts_with("{f}__squashed_r", "{f}__squashed_l"))',
        0.05,
        5e-3,
    ),
    Level("similar", 'jaro_winkler_similarity("{f}__squashed_l", "{f}__squashed_r") >= 0.88', 0.03, 5e-3),
    different(0.06, 0.98),
)
_LAST = (
    Level("equal", '"{f}_l" = "{f}_r"', 0.8, 2e-3),
    Level("typing error", _CLOSE, 0.08, 1e-3),
    Level(
        "part of a double name",
        "list_has_any(string_split(\"{f}_l\", ' '), string_split(\"{f}_r\", ' '))",
        0.02,
        5e-4,
    ),
    Level("similar", 'jaro_winkler_similarity("{f}__squashed_l", "{f}__squashed_r") >= 0.88', 0.03, 5e-3),
    different(0.07, 0.99),
)


def swapped(level_of: tuple[Level, ...], first: str, last: str) -> tuple[Level, ...]:
    """Levels with one more, behind `equal`: the first name of one record is the last name of the other, both ways."""
    both = f'"{first}_l" = "{last}_r" AND "{last}_l" = "{first}_r"'
    return (level_of[0], Level("first and last name swapped", both, 0.01, 1e-5), *level_of[1:])


def _first_keys(field: str) -> list[BlockingKey]:
    return [
        BlockingKey("full first name", pl.col(f"{field}__full"), weak=True),
        BlockingKey("first letter", pl.col(f"{field}__squashed").str.slice(0, 1), weak=True),
    ]


def _last_keys(field: str) -> list[BlockingKey]:
    return [
        BlockingKey("last name", pl.col(f"{field}__squashed")),
        BlockingKey("sound", pl.col(f"{field}__sound"), weak=True),
    ]


FIRST_NAME = Kind(_person, _FIRST, _first_keys)
"""First names: nicknames, initials, typing errors."""

LAST_NAME = Kind(_person, _LAST, _last_keys)
"""Last names: typing errors, parts of double names."""
