"""The bridge command between any two lenses, ratios, and where every row ended."""

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from revrecon.cli import app
from revrecon_tests.companies import SHOP
from revrecon_tests.numbers.counted_shop import COUNTED
from revrecon_tests.shops import FIRST, SECOND, shop_on_disk


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return shop_on_disk(tmp_path_factory.mktemp("shop"), COUNTED)


def call(shop, *words, day=SECOND):
    named = ["--map", str(shop / "entity_map.yaml"), "--data", str(shop / "data"), "--home", str(shop / "home")]
    return CliRunner().invoke(app, [*words, *named, "--as-of", str(day)], env={"COLUMNS": "160"})


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("pipeline", "--from", "books"), ("whatever the order", "Order-free", "The order of the steps matters for")),
        (("pipeline", "--from", "sales", "--to", "books"), ("from Sales to Books", "Books reports")),
        (("pipeline", "--from", "books:data"), ("from Books, canonical data to Canonical",)),
        (("pipeline", "--from", "books", "--since", str(FIRST)), (f"Books on {SECOND}", "another value", "+$600.00")),
        (("pipeline", "--since", str(FIRST)), (f"Canonical on {FIRST} reports",)),
        (("average_deal", "--from", "books"), ("Average deal: from Books to Canonical", "Pipeline: ", "Open deals: ")),
        (("customers", "--from", "books", "--to", "canonical"), ("Customers: from Books to Canonical",)),
    ],
)
def test_a_bridge_between_any_two_lenses_is_shown(shop, words, told):
    found = call(shop, "bridge", *words)
    assert found.exit_code == 0, found.output
    assert [phrase for phrase in told if phrase not in found.output] == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("pipeline", "--to", "books"), "name the lens that it starts from with --from"),
        (("pipeline", "--from", "books@3"), "There is no books@3; the map has books@1."),
        (("pipeline", "--from", "boks", "--to", "sales"), "did you mean 'books'?"),
        (("pipeline", "--from", "books", "--since", "2031-01-01"), "does not come before"),
        (("pipeline", "--from", "books", "--since", "2020-01-01"), "This bridge cannot be worked out"),
        (("pipeline", "--from", "books", "--to", "sales", "--since", str(FIRST)), "leave --to out"),
        (("pipeline", "--from", "sales", "--to", "books", "--period", "2026Q1"), "has no period 2026Q1"),
        (("average_deal", "--from", "nobody"), "it has: sales, books"),
        (("pipelin",), "it has open_deals, pipeline, customers, average_deal; did you mean 'pipeline'?"),
    ],
)
def test_a_bridge_that_cannot_be_says_why_and_what_next(shop, words, told):
    found = call(shop, "bridge", *words)
    assert found.exit_code == 2
    assert told in " ".join(found.output.split())


def test_where_every_row_ended_is_shown_and_kept(shop):
    found = call(shop, "accounting")
    assert found.exit_code == 0
    assert "deal in books" in found.output


def test_all_of_it_is_in_the_export_and_in_the_warehouse(shop):
    assert call(shop, "run").exit_code == 1
    assert call(shop, "export", "--to", str(shop / "out")).exit_code == 0
    orders = pl.read_csv(shop / "out/bridge_orders.csv")
    bridges = pl.read_csv(shop / "out/bridges.csv")
    gap = bridges.select("number", "department", (pl.col("reported") - pl.col("canonical")).alias("gap"))
    shares = orders.group_by("number", pl.col("definition").alias("department")).agg(pl.col("shapley").sum())
    both = gap.join(shares, on=["number", "department"])
    assert both.height == bridges.height
    assert both["gap"].to_list() == both["shapley"].to_list()
    for name in ("order_matters", "row_accounting", "ratio_bridges", "ratio_steps", "ratio_items"):
        assert (shop / f"out/{name}.csv").exists()
    with duckdb.connect(str(shop / "home/warehouse.duckdb"), read_only=True) as warehouse:
        found = warehouse.sql("SELECT count(*) FROM bridge_orders.pipeline WHERE in_order <> 0").fetchone()
        assert found is not None
        assert found[0] > 0
        warehouse.sql("SELECT * FROM row_accounting.copies")


def test_a_map_without_ratios_exports_none(tmp_path):
    plain = shop_on_disk(tmp_path, SHOP)
    assert call(plain, "export", "--to", str(plain / "out")).exit_code == 0
    assert not (plain / "out/ratio_bridges.csv").exists()


def test_a_bridge_is_taken_apart_by_a_dimension_and_into_its_largest_records(shop):
    told = call(shop, "bridge", "pipeline", "--from", "books", "--by", "kind", "--top", "3", "--as-of", str(SECOND))
    assert told.exit_code == 0, told.output
    assert "Pipeline: from Books to Canonical, by kind" in told.output
    assert "This record makes 100 % of it, in absolutes." in told.output


def test_a_dimension_that_is_not_there_is_told_with_the_nearest(shop):
    told = call(shop, "bridge", "pipeline", "--by", "knd", "--as-of", str(SECOND))
    assert told.exit_code == 2
    assert "pipeline has no breakdown 'knd'; it has account and kind; did you mean 'kind'?" in told.output


def test_only_one_category_and_into_a_file(shop):
    target = shop / "gap.xlsx"
    told = call(shop, "bridge", "pipeline", "--of", "quality", "--save", str(target), "--as-of", str(SECOND))
    assert told.exit_code == 0, told.output
    assert target.exists()
    assert "quality only" in told.output
    assert call(shop, "bridge", "pipeline", "--of", "qualty").exit_code == 2
    assert call(shop, "bridge", "pipeline", "--save", "gap.doc").exit_code == 2


def test_every_number_has_a_page_that_needs_nothing_beside_it(shop):
    assert call(shop, "run", "--as-of", str(SECOND)).exit_code == 1
    page = (shop / "home" / "reports" / "bridges" / f"{SECOND}" / "pipeline.html").read_text(encoding="utf-8")
    assert "Why departments disagree" in page
    assert "By account" in page
    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
