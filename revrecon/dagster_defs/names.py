"""Asset keys, groups and partitions: the names by which the route is found in Dagster."""

import re
from dataclasses import dataclass

import dagster as dg

from revrecon.entity_map.loader import LoadedMap
from revrecon.entity_map.model import EntityMap

_UNSAFE = re.compile(r"[^A-Za-z0-9_]")


def safe(name: str) -> str:
    """A name as Dagster takes it: letters, digits and underscores."""
    return _UNSAFE.sub("_", name)


def extract_key(system: str, object_name: str) -> dg.AssetKey:
    """An object of a system, as it is landed."""
    return dg.AssetKey([safe(system), safe(object_name)])


def crosswalk_key(entity: str) -> dg.AssetKey:
    """Which records are the same one, of an entity."""
    return dg.AssetKey(["crosswalk", entity])


def canonical_key(entity: str) -> dg.AssetKey:
    """An entity's canonical records."""
    return dg.AssetKey(["canonical", entity])


def quality_key(entity: str, copy: str) -> dg.AssetKey:
    """The rules on a copy of an entity."""
    return dg.AssetKey(["quality", f"{entity}_{copy}"])


def drift_key(entity: str, copy: str) -> dg.AssetKey:
    """A copy of an entity against the canonical records."""
    return dg.AssetKey(["drift", f"{entity}_{copy}"])


def figures_key(number: str) -> dg.AssetKey:
    """What departments report of a number."""
    return dg.AssetKey(["numbers", number])


def bridges_key(number: str) -> dg.AssetKey:
    """Why departments disagree about a number."""
    return dg.AssetKey(["bridges", number])


def ratio_key(ratio: str) -> dg.AssetKey:
    """A ratio with its bridges."""
    return dg.AssetKey(["ratios", ratio])


def hierarchy_key(entity: str) -> dg.AssetKey:
    """The wrong links of an entity's trees."""
    return dg.AssetKey(["hierarchy", entity])


def master_key(entity: str) -> dg.AssetKey:
    """An entity's account master."""
    return dg.AssetKey(["account_master", entity])


REPORTED_KEY = dg.AssetKey(["reported_figures", "typed_in"])
TIMING_KEY = dg.AssetKey(["timing", "claims"])
TICKETS_KEY = dg.AssetKey(["tickets", "ledger"])
FIGURES_KEY = dg.AssetKey(["published", "figures"])
AUDIT_DAYS_KEY = dg.AssetKey(["audit", "quarter_is_complete"])
AUDIT_KEY = dg.AssetKey(["audit", "quarterly_audit"])
CLEAN_UP_KEY = dg.AssetKey(["reports", "clean_up"])
STANDUP_KEY = dg.AssetKey(["reports", "standup_pack"])
REPORT_KEY = dg.AssetKey(["reports", "daily_sheet"])
WAREHOUSE_KEY = dg.AssetKey(["reports", "warehouse"])


@dataclass(frozen=True)
class Plan:
    """What every factory needs: the pinned map and the days."""

    loaded: LoadedMap
    days: dg.DailyPartitionsDefinition

    @property
    def map(self) -> EntityMap:
        return self.loaded.map

    @property
    def code_version(self) -> str:
        """Changes with the map, so that Dagster shows what is out of date."""
        return f"map-{self.map.map.version}-{self.loaded.sha256[:12]}"

    def emails(self, *people: str) -> list[str]:
        """The addresses of people, in order, each once."""
        return list(dict.fromkeys(self.map.people[person].email for person in people))
