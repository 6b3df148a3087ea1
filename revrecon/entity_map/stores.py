"""Where exports lie: below the data folder, in a bucket or container, or on an SFTP server.

Secrets are never written here: a key that ends in `_env` names the environment variable that holds one.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from revrecon.entity_map.addresses import EnvName, Url
from revrecon.entity_map.parts import Part

BUCKET = r"^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$"
"""The names of buckets."""

HOST_KEY = r"^(ssh|ecdsa)-[a-z0-9-]+ [A-Za-z0-9+/=]+$"
"""Public host keys: the kind and the key."""

_Bucket = Annotated[str, StringConstraints(pattern=BUCKET)]


class DataFolder(Part):
    """Below the folder that --data or REVRECON_DATA names."""

    kind: Literal["local"] = "local"


class S3Store(Part):
    """A bucket of S3, or with `endpoint` of a server that speaks like it.

    `session_env`: where the key is a temporary one. `nobody` asks without a login, for buckets that all may read.
    """

    kind: Literal["s3"]
    bucket: _Bucket
    region: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")] = "us-east-1"
    endpoint: Url | None = None
    login: Literal["key", "nobody"] = "key"
    key_id_env: EnvName = "REVRECON_S3_KEY_ID"
    secret_env: EnvName = "REVRECON_S3_SECRET"
    session_env: EnvName | None = None


class GcsStore(Part):
    """A bucket of Google Cloud Storage; `key_env` holds the whole key file of a service account.

    `tokens`: where it logs in.
    """

    kind: Literal["gcs"]
    bucket: _Bucket
    endpoint: Url = "https://storage.googleapis.com"
    tokens: Url = "https://oauth2.googleapis.com"
    login: Literal["key", "nobody"] = "key"
    key_env: EnvName = "REVRECON_GCS_KEY"


class AzureStore(Part):
    """A container of Azure Blob Storage or Data Lake Storage.

    `app` logs in as an app of the tenant and needs only the right to read; `key` is the whole account's.
    """

    kind: Literal["azure"]
    account: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{3,24}$")]
    container: Annotated[str, StringConstraints(pattern=r"^[$a-z0-9][a-z0-9-]{1,62}$")]
    endpoint: Url | None = None
    login: Literal["app", "key", "nobody"] = "app"
    tenant: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]*$")] = ""
    tokens: Url = "https://login.microsoftonline.com"
    client_id_env: EnvName = "REVRECON_AZURE_CLIENT_ID"
    client_secret_env: EnvName = "REVRECON_AZURE_CLIENT_SECRET"
    key_env: EnvName = "REVRECON_AZURE_KEY"


class SftpStore(Part):
    """An SFTP server; `host_key` is its public key as `ssh-keyscan` shows it, and no other server is believed."""

    kind: Literal["sftp"]
    host: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.:-]+$")]
    port: Annotated[int, Field(ge=1, le=65535)] = 22
    host_key: Annotated[str, StringConstraints(pattern=HOST_KEY)]
    user: str
    login: Literal["key", "password"] = "key"
    private_key_env: EnvName = "REVRECON_SFTP_PRIVATE_KEY"
    password_env: EnvName = "REVRECON_SFTP_PASSWORD"


RemoteStore = S3Store | GcsStore | AzureStore | SftpStore
"""A place that is not this machine's."""

AnyStore = Annotated[DataFolder | S3Store | GcsStore | AzureStore | SftpStore, Field(discriminator="kind")]
"""One place of exports, told apart by its kind."""
