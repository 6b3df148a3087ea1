"""PostgreSQL by Arrow: the server writes every value as text, so that nothing is rounded on the way."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import polars as pl
import sqlalchemy as sa


def speaks_arrow(engine: sa.Engine) -> bool:
    """Whether rows of this database come by Arrow here: PostgreSQL, with its ADBC driver installed."""
    return engine.dialect.name == "postgresql" and find_spec("adbc_driver_postgresql") is not None


class ArrowTrouble(Exception):
    """The server refused a question, or did not answer; in its words."""

    def __init__(self, error: Exception, answered: bool) -> None:
        super().__init__(str(error))
        self.answered = answered


@contextmanager
def _asked(address: str, question: str) -> Iterator[Any]:
    from adbc_driver_postgresql import dbapi

    try:
        with dbapi.connect(address) as connection, connection.cursor() as cursor:
            cursor.execute("SET TIME ZONE 'UTC'")
            cursor.execute(question)
            yield cursor
    except (dbapi.OperationalError, dbapi.InternalError) as error:
        raise ArrowTrouble(error, answered=False) from error
    except dbapi.DatabaseError as error:
        raise ArrowTrouble(error, answered=True) from error


def arrow_batches(
    engine: sa.Engine, question: sa.Select[Any], columns: Sequence[sa.Column[Any]], rows_at_once: int
) -> Iterator[pl.DataFrame]:
    """The rows of a question, every column as the server's own text (moments in UTC). Raises ArrowTrouble."""
    texts = question.with_only_columns(*(sa.cast(column, sa.Text).label(column.name) for column in columns))
    ordered = str(texts.compile(engine, compile_kwargs={"literal_binds": True}))
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with _asked(address, ordered) as cursor:
        waiting = pl.DataFrame(schema=dict.fromkeys((column.name for column in columns), pl.String))
        for batch in cursor.fetch_record_batch():
            frame = pl.DataFrame(pl.from_arrow(batch)).with_columns(pl.col(pl.String).replace("", None))
            waiting = pl.concat([waiting, frame])
            if waiting.height >= rows_at_once:
                yield waiting
                waiting = waiting.clear()
        if waiting.height:
            yield waiting
