"""Learning without labels: how often true pairs and chance pairs reach each level (Fellegi and Sunter's m and u).

Expectation maximisation over the candidates, every pair that no block brings together being taken for different. Three
things keep it honest where data are few or fields hang together:

- What is expected of each kind of comparison weighs in, like a few observed pairs at least and like half of the true
  pairs at most of the time: ten records give a sensible model, and learning cannot wander off to "same account" or
  "same city" when it is asked for "same record".
- Pairs are rivals: a record is mostly one record of another copy, so the best of many similar pairs gets the credit.
- Fields that say the same thing share one say: where city, postal code and state agree together among chance pairs,
  the weights of their agreement are multiplied by their `say`, one over one plus the correlations with the others.
  Disagreement keeps its full say: what is different in many ways at once is different.
- Sums run over counts of patterns in a fixed order: the same records give the same model to the last bit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from revrecon.canonical.identity.linkage.defaults import Comparison
from revrecon.canonical.identity.linkage.model import PARAMETERS_SCHEMA
from revrecon.canonical.identity.linkage.patterns import Floats, Levels, Patterns, Rivals

ROUNDS = 100
SETTLED = 1e-5
_SAY_SETTLES = 20
"""Round after which the fields' say is left as it is, so that learning comes to rest."""
_M_EXPECTED = 25.0
"""How many observed true pairs the expectation about m weighs at least ..."""
_M_EXPECTED_SHARE = 0.5
"""... and as a share of the true pairs."""
_U_EXPECTED = 5.0
_FEW_PAIRS = 10.0
"""So many chance pairs that agree in two fields at once do not yet make the two redundant."""
_DIGITS = 10


@dataclass(frozen=True)
class Shares:
    """The learned state: per comparison m and u (level 0 first), the say of its agreement; and the prior."""

    m: tuple[Floats, ...]
    u: tuple[Floats, ...]
    say: Floats
    prior: float

    def said(self) -> list[Floats]:
        """Per comparison the say of each level."""
        both = zip(_weights(self.m, self.u), self.say, strict=True)
        return [np.where(weight > 0, say, 1.0)[:-1] for weight, say in both]


@dataclass(frozen=True)
class Learned:
    """What was learned, and how it went."""

    shares: Shares
    rounds: int
    expected_matches: float


@dataclass(frozen=True)
class Limits:
    """How many pairs all records make, and how many of them the copies' sizes allow to be true."""

    pairs: float
    matches: float

    def prior(self, matches: float) -> float:
        """The probability that two records drawn at random are the same, within reason."""
        return float(np.clip(min(matches, self.matches) / max(self.pairs, 1.0), 1e-12, 0.5))


def learned(
    compared: Sequence[Comparison], chance: Patterns, found: Patterns, rivals: Rivals, limits: Limits
) -> Learned:
    """m, u, say and the prior, from chance pairs and candidates."""
    shares = expected_shares(compared, chance, limits, float(rivals.known.sum()))
    matches, done = 0.0, 0
    for done in range(1, ROUNDS + 1):
        expected = found.summed(rivals.shared_out(odds(found.levels, shares)[found.at]))
        matches = float(expected.sum())
        now = _next(compared, chance, found, expected, limits, shares, say_again=done <= _SAY_SETTLES)
        moved = _moved(shares, now)
        shares = now
        if moved < SETTLED and done > _SAY_SETTLES:
            break
    return Learned(_sensible(shares), done, matches)


def expected_shares(compared: Sequence[Comparison], chance: Patterns, limits: Limits, known: float) -> Shares:
    """Where learning starts: m as expected of each kind, u as chance pairs show it, `known` true pairs and more."""
    m = tuple(_expected([level.m for level in c.levels]) for c in compared)
    nothing = np.zeros(len(chance.counts))
    u = tuple(_chance_shares(compared, chance, chance, nothing, place) for place in range(len(compared)))
    say = _say(_moments(chance.levels, chance.counts, m, u), m, u)
    return Shares(m, u, say, limits.prior(known + 0.25 * limits.matches))


def _next(
    compared: Sequence[Comparison], chance: Patterns, found: Patterns, expected: Floats, limits: Limits,
    before: Shares, *, say_again: bool,
) -> Shares:  # fmt: skip
    m = tuple(_true_shares(found.levels[:, place], expected, c) for place, c in enumerate(compared))
    drawn = expected * (float(chance.counts.sum()) / max(limits.pairs, 1.0))  # true pairs among the chance pairs
    u = tuple(_chance_shares(compared, chance, found, drawn, place) for place in range(len(compared)))
    say = before.say
    if say_again:
        other = 1 / (1 + odds(chance.levels, before))  # a true pair among the chance pairs agrees in everything
        say = _say(_moments(chance.levels, chance.counts * other, m, u), m, u)
    return Shares(m, u, say, limits.prior(float(expected.sum())))


def _moved(before: Shares, now: Shares) -> float:
    pairs = [*zip(before.m, now.m, strict=True), *zip(before.u, now.u, strict=True)]
    steps = [float(np.abs(a - b).max()) for a, b in pairs]
    return max([abs(now.prior - before.prior) / before.prior, *steps])


