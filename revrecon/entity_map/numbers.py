"""The reported numbers and their versioned definitions."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from revrecon.entity_map.breakdowns import Dimension
from revrecon.entity_map.currency import Converted
from revrecon.entity_map.parts import Duration, Name, Part, SignOff, Sql
from revrecon.entity_map.tie_out import GivenFigures, Reported, TieOut
from revrecon.entity_map.written import text_for, word_for


class Component(Part):
    """A named part of a measure. Its difference counts as definition unless the map says that it is bad data."""

    sql: Sql


class Measure(Part):
    """What is added up or counted: exactly one of the three.

    `sum`: named components, added. `count`: records. `count_roots`: distinct ultimate parents of the account field
    named here (`self` when the records are accounts).
    """

    sum: dict[str, Annotated[Component, text_for("sql", "An SQL expression over fields.")]] | None = None
    count: Literal["records"] | None = None
    count_roots: str | None = None


class OwnFormula(Part):
    """The definition on the department's own records, where it differs from the one in canonical words."""

    conditions: dict[str, Sql] | None = None
    measure: Measure | None = None


class AsOf(Part):
    """The moment at which a definition looks at the world."""

    rule: Literal["now", "last_closed_month_end", "lag"] = "now"
    lag: Duration | None = None


class Definition(Part):
    """An executable, versioned meaning of a number, in canonical words and on the department's own records.

    Formulas may use every field of the entity, and the dates `as_of`, `period_start` and `period_end`. `reported`: the
    figures that the department itself typed in. `signed_off`: the departments that signed this version. `previous`
    keeps earlier versions whole, the latest first, so that a change can be bridged.
    """

    version: Annotated[int, Field(ge=1)]
    effective: date
    department: Name
    text: str
    entity: Name
    copy_name: Annotated[Name | None, Field(alias="copy")] = None
    as_of: Annotated[AsOf, word_for("rule", ("now", "last_closed_month_end"), "The day that it looks at.")] = AsOf()
    converted: Converted = Converted()
    conditions: dict[str, Sql] = {}
    measure: Measure
    own: OwnFormula = OwnFormula()
    signed_off: dict[Name, SignOff] = {}
    reported: GivenFigures = Reported()
    previous: tuple["Definition", ...] = ()


class Number(Part):
    """A figure that departments report, each by its own definition, beside the canonical one.

    `publish`: on which days the daily run publishes it; `revrecon publish figures` can on any day.
    """

    title: str
    text: str
    unit: str
    decimals: Annotated[int, Field(ge=0, le=6)] = 2
    owner: Name
    per: Literal["quarter"] | None = None
    periods: Annotated[int, Field(ge=1, le=12)] = 1
    canonical: Name
    closing: Name | None = None
    materiality: float = 0
    tie_out: TieOut = TieOut()
    breakdowns: dict[Name, Dimension] = {}
    publish: Literal["daily", "month_end", "quarter_end", "by_hand"] = "daily"
    definitions: dict[Name, Definition]
