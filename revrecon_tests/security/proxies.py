"""The proxies of deploy/proxy, started as they are written: only ports, certificates and passwords are put in."""

import os
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import trustme

from revrecon_tests.repository import ROOT
from revrecon_tests.security.behind import SESSION, sign_in_service
from revrecon_tests.servers import free_port, serving

WRITTEN = ROOT / "deploy/proxy"
HOST, SITE = "revrecon.example.com", "https://revrecon.example.com"
USER, PASSWORD = "ann", "open sesame"
_PROGRAMS = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", ""), "/usr/sbin"])
PROXIES: Mapping[str, str | None] = {
    "nginx_sign_in.conf": shutil.which("nginx", path=_PROGRAMS),
    "nginx_passwords.conf": shutil.which("nginx", path=_PROGRAMS),
    "Caddyfile": shutil.which("caddy", path=_PROGRAMS),
}
"""Each file of deploy/proxy, with the program that reads it where it is installed."""


@dataclass(frozen=True)
class Proxy:
    """A proxy that runs on loopback, and how a browser of somebody who is signed in gets through it."""

    port: int
    trusted: ssl.SSLContext
    login: dict[str, str]

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, **given) -> httpx.Response:
        """Ask for a path of the site, by its own name, wherever it runs."""
        url, told = f"https://127.0.0.1:{self.port}{path}", {"Host": HOST, **(headers or {})}
        with httpx.Client(verify=self.trusted, trust_env=False, timeout=20) as client:
            return client.request(method, url, headers=told, extensions={"sni_hostname": HOST}, **given)


@contextmanager
def proxy(name: str, upstream: int, folder: Path) -> Iterator[Proxy]:
    """The proxy of a file of deploy/proxy, before the server that listens on `upstream`."""
    text, port = (WRITTEN / name).read_text(encoding="utf-8"), free_port()
    text = put_in(text, {"127.0.0.1:3001": f"127.0.0.1:{upstream}"})
    with sign_in_service() as sign_in:
        login = {"Cookie": SESSION} if "127.0.0.1:4180" in text else {"Authorization": _basic()}
        if name == "Caddyfile":
            command, authority = _caddy(text, port, folder), folder / "caddy/pki/authorities/local/root.crt"
        else:
            text = text.replace("127.0.0.1:4180", f"127.0.0.1:{sign_in.port}")
            command, authority = _nginx(text, port, folder), folder / "authority.pem"
        with serving(command, port, folder / "log", _answers):
            yield Proxy(port, ssl.create_default_context(cafile=str(authority)), login)


def put_in(text: str, values: Mapping[str, str]) -> str:
    """The text with each of these replaced; it must hold every one."""
    for old, new in values.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def _basic() -> str:
    request = httpx.Request("GET", SITE)
    return next(httpx.BasicAuth(USER, PASSWORD).auth_flow(request)).headers["Authorization"]


def _printed_by(command: list[str]) -> str:
    return subprocess.run(command, input=PASSWORD, capture_output=True, text=True, check=True).stdout.strip()


def _nginx(text: str, port: int, folder: Path) -> list[str]:
    """The command that starts nginx over a configuration around the written part."""
    authority, both = trustme.CA(), folder / "both.pem"
    authority.cert_pem.write_to_path(folder / "authority.pem")
    authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(both)
    text = put_in(text, {"/etc/ssl/revrecon.pem": f"{both}", "/etc/ssl/revrecon.key": f"{both}"})
    text = put_in(text, {"listen 443 ssl": f"listen 127.0.0.1:{port} ssl"})
    if "auth_basic_user_file" in text:
        (folder / "passwords").write_text(f"{USER}:{_printed_by(['openssl', 'passwd', '-6', '-stdin'])}\n")
        text = put_in(text, {"/etc/nginx/revrecon.passwords": str(folder / "passwords")})
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "\n".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    user = "user root;" if os.geteuid() == 0 else ""  # who is asked for passwords reads them in this folder
    whole = f"{user} daemon off; pid {folder}/nginx.pid; error_log stderr; events {{}}\n"
    (folder / "nginx.conf").write_text(f"{whole}http {{ access_log off;\n{places}\n{text}\n}}\n")
    return [str(PROXIES["nginx_sign_in.conf"]), "-p", str(folder), "-c", str(folder / "nginx.conf")]


def _caddy(text: str, port: int, folder: Path) -> list[str]:
    """The command that starts Caddy, which makes its certificates itself as it does on the network."""
    caddy = str(PROXIES["Caddyfile"])
    (placeholder,) = re.findall(rf"{USER} (\S+)", text)
    text = put_in(text, {placeholder: _printed_by([caddy, "hash-password", "--plaintext", PASSWORD])})
    here = f"storage file_system {folder}/caddy\nadmin off\nlocal_certs\nskip_install_trust\ndefault_bind 127.0.0.1"
    ports = f"auto_https disable_redirects\nhttps_port {port}\nhttp_port {free_port()}"
    (folder / "Caddyfile").write_text(f"{{\n{here}\n{ports}\n}}\n{text}")
    return [caddy, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def _answers(port: int) -> bool:
    """Whether something speaks TLS there under the site's name."""
    anyone = ssl._create_unverified_context()
    try:
        with httpx.Client(verify=anyone, trust_env=False) as client:
            client.get(f"https://127.0.0.1:{port}/", headers={"Host": HOST}, extensions={"sni_hostname": HOST})
    except httpx.TransportError:
        return False
    return True
