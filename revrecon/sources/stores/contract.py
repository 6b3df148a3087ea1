"""What every store gives: its files by the beginning of their names, and the whole content of each."""

import base64
import hashlib
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from revrecon.sources.contract import IncompleteExtract


@dataclass(frozen=True)
class Stored:
    """One file of a store, as it was listed."""

    name: str  # the whole name in the store, with /
    size: int  # bytes
    changed: datetime  # UTC
    tag: str  # what the store changes with the content


class Store(Protocol):
    """A store. Every method may raise SourceError."""

    address: str
    """How people call it, such as s3://exports."""

    def listed(self, beginning: str) -> Iterator[Stored]:
        """Every file whose name begins so, in no order; nothing where there is none."""
        ...

    def content(self, stored: Stored) -> bytes:
        """A file as it was listed. Raises IncompleteExtract where it is not whole, or another by now."""
        ...


@dataclass(frozen=True)
class Checksum:
    """What a store says that a content adds up to."""

    kind: Literal["md5", "sha1", "sha256", "crc32"]
    value: bytes

    @classmethod
    def of_base64(cls, kind: Literal["md5", "sha1", "sha256", "crc32"], text: str | None) -> "list[Checksum]":
        """The one that a header tells, or none; one of the parts of a file (`...-3`) says nothing of the whole."""
        return [cls(kind, base64.b64decode(text))] if text and "-" not in text else []


def whole(address: str, stored: Stored, content: bytes, checksums: Sequence[Checksum]) -> bytes:
    """The content itself. Raises IncompleteExtract where its size or a checksum is not the store's."""
    name = f"{address}/{stored.name}"
    if len(content) != stored.size:
        raise IncompleteExtract(
            f"{name} was listed with {stored.size:,} bytes and came with {len(content):,}. It may be written at the "
            "moment, or the answer was cut off. Nothing of it is kept; run again."
        )
    for one in checksums:
        if _summed(one.kind, content) != one.value:
            raise IncompleteExtract(
                f"{name} does not add up to the {one.kind.upper()} sum that the store tells. Nothing of it is kept; "
                "run again, and export it again if it stays so."
            )
    return content


def _summed(kind: str, content: bytes) -> bytes:
    if kind == "crc32":
        return zlib.crc32(content).to_bytes(4, "big")
    return hashlib.new(kind, content, usedforsecurity=False).digest()


def paged(address: str, ask: Callable[[str], tuple[list[Stored], str]]) -> Iterator[Stored]:
    """Everything that a list holds, page by page; `ask` takes the mark of a page and tells that of the next."""
    mark, seen = "", {""}
    while True:
        found, mark = ask(mark)
        yield from found
        if not mark:
            return
        if mark in seen:
            raise IncompleteExtract(
                f"{address} names the same next page of its list twice, so that listing would never end. Run again, "
                "and tell the store's operator."
            )
        seen.add(mark)
