"""What a day's tables of an entity rest on: equal answers mean that they would be worked out the same again."""

import hashlib
from collections.abc import Sequence
from datetime import date

import polars as pl

from revrecon.canonical.identity.decisions import Decision, standing
from revrecon.daily.code_version import code_version
from revrecon.entity_map.loader import LoadedMap
from revrecon.history.lake import Lake
from revrecon.history.pinned_lake import extracts_in


def basis_of(loaded: LoadedMap, lake: Lake, decisions: Sequence[Decision], entity: str, as_of: date) -> str:
    """A digest over the code, the map, the decisions about an entity that hold on a day, and every extract up to it.

    The whole map and all systems count, so that nothing can be forgotten: what an entity's references lead to, and the
    formulas of its rules, are among them.
    """
    objects = [(name, one) for name, system in loaded.map.systems.items() for one in system.objects]
    held = [(one.pair, one.verdict) for one in standing(decisions, entity, as_of)]
    told = [
        code_version(), pl.__version__, loaded.map.model_dump_json(), entity, as_of, held,
        *extracts_in(lake, objects, as_of),
    ]  # fmt: skip
    return hashlib.sha256("\n".join(map(str, told)).encode()).hexdigest()
