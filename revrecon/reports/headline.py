"""The first lines of a report: what disagrees today, by how much, and mostly why."""

from dataclasses import dataclass

from revrecon.numbers.captions import short_figure
from revrecon.reports.daily import DailySheet
from revrecon.reports.drift_views import verdict_counts
from revrecon.reports.formats import compact, listed, plural
from revrecon.reports.number_views import NumberView


@dataclass(frozen=True)
class Headline:
    """One sentence about all numbers, one about each, and one about the copies."""

    summary: str
    numbers: tuple[tuple[str, str], ...]
    copies: str


def headline(sheet: DailySheet, numbers: tuple[NumberView, ...]) -> Headline:
    """What a reader who has ten seconds should know."""
    differing = list(dict.fromkeys(view.number for view in numbers if view.disagrees))
    titles = [sheet.map.numbers[name].title if name in sheet.map.numbers else name for name in differing]
    every = len({view.number for view in numbers})
    summary = f"{listed(titles)} disagree{'s' if len(titles) == 1 else ''} today." if titles else _nothing(every)
    return Headline(summary, tuple((view.title, _sentence(view)) for view in numbers if view.disagrees), _copies(sheet))


def _nothing(numbers: int) -> str:
    return "Every department reports the canonical figure today." if numbers else "No figure could be worked out today."


def _sentence(view: NumberView) -> str:
    said = [f"{figure.title} {short_figure(figure.said, view.unit)}" for figure in view.reported]
    if view.canonical is None:
        return f"{listed(said)}; there is no canonical figure today."
    against = f"{listed(said)}, against a canonical {short_figure(view.canonical.value, view.unit)}."
    reason = view.main_reason()
    if reason is None:
        return against
    return f"{against} Mostly {reason[0]} ({compact(reason[1], view.unit)} over all departments)."


def _copies(sheet: DailySheet) -> str:
    found = {verdict: number for verdict, _, number in verdict_counts(sheet)}
    told = [f"{found['breach']:,} {'is' if found['breach'] == 1 else 'are'} in breach"]
    told += [f"{found['warn']:,} warn"] if found["warn"] else []
    told += [f"{found['not_run']:,} could not be run"] if found["not_run"] else []
    live = f"{plural(len(sheet.tickets), 'ticket')} {'is' if len(sheet.tickets) == 1 else 'are'} live."
    return f"Of {plural(sum(found.values()), 'check')} on copies, {listed(told)}. {live}"
