"""Barren rules: places that hold many pairs and hardly a true one that no other place shows.

In a large company the initials of three words bring together a million strangers. A rule is looked into from the
smallest to the largest; where a large one adds next to nothing, it is left out, and the model's report says how many
pairs are not looked at and how many true ones are expected among them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from revrecon.canonical.identity.linkage.blocking import CANDIDATE_SCHEMA, Rule, pairs_in, sizes_of
from revrecon.canonical.identity.linkage.defaults import Comparison
from revrecon.canonical.identity.linkage.learning import Shares, odds
from revrecon.canonical.identity.linkage.levels import levels_of
from revrecon.canonical.identity.linkage.model import PINNED_SCHEMA
from revrecon.canonical.identity.linkage.schemas import Groups

MANY = 50_000
"""A rule that adds fewer pairs than this is always worth its cost."""

WORTHWHILE = 1 / 500
"""The share of true pairs among those that a rule adds, below which it is barren."""

_ASKED = 4_000
_SEED = 20_260_102


@dataclass(frozen=True)
class Places:
    """What looking gave: the candidates (CANDIDATE_SCHEMA), and the barren rules (PINNED_SCHEMA, use `barren`, number:
    the pairs that they would have added), and how many true pairs are expected among those."""

    pairs: pl.DataFrame
    barren: pl.DataFrame
    expected_lost: float


@dataclass(frozen=True)
class Judge:
    """What tells a sample of pairs apart before anything is learned about candidates."""

    compared: Sequence[Comparison]
    records: pl.DataFrame
    groups: Groups
    shares: Shares

    def true_share(self, pairs: pl.DataFrame) -> float:
        """The expected share of true pairs, from a sample that is always the same one."""
        asked = pairs.sort("left", "right").sample(min(_ASKED, pairs.height), seed=_SEED)
        alone = odds(levels_of(self.compared, self.records, asked), self.shares)
        known = self.groups[asked["left"].to_numpy()] == self.groups[asked["right"].to_numpy()]
        return float(np.where(known, 1.0, alone / (1.0 + alone)).mean())


def places_looked_at(rules: Sequence[Rule], own: Sequence[str], crowded: pl.DataFrame, judge: Judge) -> Places:
    """The candidates of all rules but the barren ones; rules that the map asks for (`own`, by name) never are."""
    found = pl.DataFrame(schema=CANDIDATE_SCHEMA)
    barren: list[tuple[str, str, str, float]] = []
    lost = 0.0
    for rule in sorted(rules, key=lambda rule: (sizes_of(rule, judge.records, crowded), rule.name)):
        added = pairs_in(rule, judge.records, crowded).join(found, on=["left", "right"], how="anti")
        share = judge.true_share(added) if added.height > MANY and rule.name not in own else 1.0
        if share < WORTHWHILE:
            barren.append(("barren", rule.name, "", float(added.height)))
            lost += share * added.height
        else:
            found = pl.concat([found, added])
    kept = pl.DataFrame(sorted(barren), schema=PINNED_SCHEMA, orient="row")
    return Places(found.sort("left", "right"), kept, lost)
