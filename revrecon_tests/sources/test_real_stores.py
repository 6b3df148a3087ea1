"""The same against real servers: moto as S3 (MOTO_SERVER or moto_server on the PATH), Azurite as Azure (AZURITE)."""

import base64
import datetime as dt
import hashlib
import hmac
import os
import shutil
from email.utils import format_datetime

import httpx
import pytest

from revrecon.daily.home import open_home
from revrecon.daily.run import Inputs
from revrecon.entity_map.stores import AzureStore, S3Store
from revrecon.sources.contract import LoginRefused, RequestRefused
from revrecon.sources.live.system import THE_WORLD
from revrecon.sources.stores.azure import signed_text
from revrecon.sources.stores.opening import open_store
from revrecon.sources.stores.signing import escaped
from revrecon_tests.servers import free_port, serving
from revrecon_tests.sources.two_days import in_store, lake_of, local_lake, two_days

MOTO = os.environ.get("MOTO_SERVER") or shutil.which("moto_server")
AZURITE = os.environ.get("AZURITE") or shutil.which("azurite-blob")
KEY = base64.b64encode(b"a key that is only a test's").decode()
pytestmark = pytest.mark.slow
with_moto = pytest.mark.skipif(
    MOTO is None, reason="moto is not here: pip install 'moto[server]' in a venv, set MOTO_SERVER"
)
with_azurite = pytest.mark.skipif(AZURITE is None, reason="Azurite is not here: npm install azurite, set AZURITE")


class Writing(httpx.Auth):
    """Signs what is written, too: its length is told beside what a question tells."""

    def auth_flow(self, request):
        request.headers["x-ms-date"] = format_datetime(dt.datetime.now(dt.UTC), usegmt=True)
        request.headers["x-ms-version"] = "2023-11-03"
        lines = signed_text(request, "acme").split("\n")
        lines[3] = request.headers["content-length"].removeprefix("0")
        digest = hmac.new(base64.b64decode(KEY), "\n".join(lines).encode(), hashlib.sha256).digest()
        request.headers["Authorization"] = f"SharedKey acme:{base64.b64encode(digest).decode()}"
        yield request


@pytest.fixture(scope="module")
def moto(tmp_path_factory):
    """A server that checks no secret, with a bucket."""
    port = free_port()
    log, command = tmp_path_factory.mktemp("moto") / "log", [MOTO, "-H", "127.0.0.1", "-p", str(port)]
    with serving(command, port, log) as url, httpx.Client(base_url=url, timeout=30) as http:
        http.put("/exports").raise_for_status()
        yield http


@pytest.fixture(scope="module")
def azurite(tmp_path_factory):
    """A server that checks signatures, with a container."""
    folder, port = tmp_path_factory.mktemp("azurite"), free_port()
    command = [AZURITE, "--silent", "--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", str(folder)]
    account = serving(command, port, folder / "log", AZURITE_ACCOUNTS=f"acme:{KEY}")
    with account as url, httpx.Client(base_url=f"{url}/acme", auth=Writing(), timeout=30) as http:
        http.request("PUT", "/exports?restype=container").raise_for_status()
        yield http


@pytest.fixture(autouse=True)
def secrets(monkeypatch):
    monkeypatch.setenv("REVRECON_S3_KEY_ID", "key")
    monkeypatch.setenv("REVRECON_S3_SECRET", "secret")
    monkeypatch.setenv("REVRECON_AZURE_KEY", KEY)


def s3_settings(moto, **changed):
    given = {"kind": "s3", "bucket": "exports", "endpoint": str(moto.base_url), **changed}
    return S3Store.model_validate(given)


@with_moto
def test_two_days_of_the_sample_company_in_a_real_bucket_give_the_same_lake(moto, tmp_path):
    for name, content in two_days():
        moto.put(f"/exports/{name}", content=content).raise_for_status()
    store = f"{{kind: s3, bucket: exports, endpoint: '{moto.base_url}'}}"
    far = Inputs(in_store(store), tmp_path / "nothing", open_home(tmp_path / "far"))
    assert lake_of(far) == local_lake()


@with_moto
def test_a_list_of_more_than_a_page_is_whole(moto):
    names = [f"many/a b+{number:04d}.csv" for number in range(1_003)]
    for name in names:
        moto.put(httpx.URL(f"/exports/{name}".replace("+", "%2B")), content=b"x").raise_for_status()
    store = open_store(s3_settings(moto), THE_WORLD)
    found = list(store.listed("many/"))
    assert [one.name for one in found] == names
    assert store.content(found[-1]) == b"x"


@with_moto
def test_a_bucket_that_is_not_there_is_told(moto):
    with pytest.raises(RequestRefused, match="There is no bucket elsewhere"):
        list(open_store(s3_settings(moto, bucket="elsewhere"), THE_WORLD).listed(""))


def azure_settings(azurite, **changed):
    given = {"kind": "azure", "account": "acme", "container": "exports", "login": "key", **changed}
    return AzureStore.model_validate({**given, "endpoint": str(azurite.base_url).rstrip("/")})


@with_azurite
def test_files_of_a_real_container_are_listed_and_read(azurite):
    for name in ("crm/Account/2026-07-01.csv", "crm/Größe #1 + a b.csv", "other.csv"):
        headers = {"x-ms-blob-type": "BlockBlob"}
        azurite.put(f"/exports/{escaped(name, '/')}", content=name.encode(), headers=headers).raise_for_status()
    store = open_store(azure_settings(azurite), THE_WORLD)
    found = {one.name: one for one in store.listed("crm/")}
    assert set(found) == {"crm/Account/2026-07-01.csv", "crm/Größe #1 + a b.csv"}
    for name, one in found.items():
        assert store.content(one) == name.encode()


@with_azurite
def test_a_wrong_key_and_a_missing_container_are_told(azurite, monkeypatch):
    with pytest.raises(RequestRefused, match="There is no container elsewhere"):
        list(open_store(azure_settings(azurite, container="elsewhere"), THE_WORLD).listed(""))
    monkeypatch.setenv("REVRECON_AZURE_KEY", base64.b64encode(b"another").decode())
    with pytest.raises(LoginRefused, match="give it the right to read the container"):
        list(open_store(azure_settings(azurite), THE_WORLD).listed(""))
