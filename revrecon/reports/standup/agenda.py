"""Thirty minutes, shared out by what there is to talk about."""

from dataclasses import dataclass

MINUTES = 30
_CLOSE = 2


@dataclass(frozen=True)
class AgendaItem:
    """One point of the meeting."""

    minutes: int
    title: str
    about: str
    anchor: str  # where the pack says more


def agenda(points: list[tuple[int, AgendaItem]]) -> tuple[AgendaItem, ...]:
    """Points with their weights as an agenda of exactly 30 minutes; a point of weight 0 has nothing to say and is out.

    Every other point gets a minute at least, the last ones are for who does what until next week.
    """
    wanted = [(weight, item) for weight, item in points if weight > 0]
    spare = MINUTES - (_CLOSE if wanted else 0)
    given = _shares([weight for weight, _ in wanted], spare)
    shared = [
        AgendaItem(time, item.title, item.about, item.anchor) for time, (_, item) in zip(given, wanted, strict=True)
    ]
    if not shared:
        return (
            AgendaItem(MINUTES, "Nothing to decide", "No check is in breach, nothing waits. Give the time back.", ""),
        )
    return (*shared, AgendaItem(_CLOSE, "Who does what until next week", "Repeat owners and days aloud.", "decisions"))


def _shares(weights: list[int], minutes: int) -> list[int]:
    """Whole minutes in proportion to weights, by largest remainders, one each at least; they add up to all."""
    if not weights:
        return []
    free, whole = minutes - len(weights), sum(weights)
    exact = [free * weight / whole for weight in weights]
    floors = [int(share) for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda at: (floors[at] - exact[at], at))
    extra = set(by_remainder[: free - sum(floors)])
    return [1 + floor + (at in extra) for at, floor in enumerate(floors)]
