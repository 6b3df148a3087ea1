"""Records whose pairs reach every level of every kind of comparison, and a model of them."""

import datetime as dt
import random
from collections.abc import Callable

import polars as pl

from revrecon.canonical.identity.linkage.defaults import Comparison, comparisons
from revrecon.canonical.identity.linkage.features import learned_words, prepared, present, with_pinned
from revrecon.canonical.identity.linkage.model import PARAMETERS_SCHEMA, PINNED_SCHEMA, REPORT_SCHEMA, Model
from revrecon.canonical.identity.linkage.registry import KINDS
from revrecon_tests.canonical.linkage.people_and_companies import entity
from revrecon_tests.canonical.linkage.test_kinds import STORIES, cells

EVERY_KIND = entity({kind: {"type": "text"} for kind in KINDS}, compare={kind: kind for kind in KINDS})
"""An entity with one field of each kind."""

_LIKE = {"words": "company_name", "quantity": "money"}
_LETTERS = "aabb é ß ñ ü 01 .-' \" \\ % 株 ж 😀 e\u0301"


def _typed_wrongly(text: str, chance: random.Random) -> str:
    """A text with one or two slips: letters swapped, lost, doubled, changed, accents, words turned round."""
    for _ in range(chance.choice((1, 1, 2))):
        at = chance.randrange(len(text)) if text else 0
        slips: list[Callable[[], str]] = [
            lambda at=at, text=text: text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
            lambda at=at, text=text: text[:at] + text[at + 1 :],
            lambda at=at, text=text: text[:at] + text[at : at + 1] + text[at:],
            lambda at=at, text=text: text[:at] + chance.choice(_LETTERS) + text[at + 1 :],
            lambda text=text: " ".join(reversed(text.split(" "))),
            lambda text=text: text.replace(" ", ""),
            lambda text=text: text.split(" ")[0],
        ]
        text = chance.choice(slips)()
    return text


def _pair(known: list[str], chance: random.Random) -> tuple[str | None, str | None]:
    """The values of two records: as in a story, with a slip, unlike each other, empty or missing."""
    left = chance.choice(known)
    right = chance.choice((left, _typed_wrongly(left, chance), chance.choice(known)))
    nothing = chance.choice((None, "")) if chance.random() < 0.06 else right
    return (left, nothing) if chance.random() < 0.5 else (nothing, left)


def _pairs_of(kind: str, count: int, chance: random.Random) -> list[str | None]:
    stories = [(left, right) for left, right, _ in cells(STORIES[_LIKE.get(kind, kind)])]
    known = [*(value for story in stories for value in story), "Łódź Straße 9", "株式会社 日立", "Сбербанк", "😀 émile"]
    told = [story for story in stories for _ in range(12)]
    told += [_pair(known, chance) for _ in range(count - len(told))]
    chance.shuffle(told)
    return [value for pair in told for value in pair]


def records_and_pairs(count: int) -> tuple[tuple[Comparison, ...], pl.DataFrame, pl.DataFrame]:
    """So many pairs of records as people write them, and as many of columns that no preparation ever made."""
    chance = random.Random(count)
    values = {kind: _pairs_of(kind, count, chance) for kind in KINDS}
    for n in range(0, 2 * count, 40):  # first and last name swapped
        first, last = values["first_name"], values["last_name"]
        first[n], last[n], first[n + 1], last[n + 1] = "Maria", "Rossi", "Rossi", "Maria"
    copies = [chance.choice(("crm", "books")) for _ in range(2 * count)]
    nodes = pl.DataFrame({"copy": copies, "_id": [f"{n:06}" for n in range(2 * count)], "_excluded": False, **values})
    nodes = nodes.with_row_index("_node").cast({"_node": pl.Int64})
    compared = present(comparisons(EVERY_KIND), nodes)
    written = prepared(compared, nodes)
    written = with_pinned(compared, written, learned_words(compared, written))
    made_up = pl.DataFrame(
        [_made_up(name, dtype, count, chance) for name, dtype in written.schema.items() if name != "_node"]
    ).with_columns(pl.int_range(2 * count, 4 * count).alias("_node"))
    everything = pl.concat([written, made_up.select(written.columns).cast(written.schema)])
    numbers = pl.DataFrame({"left": range(0, 4 * count, 2), "right": range(1, 4 * count, 2)})
    return compared, everything, numbers.cast(pl.Int64)


def _made_up(name: str, dtype: pl.DataType, count: int, chance: random.Random) -> pl.Series:
    """Any values of a type, those of a pair often alike."""
    made: list[object] = []
    for _ in range(count):
        left = _any_value(dtype, chance)
        near = _typed_wrongly(left, chance) if isinstance(left, str) else _any_value(dtype, chance)
        made += [left, chance.choice((left, near, near, _any_value(dtype, chance)))]
    return pl.Series(name, made, dtype=dtype)


def _any_value(dtype: pl.DataType, chance: random.Random) -> object:
    if chance.random() < 0.08:
        return None
    if dtype == pl.String:
        return "".join(chance.choice(_LETTERS) for _ in range(chance.randrange(14)))
    if dtype == pl.Date:
        return dt.date(2026, 3, 1) + dt.timedelta(chance.randrange(-40, 40))
    if dtype == pl.Float64:
        return chance.choice(
            (0.0, -0.0, float("inf"), float("nan"), 100.0, 101.0, 110.0, 90.9, chance.uniform(-9, 130))
        )
    if dtype == pl.List(pl.String):
        return [chance.choice("abc")]
    assert dtype == pl.List(pl.UInt64), dtype
    return [chance.choice((7, 2**61 - 1, 3, 4, 5, 6)) for _ in range(chance.randrange(1, 5))]


def model_of(compared: tuple[Comparison, ...], records: pl.DataFrame) -> Model:
    """Every level with shares that were drawn, and how common the values of half of the records are."""
    chance = random.Random(len(compared))
    parameters = [
        (c.field, level, c.levels[-1 - level].label, chance.uniform(0.001, 1), chance.uniform(1e-6, 1), say)
        for c in compared
        for say in (chance.choice((1.0, chance.uniform(0.2, 1))),)
        for level in range(len(c.levels))
    ]
    known = records.head(records.height // 2)
    pinned = [
        known.select(
            pl.lit("frequency").alias("use"), pl.lit(c.field).alias("field"), pl.col(c.field).alias("value")
        ).drop_nulls().group_by("use", "field", "value").agg((pl.len() / known.height).alias("number"))
        for c in compared if c.frequencies
    ]  # fmt: skip
    return Model(
        0.0123,
        pl.DataFrame(parameters, schema=PARAMETERS_SCHEMA, orient="row"),
        pl.concat(pinned).cast(pl.Schema(PINNED_SCHEMA)),
        pl.DataFrame(schema=REPORT_SCHEMA),
    )
