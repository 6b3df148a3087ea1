"""Erasing one person from a home: found by a record or a value, replaced by pseudonyms, remembered without the data."""

import hashlib
import hmac
import html
import json
import secrets
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import polars as pl

from revrecon.canonical.standard_forms import FORMS
from revrecon.daily.day import newest_day
from revrecon.daily.home import Home
from revrecon.daily.published_frames import ledger_frames
from revrecon.daily.tables import Tables
from revrecon.daily.trail import CHAINED, WATCHED, note_head, opened_everywhere
from revrecon.daily.warehouse import build_warehouse
from revrecon.entity_map.entities import StandardForm
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import did_you_mean
from revrecon.history.atomic import remove_for_good, write_bytes, write_text
from revrecon.history.erased import ErasedFile, erased_from_lake, erased_from_tables
from revrecon.history.lake import Lake
from revrecon.history.pseudonyms import Pseudonyms
from revrecon.tickets.bodies.markdown import safe
from revrecon.tickets.erasures import Erasure, ErasureRegister

_PARTS_OF_TABLES = ("tables", "linkage", "published")
_TEXTS = (".html", ".csv", ".md", ".txt", ".json", ".jsonl", ".svg")
_KEY = ".erasure-key"
_SHORTEST = 3

Value = tuple[str, StandardForm | None]
"""A value as a system wrote it, and the form in which it is compared."""


class NobodyToErase(Exception):
    """What was asked for is nobody's, or too short to tell one person from another."""


@dataclass(frozen=True)
class Erased:
    """What was replaced, or would be: files with their rows, and rows of the ledger by table."""

    values: int
    files: tuple[ErasedFile, ...]
    rows: dict[str, int]


def values_of_record(home: Home, entity_map: EntityMap, entity: str, asked: str) -> list[Value]:
    """Every personal value that any system ever said of the thing that a record `copy/key`, or a canonical id, is.

    Raises NobodyToErase.
    """
    if entity not in entity_map.entities:
        near = did_you_mean(entity, entity_map.entities)
        raise NobodyToErase(f"'{entity}' is no entity of the map{f'; {near}' if near else ''}.")
    day = newest_day(home, entity_map)
    tables = Tables(home.tables)
    if day is None or not tables.days("crosswalk", entity):
        raise NobodyToErase(
            f"No day was run, so nobody knows which records of {entity} are one. Run one: revrecon run."
        )
    known = tables.read("crosswalk", entity, tables.days("crosswalk", entity)[-1])
    copy, _, key = asked.partition("/")
    mine = (pl.col("canonical_id") == asked) | ((pl.col("copy") == copy) & (pl.col("record_id") == key))
    things = known.filter(mine)["canonical_id"].unique().to_list()
    records = (
        known.filter(pl.col("canonical_id").is_in(things)).select("copy", "record_id").unique().sort("copy").rows()
    )
    if not records:
        raise NobodyToErase(f"'{asked}' is no record of {entity}; write copy/key, such as crm/0031, or a canonical id.")
    return sorted(set(_values_of(home, entity_map, entity, records, day)), key=str)


def _values_of(
    home: Home, entity_map: EntityMap, entity: str, records: Iterable[tuple[str, str]], day: date
) -> Iterator[Value]:
    spec, lake = entity_map.entities[entity], Lake(home.lake)
    for copy_name, key in records:
        copy = spec.replication[copy_name]
        system = entity_map.system_of(copy_name, copy)
        rows = lake.versions(system, copy.object, entity_map.systems[system].objects[copy.object], day)
        mine = rows.filter(pl.col("_key") == key)
        for field, mapping in copy.fields.items():
            rule = spec.fields.get(field)
            if rule is not None and rule.personal and mapping.column in mine.columns:
                told = mine[str(mapping.column)].cast(pl.String).drop_nulls().unique().to_list()
                yield from ((one, rule.standard) for one in told if one.strip())


def pseudonyms_for(values: Sequence[Value], key: bytes) -> Pseudonyms:
    """A pseudonym for each value, the same for those that are equal in their standard form.

    The key by which they are made lies in the home while an erasure lasts, so that one that was killed goes on with the
    same ones; afterwards nobody can find out by trying whom a pseudonym stands for. Raises NobodyToErase.
    """
    short = [value for value, _ in values if len(value.strip()) < _SHORTEST]
    if not values or len(short) == len(values):
        raise NobodyToErase(f"A value needs at least {_SHORTEST} letters: a shorter one would erase others too.")
    of: dict[str, str] = {}
    for value, form in values:
        if len(value.strip()) >= _SHORTEST:
            told = _standard(value, form)
            name = hmac.new(key, told.encode(), hashlib.sha256).hexdigest()[:12]
            for written in _writings(value, told):
                of[written.lower()] = _in_the_shape_of(value, name)
    return Pseudonyms(of)


