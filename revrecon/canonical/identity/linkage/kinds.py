"""What a kind of comparison is made of: how a value is prepared, which levels two values can reach, where to look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Level:
    """One answer of a comparison, from `equal` down to `different`; the first that holds counts.

    `sql` compares the prepared columns `X_l` and `X_r`, X being the field (written `{f}`). `m` and `u` are what is
    expected before anything is learned: the share of true pairs, and of chance pairs, that reach the level.
    """

    label: str
    sql: str
    m: float
    u: float


@dataclass(frozen=True)
class BlockingKey:
    """A value by which pairs are looked for: alone, or (`weak`) only together with a weak key of another field.

    `value` is text, or a list of text where a record stands in several blocks.
    """

    name: str
    value: pl.Expr
    weak: bool = False
    place: bool = False  # two places together are still only a place


Prepared = Callable[[str], list[pl.Expr]]
Keys = Callable[[str], list[BlockingKey]]


@dataclass(frozen=True)
class Kind:
    """One kind of comparison. `prepared(field)` gives the columns that levels and keys use: first the field's own,
    then what is made of it."""

    prepared: Prepared
    levels: tuple[Level, ...]
    keys: Keys
    words: bool = False  # its words are weighed by how rare they are
    frequencies: bool = True  # a rare value speaks louder than a common one


def different(m: float, u: float) -> Level:
    """The last level: nothing better holds."""
    return Level("different", "ELSE", m, u)


def no_keys(_field: str) -> list[BlockingKey]:
    """For kinds whose values are too common to look for pairs by."""
    return []


def replaced_words(value: pl.Expr, words: Mapping[str, str]) -> pl.Expr:
    """The words of a text (split at blanks), each replaced where the vocabulary knows it."""
    return value.str.split(" ").list.eval(pl.element().replace(words)).list.join(" ")


def squashed(value: pl.Expr) -> pl.Expr:
    """Without blanks."""
    return value.str.replace_all(" ", "")


def digits(value: pl.Expr) -> pl.Expr:
    """Every digit of a text, in order: what tells `Store 12` from `Store 13`."""
    return value.str.replace_all(r"\D", "")
