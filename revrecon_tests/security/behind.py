"""What stands behind a proxy (it tells what reached it) and beside it (a service that knows who signed in)."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from revrecon_tests.servers import free_port

SESSION = "_oauth2_proxy=the-session-of-ann"


@dataclass(frozen=True)
class Behind:
    """A server on loopback, and what was asked of it so far."""

    port: int
    asked: list[str] = field(default_factory=list)


@contextmanager
def telling() -> Iterator[Behind]:
    """A server that answers with the headers that reached it, over HTTP and over WebSockets."""
    behind = Behind(free_port())

    async def told(request: Request) -> Response:
        behind.asked.append(f"{request.method} {request.url.path} {len(await request.body())}")
        return JSONResponse(dict(request.headers))

    async def told_on(websocket: WebSocket) -> None:
        behind.asked.append(f"WS {websocket.url.path}")
        await websocket.accept()
        await websocket.send_text(json.dumps(dict(websocket.headers)))
        await websocket.close()

    methods = ["GET", "POST", "PUT", "DELETE"]
    with _served([Route("/{path:path}", told, methods=methods), WebSocketRoute("/{path:path}", told_on)], behind.port):
        yield behind


@contextmanager
def sign_in_service() -> Iterator[Behind]:
    """What oauth2-proxy promises to a proxy: 202 with the user where a session's cookie is sent, else 401.

    Like it, it answers only once it has read as many bytes of a body as the headers announce.
    """
    behind = Behind(free_port())

    async def auth(request: Request) -> Response:
        await request.body()
        behind.asked.append(f"auth {request.headers.get('x-forwarded-uri')}")
        known = SESSION in request.headers.get("cookie", "")
        return Response(status_code=202, headers={"X-Auth-Request-User": "ann"}) if known else Response(status_code=401)

    async def sign_in(request: Request) -> Response:
        return Response(f"sign in to see {request.query_params.get('rd')}")

    with _served([Route("/oauth2/auth", auth), Route("/oauth2/sign_in", sign_in)], behind.port):
        yield behind


@contextmanager
def _served(routes: list[Route | WebSocketRoute], port: int) -> Iterator[None]:
    """The routes on loopback, in a thread of this process, until the block ends."""
    settings = uvicorn.Config(Starlette(routes=routes), "127.0.0.1", port, log_level="error", lifespan="off")
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.05)
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        thread.join(10)
