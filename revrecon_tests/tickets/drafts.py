"""Figures that are about to be published."""

import datetime as dt
from decimal import Decimal

from revrecon.tickets.figure_model import FigureDraft

DAY = dt.date(2026, 3, 2)
NOON = dt.datetime(2026, 3, 3, 12, tzinfo=dt.UTC)


def draft(value="900.00", definition="canonical", day=DAY, **other):
    return FigureDraft(
        number="pipeline", definition=definition, period="", version=2, canonical=True, unit="USD", as_of=day,
        moment=NOON, zone="America/New_York", value=Decimal(value), caption=f"Pipeline ${value}", map_version=1,
        map_sha256="m" * 64, objects=("crm/Deal",), extracts=1, extracts_sha256="e" * 64, decisions=(), models=(),
        identities_sha256="i" * 64, contributions_sha256="c" * 64, units=1, residual=None, provisional=(),
        open_breaches=(), code_version="1", published_at=NOON, published_by="ann",
    ).model_copy(update=other)  # fmt: skip
