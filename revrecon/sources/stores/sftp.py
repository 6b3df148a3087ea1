"""An SFTP server, which must show the host key that the map names."""

import base64
import binascii
import io
import logging
import socket
import stat
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar

import stamina

from revrecon.entity_map.stores import SftpStore
from revrecon.sources.contract import (
    ExtraMissing,
    IncompleteExtract,
    LoginRefused,
    RequestRefused,
    SecretMissing,
    SourceUnreachable,
)
from revrecon.sources.live.wire import safe, secret
from revrecon.sources.stores.contract import Stored, whole

if TYPE_CHECKING:
    import paramiko

logging.getLogger("paramiko").addHandler(logging.NullHandler())  # troubles are told by us, once
_T = TypeVar("_T")
_SECONDS = 30.0
_DEEPEST = 8  # folders below folders are looked into so far: links on a server may go in circles


class SftpServer:
    """One server, over one connection. Raises ExtraMissing where the library is not installed."""

    def __init__(self, settings: SftpStore, pause: float = 0.5) -> None:
        if find_spec("paramiko") is None:
            raise ExtraMissing("Exports on an SFTP server need one more library: pip install 'revrecon[sftp]'.")
        self.address = f"sftp://{settings.host}"
        self._settings = settings
        self._open: paramiko.SFTPClient | None = None
        self._again = stamina.RetryingCaller(attempts=3, timeout=120.0, wait_initial=pause, wait_jitter=pause)

    def listed(self, beginning: str) -> Iterator[Stored]:
        folder = beginning.rpartition("/")[0] or ("/" if beginning.startswith("/") else ".")
        found = self._asked(lambda sftp: list(_below(sftp, folder, _DEEPEST)))
        return (one for one in found if one.name.startswith(beginning))

    def content(self, stored: Stored) -> bytes:
        """Whole, and looked at again afterwards: a file that is still being written has moved on by then."""

        def read(sftp: "paramiko.SFTPClient") -> tuple[bytes, Stored]:
            with sftp.open(stored.name, "rb") as file:
                file.prefetch(stored.size)
                return file.read(), _stored(stored.name, sftp.stat(stored.name))

        content, after = self._asked(read)
        if after != stored:
            raise IncompleteExtract(
                f"{self.address}/{stored.name} changed while it was read: it may be written at the moment. "
                "Nothing of it is kept; run again."
            )
        return whole(self.address, stored, content, ())

    def _asked(self, question: "Callable[[paramiko.SFTPClient], _T]") -> _T:
        def once() -> _T:
            with self._troubles():
                self._open = self._open or self._connected()
                return question(self._open)

        return self._again(SourceUnreachable, once)

    def _connected(self) -> "paramiko.SFTPClient":
        import paramiko

        place = (self._settings.host, self._settings.port)
        transport = paramiko.Transport(socket.create_connection(place, timeout=_SECONDS))
        weakref.finalize(self, transport.close)
        self._require_host_key(transport)
        if self._settings.login == "password":
            transport.auth_password(self._settings.user, secret(self._settings.password_env))
        else:
            transport.auth_publickey(self._settings.user, self._private_key())
        sftp = paramiko.SFTPClient.from_transport(transport)
        if sftp is None:
            raise SourceUnreachable(f"{self.address} opened no channel for files.")
        sftp.get_channel().settimeout(_SECONDS)
        return sftp

    def _require_host_key(self, transport: "paramiko.Transport") -> None:
        """Nothing of the login is told to a server with another key."""
        kind, _, text = self._settings.host_key.partition(" ")
        transport.get_security_options().key_types = ("rsa-sha2-512", "rsa-sha2-256") if kind == "ssh-rsa" else (kind,)
        transport.start_client(timeout=_SECONDS)
        if base64.b64encode(transport.get_remote_server_key().asbytes()).decode() != text:
            transport.close()
            raise RequestRefused(
                f"{self.address} shows another host key than the map names. Ask its operator whether the key was "
                "changed, and write the new one (ssh-keyscan shows it) as store.host_key. Nothing was told to it."
            )

    def _private_key(self) -> "paramiko.PKey":
        import paramiko

        text = secret(self._settings.private_key_env).replace("\\n", "\n")
        for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
            try:
                return kind.from_private_key(io.StringIO(text))
            except (paramiko.SSHException, ValueError, IndexError, binascii.Error):
                continue
        raise SecretMissing(
            f"The environment variable {self._settings.private_key_env} holds no private key that can be read: "
            "Ed25519, ECDSA or RSA, without a passphrase."
        )

    @contextmanager
    def _troubles(self) -> Iterator[None]:
        import paramiko

        try:
            yield
        except paramiko.AuthenticationException as error:
            raise LoginRefused(
                f"{self.address} refused the login of {self._settings.user}. Renew the secret, or let its operator "
                "enter the key."
            ) from error
        except FileNotFoundError as error:
            raise IncompleteExtract(f"{self.address}: a file went away while it was read. Run again.") from error
        except PermissionError as error:
            raise LoginRefused(
                f"{self.address} lets {self._settings.user} not read the folder or a file in it. Let its operator give "
                "the right to."
            ) from error
        except (paramiko.SSHException, EOFError, OSError) as error:
            self._open = None
            raise SourceUnreachable(
                f"{self.address} did not answer ({type(error).__name__}: {safe(error)}). It is asked again on the next "
                "run."
            ) from error


def _below(sftp: "paramiko.SFTPClient", folder: str, depth: int) -> Iterator[Stored]:
    """Every file below a folder; none where it is not there."""
    try:
        entries = sftp.listdir_attr(folder)
    except FileNotFoundError:
        return
    for entry in entries:
        if "/" in entry.filename:
            continue
        path = entry.filename if folder == "." else f"{folder.rstrip('/')}/{entry.filename}"
        found = _followed(sftp, path, entry)
        if found is not None and stat.S_ISDIR(found.st_mode or 0) and depth:
            yield from _below(sftp, path, depth - 1)
        elif found is not None and stat.S_ISREG(found.st_mode or 0):
            yield _stored(path, found)


def _followed(
    sftp: "paramiko.SFTPClient", path: str, entry: "paramiko.SFTPAttributes"
) -> "paramiko.SFTPAttributes | None":
    """What a link leads to, and everything else as it is; None where it leads nowhere."""
    if not stat.S_ISLNK(entry.st_mode or 0):
        return entry
    try:
        return sftp.stat(path)
    except FileNotFoundError:
        return None


def _stored(path: str, found: "paramiko.SFTPAttributes") -> Stored:
    changed = datetime.fromtimestamp(found.st_mtime or 0, UTC)
    return Stored(path, found.st_size or 0, changed, f"{found.st_mtime or 0}")
