"""What a standup can decide: each kind says exactly what is to be different."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from revrecon.entity_map.agreed import About, OfABridge
from revrecon.entity_map.entities import Limit
from revrecon.entity_map.numbers import Measure
from revrecon.entity_map.parts import Name, Part, Share, Sql

RECORD = r"^[A-Za-z][A-Za-z0-9_]*/.+$"


class FixTheData(Part):
    """The records behind a ticket are put right by a day."""

    kind: Literal["fix_data"] = "fix_data"
    ticket: Annotated[str, Field(pattern=r"^RR-[A-Z2-7]{8}$")]
    due: date


class ChangeDefinition(Part):
    """A definition gets a new version; what is left out stays as it was, and the old version is kept whole."""

    kind: Literal["change_definition"] = "change_definition"
    number: Name
    definition: Name
    text: str | None = None
    conditions: dict[str, Sql] | None = None
    measure: Measure | None = None
    as_of: Literal["now", "last_closed_month_end"] | None = None


class ReParent(Part):
    """A record of the canonical tree gets another parent, or none; both by their keys in that tree's system."""

    kind: Literal["re_parent"] = "re_parent"
    entity: Name
    child: str
    parent: str | None


class _Pair(Part):
    """Two records, each as `copy/key`."""

    entity: Name
    left: Annotated[str, Field(pattern=RECORD)]
    right: Annotated[str, Field(pattern=RECORD)]


class Merge(_Pair):
    """Two records are the same thing, whatever any pass says."""

    kind: Literal["merge"] = "merge"


class NeverMerge(_Pair):
    """Two records are never the same thing, whatever any pass says."""

    kind: Literal["never_merge"] = "never_merge"


class AdjustThreshold(Part):
    """A measure of a cause in a copy (left out: of any) warns and breaches at other limits."""

    kind: Literal["adjust_threshold"] = "adjust_threshold"
    entity: Name
    copy_name: Annotated[Name | None, Field(alias="copy")] = None
    cause: str | None = None
    measure: Literal["count", "share", "net", "gross"]
    warn: Share | None = None
    breach: Share | None = None

    @property
    def limit(self) -> Limit:
        return Limit(warn=self.warn, breach=self.breach)


class AgreeDifference(Part):
    """A disagreement is accepted up to an amount and until a day; `owner` is whoever decides where it is left out."""

    kind: Literal["agree_difference"] = "agree_difference"
    name: Name
    about: About
    cap: Annotated[Decimal, Field(gt=0)]
    until: date
    owner: Name | None = None


Deed = Annotated[
    FixTheData | ChangeDefinition | ReParent | Merge | NeverMerge | AdjustThreshold | AgreeDifference,
    Field(discriminator="kind"),
]
"""One decision, told apart by its kind."""

DEED: TypeAdapter[Deed] = TypeAdapter(Deed)

AMENDS_THE_MAP = (ChangeDefinition, ReParent, AdjustThreshold, AgreeDifference)
"""The others are the register's alone: the map says nothing of single records and tickets."""


def sentence(deed: Deed) -> str:
    """What is to be different, in a sentence."""
    match deed:
        case FixTheData():
            return f"Fix the data behind {deed.ticket} by {deed.due}."
        case ChangeDefinition():
            changed = [name for name in ("text", "conditions", "measure", "as_of") if getattr(deed, name) is not None]
            return f"Change {', '.join(changed)} of {deed.number}, {deed.definition}."
        case ReParent():
            return f"Put {deed.entity} {deed.child} under {deed.parent or 'no parent'}."
        case Merge():
            return f"{deed.left} and {deed.right} are the same {deed.entity}."
        case NeverMerge():
            return f"{deed.left} and {deed.right} are never the same {deed.entity}."
        case AdjustThreshold():
            limits = [
                f"{name} at {getattr(deed, name):g}" for name in ("warn", "breach") if getattr(deed, name) is not None
            ]
            of = " ".join(part for part in (deed.cause, f"in {deed.copy_name}" if deed.copy_name else None) if part)
            return f"{deed.entity} {of}: {deed.measure} {', '.join(limits) or 'without limits'}.".replace("  ", " ")
        case AgreeDifference():
            about = deed.about
            what = (
                f"{about.cause} in {about.number}, {about.definition},"
                if isinstance(about, OfABridge)
                else f"{about.cause} of {about.entity} in {about.copy_name}"
            )
            return f"Agree {what} up to {deed.cap:,f} until {deed.until}."
