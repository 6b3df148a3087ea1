"""Trouble around the home: two runs at once, clocks, sources that die, trackers that are down."""

import datetime as dt
import shutil
from itertools import pairwise
from pathlib import Path

import stamina

from revrecon.daily.day import Day
from revrecon_tests.faults.calm import Calm
from revrecon_tests.faults.comparing import everything
from revrecon_tests.faults.damage import refusal
from revrecon_tests.faults.kiosk import (
    BOARD,
    BROKEN,
    DEALS,
    FIRST,
    QUOTES,
    SECOND,
    day_of_the_kiosk,
    export,
    inputs_of,
    kiosk_on_disk,
)
from revrecon_tests.faults.nursery import Order
from revrecon_tests.faults.outcomes import Outcome

MORE = DEALS.rstrip() + "\n    D4 | New | open | 700.00 | 2026-02-10 00:00:00 | 2026-02-10 00:00:00\n"


def two_runs_at_once(calm: Calm, times: int = 1) -> Outcome:
    """The same day twice at the same time, over a home that has a day and over one that is only coming into being."""
    outcome = Outcome()
    for number in range(times):
        home = calm.copy(f"twice{number}")
        _judge_twins(outcome, calm, home, "over a home with a day")
        born = calm.root / f"born{number}"
        alone = calm.root / f"alone{number}"
        calm.nursery.run(Order(calm.root, alone, SECOND))
        told = calm.nursery.run(Order(calm.root, born, SECOND), Order(calm.root, born, SECOND))
        troubles = [f"{one.how}: {one.said[-300:]}" for one in told if one.how != "done"]
        left, right = (everything(calm.root, one, calm.other(one)) for one in (born, alone))
        differs = sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))
        outcome.judge("over an empty home", [*troubles, *(f"{name} differs" for name in differs)])
    return outcome


def _judge_twins(outcome: Outcome, calm: Calm, home: Path, what: str) -> None:
    told = calm.nursery.run(Order(calm.root, home, SECOND), Order(calm.root, home, SECOND))
    troubles = [f"{one.how}: {one.said[-300:]}" for one in told if one.how != "done"]
    outcome.judge(what, [*troubles, *calm.after(home)])


def a_clock_that_jumps_back(calm: Calm) -> Outcome:
    """What was kept while the clock was a year ahead is still replaced by what comes later."""
    outcome = Outcome()
    export(calm.root / "ahead-data", SECOND)
    root = _other_root(calm, "ahead-data")
    held = []
    for name, century in (("right", "2"), ("ahead", "3")):
        home = calm.copy(name)
        day_of_the_kiosk(root, home, SECOND, calm.other(home))
        for path in home.glob(f"lake/*/*/as_of={SECOND}/v=*"):
            path.rename(path.with_name(path.name.replace("v=2", f"v={century}", 1)))
        held.append(calm.whole(home))
    differs = sorted(name for name in held[0].keys() | held[1].keys() if held[0].get(name) != held[1].get(name))
    outcome.judge("the newest version counts", [f"{name} differs" for name in differs])
    return outcome


def _other_root(calm: Calm, name: str) -> Path:
    """The kiosk with other exports."""
    root = calm.root / name
    shutil.copy(calm.root / "entity_map.yaml", root / "entity_map.yaml")
    for path in (calm.root / "data").rglob(f"{FIRST}.csv"):
        place = root / path.relative_to(calm.root)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place)
    return root


def days_of_23_and_25_hours(calm: Calm) -> Outcome:
    """Both nights on which the clocks change: every day is run once, ends at its own midnight and gives the figures."""
    outcome = Outcome()
    root = kiosk_on_disk(calm.root / "clocks")
    for change, hours in ((dt.date(2026, 3, 8), 23), (dt.date(2026, 11, 1), 25)):
        home = root / f"home{hours}"
        days = [change + dt.timedelta(days=n) for n in (-1, 0, 1)]
        skipped = QUOTES.replace("2026-01-12 00:00:00", f"{change} 02:30:00").replace("01-11 00", "01-11 01")
        for day in days:
            export(root, day, skipped if day >= change else QUOTES)
            day_of_the_kiosk(root, home, day, calm.other(home))
        outcome.judge(f"the day of {hours} hours, {change}", _clock_troubles(root, home, days, hours))
    return outcome


def _clock_troubles(root: Path, home: Path, days: list[dt.date], hours: int) -> list[str]:
    inputs = inputs_of(root, home)
    seen = [Day(inputs.loaded, inputs.home, day) for day in days]
    ends = [day.world.moment.astimezone(dt.UTC) for day in seen]
    lengths = [(later - earlier).total_seconds() / 3600 for earlier, later in pairwise(ends)]
    figures = [day.tables.read("figures", "pipeline", day.as_of)["value"].to_list() for day in seen]
    return [
        *([] if lengths == [hours, 24] else [f"the days have {lengths} hours"]),
        *([] if figures[0] == figures[1] == figures[2] else [f"the figures are {figures}"]),
    ]


def a_source_that_dies(calm: Calm) -> Outcome:
    """The second system's export is cut off while the first is read already: refused, and nothing of the day shows."""
    outcome = Outcome()
    for name, content in {"empty": b"", "half a row": b"id,name\n1", "no text": b"\x00\x01\x02" * 99}.items():
        root = kiosk_on_disk(calm.root / f"dies {name}")
        path = root / f"data/books/quote/{SECOND}.csv"
        whole = path.read_bytes()
        path.write_bytes(content)
        home = calm.copy(f"died {name}")
        there = Calm(root, calm.nursery)
        said = refusal(there, home)
        seen = sorted(str(one) for one in home.rglob(f"*{SECOND}*") if one.is_file() and "lake" not in one.parts)
        path.write_bytes(whole)
        troubles = [] if str(path.relative_to(root / "data")) in said else [f"not named in: {said}"]
        outcome.judge(name, [*troubles, *(f"{one} shows" for one in seen), *calm.differences(home)])
    return outcome


def a_tracker_down_for_a_week(calm: Calm, days: int = 5) -> Outcome:
    """Meanwhile a ticket is opened and grows, and in the end another is opened: then all is told, each once."""
    told = [_week(calm, name, down, days) for name, down in (("up", False), ("down", True))]
    outcome = Outcome()
    outcome.judge(
        f"{days} working days", [] if told[0] == told[1] else [f"{told[0]} when it was there, {told[1]} after"]
    )
    outcome.judge("nothing is left to send", [] if told[1][1] == 0 else [f"{told[1][1]} messages wait"])
    return outcome


def _week(calm: Calm, name: str, down: bool, days: int) -> tuple[list[object], int]:
    root = kiosk_on_disk(calm.root / f"week {name}")
    home = calm.copy(f"week of {name}")
    other = calm.other(home)
    with stamina.set_testing(True, attempts=1):
        for number in range(days):
            day = SECOND + dt.timedelta(days=number)
            export(root, day, BROKEN.replace("300", f"{300 + number}"), MORE if number == days - 1 else DEALS)
            other.down = down and number < days - 1
            other.clock.later(days=1)
            day_of_the_kiosk(root, home, day, other)
        other.clock.later(days=3)
        day_of_the_kiosk(root, home, day, other)
    waiting = everything(root, home, other)["ledger/still waiting"]
    return sorted(other.fakes()[BOARD].shown()), 0 if waiting == "[]" else waiting.count("RR-")
