"""The daily sheet as one HTML file that needs nothing beside it: no network, no script, good on screen and on paper."""

from markupsafe import Markup

from revrecon.findings import CATEGORIES
from revrecon.reports.agreed_views import agreed_checks
from revrecon.reports.daily import DailySheet
from revrecon.reports.drift_views import drift_matrix, troubles, verdict_counts
from revrecon.reports.environment import pages
from revrecon.reports.files_beside import TABLES, file_beside
from revrecon.reports.finding_views import worst_findings
from revrecon.reports.formats import long_day
from revrecon.reports.headline import headline
from revrecon.reports.hierarchy_views import corrections_views
from revrecon.reports.number_views import number_views
from revrecon.reports.palette import CATEGORY_COLOURS
from revrecon.reports.pictures import bridge_picture
from revrecon.reports.ticket_lists import worst_of
from revrecon.reports.tie_out_views import tie_out_views
from revrecon.reports.timing_views import timing_view


def render_html(sheet: DailySheet) -> str:
    """The whole sheet as a self-contained page; every value from the data is escaped."""
    numbers = number_views(sheet)
    return pages().get_template("daily.html.j2").render(
        sheet=sheet,
        company=sheet.map.company,
        version=sheet.map.map.version,
        day=long_day(sheet.as_of),
        headline=headline(sheet, numbers),
        numbers=numbers,
        pictures=_pictures(sheet),
        categories=CATEGORIES,
        colours=CATEGORY_COLOURS,
        verdicts=verdict_counts(sheet),
        agreed=agreed_checks(sheet.map, sheet.verdicts, sheet.as_of),
        matrix=drift_matrix(sheet),
        tie_outs=tie_out_views(sheet.map, sheet.tie_outs),
        troubles=list(troubles(sheet)),
        corrections=corrections_views(sheet.map, sheet.corrections),
        timing=timing_view(sheet.map, sheet.timing_claims, sheet.timing_record, sheet.timing_items),
        findings=worst_findings(sheet),
        tickets=worst_of(sheet.tickets),
        beside={table: file_beside(sheet.as_of, table) for table in TABLES},
    )  # fmt: skip


def _pictures(sheet: DailySheet) -> dict[tuple[str, str, str], Markup]:
    """The waterfall of every bridge; its own text is escaped where it is drawn."""
    return {
        (row["number"], row["period"], row["definition"]): Markup(bridge_picture(sheet.map, row, sheet.steps))
        for row in sheet.bridges.iter_rows(named=True)
    }
