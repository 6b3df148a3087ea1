"""The Entity Map: one signed document as frozen values."""

from revrecon.entity_map.agreed import AgreedDifference
from revrecon.entity_map.company import Company, Department, MapVersion, Person, Rhythms
from revrecon.entity_map.connectors import AnySystem
from revrecon.entity_map.currencies import Currencies
from revrecon.entity_map.entities import Copy, Entity
from revrecon.entity_map.numbers import Number
from revrecon.entity_map.outlets import Alerts, Links, TrackerSettings
from revrecon.entity_map.parts import Name, Part
from revrecon.entity_map.ratios import Ratio
from revrecon.entity_map.retention import Retention
from revrecon.entity_map.systems import SourceObject


class EntityMap(Part):
    """Everything that RevRecon knows about a company before it reads a single record."""

    company: Company
    map: MapVersion
    people: dict[Name, Person]
    departments: dict[Name, Department]
    systems: dict[Name, AnySystem]
    entities: dict[Name, Entity]
    numbers: dict[Name, Number]
    ratios: dict[Name, Ratio] = {}
    currencies: Currencies | None = None
    agreed_differences: dict[Name, AgreedDifference] = {}
    rhythms: Rhythms
    retention: Retention = Retention()
    links: Links = Links()
    trackers: dict[Name, TrackerSettings] = {}
    alerts: Alerts | None = None

    def system_of(self, copy_name: str, copy: Copy) -> str:
        """The name of the system that a copy lives in; a copy is named after its system unless it says otherwise."""
        return copy.system or copy_name

    def object_of(self, copy_name: str, copy: Copy) -> SourceObject:
        """The source object that a copy is read from."""
        return self.systems[self.system_of(copy_name, copy)].objects[copy.object]
