"""The connectors that a map may name: what each needs to be reached, and the systems that are read by them.

Secrets are never written here: a key that ends in `_env` names the environment variable that holds one.
"""

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Discriminator, Field, StringConstraints, Tag

from revrecon.entity_map.addresses import EnvName, Url
from revrecon.entity_map.parts import Duration, Part, Share
from revrecon.entity_map.systems import FilesSystem, System
from revrecon.entity_map.write_back import WriteBack


class LiveSettings(Part):
    """How a system is asked that answers now: changes since the last time, and everything again now and then.

    `overlap`: how far before the newest change that is known the next question begins, for rows that were written
    late. `full_every`: after how long everything is read again, for changes that move no clock.
    """

    contents: Literal["full", "changed"] = "changed"
    overlap: Duration = timedelta(minutes=10)
    full_every: Duration = timedelta(days=7)


class SalesforceWriteBack(WriteBack):
    """A Salesforce org; a login of its own, where what writes shall not be what reads."""

    client_id_env: EnvName | None = None
    client_secret_env: EnvName | None = None
    user_env: EnvName | None = None
    private_key_env: EnvName | None = None


class HubSpotWriteBack(WriteBack):
    """A HubSpot account; a key of its own, where what writes shall not be what reads."""

    token_env: EnvName | None = None


class SqlWriteBack(WriteBack):
    """A database; an address with a login of its own, where what writes shall not be what reads."""

    url_env: EnvName | None = None


class SalesforceSettings(LiveSettings):
    """A Salesforce org by its My Domain address.

    `bulk_from`: objects of at least so many rows are read by Bulk API 2.0. `reserve`: the share of the org's daily
    requests that is left to others.
    """

    url: Url
    version: Annotated[str, StringConstraints(pattern=r"^v\d{2,3}\.0$")] = "v66.0"
    login: Literal["client_credentials", "jwt"] = "client_credentials"
    client_id_env: EnvName = "REVRECON_SALESFORCE_CLIENT_ID"
    client_secret_env: EnvName = "REVRECON_SALESFORCE_CLIENT_SECRET"
    user_env: EnvName = "REVRECON_SALESFORCE_USER"
    private_key_env: EnvName = "REVRECON_SALESFORCE_PRIVATE_KEY"
    audience: Url = "https://login.salesforce.com"
    bulk_from: Annotated[int, Field(ge=0)] = 50_000
    reserve: Share = 0.1
    write_back: SalesforceWriteBack | None = None


class HubSpotSettings(LiveSettings):
    """A HubSpot account by a service key; `version` is the dated one of its CRM paths."""

    url: Url = "https://api.hubapi.com"
    version: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}$")] = "2026-09"
    token_env: EnvName = "REVRECON_HUBSPOT_TOKEN"
    write_back: HubSpotWriteBack | None = None


class NetSuiteSettings(LiveSettings):
    """A NetSuite account by its SuiteTalk address, through OAuth 2.0 machine to machine."""

    url: Url
    client_id_env: EnvName = "REVRECON_NETSUITE_CLIENT_ID"
    certificate_env: EnvName = "REVRECON_NETSUITE_CERTIFICATE"
    private_key_env: EnvName = "REVRECON_NETSUITE_PRIVATE_KEY"
    algorithm: Literal["PS256", "ES256"] = "PS256"
    overlap: Duration = timedelta(days=1)


class StripeSettings(LiveSettings):
    """A Stripe account by a restricted key that may read."""

    url: Url = "https://api.stripe.com"
    version: str = "2025-09-30.clover"
    key_env: EnvName = "REVRECON_STRIPE_KEY"


class OdooSettings(LiveSettings):
    """An Odoo database (19 or later) by an API key; `database` is needed where the address serves several.

    Records are stamped with the beginning of their transaction, so that a long import is seen late: `overlap`.
    """

    url: Url
    database: str = ""
    key_env: EnvName = "REVRECON_ODOO_KEY"
    overlap: Duration = timedelta(hours=1)


class TrytonSettings(LiveSettings):
    """A Tryton database (8.2 or later) by the key of a user application for REST.

    Records are stamped with the beginning of their transaction, so that a long import is seen late: `overlap`.
    """

    url: Url
    database: str
    key_env: EnvName = "REVRECON_TRYTON_KEY"
    overlap: Duration = timedelta(hours=1)


class MarketoSettings(LiveSettings):
    """A Marketo subscription by its REST address without /rest, through a custom service of an API-only user.

    `begins`: the day on which the first lead was created; everything is read by the day of creation from there on.
    """

    url: Url
    client_id_env: EnvName = "REVRECON_MARKETO_CLIENT_ID"
    client_secret_env: EnvName = "REVRECON_MARKETO_CLIENT_SECRET"
    begins: date


class SqlSettings(LiveSettings):
    """Any SQL database; the environment variable holds its whole address, such as postgresql://user:password@host/db."""

    url_env: EnvName
    rows_at_once: Annotated[int, Field(ge=1)] = 50_000
    write_back: SqlWriteBack | None = None


class SalesforceSystem(System):
    """A system that is read from Salesforce."""

    connector: Literal["salesforce"]
    settings: SalesforceSettings


class HubSpotSystem(System):
    """A system that is read from HubSpot."""

    connector: Literal["hubspot"]
    settings: HubSpotSettings = HubSpotSettings()


class NetSuiteSystem(System):
    """A system that is read from NetSuite."""

    connector: Literal["netsuite"]
    settings: NetSuiteSettings


class StripeSystem(System):
    """A system that is read from Stripe."""

    connector: Literal["stripe"]
    settings: StripeSettings = StripeSettings()


class OdooSystem(System):
    """A system that is read from Odoo."""

    connector: Literal["odoo"]
    settings: OdooSettings


class TrytonSystem(System):
    """A system that is read from Tryton."""

    connector: Literal["tryton"]
    settings: TrytonSettings


class MarketoSystem(System):
    """A system that is read from Marketo."""

    connector: Literal["marketo"]
    settings: MarketoSettings


class SqlSystem(System):
    """A system that is read from its database, or from a warehouse that replicates it."""

    connector: Literal["sql"]
    settings: SqlSettings


def _connector_of(given: object) -> object:
    """The tag of a system: its connector, which is files where it names none."""
    return given.get("connector", "files") if isinstance(given, dict) else getattr(given, "connector", "files")


AnySystem = Annotated[
    Annotated[FilesSystem, Tag("files")]
    | Annotated[SalesforceSystem, Tag("salesforce")]
    | Annotated[HubSpotSystem, Tag("hubspot")]
    | Annotated[NetSuiteSystem, Tag("netsuite")]
    | Annotated[StripeSystem, Tag("stripe")]
    | Annotated[OdooSystem, Tag("odoo")]
    | Annotated[TrytonSystem, Tag("tryton")]
    | Annotated[MarketoSystem, Tag("marketo")]
    | Annotated[SqlSystem, Tag("sql")],
    Discriminator(_connector_of),
]
"""One system, told apart by its connector."""

LiveSystem = (
    SalesforceSystem
    | HubSpotSystem
    | NetSuiteSystem
    | StripeSystem
    | OdooSystem
    | TrytonSystem
    | MarketoSystem
    | SqlSystem
)
"""A system that is asked, and answers with what it holds now."""

WrittenSystem = SalesforceSystem | HubSpotSystem | SqlSystem
"""A system that can be written to, where its map permits it."""
