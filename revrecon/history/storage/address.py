"""Where the lake of a home stands: in the home, or at an address that the environment names."""

import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from revrecon.history.storage.folder import Storage
from revrecon.history.storage.objects import ObjectStorage
from revrecon.history.storage.trouble import StorageTrouble

LAKE_URL = "REVRECON_LAKE_URL"
"""The environment variable that says where the lake stands; in the home where it is not set."""

_ADDRESS = re.compile(r"(?:(s3|gs|az)://[^/\s?#]+|abfss?://[^@/\s]+@[^/\s?#]+|file:///)(?:[^\s?#]*)")


def lake_storage(home: Path, environment: Mapping[str, str] = os.environ) -> Storage:
    """Where the lake of a home stands: at REVRECON_LAKE_URL with copies in the home, or in the home itself.

    Raises StorageTrouble; also where the home holds a lake of its own, which nobody would look at any more.
    """
    named = lake_at(home, environment)
    if named is None:
        return lake_in(home)
    if next(notes_below(lake_in(home).root), None) is not None:
        raise StorageTrouble(
            f"{LAKE_URL} is set, and {lake_in(home).root} holds extracts that are not at {named.address}. Move them "
            "there with revrecon move-lake; or name another home."
        )
    return named


def lake_in(home: Path) -> Storage:
    """The lake of a home, in the home itself."""
    return Storage(home / "lake")


def notes_below(lake: Path) -> Iterator[Path]:
    """The notes of all extracts below a folder."""
    return lake.glob("*/*/as_of=*/v=*.json")


def lake_at(home: Path, environment: Mapping[str, str] = os.environ) -> ObjectStorage | None:
    """The lake at REVRECON_LAKE_URL, with copies in the home; None where it is not set. Raises StorageTrouble."""
    url = environment.get(LAKE_URL, "").strip().rstrip("/")
    if not url:
        return None
    if not _ADDRESS.fullmatch(url):
        raise StorageTrouble(
            f"{LAKE_URL} must be an address such as s3://bucket/folder, gs://bucket/folder or az://container/folder, "
            "without a question mark. Logins stand in environment variables of their own."
        )
    return _kept_open(f"{url}/lake", home / "copies" / "lake")


@cache
def _kept_open(address: str, root: Path) -> ObjectStorage:
    return ObjectStorage(address, root)
