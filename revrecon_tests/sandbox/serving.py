"""Stand-ins on real sockets: loopback only, ended with the block that started them."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

from revrecon_tests.sandbox.base import StandIn

_NOT_SENT = {"transfer-encoding", "content-length", "content-encoding", "connection"}


@contextmanager
def served(system: StandIn, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """The address of a stand-in that answers on 127.0.0.1 for as long as the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler_of(system, "https" if tls else "http"))
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler_of(system: StandIn, scheme: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answered(self) -> None:
            content = self.rfile.read(int(self.headers.get("content-length") or 0))
            url = f"{scheme}://{self.headers['host']}{self.path}"
            told = system.handle(httpx.Request(self.command, url, headers=dict(self.headers), content=content))
            self.send_response(told.status_code)
            for name, value in told.headers.items():
                if name.lower() not in _NOT_SENT:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.content)))
            self.end_headers()
            self.wfile.write(told.content)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answered  # noqa: N815  # the names are the library's

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is written: tests and terminals stay quiet."""

    return Handler
