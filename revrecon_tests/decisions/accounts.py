"""Decisions about accounts of the CRM."""

import datetime as dt
from dataclasses import replace
from typing import Literal

from revrecon.canonical.identity.decisions import Decision
from revrecon.decisions.register import decision_id

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def said(verdict: Literal["same", "never_same"], left: str, right: str) -> Decision:
    """Ann's word on two accounts, by their keys in the CRM."""
    bare = Decision("", "account", ("crm", left), ("crm", right), verdict, "ann", "because", NOON)
    return replace(bare, id=decision_id(bare))
