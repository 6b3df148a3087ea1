"""A published figure: everything by which it can be recomputed, and everything that was unsettled when it went out."""

import hashlib
from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict


class ModelFile(BaseModel):
    """A linkage model that a figure's identities rest on: whose, its file's name, and the SHA-256 of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entity: str
    name: str
    sha256: str


class FigureDraft(BaseModel):
    """A figure that is about to be published.

    `extracts_sha256` is the digest over the list of `extracts` files that it rests on; the list itself is in the
    register. `identities_sha256` is the digest over who was who, `contributions_sha256` names the file with what every
    unit contributes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str
    definition: str
    period: str
    version: int  # of the definition
    canonical: bool
    unit: str
    as_of: date  # the day that was asked for
    moment: datetime  # the instant at which the figure looks, with the offset of the zone
    zone: str
    value: Decimal
    caption: str
    map_version: int
    map_sha256: str
    objects: tuple[str, ...]  # SYSTEM/OBJECT of everything that is read for it
    extracts: int
    extracts_sha256: str
    decisions: tuple[str, ...]  # ids of the stewards' decisions on the entities behind it
    models: tuple[ModelFile, ...]
    identities_sha256: str
    contributions_sha256: str
    units: int
    residual: Decimal | None  # what its bridge leaves unexplained; null where it has none
    provisional: tuple[str, ...]  # why it may still change: stale systems, figures beside it that were not run
    open_breaches: tuple[str, ...]  # ENTITY/COPY/CAUSE
    code_version: str
    published_at: datetime  # UTC
    published_by: str

    @property
    def key(self) -> tuple[str, str, str, date]:
        """Which figure this is, whatever it says."""
        return self.number, self.definition, self.period, self.as_of

    @property
    def name(self) -> str:
        """`pipeline.sales`, `revenue.canonical 2026Q3`."""
        return f"{self.number}.{self.definition} {self.period}".strip()

    @property
    def content(self) -> str:
        """The same for a figure that says the same and rests on the same, whoever publishes it and when."""
        parts = (
            *self.key, self.version, self.value, self.map_sha256, self.extracts_sha256, *self.decisions,
            self.contributions_sha256,
        )  # fmt: skip
        return "\x1f".join(map(str, parts))


class PublishedFigure(FigureDraft):
    """A figure in the register. `revision` counts the publications of one key, `act` the acts of publishing, `place`
    the rows of the register; `previous_sha256` chains each row to the one before."""

    id: str
    place: int
    act: int
    revision: int
    previous_sha256: str
    salt: str = ""  # forgotten where a person is erased, so that what the row's digest was made of cannot be tried out


def sha256_of(text: str) -> str:
    """The SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
