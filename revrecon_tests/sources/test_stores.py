"""Exports in buckets and containers: what holds for each, and what only one of them does."""

import datetime as dt
import errno
import gzip
import json
from dataclasses import replace

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from revrecon.entity_map.stores import AzureStore, GcsStore, S3Store
from revrecon.history.lake import Lake
from revrecon.history.landing import land_or_go_on
from revrecon.sources.contract import (
    IncompleteExtract,
    LoginRefused,
    ObjectMissing,
    RequestRefused,
    SecretMissing,
)
from revrecon.sources.files.remote import CopyNotKept, RemoteFolder
from revrecon.sources.files.source import FileSource
from revrecon.sources.live.system import Outside
from revrecon.sources.stores.contract import Stored
from revrecon.sources.stores.opening import open_store
from revrecon_tests.exports import DAY, SECOND, TWO, landed_rows, system
from revrecon_tests.fakes.buckets import FakeAzure, FakeGcs, FakeS3

STORES = {
    "s3": (FakeS3, S3Store(kind="s3", bucket="exports", endpoint="https://files.example.com")),
    "gcs": (FakeGcs, GcsStore(kind="gcs", bucket="exports")),
    "azure": (FakeAzure, AzureStore(kind="azure", account="acme", container="exports", tenant="acme.example.com")),
}


@pytest.fixture(scope="module")
def service_key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return json.dumps({"client_email": "rev@acme.example.com", "private_key": key.private_bytes(*form).decode()})


