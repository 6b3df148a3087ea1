"""The identity page as one HTML file that needs nothing beside it: no network, no script."""

from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from revrecon.reports.environment import pages
from revrecon.reports.family import Family
from revrecon.reports.formats import long_day
from revrecon.reports.identity.counts import (
    EntityCount,
    cluster_sizes,
    entity_count,
    pass_counts,
    passes_in_order,
    several_in_one_copy,
)
from revrecon.reports.identity.pairs import (
    PairView,
    refused_links,
    refused_pairs,
    review_pairs,
    strongest_pairs,
    weakest_pairs,
)
from revrecon.reports.identity.picture import links_picture
from revrecon.reports.identity.sheet import EntityIdentities, IdentitySheet

_CHANGES_SHOWN = 40


@dataclass(frozen=True)
class MatrixRow:
    """One pass, and per copy how many records it linked and which share of the copy that is, in percent."""

    name: str
    cells: tuple[tuple[int, int], ...]
    records: int


@dataclass(frozen=True)
class EntityView:
    """Everything that the page says of one entity."""

    name: str
    title: str
    picture: Markup
    counts: EntityCount
    copies: tuple[str, ...]
    matrix: tuple[MatrixRow, ...]
    sizes: tuple[tuple[int, int, int], ...]
    several: tuple[tuple[str, int, int], ...]
    compared_with: str
    changed: tuple[dict[str, object], ...]
    more_changed: int
    queue: tuple[PairView, ...]
    refused: tuple[PairView, ...]
    refused_in_all: int
    strongest: tuple[PairView, ...]
    weakest: tuple[PairView, ...]
    families: tuple[Family, ...]
    more_families: int


def render_identity(sheet: IdentitySheet) -> str:
    """The whole page; every value from the data is escaped."""
    return pages().get_template("identity.html.j2").render(
        sheet=sheet,
        company=sheet.map.company,
        day=long_day(sheet.as_of),
        entities=[entity_view(sheet, found) for found in sheet.entities],
    )  # fmt: skip


def entity_view(sheet: IdentitySheet, found: EntityIdentities) -> EntityView:
    """One entity as the page tells it."""
    counted = pass_counts(found.crosswalk, found.review)
    sizes = cluster_sizes(found.crosswalk)
    most = int(str(sizes["things"].max() or 1))
    several = several_in_one_copy(found.crosswalk).filter(pl.col("records_each") > 1)
    return EntityView(
        name=found.entity,
        title=sheet.map.entities[found.entity].title,
        picture=Markup(links_picture(counted)),  # its own text is escaped where it is drawn
        counts=entity_count(found.entity, found.crosswalk, found.review, found.moved),
        copies=tuple(counted["copy"].unique(maintain_order=True)),
        matrix=link_matrix(counted),
        sizes=tuple((size, things, round(100 * things / most)) for size, things in sizes.iter_rows()),
        several=tuple(several.iter_rows()),
        compared_with=str(found.before_day or ""),
        changed=tuple(_change(row) for row in found.moved.head(_CHANGES_SHOWN).iter_rows(named=True)),
        more_changed=max(0, found.moved.height - _CHANGES_SHOWN),
        queue=review_pairs(sheet.map, found),
        refused=refused_pairs(sheet.map, found),
        refused_in_all=refused_links(found.links).height,
        strongest=strongest_pairs(sheet.map, found),
        weakest=weakest_pairs(sheet.map, found),
        families=found.families,
        more_families=found.more_families,
    )


def link_matrix(counted: pl.DataFrame) -> tuple[MatrixRow, ...]:
    """PASS_COUNT_SCHEMA as rows of passes and columns of copies."""
    copies = counted["copy"].unique(maintain_order=True).to_list()
    totals = dict(counted.group_by("copy").agg(pl.col("records").sum()).iter_rows())
    found = {(copy, name): records for copy, _, name, records in counted.iter_rows()}
    return tuple(
        MatrixRow(
            name,
            tuple((found.get((c, name), 0), round(100 * found.get((c, name), 0) / totals[c])) for c in copies),
            sum(found.get((c, name), 0) for c in copies),
        )
        for name in passes_in_order(counted)
    )


def _change(row: dict[str, object]) -> dict[str, object]:
    before = row["before"] if isinstance(row["before"], list) else []
    return {**row, "before": ", ".join(str(one) for one in before)}
