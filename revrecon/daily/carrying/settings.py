"""When days are carried forward at all."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

FULL, CARRY_FROM = "REVRECON_FULL", "REVRECON_CARRY_FROM"
"""Environment variables: work every day out whole; from how many records on an entity is carried forward."""

_USUAL_LEAST = 50_000


class CarryingUnknown(Exception):
    """A setting of carrying is not one that can be used."""


@dataclass(frozen=True)
class Carrying:
    """An entity with fewer than `least` records is worked out whole, which is then cheaper; `full`: every one is."""

    least: int = _USUAL_LEAST
    full: bool = False


def carrying_in(environment: Mapping[str, str] = os.environ) -> Carrying:
    """What environment variables ask for. Raises CarryingUnknown."""
    text = environment.get(CARRY_FROM, "").strip()
    if text and not text.isdecimal():
        raise CarryingUnknown(f"{CARRY_FROM} must be a number of records, not '{text}'.")
    return Carrying(int(text) if text else _USUAL_LEAST, environment.get(FULL, "").strip() not in ("", "0", "false"))
