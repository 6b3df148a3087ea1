"""What can be wrong with an object store, in sentences with the next step."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

CREDENTIALS = {
    "s3": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the machine's role",
    "gs": "GOOGLE_APPLICATION_CREDENTIALS, or the machine's service account",
    "az": "AZURE_STORAGE_ACCOUNT_NAME, and AZURE_CLIENT_ID, AZURE_CLIENT_SECRET and AZURE_TENANT_ID, "
    "AZURE_STORAGE_ACCOUNT_KEY, or the machine's identity",
}
"""Per kind of store, where its login comes from."""


class StorageTrouble(Exception):
    """An object store is not there, refuses the login, or is named in a way that cannot be understood."""


@contextmanager
def told_of(address: str) -> Iterator[None]:
    """What a store's library raises, as StorageTrouble; a file that is not there stays FileNotFoundError."""
    from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

    try:
        yield
    except (PermissionDeniedError, UnauthenticatedError, PermissionError) as error:
        login = CREDENTIALS.get(address.partition(":")[0], "its environment variables")
        raise StorageTrouble(
            f"{address} refuses the login, or lets it not do this ({_said(error)}). It needs to list, read, write and "
            f"remove what is below this address. The login comes from {login}."
        ) from None
    except FileNotFoundError:
        raise
    except (BaseError, OSError, ValueError) as error:
        raise StorageTrouble(
            f"{address} does not answer as it should ({_said(error)}). Nothing that stands there was lost. Check the "
            "address, the network and the store, and run again."
        ) from None


def _said(error: BaseException) -> str:
    """The first words of an error, without what follows a question mark in addresses: it may be a signature."""
    words = str(error).partition("\n\n")[0].replace("\n", " ")
    return re.sub(r"\?[^\s\"']+", "", words)[:300].strip()
