"""Publications: what was handed to the systems, when, and exactly what; rows are added and never changed."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

import sqlalchemy as sa

from revrecon.tickets.database import make_tables, open_engine, writing
from revrecon.tickets.trail import Register, link, watch

_schema = sa.MetaData()

publications = sa.Table(
    "publications",
    _schema,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("entity", sa.String, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),  # 1 for an entity's first publication
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("published_at", sa.String, nullable=False),  # ISO 8601, UTC
    sa.Column("map_version", sa.Integer, nullable=False),
    sa.Column("map_sha256", sa.String, nullable=False),
    sa.Column("content_sha256", sa.String, nullable=False),
    sa.Column("files", sa.Text, nullable=False),
    sa.UniqueConstraint("kind", "entity", "place"),
)
PUBLICATIONS = Register(publications, "publication")


class PublishedMeanwhile(Exception):
    """Someone else published the same thing at the same time."""


@dataclass(frozen=True)
class PublishedFile:
    """A file of a publication: its name, its content's SHA-256, and how it differs from the one before."""

    name: str
    sha256: str
    rows: int
    new: int = 0
    changed: int = 0
    merged: int = 0
    gone: int = 0


@dataclass(frozen=True)
class Publication:
    """One act of publishing; the same content is never published twice in a row."""

    id: str
    kind: str
    entity: str
    place: int
    as_of: date
    published_at: datetime
    map_version: int
    map_sha256: str
    content_sha256: str
    files: tuple[PublishedFile, ...]


class Publications:
    """The ledger's register of publications."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        make_tables(self.engine, _schema)
        watch(self.engine, PUBLICATIONS)

    def all(self, kind: str, entity: str) -> list[Publication]:
        """Every publication of an entity, the first one first."""
        query = sa.select(publications).where(publications.c.kind == kind, publications.c.entity == entity)
        with self.engine.connect() as connection:
            rows = connection.execute(query.order_by(publications.c.place)).mappings()
            return [_publication(row) for row in rows]

    def add(self, publication: Publication) -> None:
        """Record a publication. Raises PublishedMeanwhile when its place is taken."""
        files = json.dumps([asdict(file) for file in publication.files], sort_keys=True)
        row = {**asdict(publication), "files": files, "published_at": publication.published_at.isoformat()}
        try:
            with writing(self.engine, publications) as connection:
                connection.execute(publications.insert(), row)
                link(connection, PUBLICATIONS, [row])
        except sa.exc.IntegrityError as taken:
            raise PublishedMeanwhile(
                f"Another run published {publication.kind} of {publication.entity} at the same time. Publish again: "
                "what it published already is not published twice."
            ) from taken


def _publication(row: sa.RowMapping) -> Publication:
    files = tuple(PublishedFile(**file) for file in json.loads(row["files"]))
    return Publication(**{**row, "files": files, "published_at": datetime.fromisoformat(row["published_at"])})
