"""Ratios: one reported number over another, for every definition that both have."""

from typing import Annotated

from pydantic import Field

from revrecon.entity_map.parts import Name, Part


class Ratio(Part):
    """A figure that is one number of the map over another, bridged through both: pipeline per customer.

    Each definition that both numbers have by the same name gives one figure; the bridges end where those of the two
    numbers end.
    """

    title: str
    text: str
    unit: str
    decimals: Annotated[int, Field(ge=0, le=4)] = 2
    owner: Name
    of: Name
    over: Name
