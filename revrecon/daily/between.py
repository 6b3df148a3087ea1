"""A day's bridge between any two lenses, as people ask for it: by department, definition, version, day."""

from datetime import date

from revrecon.daily.day import Day
from revrecon.numbers.between import Between, bridge_between
from revrecon.numbers.moments import Period, periods
from revrecon.numbers.placing import NotKnown
from revrecon.numbers.since import bridge_since
from revrecon.numbers.versions import NoSuchLens


def bridges_between(
    day: Day, number: str, opening: str, closing: str | None = None, since: date | None = None,
    period: str | None = None,
) -> list[Between]:  # fmt: skip
    """The bridges from one lens of a number to another (default: the canonical one), one per period asked for.

    With `since` a lens's figure on the day is bridged to its own on that earlier day. Raises NoSuchLens for what is not
    there, and where a lens looks at a day or copy of which nothing was received.
    """
    one = lens_asked(day, number, opening)
    wanted = _periods(day, number, period)
    try:
        return _found(day, number, one, closing, since, wanted)
    except NotKnown as reason:
        raise NoSuchLens(f"This bridge cannot be worked out: {reason}. Ask for a later day.") from reason


def _found(
    day: Day, number: str, one: str, closing: str | None, since: date | None, wanted: list[Period]
) -> list[Between]:
    if since is None:
        other = lens_asked(day, number, closing or day.map.numbers[number].canonical)
        return [bridge_between(day.map, number, one, other, day.as_of, each, day.world_on) for each in wanted]
    if closing is not None:
        raise NoSuchLens("--since bridges one lens from day to day: leave --to out, or leave --since out.")
    if since >= day.as_of:
        raise NoSuchLens(f"{since} does not come before {day.as_of}: ask since an earlier day.")
    return [bridge_since(day.map, number, one, (since, day.as_of), each, day.world_on) for each in wanted]


def lens_asked(day: Day, number: str, asked: str) -> str:
    """A lens's name where a department was named instead of its definition; other names as they are."""
    plain = asked.partition(":")[0].partition("@")[0]
    definitions = day.map.numbers[number].definitions
    mine = [name for name, one in definitions.items() if one.department == plain]
    if plain in definitions or not mine:
        return asked
    if len(mine) > 1:
        raise NoSuchLens(f"{plain} has several definitions of {number}: name one of {', '.join(mine)}.")
    return mine[0] + asked.removeprefix(plain)


def _periods(day: Day, number: str, asked: str | None) -> list[Period]:
    every = periods(day.map.numbers[number], day.as_of, day.map.company)
    found = [period for period in every if asked in (None, period.name)]
    if not found:
        known = ", ".join(period.name for period in every) or "no periods"
        raise NoSuchLens(f"{number} has no period {asked} on {day.as_of}; it has {known}.")
    return found