def odds(levels: Levels, shares: Shares) -> Floats:
    """The odds of being the same thing, per row of levels (term frequencies aside)."""
    log_odds = np.full(len(levels), np.log(shares.prior) - np.log1p(-shares.prior))
    for place, (weight, say) in enumerate(zip(_weights(shares.m, shares.u), shares.said(), strict=True)):
        log_odds = log_odds + (weight * np.append(say, 1.0))[levels[:, place]]
    return np.asarray(np.exp(np.clip(log_odds, -30, 20)), dtype=np.float64)


def _weights(m: Sequence[Floats], u: Sequence[Floats]) -> list[Floats]:
    """Per comparison the natural logarithms of m over u, and 0 at the end: level -1 is no evidence."""
    return [np.append(np.log(m_) - np.log(u_), 0.0) for m_, u_ in zip(m, u, strict=True)]


def _moments(levels: Levels, times: Floats, m: Sequence[Floats], u: Sequence[Floats]) -> Floats:
    """Sums of 1, of the weights of agreement and of their products over pairs: what correlations are made of.

    Disagreement counts as nothing here, so that fields which are missing together do not look redundant.
    """
    weights = [np.maximum(w, 0.0)[levels[:, place]] for place, w in enumerate(_weights(m, u))]
    values = np.stack([np.ones(len(levels)), *weights], axis=1)
    return np.asarray((values * times[:, None]).T @ values, dtype=np.float64)


def _say(moments: Floats, m: Sequence[Floats], u: Sequence[Floats]) -> Floats:
    """One over one plus the correlations of a field's weight with those of the others; a few pairs show none."""
    total = max(float(moments[0, 0]), 1.0)
    mean = moments[0, 1:] / total
    covariance = moments[1:, 1:] / total - np.outer(mean, mean)
    few = np.array([float(np.abs(w).max()) ** 2 * _FEW_PAIRS / total for w in _weights(m, u)])
    spread = np.sqrt(np.maximum(np.diag(covariance), 0.0) + few)
    correlation = np.round(covariance / np.outer(spread, spread), _DIGITS)
    np.fill_diagonal(correlation, 0.0)
    return np.asarray(1 / (1 + np.clip(correlation, 0.0, 1.0).sum(axis=0)), dtype=np.float64)


def _expected(best_first: list[float]) -> Floats:
    shares = np.array(best_first[::-1], dtype=np.float64)
    return np.asarray(shares / shares.sum(), dtype=np.float64)


def _true_shares(levels: Levels, expected: Floats, comparison: Comparison) -> Floats:
    seen = levels >= 0
    counts = np.bincount(levels[seen], weights=expected[seen], minlength=len(comparison.levels))
    strength = max(_M_EXPECTED, _M_EXPECTED_SHARE * float(counts.sum()))
    shares = counts + strength * _expected([level.m for level in comparison.levels])
    return np.asarray(shares / shares.sum(), dtype=np.float64)


def _chance_shares(
    compared: Sequence[Comparison], chance: Patterns, found: Patterns, drawn: Floats, place: int
) -> Floats:
    """Shares among chance pairs, less the true pairs `drawn` among them; none below one observed pair."""
    levels = compared[place].levels
    true = _counts(found.levels[:, place], drawn, len(levels))
    counts = np.maximum(_counts(chance.levels[:, place], chance.counts, len(levels)) - true, 0.0)
    shares = np.maximum(
        counts + _U_EXPECTED * _expected([level.u for level in levels]), 1.0 if counts.sum() > 1000 else 0.05
    )
    return np.asarray(shares / shares.sum(), dtype=np.float64)


def _counts(levels: Levels, times: Floats, size: int) -> Floats:
    seen = levels >= 0
    return np.asarray(np.bincount(levels[seen], weights=times[seen], minlength=size), dtype=np.float64)


def _sensible(shares: Shares) -> Shares:
    """No nonsense: `equal` never speaks against, `different` never for, and no level more than `equal`; rounded."""
    m = []
    for weight, u in zip(_weights(shares.m, shares.u), shares.u, strict=True):
        top, bottom = max(float(weight[-2]), 0.0), min(float(weight[0]), 0.0)
        m.append(np.round(np.exp(np.clip(weight[:-1], bottom, top)) * u, _DIGITS))
    u_ = tuple(np.round(u, _DIGITS) for u in shares.u)
    return Shares(tuple(m), u_, np.round(shares.say, _DIGITS), float(np.round(shares.prior, 14)))


def as_parameters(compared: Sequence[Comparison], shares: Shares) -> pl.DataFrame:
    """The learned shares as a frame (PARAMETERS_SCHEMA)."""
    rows = [
        (c.field, level, c.levels[len(c.levels) - 1 - level].label, float(m[level]), float(u[level]), float(say[level]))
        for c, m, u, say in zip(compared, shares.m, shares.u, shares.said(), strict=True)
        for level in range(len(c.levels))
    ]
    return pl.DataFrame(rows, schema=PARAMETERS_SCHEMA, orient="row")
