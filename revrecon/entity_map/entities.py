"""The entities, each answering the six audit questions."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from revrecon.entity_map.currency import CopyCurrency, FieldCurrency
from revrecon.entity_map.linkage import Linkage
from revrecon.entity_map.parts import Duration, Name, Part, Share, SignOff, Sql
from revrecon.entity_map.scale import GivenScale
from revrecon.entity_map.written import ONE_OR_MORE, text_for, texts_for

FieldType = Literal["text", "integer", "decimal", "money", "boolean", "date", "timestamp", "reference"]
NUMERIC: tuple[FieldType, ...] = ("integer", "decimal", "money")
"""Types of fields that hold numbers."""
StandardForm = Literal["text", "casefold", "email", "domain", "phone", "legal_name", "country", "postal_code", "code"]


class EntityDefinition(Part):
    """Question 1: what one of these is, in a sentence that someone signed; `signed_off`: each department that did."""

    text: str
    version: int
    signed_off_by: Name
    signed_off_on: date
    signed_off: dict[Name, SignOff] = {}


class FieldMapping(Part):
    """How a copy's raw columns become one of our fields: exactly one of column, sql or constant.

    `unit` reads numbers written in cents or epoch seconds; `translate` turns the system's own values into ours.
    `sql` works on the raw columns, all text; `parse` applies this system's formats to what it gives.
    `exists_in` is true where another object of the system has this record's key in its column `by`. `currency` names
    the column that says in which currency an amount is.
    """

    column: str | None = None
    sql: Sql | None = None
    constant: str | int | bool | None = None
    exists_in: str | None = None
    by: str | None = None
    format: tuple[str, ...] = ()
    unit: Literal["cents", "epoch_seconds", "epoch_milliseconds"] | None = None
    translate: dict[str, str] = {}
    through: Name | None = None
    currency: FieldCurrency = None


Mapped = Annotated[FieldMapping, text_for("column", "The system's column.")]
"""A mapping as the map writes it: the column's name, or with its settings."""


class Copy(Part):
    """Question 3: one replica of the entity in one system; `currency` is that of all its amounts that name no other."""

    system: Name | None = None
    object: str
    currency: CopyCurrency = None
    where: Sql | None = None
    fields: dict[Name, Mapped]
    cross_references: dict[Name, str] = {}
    kept_fresh: str = "by hand"
    freshness: Duration | None = None
    expected_when: Sql | None = None
    records: Literal["same", "parts", "more"] = "same"
    stands_for_nothing: dict[str, Sql] = {}


class Correction(Part):
    """A parent that the map sets right: record keys of the canonical system."""

    child: str
    parent: str | None
    why: str
    effective: date | None = None


class Hierarchy(Part):
    """Question 4: which field names the parent, whose tree is canonical, and what is corrected."""

    parent_field: Name = "parent"
    canonical: Name
    contract_entities: dict[Name, Sql] = {}
    corrections: tuple[Correction, ...] = ()


class Truth(Part):
    """One place to take a field's winning value from; `when` is an expression over that copy's fields."""

    copy_name: Annotated[Name, Field(alias="copy")]
    when: Sql | None = None


class FieldRule(Part):
    """Question 5, one field: what it is, what it may hold, and where its true value lives."""

    type: FieldType
    text: str = ""
    to: Name | None = None
    standard: StandardForm | None = None
    required: bool = False
    required_in: tuple[Name, ...] = ()
    allowed: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None
    pattern: str | None = None
    unique: bool = False
    scale: GivenScale = None
    personal: bool = False
    source_of_truth: Annotated[
        tuple[Annotated[Truth, text_for("copy", "The copy that holds the true value.")], ...], ONE_OR_MORE
    ] = ()
    derived: Sql | None = None
    input_control: str = ""


class RecordRule(Part):
    """Question 5, a whole record: an expression that must hold on every record of the named copies."""

    text: str
    must_hold: Sql
    copies: tuple[Name, ...] = ()
    amount: Sql | None = None
    field: Name | None = None


class Quality(Part):
    """Question 5: the field rules and the record rules."""

    fields: dict[Name, FieldRule]
    rules: dict[Name, RecordRule] = {}


class Limit(Part):
    """When a measure warns and when it breaches (at or above)."""

    warn: Share | None = None
    breach: Share | None = None


class Threshold(Part):
    """Limits for one cause in one copy; left out means any. The first that fits is used."""

    copy_name: Annotated[Name | None, Field(alias="copy")] = None
    cause: str | None = None
    count: Limit | None = None
    share: Limit | None = None
    net: Limit | None = None
    gross: Limit | None = None


MEASURES = ("count", "share", "net", "gross")
"""What a threshold may limit: how many findings, their share of the records compared, their signed and absolute sum."""


class Tolerance(Part):
    """Within which difference two values of a field count as equal (absolute, or as a share)."""

    absolute: float = 0.0
    relative: Share = 0.0


class MatchKey(Part):
    """Fields that, equal in standard form, say that two records are the same thing.

    Two records of one copy are joined (and reported as duplicates) only where `duplicates` says that the key is that
    strong; otherwise a key joins records across copies, where that is unambiguous.
    """

    on: tuple[Name, ...]
    duplicates: bool = False


class Reconciliation(Part):
    """Question 6: rhythm, match keys, compared fields, thresholds, owner."""

    owner: Name
    rhythm: Literal["daily", "weekly", "quarterly"] = "daily"
    match_keys: tuple[Annotated[MatchKey, texts_for("on", "The fields that are equal.")], ...] = ()
    linkage: Linkage | None = None
    compare: dict[Name, Tolerance] = {}
    amount: Sql | None = None
    thresholds: tuple[Threshold, ...] = ()


class Entity(Part):
    """One kind of real thing, and the six answers about it."""

    title: str
    definition: EntityDefinition
    canonical_system: Annotated[tuple[Name, ...], ONE_OR_MORE]
    replication: dict[Name, Copy]
    hierarchy: Hierarchy | None = None
    quality: Quality
    reconciliation: Reconciliation

    @property
    def fields(self) -> dict[str, FieldRule]:
        return self.quality.fields
