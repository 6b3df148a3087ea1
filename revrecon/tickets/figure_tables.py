"""The tables of published figures. The database itself refuses to change or remove a row of them."""

import sqlalchemy as sa

schema = sa.MetaData()

published_figures = sa.Table(
    "published_figures",
    schema,
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("act", sa.Integer, nullable=False),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("definition", sa.String, nullable=False),
    sa.Column("period", sa.String, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("value", sa.String, nullable=False),
    sa.Column("caption", sa.String, nullable=False),
    sa.Column("body", sa.Text, nullable=False),  # all of it, as JSON: what is read, and what the chain is made of
    sa.Column("row_sha256", sa.String, nullable=False, unique=True),
    sa.UniqueConstraint("number", "definition", "period", "as_of", "revision"),
)
figure_extracts = sa.Table(
    "figure_extracts",
    schema,
    sa.Column("system", sa.String, primary_key=True),
    sa.Column("object", sa.String, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("act", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sha256", sa.String, nullable=False),
)
"""The version of an extract that counted from an act of publishing on; a row only where it differs from before."""
restated_figures = sa.Table(
    "restated_figures",
    schema,
    sa.Column("figure_id", sa.String, primary_key=True),
    sa.Column("state", sa.String, primary_key=True),  # digest of the data, the decisions and the map compared with
    sa.Column("body", sa.Text, nullable=False),
)

_SQLITE = "CREATE TRIGGER {table}_no_{deed} BEFORE {deed} ON {table} BEGIN SELECT RAISE(ABORT, '{said}'); END"
_FUNCTION = """
CREATE OR REPLACE FUNCTION revrecon_refuse() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION '{said}'; END $$
"""
_POSTGRES = (
    "CREATE TRIGGER {table}_no_{deed} BEFORE {deed} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION revrecon_refuse()"
)


def only_added_to(table: sa.Table, said: str) -> None:
    """Have the database refuse every change of a table's rows, from the moment on at which the table is made."""

    def on(dialect: str, statement: str, deed: str = "") -> None:
        told = statement.format(table=table.name, deed=deed, said=said)
        ddl = sa.DDL(told)  # type: ignore[no-untyped-call]  # SQLAlchemy gives it no types
        sa.event.listen(table, "after_create", ddl.execute_if(dialect=dialect))

    on("postgresql", _FUNCTION)
    for deed in ("update", "delete"):
        on("sqlite", _SQLITE, deed)
        on("postgresql", _POSTGRES, deed)
    on("postgresql", _POSTGRES, "truncate")


for _table in (published_figures, figure_extracts, restated_figures):
    only_added_to(_table, "published figures are only ever added to")
