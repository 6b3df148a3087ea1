"""Content as Markdown in which no data is markup, mentions nobody and links nowhere."""

from collections.abc import Iterable

from revrecon.tickets.bodies.content import COLUMNS, Content

_NO_MENTION = "@\u2060"  # a word joiner: it looks the same and calls nobody


def safe(text: object) -> str:
    """Data as it may stand in Markdown: nothing in it is markup."""
    escaped = str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for mark in "\\`*_[]|#!~":
        escaped = escaped.replace(mark, f"\\{mark}")
    return " ".join(escaped.replace("@", _NO_MENTION).split())


def as_markdown(content: Content) -> str:
    """Facts as a list, what to do, and the records as a table."""
    lines = [f"- **{label}:** {safe(value)}" for label, value in content.facts]
    lines += ["", f"**What to do.** {safe(content.what_to_do)}"] if content.what_to_do else []
    if content.records:
        lines += ["", "## Worst records", "", row(COLUMNS), "| --- | --- | --- | --- | ---: | --- |"]
        lines += [row(cells) for cells in content.records]
    return "\n".join([*lines, ""])


def row(cells: Iterable[object]) -> str:
    """Cells as a row of a table: none can end its cell or become markup."""
    return "| " + " | ".join(safe(cell) for cell in cells) + " |"
