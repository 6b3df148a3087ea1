"""Many accounts in four systems with planted truth: linked by RevRecon and by Splink as users write it, side by side.

    python -m benchmarks.linkage.many_accounts [--records 200000] [--changed 0.01]

Prints wall time, peak memory (each in a process of its own) and F1 of automatic decisions (probability 0.95 and above);
for Splink also the best F1 over thresholds, which only someone who has the answers can choose. Then a day on which a
share of the records changed: how long it takes with what the day before carried over, and whether it gives what a full
run gives.
"""

import argparse
import random
import resource
import time
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import numpy as np
import polars as pl

from benchmarks.linkage.scores import Score, joined, of_labels
from benchmarks.process import say
from revrecon.canonical.clusters import no_nodes
from revrecon.canonical.identity.joining import Apart
from revrecon.canonical.identity.linkage.door import scored, trained
from revrecon.canonical.identity.linkage.schemas import Scores
from revrecon.canonical.identity.merging import merged
from revrecon.canonical.standard_forms import standardised
from revrecon.entity_map.entities import Entity

HELD_BY = {"crm": 1.0, "marketing": 0.95, "erp": 0.8, "billing": 0.6}
FIELDS = {
    "account_name": "legal_name", "street": "casefold", "city": "casefold", "postal_code": "postal_code",
    "country": "country", "phone": "phone", "domain": "domain",
}  # fmt: skip
_SYLLABLES = [
    "ba", "co", "da", "el", "fi", "gra", "hu", "in", "jo", "ka", "lu", "ma", "nor", "ol", "pra", "qui", "ro", "sa",
    "ter", "un", "va", "wex", "yo", "zen", "tri", "sto", "mer", "lin", "cor", "vel",
]  # fmt: skip
_TRADES = [
    "Foods", "Media", "Systems", "Labs", "Energy", "Motors", "Textiles", "Insurance", "Software", "Logistics",
    "Partners", "Biotech", "Dynamics",
]  # fmt: skip
_SUBSIDIARIES = ["Europe", "Canada", "Germany", "Services", "Holding", "Americas", "Retail"]
_FORMS = ["Inc.", "LLC", "Corp.", "Ltd", "GmbH", ""]
_ROADS = ["St", "Ave", "Road", "Way", "Blvd"]
_AUTOMATIC = 0.95
_THRESHOLDS = (0.5, 0.95, 0.99, 0.999, 0.9999, 0.99999)


@dataclass(frozen=True)
class Company:
    """One planted thing and its true values."""

    number: int
    values: dict[str, str]


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.choice((2, 3)))).capitalize()


def _phone(chance: random.Random) -> str:
    return f"+1{chance.randrange(2_000_000_000, 9_999_999_999)}"


def companies(count: int, chance: random.Random) -> list[Company]:
    """Companies, a fifth of them subsidiaries that share their parent's name and domain."""
    cities = [(_word(chance) + " City", f"{chance.randrange(10000, 99999)}") for _ in range(400)]
    found: list[Company] = []
    while len(found) < count:
        name = (
            f"{_word(chance)} {chance.choice(_TRADES)}" if chance.random() < 0.7 else f"{_word(chance)} {_word(chance)}"
        )
        domain = f"{name.lower().replace(' ', '')}.com"
        family = ["", *chance.sample(_SUBSIDIARIES, chance.choice((0, 0, 0, 1, 2)))]
        for part in family:
            city, code = chance.choice(cities)
            found.append(
                Company(
                    len(found),
                    {
                        "account_name": f"{name} {part}".strip(),
                        "street": f"{chance.randrange(1, 999)} {_word(chance)} {chance.choice(_ROADS)}",
                        "city": city,
                        "postal_code": code,
                        "country": chance.choice(("US", "US", "CA", "DE", "GB")),
                        "phone": _phone(chance),
                        "domain": domain,
                    },
                )
            )
    return found[:count]


def _damaged(value: str, chance: random.Random) -> str | None:
    if chance.random() < 0.08:
        return None
    if chance.random() < 0.06 and len(value) > 4:
        at = chance.randrange(1, len(value) - 1)
        return value[:at] + chance.choice((value[at + 1] + value[at] + value[at + 2 :], value[at + 1 :]))
    return value


