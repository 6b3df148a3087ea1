"""What may be written into a system: named object by object and column by column. Without it nothing is."""

from typing import Annotated

from pydantic import Field

from revrecon.entity_map.parts import Part
from revrecon.entity_map.written import texts_for


class WrittenObject(Part):
    """The columns of an object that may be set; `master_id`: the one that takes the id in the account master."""

    columns: tuple[str, ...] = ()
    master_id: str | None = None

    @property
    def all_columns(self) -> tuple[str, ...]:
        """Every column that may be set."""
        return (*self.columns, *([self.master_id] if self.master_id else []))


class WriteBack(Part):
    """The objects that may be written, by their names in the map. `at_once` bounds the records of one request."""

    objects: dict[str, Annotated[WrittenObject, texts_for("columns", "The columns that may be set.")]]
    at_once: Annotated[int | None, Field(ge=1)] = None


LOGINS = ("client_id_env", "client_secret_env", "user_env", "private_key_env", "token_env", "url_env")
"""The settings of a login that may be others for writing."""


def login_of(permit: WriteBack) -> dict[str, str]:
    """The settings of the login that writes, as far as they are its own."""
    told = permit.model_dump(include=set(LOGINS), exclude_none=True)
    return {name: str(value) for name, value in told.items()}
