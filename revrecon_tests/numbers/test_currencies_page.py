"""The example of docs/currencies.md comes out as the page says."""

import re
from decimal import Decimal

from ruamel.yaml import YAML

from revrecon.entity_map.currencies import Currencies
from revrecon.numbers.bridges import number_result
from revrecon_tests.companies import TODAY, company, shop_tables, world_of
from revrecon_tests.numbers.random_currencies import in_currencies
from revrecon_tests.repository import DOCS

NO_QUOTES = "id | name | customer | stage | total | code | closes | crm_id | created | changed"
PAGE = DOCS / "currencies.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)


def test_the_example_of_the_page_is_true():
    written = YAML(typ="safe").load(blocks("yaml")[0])
    deals, told = blocks("text")
    mapped = company(in_currencies())
    mapped = mapped.model_copy(update={"currencies": Currencies.model_validate(written["currencies"])})
    definitions = mapped.numbers["pipeline"].definitions
    for name in ("canonical", "sales"):
        said = written[f"numbers.pipeline.definitions.{name}.converted"]["at"]
        at = definitions[name].converted.at
        assert said == ({"field": at.field} if at.field else at.rule)
    world = world_of(mapped, shop_tables(deals=deals, quotes=NO_QUOTES))
    found = number_result(mapped, "pipeline", TODAY, lambda _: world)
    bridge = next(row for row in found.bridges.iter_rows(named=True) if row["definition"] == "sales")
    items = [row for row in found.items.iter_rows(named=True) if row["definition"] == "sales"]
    lines = [
        f"reported  {money(bridge['reported'])}",
        *(f"{row['cause']}  {money(row['amount'])}" for row in items),
        f"canonical  {money(bridge['closing'])}",
        next(note for note in found.not_run if ".sales" in note),
    ]
    assert lines == told.splitlines()


def money(value: Decimal) -> str:
    return f"{value:.2f}"