def records_of(count: int) -> pl.DataFrame:
    """About `count` records with their truth (column `_truth`), always the same ones."""
    chance = random.Random(7)
    rows: list[dict[str, Any]] = []
    for company in companies(int(count / (sum(HELD_BY.values()) + 0.03)), chance):
        for copy, share in HELD_BY.items():
            for _ in range(2 if copy == "crm" and chance.random() < 0.03 else 1):
                if chance.random() < share:
                    rows.append(_row(company, copy, len(rows), chance))
    return pl.DataFrame(
        rows, schema={"copy": pl.String, "_id": pl.String, "_truth": pl.Int64, **dict.fromkeys(FIELDS, pl.String)}
    )


def _row(company: Company, copy: str, place: int, chance: random.Random) -> dict[str, Any]:
    values = {name: _damaged(value, chance) for name, value in company.values.items()}
    name = values["account_name"] or company.values["account_name"]
    values["account_name"] = f"{name} {chance.choice(_FORMS)}".strip()
    if copy == "billing":
        values |= {"street": None, "phone": None, "city": None}
    if copy == "marketing":
        values |= {"street": None}
    return {"copy": copy, "_id": f"{copy}-{place:07}", "_truth": company.number, **values}


def account() -> Entity:
    """The entity, linked by defaults."""
    return Entity.model_validate(
        {
            "title": "Account",
            "definition": {"text": "A customer.", "version": 1, "signed_off_by": "ann", "signed_off_on": "2026-01-01"},
            "canonical_system": "crm",
            "replication": {c: {"object": "account", "fields": {f: f for f in FIELDS}} for c in HELD_BY},
            "quality": {"fields": {f: {"type": "text", "standard": form} for f, form in FIELDS.items()}},
            "reconciliation": {"owner": "ann", "linkage": {}},
        }
    )


def nodes_of(records: pl.DataFrame) -> pl.DataFrame:
    """Records as linkage takes them."""
    forms = [standardised(f, rule.standard) for f, rule in account().fields.items()]
    frame = records.select("copy", "_id", "_truth", pl.lit(False).alias("_excluded"), *forms)
    return frame.sort("copy", "_id").with_row_index("_node").cast({"_node": pl.Int64})


def _score(nodes: pl.DataFrame, pairs: pl.DataFrame, threshold: float = _AUTOMATIC) -> Score:
    alone = np.arange(nodes.height)
    return of_labels(joined(alone, pairs, threshold, alone), nodes["_truth"].to_numpy())


def _score_of_merging(nodes: pl.DataFrame, pairs: pl.DataFrame) -> Score:
    """After the rules that keep chains of weak links from welding things together."""
    weights = pl.col("evidence").list.eval(pl.element().struct.field("weight")).list.sum()
    step = merged(
        nodes.with_columns(pl.lit(False).alias("_gone")), np.arange(nodes.height),
        pairs.with_columns((weights < 0).alias("against")), Apart(no_nodes(), no_nodes()), _AUTOMATIC, 0.5,
    )  # fmt: skip
    return of_labels(step.labels, nodes["_truth"].to_numpy())


def with_revrecon(records: pl.DataFrame, changed: float) -> list[str]:
    """Train and score; then a day on which a share of the records changed, carried over and in full."""
    start = time.perf_counter()
    nodes, entity = nodes_of(records), account()
    alone = np.arange(nodes.height)
    model = trained(entity, nodes, alone)
    learnt = time.perf_counter()
    scores = scored(entity, model, nodes, alone)
    done = time.perf_counter()
    lines = [
        _line("RevRecon", done - start, _score_of_merging(nodes, scores.pairs)),
        f"  learnt in {learnt - start:.0f} s, scored {scores.scored_anew:,} pairs in {done - learnt:.0f} s",
        f"  {dict(model.report.iter_rows())}",
    ]
    chance = random.Random(11)
    hit = set(chance.sample(range(records.height), int(records.height * changed)))
    phones = [_phone(chance) if i in hit else v for i, v in enumerate(records["phone"])]
    names = [_damaged(v, chance) or v if i in hit else v for i, v in enumerate(records["account_name"])]
    later = nodes_of(records.with_columns(pl.Series("account_name", names), pl.Series("phone", phones)))
    begun = time.perf_counter()
    day = scored(entity, model, later, alone, scores.carried)
    taken = time.perf_counter() - begun
    full: Scores = scored(entity, model, later, alone)
    share = taken / (done - start)
    lines.append(
        f"  a day with {changed:.0%} changed: {day.scored_anew:,} pairs scored in {taken:.1f} s, {share:.1%} of the "
        f"full run; same as in full: {day.pairs.equals(full.pairs)}"
    )
    return lines


