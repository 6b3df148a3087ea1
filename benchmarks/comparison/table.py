"""The table of a comparison: medians, and ratios paired within each round."""

from collections.abc import Mapping, Sequence
from statistics import median

from benchmarks.comparison.measuring import Peer, Taken

Rounds = Mapping[Peer, Sequence[Taken]]
"""Per peer what it took in each round."""


def ratio(rounds: Rounds, peer: Peer, base: Peer, of: str = "processor") -> float:
    """The median over rounds of what a peer took against what another one took in the same round."""
    pairs = zip(rounds[peer], rounds[base], strict=True)
    return median(getattr(mine, of) / getattr(other, of) for mine, other in pairs)


def rows_of(rounds: Rounds, base: Peer) -> list[str]:
    """One line of a Markdown table per peer; ratios are those to the base."""
    lines = [
        "| | wall s | processor s | after imports s | peak MB | processor time, ratio | wall, ratio |",
        "|---|---|---|---|---|---|---|",
    ]
    for peer, taken in rounds.items():
        walls, used, inside = (median(getattr(one, n) for one in taken) for n in ("wall", "processor", "after_imports"))
        peak = median(one.peak for one in taken)
        against = " | ".join(f"{ratio(rounds, peer, base, of):.2f}" for of in ("processor", "wall"))
        lines.append(f"| {peer.title} | {walls:.2f} | {used:.2f} | {inside:.2f} | {peak:,.0f} | {against} |")
    return lines


def target(text: str, measured: float, limit: float, unit: str = "") -> str:
    """One target beside what was measured."""
    met = "met" if measured <= limit else f"missed by {measured / limit:.1f} times"
    return f"| {text} | {limit:g}{unit} | {measured:.2f}{unit} | {met} |"
