"""The sample company's exports in a bucket give the lake that its folders give; the doctor and the run say the same."""

import pytest
from typer.testing import CliRunner

from revrecon.cli import app
from revrecon.daily.examining import examined
from revrecon.daily.home import open_home
from revrecon.daily.run import Inputs, landing_steps, last_day_of
from revrecon.history.lake import Lake
from revrecon.sources.live.system import Outside
from revrecon_tests.fakes.buckets import FakeAzure, FakeGcs, FakeS3
from revrecon_tests.fakes.sftp import PASSWORD, sftp_office
from revrecon_tests.sources.two_days import SECOND, in_store, lake_of, local_lake, two_days

STORES = {
    "s3": (FakeS3, "{kind: s3, bucket: exports, endpoint: 'https://files.example.com', login: nobody}"),
    "gcs": (FakeGcs, "{kind: gcs, bucket: exports, login: nobody}"),
    "azure": (FakeAzure, "{kind: azure, account: acme, container: exports, login: nobody}"),
}


@pytest.fixture(params=STORES)
def bucket(request):
    made = STORES[request.param][0]()
    made.written = STORES[request.param][1]
    return made


def inputs(bucket, tmp_path):
    outside = Outside(transport=bucket.transport(), pause=0.0)
    return Inputs(in_store(bucket.written), tmp_path / "nothing", open_home(tmp_path / "far"), outside=outside)


def test_two_days_in_a_bucket_give_the_same_lake(bucket, tmp_path):
    for name, content in two_days():
        bucket.put(name, content)
    here = inputs(bucket, tmp_path)
    found = lake_of(here)
    assert len(found) > 10
    assert found == local_lake()
    assert list(here.home.spool.iterdir()) == []
    assert len(bucket.downloads) == len(set(bucket.downloads))
    assert last_day_of(here) == SECOND


def test_two_days_on_an_sftp_server_give_the_same_lake(tmp_path, monkeypatch):
    monkeypatch.setenv("REVRECON_SFTP_PASSWORD", PASSWORD)
    for name, content in two_days():
        path = tmp_path / "served" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with sftp_office(tmp_path / "served") as office:
        where = f"host: 127.0.0.1, port: {office.port}, host_key: {office.host_key}"
        store = f"{{kind: sftp, {where}, user: rev, login: password}}"
        far = Inputs(in_store(store), tmp_path / "nothing", open_home(tmp_path / "far"))
        assert lake_of(far) == local_lake()


def test_the_doctor_lists_and_reads_a_store_and_tells_its_days(tmp_path):
    bucket = FakeS3()
    bucket.written = STORES["s3"][1]
    for name, content in two_days():
        bucket.put(name, content)
    here = inputs(bucket, tmp_path)
    crm = examined(here, "crm")
    assert crm.is_well
    assert crm.says == "exports in s3://exports/nightly/crm"
    assert crm.objects[0].says == "2 days, 2026-07-01 to 2026-07-02"
    name = f"nightly/crm/Account/{SECOND}.csv"
    bucket.put(name, bucket.files[name].replace(b"BillingStreet", b"BilingStreet"))
    [trouble] = examined(here, "crm").objects[0].troubles
    assert trouble == f"the export of {SECOND} has no column BillingStreet; did you mean 'BilingStreet'?"
    bucket.cuts = 3
    assert "came with" in examined(here, "crm").objects[0].troubles[0]
    bucket.refuses = (403, "AccessDenied")
    assert "s3:ListBucket" in examined(here, "crm").trouble


def test_a_first_run_says_that_the_store_does_not_answer_and_a_later_one_goes_on(tmp_path):
    bucket = FakeS3()
    bucket.written = STORES["s3"][1]
    bucket.refuses = (503, "SlowDown")
    with pytest.raises(Exception, match="wants to be asked less often") as told:
        last_day_of(inputs(bucket, tmp_path))
    assert told.value.may_pass
    bucket.refuses = None
    for name, content in two_days():
        bucket.put(name, content)
    lake_of(inputs(bucket, tmp_path))
    bucket.refuses = (503, "SlowDown")
    for step in landing_steps(inputs(bucket, tmp_path), SECOND, Lake(open_home(tmp_path / "far").lake)):
        step.take()


def test_the_command_ends_with_a_sentence_where_a_secret_is_missing(tmp_path, monkeypatch):
    monkeypatch.delenv("REVRECON_S3_KEY_ID", raising=False)
    text = in_store("{kind: s3, bucket: exports}").text
    (tmp_path / "entity_map.yaml").write_text(text)
    given = ["--map", str(tmp_path / "entity_map.yaml"), "--home", str(tmp_path / "home")]
    told = CliRunner().invoke(app, ["run", *given, "--as-of", str(SECOND)])
    assert told.exit_code == 2
    assert "REVRECON_S3_KEY_ID is not set" in told.output.replace("\n", " ")
    told = CliRunner().invoke(app, ["doctor", *given])
    assert told.exit_code == 1
    assert "REVRECON_S3_KEY_ID is not set" in told.output.replace("\n", " ")
