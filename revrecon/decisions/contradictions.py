"""Whether a decision says the opposite of what stands: found before it is written down."""

from collections.abc import Sequence

from revrecon.canonical.identity.decisions import Decision, Record, standing


class Contradiction(Exception):
    """A decision that cannot hold beside those that stand."""


def require_no_contradiction(decisions: Sequence[Decision], new: Decision) -> None:
    """Raise Contradiction where records joined by stewards, directly or through others, would also be kept apart."""
    held = standing([*decisions, new], new.entity)
    things = _things(held)
    for decision in held:
        if decision.verdict == "never_same" and things.get(decision.left, 0) == things.get(decision.right, 1):
            raise Contradiction(
                f"{_named(new.left)} and {_named(new.right)} cannot be {new.verdict.replace('_', ' ')}: {decision.by} "
                f"said in {decision.id} that {_named(decision.left)} and {_named(decision.right)} are never the same, "
                "and stewards' other decisions make one thing of them. Withdraw one of them first: "
                "revrecon review withdraw ID."
            )


def _things(held: Sequence[Decision]) -> dict[Record, int]:
    """The thing that each record belongs to by decisions alone."""
    things: dict[Record, int] = {}
    for number, decision in enumerate(d for d in held if d.verdict == "same"):
        ours = {things.get(record, -number - 2) for record in decision.pair}
        kept = min(ours)
        things |= {record: kept for record, thing in things.items() if thing in ours}
        things |= dict.fromkeys(decision.pair, kept)
    return things


def _named(record: Record) -> str:
    return f"{record[0]}/{record[1]}"
