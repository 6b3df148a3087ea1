"""Agreed differences: disagreements that are accepted, by whom, why, up to how much and until when."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from revrecon.entity_map.parts import Name, Part


class OfABridge(Part):
    """A cause in the bridge of a department's figure; with a `detail` only that named condition, component or field."""

    kind: Literal["bridge"] = "bridge"
    number: Name
    definition: Name
    cause: str
    detail: str | None = None


class OfACopy(Part):
    """A cause for which a copy of an entity would warn or breach."""

    kind: Literal["copy"] = "copy"
    entity: Name
    copy_name: Annotated[Name, Field(alias="copy")]
    cause: str


About = Annotated[OfABridge | OfACopy, Field(discriminator="kind")]
"""What an agreement is about, told apart by its kind."""


class _Agreed(Part):
    """Who agreed, why, and how far. `cap`: in a bridge the amount in the number's unit, net; in a copy the gross money
    of its findings or, where these touch none, how many there are."""

    owner: Name
    why: str
    cap: Annotated[Decimal, Field(gt=0)]
    agreed_on: date
    until: date

    def stands_on(self, day: date) -> bool:
        """Whether it holds on a day: from the day on which it was agreed to its last one."""
        return self.agreed_on <= day <= self.until


class AgreedInBridge(OfABridge, _Agreed):
    """A step of a bridge that is accepted for a while."""

    kind: Literal["bridge"]


class AgreedInCopy(OfACopy, _Agreed):
    """A check of a copy that is accepted for a while."""

    kind: Literal["copy"]


AgreedDifference = Annotated[AgreedInBridge | AgreedInCopy, Field(discriminator="kind")]
"""One agreement of the map."""
