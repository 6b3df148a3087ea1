"""The connectors that a map may name. A new one is a client of its own and a row here."""

from pathlib import Path

from revrecon.entity_map.connectors import (
    HubSpotSystem,
    LiveSystem,
    MarketoSystem,
    NetSuiteSystem,
    OdooSystem,
    SalesforceSystem,
    SqlSystem,
    StripeSystem,
    TrytonSystem,
    WrittenSystem,
)
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.stores import DataFolder
from revrecon.entity_map.systems import FilesSystem
from revrecon.entity_map.write_back import WriteBack, login_of
from revrecon.sources.contract import Source
from revrecon.sources.files.folders import Folder, LocalFolder
from revrecon.sources.files.remote import RemoteFolder
from revrecon.sources.files.source import FileSource
from revrecon.sources.hubspot.client import HubSpot
from revrecon.sources.hubspot.writing import HubSpotWriter
from revrecon.sources.live.contract import Client
from revrecon.sources.live.system import THE_WORLD, LiveSource, Outside
from revrecon.sources.live.writing import Writer
from revrecon.sources.marketo.client import Marketo
from revrecon.sources.netsuite.client import NetSuite
from revrecon.sources.odoo.client import Odoo
from revrecon.sources.salesforce.client import Salesforce
from revrecon.sources.salesforce.writing import SalesforceWriter
from revrecon.sources.sql.client import SqlDatabase
from revrecon.sources.sql.writing import SqlWriter
from revrecon.sources.stores.opening import open_store
from revrecon.sources.stripe.client import Stripe
from revrecon.sources.tryton.client import Tryton

AnySource = Source | LiveSource
"""Exports that lie in a folder, or a system that is asked."""


def open_source(
    entity_map: EntityMap, name: str, data_root: Path, outside: Outside = THE_WORLD, spool: Path | None = None
) -> AnySource:
    """The source of a system: exports below the data folder or in a store, or the system itself.

    `spool`: where files of a store are copied to while they are read. Raises ExtraMissing.
    """
    system = entity_map.systems[name]
    if isinstance(system, FilesSystem):
        return FileSource(name, system, folder_of(system, data_root, outside, spool))
    return open_live(entity_map, name, outside)


def folder_of(system: FilesSystem, data_root: Path, outside: Outside, spool: Path | None) -> Folder:
    """The folder that a system's exports lie in. Raises ExtraMissing."""
    settings = system.settings
    if isinstance(settings.store, DataFolder):
        return LocalFolder(data_root / settings.root)
    return RemoteFolder(open_store(settings.store, outside), settings.root, spool)


def open_live(entity_map: EntityMap, name: str, outside: Outside = THE_WORLD) -> LiveSource:
    """The source of a system that is asked."""
    system = entity_map.systems[name]
    if isinstance(system, FilesSystem):
        raise TypeError(f"systems.{name} is read from files")
    return LiveSource(name, system, entity_map, client_of(system, name, outside), outside)


def client_of(system: LiveSystem, name: str, outside: Outside) -> Client:
    """The client of a system that is asked. Raises SecretMissing."""
    match system:
        case SalesforceSystem():
            return Salesforce(name, system.settings, outside)
        case HubSpotSystem():
            return HubSpot(name, system.settings, outside)
        case NetSuiteSystem():
            return NetSuite(name, system.settings, outside)
        case StripeSystem():
            return Stripe(name, system.settings, outside)
        case OdooSystem():
            return Odoo(name, system.settings, outside)
        case TrytonSystem():
            return Tryton(name, system.settings, outside)
        case MarketoSystem():
            return Marketo(name, system.settings, outside)
        case SqlSystem():
            return SqlDatabase(name, system.settings)


def writer_of(system: WrittenSystem, name: str, permit: WriteBack, outside: Outside) -> Writer:
    """The writer of a system, by the login that its permission names, or else by the one that reads."""
    login = login_of(permit)
    match system:
        case SalesforceSystem():
            return SalesforceWriter(name, system.settings.model_copy(update=login), outside, permit.at_once)
        case HubSpotSystem():
            return HubSpotWriter(name, system.settings.model_copy(update=login), outside, permit.at_once)
        case SqlSystem():
            return SqlWriter(name, system.settings.model_copy(update=login), permit.at_once)
