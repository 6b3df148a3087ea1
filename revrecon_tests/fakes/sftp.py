"""A real SFTP server on the loopback over a folder, that only answers reads."""

import os
import socket
import threading
from contextlib import contextmanager
from pathlib import Path

import paramiko

PASSWORD = "s3cret"


class _Door(paramiko.ServerInterface):
    def check_auth_password(self, username, password):
        fits = (username, password) == ("rev", PASSWORD)
        return paramiko.AUTH_SUCCESSFUL if fits else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username, key):
        fits = username == "rev" and key.get_base64() == self.known.get_base64()
        return paramiko.AUTH_SUCCESSFUL if fits else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, channel):
        return paramiko.OPEN_SUCCEEDED


class _Files(paramiko.SFTPServerInterface):
    root: Path
    forbids = False

    def _here(self, path):
        return self.root / path.lstrip("/")

    def list_folder(self, path):
        if type(self).forbids:
            return paramiko.SFTP_PERMISSION_DENIED
        try:
            with os.scandir(self._here(path)) as entries:
                return [paramiko.SFTPAttributes.from_stat(e.stat(follow_symlinks=False), e.name) for e in entries]
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def stat(self, path):
        try:
            return paramiko.SFTPAttributes.from_stat(self._here(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def open(self, path, flags, attributes):
        try:
            file = self._here(path).open("rb")
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        handle = paramiko.SFTPHandle(flags)
        handle.readfile = file
        return handle


class SftpOffice:
    """A server over `root`; `host_key` is what a map names; `own_key` is the private one that it lets in."""

    def __init__(self, root: Path) -> None:
        self.key, self.known = paramiko.ECDSAKey.generate(), paramiko.ECDSAKey.generate()
        self.host_key = f"{self.key.get_name()} {self.key.get_base64()}"
        self.files = type("Files", (_Files,), {"root": root})
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.transports: list[paramiko.Transport] = []

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(self.key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, self.files)
            door = _Door()
            door.known = self.known
            try:
                transport.start_server(server=door)
            except (paramiko.SSHException, EOFError, OSError):
                continue
            self.transports.append(transport)

    def cut(self) -> None:
        """Every connection ends."""
        while self.transports:
            self.transports.pop().close()

    def end(self) -> None:
        """Nobody answers any more."""
        if self.listening.fileno() >= 0:
            self.listening.shutdown(socket.SHUT_RDWR)
            self.listening.close()
        self.cut()


@contextmanager
def sftp_office(root: Path):
    office = SftpOffice(root)
    thread = threading.Thread(target=office.serve, daemon=True)
    thread.start()
    try:
        yield office
    finally:
        office.end()
        thread.join(5)
