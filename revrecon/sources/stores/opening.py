"""From a store's settings to the store."""

from revrecon.entity_map.stores import AzureStore, GcsStore, RemoteStore, S3Store, SftpStore
from revrecon.sources.live.system import Outside
from revrecon.sources.stores.azure import AzureContainer
from revrecon.sources.stores.contract import Store
from revrecon.sources.stores.gcs import GcsBucket
from revrecon.sources.stores.s3 import S3Bucket
from revrecon.sources.stores.sftp import SftpServer


def open_store(settings: RemoteStore, outside: Outside) -> Store:
    """The store; nothing is asked yet. Raises ExtraMissing."""
    match settings:
        case S3Store():
            return S3Bucket(settings, outside)
        case GcsStore():
            return GcsBucket(settings, outside)
        case AzureStore():
            return AzureContainer(settings, outside)
        case SftpStore():
            return SftpServer(settings, outside.pause)
