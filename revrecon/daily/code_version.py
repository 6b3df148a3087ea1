"""Which code works a figure out: the version, and a digest over the package's own text."""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGE = Path(__file__).parent.parent


@cache
def code_version() -> str:
    """`0.1.0+0a1b2c3d4e5f`: any change of the code changes it."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        digest.update(f"{path.relative_to(_PACKAGE)}\n".encode() + path.read_bytes())
    try:
        number = version("revrecon")
    except PackageNotFoundError:  # run from its folder without being installed
        number = "0"
    return f"{number}+{digest.hexdigest()[:12]}"
