"""The same against real servers: moto as S3 (MOTO_SERVER or moto_server on the PATH), Azurite as Azure (AZURITE)."""

import base64

import httpx
import pytest

from revrecon.daily.home import open_home
from revrecon.daily.run import Inputs
from revrecon.entity_map.stores import AzureStore, S3Store
from revrecon.sources.contract import LoginRefused, RequestRefused
from revrecon.sources.live.system import THE_WORLD
from revrecon.sources.stores.opening import open_store
from revrecon.sources.stores.signing import escaped
from revrecon_tests import object_stores
from revrecon_tests.object_stores import KEY, with_azurite, with_moto
from revrecon_tests.sources.two_days import in_store, lake_of, local_lake, two_days

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def moto(tmp_path_factory):
    """A server that checks no secret, with a bucket."""
    with object_stores.moto(tmp_path_factory.mktemp("moto"), "exports") as http:
        yield http


@pytest.fixture(scope="module")
def azurite(tmp_path_factory):
    """A server that checks signatures, with a container."""
    with object_stores.azurite(tmp_path_factory.mktemp("azurite"), "exports") as http:
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