def _standard(value: str, form: StandardForm | None) -> str:
    standard = pl.DataFrame({"v": [value]}).select(FORMS[form or "casefold"](pl.col("v")))["v"][0]
    return str(standard or value).strip().lower()


def _writings(value: str, standard: str) -> set[str]:
    """A value as data, compared, and in HTML, Markdown and JSON."""
    bare = {value.strip(), standard}
    return {form for one in bare for form in (one, html.escape(one), safe(one), json.dumps(one)[1:-1]) if form}


def _in_the_shape_of(value: str, name: str) -> str:
    """An address stays an address and a phone number one, so that rules on their form say the same as before."""
    if "@" in value:
        return f"erased-{name}@erased.invalid"
    digits = sum(letter.isdigit() for letter in value)
    return f"000{int(name, 16) % 10**9:09d}" if digits >= 2 * (len(value) - digits) else f"erased {name}"


def erase(
    home: Home, values: Sequence[Value], by: str, why: str, dry_run: bool = True, now: datetime | None = None
) -> Erased:
    """Replace values of a person everywhere in a home: lake, tables, warehouse, reports and ledger.

    The ledger comes last, in one transaction with the record of what was done. Doing it again finds nothing more.
    """
    opened_everywhere(home)
    register = ErasureRegister(home.ledger, CHAINED)
    pseudonyms = pseudonyms_for(values, _key(home, lasts=not dry_run))
    files = [*erased_from_lake(home.lake, pseudonyms, dry_run)]
    for part in _PARTS_OF_TABLES:
        files += erased_from_tables(home.root, home.root / part, pseudonyms, dry_run)
    for part in ("reports", "published"):
        files += _texts(home.root, home.root / part, pseudonyms, dry_run)
    rows = register.rows_with(pseudonyms)
    if not dry_run:
        shutil.rmtree(home.carried, ignore_errors=True)  # hashes of values; the next day is worked out whole
    if not dry_run and (files or rows):
        remove_for_good(home.warehouse)  # one that is carried on keeps what was there in pages that are free
        build_warehouse(Tables(home.tables), home.warehouse, ledger_frames(home))
        at = (now or datetime.now(UTC)).isoformat()
        told = tuple(sorted(set(pseudonyms.of.values())))
        name = "ERA-" + hashlib.blake2b("\x1f".join([at, *told]).encode(), digest_size=5).hexdigest()
        rows = register.erase(Erasure(name, at, by, why, told, tuple(files)), pseudonyms, WATCHED)
        note_head(home)
    if not dry_run:
        remove_for_good(home.root / _KEY)
    return Erased(len(values), tuple(files), rows)


def _texts(root: Path, folder: Path, pseudonyms: Pseudonyms, dry_run: bool) -> Iterator[ErasedFile]:
    """Pages, lists and workbooks."""
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        if path.suffix not in (*_TEXTS, ".xlsx"):
            continue
        before = path.read_bytes()
        after = _workbook(before, pseudonyms) if path.suffix == ".xlsx" else _text(before, pseudonyms)
        if after != before:
            name = path.relative_to(root).as_posix()
            if dry_run:
                yield ErasedFile(name, 1)
                continue
            write_bytes(after, path)
            yield ErasedFile(name, 1, hashlib.sha256(before).hexdigest(), hashlib.sha256(after).hexdigest())


def _text(content: bytes, pseudonyms: Pseudonyms) -> bytes:
    return pseudonyms.text(content.decode("utf-8")).encode("utf-8")


def _workbook(content: bytes, pseudonyms: Pseudonyms) -> bytes:
    """A workbook whose parts are rewritten; the same bytes where nothing changes."""
    with zipfile.ZipFile(BytesIO(content)) as packed:
        parts = {info: packed.read(info) for info in packed.infolist()}
    changed = {
        info: _text(part, pseudonyms) if info.filename.endswith(".xml") else part for info, part in parts.items()
    }
    if changed == parts:
        return content
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for info, part in changed.items():
            packed.writestr(info, part)
    return out.getvalue()


def _key(home: Home, lasts: bool) -> bytes:
    path = home.root / _KEY
    if path.exists():
        return bytes.fromhex(path.read_text(encoding="utf-8"))
    fresh = secrets.token_bytes(32)
    if lasts:
        write_text(fresh.hex(), path)
    return fresh
