"""The pack as files: a page, the same as Markdown for chat and mail, and a workbook to work in."""

from pathlib import Path

from revrecon.history.atomic import write_text
from revrecon.reports.standup.html import render_standup
from revrecon.reports.standup.markdown import standup_markdown
from revrecon.reports.standup.pack import StandupPack
from revrecon.reports.standup.workbook import write_standup_workbook


def write_standup(pack: StandupPack, folder: Path) -> Path:
    """Write `standup/2026-11-10.html`, `.md` and `.xlsx`, named after the day of the meeting; the page's path.

    Every file appears whole or not at all, the page last.
    """
    here = folder / "standup"
    write_standup_workbook(pack, here / f"{pack.meets_on}.xlsx")
    write_text(standup_markdown(pack), here / f"{pack.meets_on}.md")
    page = here / f"{pack.meets_on}.html"
    write_text(render_standup(pack), page)
    return page
