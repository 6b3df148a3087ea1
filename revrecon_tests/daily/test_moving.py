"""A lake moves from its home to an object store, once and whole, and days go on as if it had stood there always."""

import shutil

import pytest
from typer.testing import CliRunner

from revrecon.cli import app
from revrecon.daily.home import Home
from revrecon.daily.moving import move_lake
from revrecon.daily.playing import own_map
from revrecon.history.lake import Lake
from revrecon.history.storage.address import LAKE_URL
from revrecon.history.storage.objects import ObjectStorage
from revrecon.history.storage.trouble import StorageTrouble
from revrecon_tests.shops import FIRST, SECOND, begun, everything_in, inputs_of, run, shop_on_disk


@pytest.fixture
def shop(tmp_path):
    """A shop whose first day was run with the lake in its home."""
    (tmp_path / "shop").mkdir()
    shop = shop_on_disk(tmp_path / "shop")
    begun(shop, FIRST)
    return shop


@pytest.fixture
def moved_to(tmp_path, monkeypatch):
    address = (tmp_path / "store").as_uri()
    monkeypatch.setenv(LAKE_URL, address)
    return address


def command(*words):
    return CliRunner().invoke(app, words, env={"COLUMNS": "400"})


def kept_in(lake):
    places = [("books", "quote"), ("crm", "Deal")]
    return {place: [(one.day, one.sha256, one.rows) for one in lake.kept(*place)] for place in places}


def test_a_moved_lake_is_the_same_and_the_folder_remains(shop, tmp_path, moved_to):
    before = kept_in(Lake(shop / "home/lake"))
    told = command("move-lake", "--home", str(shop / "home"))
    assert told.exit_code == 0, told.output
    assert f"now stand at {moved_to}/lake" in told.output
    assert kept_in(Lake(Home(shop / "home").lake)) == before
    assert kept_in(Lake(ObjectStorage(f"{moved_to}/lake", tmp_path / "another machine"))) == before
    (left,) = (shop / "home").glob("lake.moved-*")
    assert kept_in(Lake(left)) == before


def test_days_go_on_from_the_store_as_they_would_have_in_the_home(shop, moved_to, monkeypatch):
    command("move-lake", "--home", str(shop / "home"))
    run(shop, SECOND)
    monkeypatch.delenv(LAKE_URL)
    begun(shop, FIRST, SECOND, home="beside")
    assert everything_in(shop / "home") == everything_in(shop / "beside")
    assert not (shop / "home/lake").exists()


def test_a_home_with_a_lake_of_its_own_is_not_forgotten(shop, moved_to):
    told = command("run", "--map", f"{shop}/entity_map.yaml", "--data", f"{shop}/data", "--home", f"{shop}/home")
    assert told.exit_code == 2
    assert "holds extracts that are not at" in told.output
    assert "revrecon move-lake" in told.output


def test_who_is_killed_moves_on(shop, moved_to, monkeypatch):
    before = kept_in(Lake(shop / "home/lake"))
    sent, killed_after = ObjectStorage.send, 5

    def killed(self, paths):
        nonlocal killed_after
        killed_after -= 1
        if not killed_after:
            raise KeyboardInterrupt
        sent(self, paths)

    monkeypatch.setattr(ObjectStorage, "send", killed)
    with pytest.raises(KeyboardInterrupt):
        move_lake(Home(shop / "home"))
    assert (shop / "home/lake").exists()
    monkeypatch.setattr(ObjectStorage, "send", sent)
    move_lake(Home(shop / "home"))
    assert kept_in(Lake(Home(shop / "home").lake)) == before


def test_two_lakes_are_not_mixed(shop, tmp_path, moved_to):
    other = tmp_path / "other"
    shutil.copytree(shop, other)
    move_lake(Home(shop / "home"))
    (note, *_) = sorted((other / "home/lake/crm").rglob("v=*.json"))
    shutil.rmtree(note.parent)
    with pytest.raises(StorageTrouble, match="another lake stands there"):
        move_lake(Home(other / "home"))


def test_without_an_address_or_a_lake_there_is_nothing_to_move(shop, tmp_path, monkeypatch):
    with pytest.raises(StorageTrouble, match="Set REVRECON_LAKE_URL to where the lake shall stand"):
        move_lake(Home(shop / "home"))
    monkeypatch.setenv(LAKE_URL, (tmp_path / "store").as_uri())
    with pytest.raises(StorageTrouble, match="there is nothing to move"):
        move_lake(Home(tmp_path / "new"))


def test_the_doctor_tries_the_store(shop, tmp_path, moved_to):
    shutil.rmtree(shop / "home/lake")
    words = ["doctor", "--map", f"{shop}/entity_map.yaml", "--data", f"{shop}/data", "--home", f"{shop}/home"]
    told = command(*words)
    assert told.exit_code == 0, told.output
    assert f"the lake (REVRECON_LAKE_URL): well  {moved_to}/lake takes, lists, gives back and removes" in told.output
    assert not [one for one in (tmp_path / "store").rglob("*") if one.is_file()]
    told = CliRunner().invoke(app, words, env={LAKE_URL: "s3:/bucket", "COLUMNS": "400"})
    assert told.exit_code == 1
    assert "must be an address such as s3://bucket/folder" in told.output


def test_what_is_played_stays_beside_the_company_s_lake_and_ledger(shop, tmp_path, moved_to, monkeypatch):
    monkeypatch.setenv("REVRECON_LEDGER_URL", "postgresql+psycopg://nobody@127.0.0.1:9/ledger")
    played = own_map(inputs_of(shop, "played")).home
    assert played.lake.root == played.root / "lake"
    assert played.ledger == f"sqlite:///{played.root}/ledger.db"
