"""What a ticket says: its title, its measure against the limit, and what to do next."""

from revrecon.entity_map.model import EntityMap
from revrecon.tickets.model import Verdicted

_TITLES = {
    "quality.missing_record": "{entity} missing in {system}",
    "quality.orphan": "{entity} in {system} that nothing stands behind",
    "quality.duplicate": "{entity} held more than once in {system}",
    "quality.missing_field": "{entity} with empty fields in {system}",
    "quality.wrong_value": "{entity} with wrong values in {system}",
    "quality.stale_copy": "{entity} out of date in {system}",
    "quality.invalid_format": "{entity} with unreadable values in {system}",
    "quality.regression": "{entity} wrong again in {system}, after it was cleaned",
    "quality.excluded": "{entity} rows in {system} that stand for nothing",
    "quality.rule": "{entity} breaking a rule in {system}",
    "hierarchy.missing_parent": "{entity} without their parent in {system}",
    "hierarchy.different_parent": "{entity} under another parent in {system}",
    "hierarchy.contract_entity": "{entity} contract entities in {system} without their company",
    "hierarchy.cycle": "{entity} parents that go round in circles in {system}",
    "definition.unreproduced": "Figures reported from {system} that cannot be reproduced",
    "timing.late": "{entity}: nothing new from {system}",
}

_DEEDS = {
    "quality.missing_record": "Create the records in {system} or repair the sync; kept fresh: {fresh}.",
    "quality.orphan": "Link each record to its source, or delete it in {system}.",
    "quality.duplicate": "Merge each record into the one created first, in {system}.",
    "quality.missing_field": "Fill the fields in {system}, and make them required there.",
    "quality.wrong_value": "Correct the values in {system} to the canonical ones.",
    "quality.stale_copy": "Find out why {system} was not updated, then sync again; kept fresh: {fresh}.",
    "quality.invalid_format": "Correct the values in {system} to the allowed form.",
    "quality.regression": "Find out who or what wrote these values, stop it there, and clean them again in {system}.",
    "quality.excluded": "Agree how these rows count, or leave them out of the figure.",
    "quality.rule": "Correct the records in {system} so that the rule holds.",
    "hierarchy.missing_parent": "Set the parent in {system} to the canonical one.",
    "hierarchy.different_parent": "Move them under the canonical parent in {system}, or correct the tree in the map.",
    "hierarchy.contract_entity": "Give each contract entity its company as parent in {system}.",
    "hierarchy.cycle": "Break the circle: clear the wrong parent.",
    "definition.unreproduced": "Find out where the reported figure came from; correct it, or the definition.",
    "timing.late": "Ask the representative of {system} for the missing extracts.",
}


def title_of(entity_map: EntityMap, fact: Verdicted) -> str:
    """`Opportunity / Order out of date in Marketing automation`."""
    return _TITLES.get(fact.cause, "{entity}: {cause} in {system}").format(**_names(entity_map, fact))


def what_to_do(entity_map: EntityMap, fact: Verdicted) -> str:
    """The next step, in a sentence."""
    return _DEEDS.get(fact.cause, "Look at the records and decide with the owner.").format(**_names(entity_map, fact))


def measure_of(fact: Verdicted) -> str:
    """`36 of 950 records (3.8 %), net 423,015.19, gross 449,851.91; limit: share 0.03`."""
    money = f", net {fact.net:,.2f}, gross {fact.gross:,.2f}" if fact.gross is not None else ""
    limit = f"; limit: {fact.measure} {fact.limit:g}" if fact.measure and fact.limit is not None else ""
    return f"{fact.records:,} findings on {fact.compared:,} records ({fact.share:.1%}){money}{limit}"


def report_of(entity_map: EntityMap, fact: Verdicted) -> str:
    """The daily sheet that told of it: its address where the map says where reports are served, else its place."""
    path = f"daily/{fact.day}.html"
    return f"{entity_map.links.reports}/{path}" if entity_map.links.reports else f"reports/{path}"


def run_of(entity_map: EntityMap, fact: Verdicted) -> str:
    """The asset and partition in Dagster, which lead to the run: as an address where the map names one."""
    asset = f"drift/{fact.entity}_{fact.copy}"
    base = entity_map.links.dagster
    return f"{base}/assets/{asset}?partition={fact.day}" if base else f"asset {asset}, partition {fact.day}"


def _names(entity_map: EntityMap, fact: Verdicted) -> dict[str, str]:
    entity = entity_map.entities.get(fact.entity)
    copy = entity.replication.get(fact.copy) if entity else None
    system = entity_map.systems.get(entity_map.system_of(fact.copy, copy)) if copy else None
    return {
        "entity": entity.title if entity else fact.entity,
        "system": system.title if system else fact.copy,
        "fresh": copy.kept_fresh if copy else "unknown",
        "cause": fact.cause,
    }
