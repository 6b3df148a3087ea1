"""The page as HTML to print and as Markdown to send."""

from pathlib import Path

from revrecon.history.atomic import write_text
from revrecon.reports.environment import pages
from revrecon.reports.formats import long_day
from revrecon.reports.worst.six_questions import WorstPage
from revrecon.tickets.bodies.markdown import row, safe


def write_worst(page: WorstPage, folder: Path) -> Path:
    """Write `worst/DAY.html` and `.md`; the path of the first."""
    here = folder / "worst"
    write_text(worst_markdown(page), here / f"{page.as_of}.md")
    path = here / f"{page.as_of}.html"
    write_text(render_worst(page), path)
    return path


def render_worst(page: WorstPage) -> str:
    """The page; every value from the data is escaped."""
    return pages().get_template("worst.html.j2").render(page=page, company=page.map.company, day=long_day(page.as_of))


def worst_markdown(page: WorstPage) -> str:
    """The same as Markdown; nothing in the data is markup."""
    lines = [
        f"# {safe(page.title)}: where the numbers disagree most",
        "",
        f"{long_day(page.as_of)}. {safe(page.why)}",
        "",
    ]
    lines += ["## This week", "", *(f"{at}. {safe(step)}" for at, step in enumerate(page.steps, 1))]
    for one in page.questions:
        lines += ["", f"## {one.number}. {one.title}: {safe(one.asked)}", "", "The map says:", ""]
        lines += [*(f"- {safe(said)}" for said in one.says), "", "The data says:", ""]
        lines += [*(f"- {safe(seen)}" for seen in one.seen), "", f"Open: {safe(one.open)}"]
    if page.records:
        lines += [
            "",
            "## Records to look at first",
            "",
            row(("Record", "What", "Expected", "Found", "Amount", "Since")),
        ]
        lines += ["|" + " --- |" * 6]
        lines += [row((r.record, r.what, r.expected, r.observed, r.amount, r.since)) for r in page.records]
    return "\n".join(lines) + "\n"
