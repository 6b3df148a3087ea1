"""A sheet for people: what to set up by hand in a system that takes in no rules from outside."""

from collections.abc import Sequence

from revrecon.quality.controls.wanted import Control


def sheet_files(controls: Sequence[Control]) -> tuple[dict[str, str], list[Control]]:
    """`controls.md`: every rule in a sentence, by object. Nothing is left out."""
    lines = ["# Input controls", ""]
    for name in dict.fromkeys(one.object for one in controls):
        lines += [f"## {_safe(name)}", "", "| Column | Rule | Set up |", "| --- | --- | --- |"]
        lines += [f"| {_safe(one.column)} | {_safe(one.text)} | |" for one in controls if one.object == name] + [""]
    return {"controls.md": "\n".join(lines)}, []


def _safe(text: str) -> str:
    """Text of the map in a table of Markdown."""
    for mark in "\\`*_|<>[]":
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())
