"""Seeded damage to records: typing errors, abbreviations, missing fields, other formats."""

import random
import zlib
from dataclasses import replace

import polars as pl

from revrecon.canonical.copies import CopyRecords
from revrecon.entity_map.entities import Entity

_SHORT = {
    "international": "intl",
    "services": "svcs",
    "technologies": "tech",
    "street": "st",
    "avenue": "ave",
    "road": "rd",
}
USUAL = {"typing error": 0.04, "missing": 0.03, "abbreviated": 0.03, "format": 0.03}
"""Share of values that suffer, at rate 1."""


def perturbed(entity: Entity, copy: CopyRecords, rate: float) -> CopyRecords:
    """The same copy with its text values damaged at `rate` times the usual rates; always the same damage."""
    chance = random.Random(zlib.crc32(f"{copy.entity} {copy.copy}".encode()))
    records = copy.records.sort("_id")
    for field, rule in entity.fields.items():
        if rule.type == "text" and not rule.allowed and field in records.columns:
            values = [_damaged(value, chance, rate) for value in records[field].to_list()]
            records = records.with_columns(pl.Series(field, values, dtype=pl.String))
    return replace(copy, records=records)


def _damaged(value: str | None, chance: random.Random, rate: float) -> str | None:
    if value is None or chance.random() < rate * USUAL["missing"]:
        return None
    if chance.random() < rate * USUAL["abbreviated"]:
        value = " ".join(_SHORT.get(word.lower(), word) for word in value.split(" "))
        words = value.split(" ")
        value = " ".join([*words[:-1], words[-1][:3]]) if len(words) > 2 else value
    if chance.random() < rate * USUAL["format"]:
        value = chance.choice([value.upper(), value.lower(), value.replace(" ", "  "), f" {value} "])
    if len(value) > 3 and chance.random() < rate * USUAL["typing error"]:
        at = chance.randrange(len(value) - 1)
        value = chance.choice(
            [
                value[:at] + value[at + 1] + value[at] + value[at + 2 :],
                value[:at] + value[at + 1 :],
                value[:at] + chance.choice("aeiourstln") + value[at + 1 :],
                value[:at] + value[at] + value[at:],
            ]
        )
    return value