@pytest.fixture(autouse=True)
def secrets(monkeypatch, service_key):
    for name in ("S3_KEY_ID", "S3_SECRET", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"):
        monkeypatch.setenv(f"REVRECON_{name}", name.lower())
    monkeypatch.setenv("REVRECON_AZURE_KEY", "c2VjcmV0")
    monkeypatch.setenv("REVRECON_GCS_KEY", service_key)


@pytest.fixture(params=STORES)
def bucket(request):
    made = STORES[request.param][0]()
    made.kind = request.param
    return made


def exports(bucket, tmp_path, settings=None, root="crm", **more):
    """A source over a bucket; what it copies lies in `spool`."""
    outside = Outside(transport=bucket.transport(), pause=0.0)
    store = open_store(settings or STORES[bucket.kind][1], outside)
    return FileSource("crm", system(**more), RemoteFolder(store, root, tmp_path / "spool"))


def test_days_are_found_by_names_over_the_pages_of_a_list_and_read_as_a_local_file_is(bucket, tmp_path):
    for number in range(1, 8):
        bucket.put(f"crm/thing/2026-03-0{number}.csv", TWO)
    bucket.put("crm/thing/", b"")
    bucket.put("crm/thing/old/2026-02-01.csv", TWO)
    bucket.put("crm/things/2026-02-01.csv", TWO)
    source = exports(bucket, tmp_path)
    assert source.days("thing") == [DAY + dt.timedelta(days=number) for number in range(7)]
    got = source.read("thing", DAY)
    assert got.frame.rows() == [("1", "Zoë"), ("2", "Bob")]
    assert got.origin.endswith("exports/crm/thing/2026-03-01.csv")
    assert source.offered() == ["thing", "things"]


@pytest.mark.parametrize("name", ["a b+c%d&e=f.csv", "Größe #1.csv", "it's (1).csv"])
def test_a_name_may_hold_what_addresses_may_not(bucket, tmp_path, name):
    bucket.put(f"crm/thing {name}/2026-03-01.csv", TWO)
    source = exports(bucket, tmp_path, file=f"{{object}} {name}/{{date:%Y-%m-%d}}.csv")
    assert source.read("thing", DAY).frame.height == 2


def test_a_whole_bucket_may_be_the_folder(bucket, tmp_path):
    bucket.put("thing_2026-03-01.csv", TWO)
    source = exports(bucket, tmp_path, root=".", file="{object}_{date:%Y-%m-%d}.csv")
    assert source.days("thing") == [DAY]


def test_each_file_is_fetched_once_and_one_that_was_written_anew_again(bucket, tmp_path):
    bucket.put("crm/thing/2026-03-01.csv", TWO)
    bucket.put("crm/thing/2026-03-02.csv", TWO)
    assert landed_rows(exports(bucket, tmp_path), tmp_path) == [2, 2]
    assert landed_rows(exports(bucket, tmp_path), tmp_path) == []
    assert len(bucket.downloads) == 2
    bucket.put("crm/thing/2026-03-01.csv", TWO + "3,Eve\n")
    assert landed_rows(exports(bucket, tmp_path), tmp_path) == [3]
    assert bucket.downloads[2:] == ["crm/thing/2026-03-01.csv"]
    assert list((tmp_path / "spool").iterdir()) == []


def test_a_copy_that_a_killed_run_left_is_not_fetched_again(bucket, tmp_path):
    bucket.put("crm/thing/2026-03-01.csv", TWO)
    killed = exports(bucket, tmp_path)
    killed.days("thing")
    [export] = killed.folder.files("thing/*.csv")
    still_open = killed.folder.opened(export)
    copy = still_open.__enter__()
    assert (copy.stat().st_mode & 0o777, copy.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert exports(bucket, tmp_path).read("thing", DAY).frame.height == 2
    assert len(bucket.downloads) == 1


def test_a_file_that_was_cut_off_or_spoilt_on_its_way_is_refused_whole(bucket, tmp_path):
    bucket.put("crm/thing/2026-03-01.csv", TWO)
    bucket.cuts = 5
    with pytest.raises(IncompleteExtract, match="listed with 21 bytes and came with 16"):
        exports(bucket, tmp_path).read("thing", DAY)
    bucket.cuts, bucket.spoils = 0, True
    with pytest.raises(IncompleteExtract, match="does not add up to the MD5 sum"):
        exports(bucket, tmp_path).read("thing", DAY)
    assert list((tmp_path / "spool").iterdir()) == []


def test_a_file_that_changes_or_goes_while_it_is_read_is_refused(bucket, tmp_path):
    bucket.put("crm/thing/2026-03-01.csv", TWO)
    source = exports(bucket, tmp_path)
    source.days("thing")
    bucket.put("crm/thing/2026-03-01.csv", TWO.replace("Bob", "Rob"))
    with pytest.raises(IncompleteExtract, match="changed, or went away, while it was read"):
        source.read("thing", DAY)
    del bucket.files["crm/thing/2026-03-01.csv"]
    with pytest.raises(IncompleteExtract, match="changed, or went away, while it was read"):
        source.read("thing", DAY)


def test_a_store_that_packs_for_the_way_gives_the_same_rows_and_a_packed_file_stays_one(bucket, tmp_path):
    bucket.packs = True
    bucket.put("crm/thing/2026-03-01.csv", gzip.compress(TWO.encode()))
    assert exports(bucket, tmp_path).read("thing", DAY).frame.height == 2
    bucket.put("crm/thing/2026-03-01.csv.gz", gzip.compress(TWO.encode()))
    source = exports(bucket, tmp_path, file="{object}/{date:%Y-%m-%d}.csv.gz")
    assert source.read("thing", DAY).frame.height == 2


def test_a_copy_for_which_there_is_no_room_is_told_and_nothing_of_it_stays(bucket, tmp_path, monkeypatch):
    bucket.put("crm/thing/2026-03-01.csv", TWO)
    source = exports(bucket, tmp_path)
    with monkeypatch.context() as full:
        full.setattr("os.fsync", lambda handle: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device")))
        with pytest.raises(
            CopyNotKept, match=r"2026-03-01.csv cannot be copied to .*spool \(No space left on device\)"
        ):
            source.read("thing", DAY)
    assert list((tmp_path / "spool").iterdir()) == []
    assert source.read("thing", DAY).frame.height == 2


def test_a_missing_bucket_a_refused_login_and_a_missing_export_are_told_apart(bucket, tmp_path):
    bucket.put("crm/things/2026-03-01.csv", TWO)
    with pytest.raises(
        ObjectMissing, match=r"no file matches thing/.*Nearest there: things/2026-03-01.csv.*Look whether"
    ):
        raise exports(bucket, tmp_path).missing("thing")
    with pytest.raises(ObjectMissing, match="The folder is not there"):
        raise exports(bucket, tmp_path, root="elsewhere").missing("thing")
    bucket.is_there = False
    with pytest.raises(RequestRefused, match=r"There is no (bucket|container) exports"):
        exports(bucket, tmp_path).days("thing")
    bucket.refuses = (403, "AccessDenied")
    with pytest.raises(LoginRefused, match=r"AccessDenied.*give it the right to"):
        exports(bucket, tmp_path).days("thing")


def test_a_missing_secret_is_told_by_its_name(bucket, tmp_path, monkeypatch):
    name = {"s3": "REVRECON_S3_SECRET", "gcs": "REVRECON_GCS_KEY", "azure": "REVRECON_AZURE_CLIENT_SECRET"}[bucket.kind]
    monkeypatch.delenv(name)
    with pytest.raises(SecretMissing, match=f"{name} is not set"):
        exports(bucket, tmp_path).days("thing")


def test_nothing_follows_a_store_to_another_host(bucket, tmp_path):
    bucket.put("crm/thing/2026-03-01.csv", TWO)
    assert exports(bucket, tmp_path).days("thing") == [DAY]
    known = set(bucket.hosts)
    bucket.sends_to = "https://elsewhere.example.org"
    with pytest.raises(RequestRefused, match="points somewhere else"):
        exports(bucket, tmp_path).days("thing")
    assert bucket.hosts == known


def test_nobody_logs_in_where_the_map_says_so(bucket, tmp_path):
    bucket.put("crm/thing/2026-03-01.csv", TWO)
    settings = STORES[bucket.kind][1]
    assert exports(bucket, tmp_path, settings.model_copy(update={"login": "nobody"})).days("thing") == [DAY]
    assert set(bucket.logins) == {""}
    exports(bucket, tmp_path).days("thing")
    assert "" not in bucket.logins[1:]


def test_a_run_goes_on_with_the_last_state_while_a_store_is_down(bucket, tmp_path):
    bucket.put("crm/thing/2026-03-01.csv", TWO)
    landed_rows(exports(bucket, tmp_path), tmp_path)
    bucket.refuses = (503, "SlowDown")
    source = exports(bucket, tmp_path)
    lake, spec = Lake(tmp_path / "lake"), source.system.objects["thing"]
    assert land_or_go_on(source, lake, "crm", "thing", spec, SECOND).may_pass
    asked = len(bucket.logins)
    assert land_or_go_on(source, lake, "crm", "thing", spec, SECOND).may_pass
    assert len(bucket.logins) == asked, "a store that did not answer is not waited for twice"


def test_a_list_that_never_ends_is_refused(tmp_path):
    bucket = FakeS3()
    bucket.kind = "s3"
    bucket.put("crm/thing/2026-03-01.csv", TWO)
    bucket.page = lambda names, more: FakeS3.page(bucket, names, "2")
    with pytest.raises(IncompleteExtract, match="same next page"):
        exports(bucket, tmp_path).days("thing")


def test_a_bucket_of_another_region_is_told_with_it(tmp_path):
    bucket = FakeS3()
    bucket.kind = "s3"
    answer = httpx.Response(301, headers={"x-amz-bucket-region": "eu-west-1"})
    bucket.handle = lambda request: answer
    with pytest.raises(RequestRefused, match="to region eu-west-1"):
        exports(bucket, tmp_path).days("thing")


@pytest.mark.parametrize(
    ("bucket", "region", "host", "path"),
    [
        ("exports", "eu-central-1", "exports.s3.eu-central-1.amazonaws.com", "/"),
        ("acme.exports", "eu-central-1", "s3.eu-central-1.amazonaws.com", "/acme.exports/"),
        ("exports", "cn-north-1", "exports.s3.cn-north-1.amazonaws.com.cn", "/"),
    ],
)
def test_a_bucket_is_asked_at_its_own_address(bucket, region, host, path):
    asked = []
    transport = httpx.MockTransport(lambda request: asked.append(request.url) or FakeS3().page([], ""))
    settings = S3Store(kind="s3", bucket=bucket, region=region)
    list(open_store(settings, Outside(transport=transport)).listed("crm/"))
    assert [(url.host, url.path) for url in asked] == [(host, path)]


def test_a_temporary_key_is_told_with_its_session_and_signed(tmp_path, monkeypatch):
    monkeypatch.setenv("REVRECON_S3_SESSION", "a-session")
    bucket = FakeS3()
    bucket.kind = "s3"
    exports(bucket, tmp_path, STORES["s3"][1].model_copy(update={"session_env": "REVRECON_S3_SESSION"})).days("thing")
    assert "x-amz-security-token" in bucket.logins[0]


def test_a_files_name_on_a_store_leads_nowhere_else_here(tmp_path):
    class Sly:
        address = "s3://exports"

        def listed(self, beginning):
            return iter([Stored("crm/thing/..%2f..;2026-03-01.csv", 22, dt.datetime(2026, 3, 1, tzinfo=dt.UTC), "1")])

        def content(self, stored):
            return TWO.encode()

    source = FileSource(
        "crm", system(file="{object}/*{date:%Y-%m-%d}.csv"), RemoteFolder(Sly(), "crm", tmp_path / "spool")
    )
    [export] = source.folder.files("thing/*.csv")
    with source.folder.opened(export) as path:
        assert path.parent == tmp_path / "spool"
        assert replace(export, name=path.name).name.endswith("-.._2f.._2026-03-01.csv")
