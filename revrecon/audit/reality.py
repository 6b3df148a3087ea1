"""What was seen of each system and copy over a quarter: the other side of the map's answers, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

Place = tuple[str, str]
"""An entity and a copy, or a system and an object."""


@dataclass(frozen=True)
class Reality:
    """What there is, by place. Shares are between 0 and 1; what could not be looked at is not in the mapping."""

    last_heard: Mapping[str, date | None] = field(default_factory=dict)  # per system, up to the quarter's end
    allowed_silence: Mapping[str, timedelta] = field(default_factory=dict)
    sent_columns: Mapping[Place, tuple[str, ...]] = field(
        default_factory=dict
    )  # of system and object, its newest extract
    listed_objects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # that a system offers
    records: Mapping[Place, int] = field(default_factory=dict)  # of entity and copy
    filled: Mapping[tuple[str, str, str], float] = field(default_factory=dict)  # share, of entity, copy and field
    values: Mapping[tuple[str, str, str], frozenset[str]] = field(default_factory=dict)  # of fields with allowed ones
    in_time: Mapping[Place, tuple[float, int, float | None]] = field(default_factory=dict)  # share, claims, usual hours
    linked_by: Mapping[str, frozenset[str]] = field(default_factory=dict)  # passes that linked anything, per entity
    caught_up: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # corrections that the system has itself now
