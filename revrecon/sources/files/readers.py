"""Readers by file type: every cell as text, every row accounted for."""

import codecs
import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import polars as pl

from revrecon.entity_map.systems import FileSettings
from revrecon.sources.contract import REJECTED_SCHEMA, UnreadableExtract, nothing_rejected
from revrecon.sources.files.texts import lines, pieces
from revrecon.sources.files.workbooks import sheet_of

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEPARATORS = (",", ";", "\t", "|")
_SHOWN = 200
_MOST_UNPACKED = 256 * 1024**2
"""Bytes that any packed export may unpack to; beyond, no more than so many times what it is packed."""
_MOST_TIMES_PACKED = 100
_MOST_CELLS, _MOST_CELLS_A_BYTE = 100_000_000, 100
"""The same of Parquet, in which a value that is repeated takes no room."""
csv.field_size_limit(64 * 1024 * 1024)


def read_file(path: Path, settings: FileSettings, origin: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A file's rows as text columns, and the rows that could not be read (REJECTED_SCHEMA).

    Raises UnreadableExtract when it is no table at all: no header, double or empty column names, a broken archive.
    """
    name = path.name.lower()
    if name.endswith(".parquet"):
        return _parquet(path, origin), nothing_rejected()
    if name.endswith((".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")):
        return _workbook(path, settings, origin), nothing_rejected()
    return _delimited(_bytes(path, origin), settings, origin)


def _bytes(path: Path, origin: str) -> bytes:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableExtract(
            f"{origin} cannot be read ({error.strerror}). Look at its disk, or export it again."
        ) from error
    return _unpacked(raw, origin) if path.name.lower().endswith(".gz") else raw


def _unpacked(raw: bytes, origin: str) -> bytes:
    most = max(_MOST_UNPACKED, _MOST_TIMES_PACKED * len(raw))
    try:
        with gzip.open(io.BytesIO(raw)) as file:
            content = file.read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableExtract(f"{origin} is no whole gzip file ({error}). Export it again.") from error
    if len(content) > most:
        raise UnreadableExtract(_too_much(origin, f"unpacks to more than {_MOST_TIMES_PACKED} times its size"))
    return content


def _too_much(origin: str, what: str) -> str:
    return f"{origin} {what}, which no export does. Look at what wrote it; if it is right, export it as plain CSV."


def decoded(raw: bytes, encoding: str | None, origin: str) -> str:
    """Text of bytes: the map's encoding, else a byte order mark, else UTF-8, else Windows-1252."""
    if encoding is None:
        for mark, name in _BOMS:
            if raw.startswith(mark):
                return _decoded_as_marked(raw, name, origin)
        for name in ("utf-8", "cp1252", "latin-1"):
            try:
                return raw.decode(name)
            except UnicodeDecodeError:
                continue
    try:
        return raw.decode(str(encoding))
    except (UnicodeDecodeError, LookupError) as error:
        raise UnreadableExtract(
            f"{origin} is not written in {encoding}, as the map says ({error}). "
            "Correct settings.encoding or leave it out."
        ) from error


def _decoded_as_marked(raw: bytes, name: str, origin: str) -> str:
    try:
        return raw.decode(name)
    except UnicodeDecodeError as error:
        told = name.removesuffix("-sig").upper()
        raise UnreadableExtract(
            f"{origin} begins with the mark of {told} and goes on as something else ({error.reason} at byte "
            f"{error.start}). Export it again, or name what it is written in with settings.encoding."
        ) from error


def _delimited(raw: bytes, settings: FileSettings, origin: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    text = decoded(raw, settings.encoding, origin).replace("\x00", "")
    del raw  # a large export is not held twice
    if not text or text.isspace():
        raise UnreadableExtract(f"{origin} is empty: not even a header. Export it again.")
    separator = settings.separator or _separator(text)
    rows = csv.reader(lines(text), delimiter=separator, strict=False)
    header = _header_of(rows, settings, origin)
    fast = _fast(text, separator, header, settings)
    if fast is not None:
        return fast, nothing_rejected()
    return _row_by_row(rows, header, origin)


def _separator(text: str) -> str:
    """The candidate that stands most often in the first line, outside of quotes."""
    outside = "".join(text.lstrip("\ufeff").split("\n", 1)[0].split('"')[::2])
    return max(_SEPARATORS, key=lambda candidate: (outside.count(candidate), -_SEPARATORS.index(candidate)))


class _Rows(Protocol):
    """Rows as `csv.reader` gives them."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


def _header_of(rows: _Rows, settings: FileSettings, origin: str) -> list[str]:
    header: list[str] = []
    for _ in range(settings.header_row):
        header = next(rows, [])
    return checked_header([name.strip().lstrip("\ufeff") for name in header], origin)


def checked_header(names: list[str], origin: str) -> list[str]:
    """The names themselves. Raises UnreadableExtract for none, empty or double ones."""
    if not any(names):
        raise UnreadableExtract(f"{origin} has no header row. Check settings.header_row, or export it again.")
    empty = [str(place) for place, name in enumerate(names, 1) if not name]
    if empty:
        raise UnreadableExtract(f"{origin} has no name for column {', '.join(empty)}. Name every column in the export.")
    double = [name for name, count in Counter(names).items() if count > 1]
    if double:
        raise UnreadableExtract(
            f"{origin} has two columns named '{double[0]}'. Rename one of them in the export, so that no value is lost."
        )
    return names


def _fast(text: str, separator: str, header: list[str], settings: FileSettings) -> pl.DataFrame | None:
    """The whole text at once, or None when any row has another width than the header."""
    if settings.header_row != 1 or not _is_even(text, separator, len(header)):
        return None
    try:
        frame = pl.read_csv(
            io.BytesIO(text.rstrip("\r\n").encode()),
            separator=separator,
            infer_schema=False,
            truncate_ragged_lines=False,
        )
    except pl.exceptions.PolarsError:
        return None
    return frame.rename(dict(zip(frame.columns, header, strict=True))) if frame.width == len(header) else None


def _is_even(text: str, separator: str, width: int) -> bool:
    """Whether every line has the header's separators and none is empty: cheap, and true for nearly every export without
    quotes. Empty lines at the end are none."""
    text = text.rstrip("\r\n")
    if '"' in text:
        return all(len(row) == width for row in csv.reader(lines(text), delimiter=separator))
    every = (line for piece in pieces(text) for line in piece.split("\n"))
    return all(line.strip("\r") and line.count(separator) == width - 1 for line in every)


def _row_by_row(rows: _Rows, header: list[str], origin: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    good: list[list[str | None]] = []
    bad: list[tuple[int, str, str]] = []
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            bad.append((rows.line_num, f"not readable: {error}", ""))
            continue
        if not row:
            continue
        if len(row) != len(header):
            reason = f"{len(row)} values where the header has {len(header)}"
            bad.append((rows.line_num, reason, ",".join(row)[:_SHOWN]))
            continue
        good.append([cell if cell != "" else None for cell in row])
    frame = pl.DataFrame(good, schema=dict.fromkeys(header, pl.String), orient="row")
    return frame, pl.DataFrame(bad, schema=REJECTED_SCHEMA, orient="row")


def _parquet(path: Path, origin: str) -> pl.DataFrame:
    try:
        scanned = pl.scan_parquet(path)
        cells = int(scanned.select(pl.len()).collect().item()) * len(scanned.collect_schema())
        if cells > max(_MOST_CELLS, _MOST_CELLS_A_BYTE * path.stat().st_size):
            raise UnreadableExtract(_too_much(origin, f"holds {cells:,} cells in {path.stat().st_size:,} bytes"))
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UnreadableExtract(f"{origin} is no whole Parquet file ({error}). Export it again.") from error
    checked_header([name.strip() for name in frame.columns], origin)
    nested = [name for name, dtype in frame.schema.items() if dtype.is_nested()]
    if nested:
        raise UnreadableExtract(f"{origin} has nested columns ({', '.join(nested)}). Export them as plain columns.")
    return frame.select(_as_text(name, dtype) for name, dtype in frame.schema.items())


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(dtype, pl.Datetime):
        pattern = "%Y-%m-%dT%H:%M:%S%.f%z" if dtype.time_zone else "%Y-%m-%d %H:%M:%S"
        return column.dt.to_string(pattern).alias(name.strip())
    if dtype == pl.Boolean:
        return pl.when(column).then(pl.lit("true")).when(~column).then(pl.lit("false")).alias(name.strip())
    return column.cast(pl.String).alias(name.strip())


def _workbook(path: Path, settings: FileSettings, origin: str) -> pl.DataFrame:
    frame = sheet_of(path, settings.sheet, settings.header_row, origin)
    names = checked_header([" ".join(name.split()) for name in frame.columns], origin)
    return frame.rename(dict(zip(frame.columns, names, strict=True)))