def with_splink(records: pl.DataFrame, _changed: float) -> list[str]:
    """Plain Splink as its guides write it: Jaro-Winkler names with term frequencies, exact fields, two EM sessions."""
    import splink.comparison_library as cl
    from splink import block_on

    comparisons = [
        cl.JaroWinklerAtThresholds("account_name", [0.95, 0.88]).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("street", [0.9]),
        cl.ExactMatch("city"),
        cl.ExactMatch("postal_code").configure(term_frequency_adjustments=True),
        cl.ExactMatch("country"),
        cl.LevenshteinAtThresholds("phone", [1]),
        cl.LevenshteinAtThresholds("domain", [1]),
    ]
    return _splink("plain Splink", records, comparisons, _plain_blocks(), [block_on("domain"), block_on("phone")])


def with_careful_splink(records: pl.DataFrame, _changed: float) -> list[str]:
    """Splink as someone with time writes it: finer comparisons, more term frequencies, blocks and sessions."""
    import splink.comparison_library as cl
    from splink import block_on

    close = cl.DamerauLevenshteinAtThresholds
    comparisons = [
        close("account_name", [1, 2, 4]).configure(term_frequency_adjustments=True),
        close("street", [1, 2]).configure(term_frequency_adjustments=True),
        close("city", [1]),
        close("postal_code", [1]).configure(term_frequency_adjustments=True),
        cl.ExactMatch("country"),
        close("phone", [1, 2]),
        close("domain", [1, 2]).configure(term_frequency_adjustments=True),
    ]
    blocks = [
        *_plain_blocks(),
        block_on("substr(account_name, 1, 6)", "city"),
        block_on("substr(account_name, 1, 12)"),
        block_on("city", "substr(street, 1, 8)"),
        block_on("substr(domain, 1, 8)", "postal_code"),
    ]
    sessions = [block_on("domain", "city"), block_on("phone"), block_on("account_name", "postal_code")]
    return _splink("careful Splink", records, comparisons, blocks, sessions)


def _plain_blocks() -> list[Any]:
    from splink import block_on

    names = ("account_name", "domain", "phone", "street")
    return [*(block_on(name) for name in names), block_on("postal_code", "substr(account_name, 1, 4)")]


def _splink(
    name: str, records: pl.DataFrame, comparisons: list[Any], blocks: list[Any], sessions: list[Any]
) -> list[str]:
    import splink

    start = time.perf_counter()
    nodes = nodes_of(records)
    settings = splink.SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="_node", comparisons=comparisons,
        blocking_rules_to_generate_predictions=blocks,
    )  # fmt: skip
    api = splink.DuckDBAPI()
    linker = splink.Linker(api.register(nodes.drop("_excluded").to_arrow()), settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match(
        [splink.block_on("domain", "postal_code"), splink.block_on("phone")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for session in sessions:
        linker.training.estimate_parameters_using_expectation_maximisation(session)
    answer = linker.inference.predict(threshold_match_probability=0.01).as_duckdbpyrelation().pl()
    taken = time.perf_counter() - start
    pairs = answer.select(
        pl.col("_node_l").alias("left"),
        pl.col("_node_r").alias("right"),
        pl.col("match_probability").alias("probability"),
    )
    best = max(_THRESHOLDS, key=lambda threshold: _score(nodes, pairs, threshold).f1)
    chosen = _score(nodes, pairs, best)
    return [
        _line(name, taken, _score(nodes, pairs)),
        f"  {pairs.height:,} pairs scored; with the threshold that the answers choose, {best}: F1 {chosen.f1:.4f}",
    ]


def _line(name: str, seconds: float, score: Score) -> str:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return (
        f"{name:14} {seconds:6.0f} s  peak {peak:4.1f} GiB  precision {score.precision:.4f}  "
        f"recall {score.recall:.4f}  F1 {score.f1:.4f}"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--records", type=int, default=200_000)
    arguments.add_argument("--changed", type=float, default=0.01)
    given = arguments.parse_args()
    records = records_of(given.records)
    systems, things = records["copy"].n_unique(), records["_truth"].n_unique()
    say(f"{records.height:,} accounts in {systems} systems, {things:,} companies")
    for work in (with_splink, with_careful_splink, with_revrecon):
        with get_context("spawn").Pool(1) as apart:
            for line in apart.apply(work, (records, given.changed)):
                say(line)


if __name__ == "__main__":
    main()
