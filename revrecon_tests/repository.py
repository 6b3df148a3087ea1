"""Where things are in the repository."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
SHIPPED_MAP = ROOT / "entity_map.yaml"
MAPS = (SHIPPED_MAP, ROOT / "examples/eia861/entity_map.yaml", ROOT / "revrecon_tests/entity_map/small_map.yaml")
"""The maps that the repository holds: the sample company's, that of a real data set, and a small one."""
