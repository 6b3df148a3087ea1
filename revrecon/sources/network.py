"""Where a request may go: to another machine only encrypted, and to this network's own addresses only when named.

Clouds give out credentials at link-local addresses (169.254.169.254, fe80::). A name of the map that leads there, by
mistake or by an attack on its DNS, is refused; the address itself may be written into the map.
"""

import ipaddress
import socket
from functools import lru_cache

import httpx

from revrecon.entity_map.addresses import LOOPBACK

NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""Troubles in which a request surely never left: whatever it asks for was not done."""


class GoesElsewhere(Exception):
    """A request would go where nothing may go."""


def outwards(transport: httpx.BaseTransport | None, client: httpx.Client) -> httpx.Client:
    """The client, whose requests over the real network are looked at first. Raises GoesElsewhere from a request."""
    if transport is None:
        client.event_hooks = {"request": [_look_at], "response": []}
    return client


def _look_at(request: httpx.Request) -> None:
    host = request.url.host
    if request.url.scheme != "https" and host not in LOOPBACK:
        raise GoesElsewhere(f"{host} would be asked without encryption. Write its address as https://...")
    if not _is_address(host) and any(_gives_out_credentials(one) for one in _addresses(host)):
        raise GoesElsewhere(
            f"{host} leads to a link-local address of this network, where clouds keep credentials. Nothing went there. "
            "Correct the name, or write the address itself into the map if it is meant."
        )


@lru_cache(maxsize=256)
def _addresses(host: str) -> tuple[str, ...]:
    """The addresses of a name; none where it is not known here, such as behind a proxy that knows it."""
    try:
        return tuple(sorted({str(found[4][0]) for found in socket.getaddrinfo(host, None)}))
    except OSError:
        return ()


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _gives_out_credentials(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_link_local
