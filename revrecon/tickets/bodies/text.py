"""Content as plain text, for mail and for trackers that know no markup."""

from revrecon.tickets.bodies.content import COLUMNS, Content


def as_text(content: Content) -> str:
    """Facts, what to do, and the records below each other."""
    lines = [f"{label}: {value}" for label, value in content.facts]
    lines += ["", f"What to do: {content.what_to_do}"] if content.what_to_do else []
    if content.records:
        lines += ["", "Worst records:"]
    for cells in content.records:
        first, *others = zip(COLUMNS, cells, strict=True)
        told = "; ".join(f"{name} {value}" for name, value in others if value)
        lines.append(f"- {first[1]}: {told}")
    return "\n".join([*lines, ""])
