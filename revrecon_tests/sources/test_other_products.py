"""Products that the sample company does not have are started too, let in, described and drafted."""

import pytest

from revrecon.daily.examining import examined
from revrecon.daily.home import open_home
from revrecon.daily.run import Inputs
from revrecon.entity_map.loader import parse_map
from revrecon.sources.live.system import Outside
from revrecon_tests.repository import ROOT, SHIPPED_MAP
from revrecon_tests.sandbox.others import OTHERS, opened, with_others


@pytest.mark.parametrize("kind", OTHERS)
def test_a_product_is_started_and_well(kind, tmp_path, monkeypatch):
    for name, value in OTHERS[kind].secrets.items():
        monkeypatch.setenv(name, value)
    with opened([kind], free_ports=True) as addresses:
        loaded = parse_map(with_others(SHIPPED_MAP.read_text(), addresses))
        inputs = Inputs(loaded, ROOT / "data", open_home(tmp_path / "home"), outside=Outside(pause=0.0))
        found = examined(inputs, kind)
        assert (found.trouble, found.is_well) == ("", True)
        assert found.objects[0].says in ("40 records", "does not count")
        source = inputs.source(kind)
        (name,) = OTHERS[kind].objects
        assert {column.name for column in source.client.columns(source.asked(name))} >= {"id", *OTHERS[kind].row}
