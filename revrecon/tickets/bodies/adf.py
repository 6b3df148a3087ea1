"""Content in the Atlassian Document Format, where data is text nodes and can be no markup.

https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

from revrecon.tickets.bodies.content import COLUMNS, Content

Node = dict[str, object]


def as_adf(content: Content) -> Node:
    """Facts as a list, what to do, and the records as a table."""
    parts = [_list([f"{label}: {value}" for label, value in content.facts])]
    parts += [_paragraph(f"What to do: {content.what_to_do}")] if content.what_to_do else []
    parts += [_table(content)] if content.records else []
    return {"type": "doc", "version": 1, "content": parts}


def _paragraph(text: str) -> Node:
    """An empty text node is refused, an empty paragraph is not."""
    return {"type": "paragraph", "content": [{"type": "text", "text": text}] if text else []}


def _list(lines: list[str]) -> Node:
    return {"type": "bulletList", "content": [{"type": "listItem", "content": [_paragraph(line)]} for line in lines]}


def _table(content: Content) -> Node:
    rows = [_row("tableHeader", COLUMNS), *(_row("tableCell", cells) for cells in content.records)]
    return {"type": "table", "content": rows}


def _row(kind: str, cells: tuple[str, ...]) -> Node:
    return {"type": "tableRow", "content": [{"type": kind, "content": [_paragraph(cell)]} for cell in cells]}
