"""Who is who as people read it in the Dagster UI: the matrix, cluster sizes, series and a picture."""

import dagster as dg
import polars as pl

from revrecon.canonical.identity.frames import Identities
from revrecon.dagster_defs.shown import markdown_table
from revrecon.daily.carrying.keeping import worked_out
from revrecon.daily.day import Day
from revrecon.daily.identity_page import identity_count, identity_page
from revrecon.reports.identity.counts import cluster_sizes, pass_counts, several_in_one_copy
from revrecon.reports.identity.picture import links_picture
from revrecon.reports.waterfall import waterfall_markdown_image


def identity_metadata(day: Day, entity: str, found: Identities) -> dict[str, dg.MetadataValue | int]:
    """Tables, numbers that plot over the days, a picture, and the page."""
    counted = pass_counts(found.crosswalk, found.review)
    counts = identity_count(day, entity)
    several = several_in_one_copy(found.crosswalk).filter(pl.col("records_each") > 1)
    return {
        "worked_out": dg.MetadataValue.text(worked_out(day, entity)),
        "linked_by": markdown_table(_matrix(counted), 40),
        "cluster_sizes": markdown_table(cluster_sizes(found.crosswalk), 20),
        "several_in_one_copy": markdown_table(several, 20),
        "picture": dg.MetadataValue.md(waterfall_markdown_image(links_picture(counted), "who was linked by what")),
        "page": dg.MetadataValue.url(identity_page(day).as_uri()),
        "review_queue": counts.cases,
        "things": counts.things,
        "linked": counts.linked,
        "alone": counts.alone,
        "doubled": counts.duplicates,
        "merged": counts.merged,
        "split": counts.split,
    }


def _matrix(counted: pl.DataFrame) -> pl.DataFrame:
    """Passes down, copies across."""
    wide = counted.pivot("copy", index="pass", values="records", aggregate_function="sum").fill_null(0)
    return wide.sort("pass")
