"""Facts as the text that the ledger keeps of them: JSON whose money is text, so that nothing is rounded."""

import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal

from revrecon.tickets.model import Verdicted, WorstRecord


def body_of(fact: Verdicted) -> str:
    """The text of a fact."""
    return json.dumps(asdict(fact), default=str, sort_keys=True)


def fact_of(body: str) -> Verdicted:
    """The fact of a text that `body_of` made."""
    raw = json.loads(body)
    worst = tuple(WorstRecord(**{**record, "amount": _money(record["amount"])}) for record in raw["worst"])
    return Verdicted(
        **{
            **raw,
            "day": date.fromisoformat(raw["day"]),
            "since": date.fromisoformat(raw["since"]) if raw["since"] else None,
            "net": _money(raw["net"]),
            "gross": _money(raw["gross"]),
            "worst": worst,
        }
    )


def _money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
