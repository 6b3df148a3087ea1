"""The health page: every sign with its state, told in words as well as in colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from revrecon.reports.environment import pages


@dataclass(frozen=True)
class SignShown:
    """One line of the page."""

    chapter: str
    name: str
    state: str
    told: str
    runbook: str


def health_page(company: str, at: datetime, state: str, signs: Sequence[SignShown]) -> str:
    """The page as HTML, self-contained."""
    chapters = {name: [one for one in signs if one.chapter == name] for name in dict.fromkeys(s.chapter for s in signs)}
    return pages().get_template("health.html.j2").render(company=company, at=at, state=state, chapters=chapters)
