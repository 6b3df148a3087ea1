"""The audit's two pages, each one HTML file that needs nothing beside it and prints well."""

from revrecon.reports.audit.sheet import AuditSheet, count_of
from revrecon.reports.audit.views import (
    by_question,
    check_title,
    decisions_to_take,
    number_views,
    owner_views,
    state_in_a_sentence,
    worst_views,
)
from revrecon.reports.daily import person_name, system_title
from revrecon.reports.environment import pages
from revrecon.reports.formats import long_day
from revrecon.reports.palette import CATEGORY_COLOURS
from revrecon.reports.ticket_lists import worst_of
from revrecon.reports.titles import cause_title

_CHANGES_SHOWN = 8


def render_leadership(sheet: AuditSheet) -> str:
    """The few pages that the leadership reads; every value from the data is escaped."""
    changes = _changes(sheet)
    return pages().get_template("audit_leadership.html.j2").render(
        **_shared(sheet),
        decide=decisions_to_take(sheet),
        changes=changes[:_CHANGES_SHOWN],
        more=max(0, len(changes) - _CHANGES_SHOWN),
    )  # fmt: skip


def render_evidence(sheet: AuditSheet) -> str:
    """Everything behind them: every entity, system, replication and threshold."""
    return pages().get_template("audit_evidence.html.j2").render(
        tickets=worst_of(sheet.tickets),
        **_shared(sheet),
        questions=by_question(sheet),
        check_title=check_title,
        cause_title=cause_title,
        person=lambda name: person_name(sheet.map, name),
        system_title=lambda name: system_title(sheet.map, name),
        checks=list(sheet.verdicts.iter_rows(named=True)),
        changes=_changes(sheet),
    )  # fmt: skip


def _shared(sheet: AuditSheet) -> dict[str, object]:
    return {
        "sheet": sheet,
        "company": sheet.map.company,
        "quarter": sheet.quarter,
        "first": long_day(sheet.quarter.first),
        "last": long_day(sheet.quarter.last),
        "state": state_in_a_sentence(sheet),
        "counts": [(word, count_of(sheet.findings, word)) for word in ("breach", "warn", "note")],
        "numbers": number_views(sheet),
        "owners": owner_views(sheet),
        "worst": worst_views(sheet),
        "decisions": list(sheet.decisions.iter_rows(named=True)),
        "colours": CATEGORY_COLOURS,
        "categories": ("definition", "timing", "hierarchy", "quality"),
    }


def _changes(sheet: AuditSheet) -> list[object]:
    """Changed answers of the map, its own version and history left out."""
    return [one for one in sheet.changes if one.kind != "version"]
