"""What must hold between the parts of a map: one small rule each, all of them listed in RULES."""

from collections.abc import Iterator

from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import Problem
from revrecon.entity_map.rules.agreed import AGREED_RULES
from revrecon.entity_map.rules.breakdowns import BREAKDOWN_RULES
from revrecon.entity_map.rules.company import COMPANY_RULES
from revrecon.entity_map.rules.currencies import CURRENCY_RULES
from revrecon.entity_map.rules.formulas import FORMULA_RULES
from revrecon.entity_map.rules.found import Rule
from revrecon.entity_map.rules.hierarchy import HIERARCHY_RULES
from revrecon.entity_map.rules.linkage import LINKAGE_RULES
from revrecon.entity_map.rules.numbers import NUMBER_RULES
from revrecon.entity_map.rules.outlets import OUTLET_RULES
from revrecon.entity_map.rules.quality import QUALITY_RULES
from revrecon.entity_map.rules.ratios import RATIO_RULES
from revrecon.entity_map.rules.reconciliation import RECONCILIATION_RULES
from revrecon.entity_map.rules.references import REFERENCE_RULES
from revrecon.entity_map.rules.replication import REPLICATION_RULES
from revrecon.entity_map.rules.scale import SCALE_RULES
from revrecon.entity_map.rules.signatures import SIGNATURE_RULES
from revrecon.entity_map.rules.systems import SYSTEM_RULES
from revrecon.entity_map.rules.tie_out import TIE_OUT_RULES
from revrecon.entity_map.rules.write_back import WRITE_BACK_RULES

RULES: tuple[Rule, ...] = (
    *COMPANY_RULES,
    *SYSTEM_RULES,
    *WRITE_BACK_RULES,
    *REPLICATION_RULES,
    *REFERENCE_RULES,
    *HIERARCHY_RULES,
    *QUALITY_RULES,
    *SCALE_RULES,
    *RECONCILIATION_RULES,
    *LINKAGE_RULES,
    *NUMBER_RULES,
    *TIE_OUT_RULES,
    *BREAKDOWN_RULES,
    *RATIO_RULES,
    *CURRENCY_RULES,
    *FORMULA_RULES,
    *AGREED_RULES,
    *SIGNATURE_RULES,
    *OUTLET_RULES,
)
"""Every rule, in the order of the map's chapters."""


def broken_rules(entity_map: EntityMap) -> Iterator[Problem]:
    """All problems of a map whose shape is right; their lines are still to be filled in."""
    for rule in RULES:
        yield from rule(entity_map)
