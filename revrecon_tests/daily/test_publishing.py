"""Publishing is an act: recorded, done once for the same content, and finished by the next if it broke off."""

import datetime as dt

import polars as pl
import pytest

from revrecon.daily import publishing
from revrecon.daily.publishing import NothingToPublish, PublishedLater, SnapshotMissing, known_entities, publish
from revrecon.tickets.publications import Publications, PublishedMeanwhile
from revrecon_tests.companies import ACCOUNTS
from revrecon_tests.shops import FIRST, SECOND, THIRD, begun, export_day, inputs_of, run, shop_on_disk

NOON = dt.datetime(2026, 3, 5, 12, tzinfo=dt.UTC)


@pytest.fixture
def shop(tmp_path):
    return shop_on_disk(tmp_path)


def contents(folder):
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def test_a_publication_is_recorded_with_the_hash_of_every_file(shop):
    day = begun(shop, FIRST)
    done = publish(day, "account", now=NOON)
    (kept,) = Publications(day.home.ledger).all("account_master", "account")
    assert kept == done.publication
    assert (kept.as_of, kept.map_version, kept.published_at, kept.place) == (FIRST, 1, NOON, 1)
    told = {file.name: file.sha256 for file in kept.files}
    folder = day.home.reports / "account_master" / str(FIRST)
    assert {name: publishing._sha(text) for name, text in contents(folder).items()} == told
    assert set(told) == {f"account{which}{what}.csv" for which in ("", "_crm", "_books") for what in ("", "_changes")}


def test_the_same_content_is_published_once_whatever_the_day(shop):
    first = publish(begun(shop, FIRST), "account")
    again = publish(run(shop, FIRST), "account")
    later = publish(run(shop, SECOND), "account")
    assert (first.fresh, again.fresh, later.fresh) == (True, False, False)
    assert again.publication == later.publication == first.publication
    assert len(Publications(inputs_of(shop).home.ledger).all("account_master", "account")) == 1


def test_lost_files_are_written_again_as_they_were_and_elsewhere_too(shop, tmp_path):
    done = publish(begun(shop, FIRST), "account")
    folder = done.paths[0].parent
    before = contents(folder)
    for path in folder.iterdir():
        path.unlink()
    publish(run(shop, SECOND), "account", to=tmp_path / "share")
    assert contents(folder) == contents(tmp_path / "share") == before


def test_the_next_publication_tells_new_changed_and_gone_rows(shop):
    publish(begun(shop, FIRST), "account")
    moved = ACCOUNTS.replace("555-0001 |        | customer", "555-0009 |        | prospect").replace("A3 |", "A7 |")
    export_day(shop, SECOND, accounts=moved)
    done = publish(run(shop, SECOND), "account")
    changes = {path.name: path for path in done.paths}["account_crm_changes.csv"]
    assert pl.read_csv(changes, infer_schema=False).rows() == [
        ("A1", "crm:A1", "changed", "kind", "customer", "prospect"),
        ("A1", "crm:A1", "changed", "phone", "555-0001", "555-0009"),
        ("A3", "crm:A3", "gone", None, None, None),
        ("A7", "crm:A3", "new", None, None, None),
    ]
    counts = {file.name: (file.new, file.changed, file.gone) for file in done.publication.files}
    assert counts["account_crm.csv"] == (1, 1, 1)
    assert done.publication.place == 2


def test_two_accounts_that_turn_out_to_be_one_are_merged_and_the_old_id_stays_as_an_alias(shop):
    publish(begun(shop, FIRST), "account")
    export_day(shop, SECOND, accounts=ACCOUNTS.replace("Borealis   ", "Acme Europe"))
    done = publish(run(shop, SECOND), "account")
    files = {path.name: pl.read_csv(path, infer_schema=False) for path in done.paths}
    assert ("crm:A3", "crm:A2", "merged", "canonical_id", "crm:A3", "crm:A2") in files["account_changes.csv"].rows()
    assert files["account.csv"].filter(pl.col("canonical_id") == "crm:A2")["aliases"].item() == "crm:A3"
    row = files["account_crm.csv"].filter(pl.col("id") == "A3").row(0, named=True)
    assert (row["revrecon_role"], row["revrecon_kept_id"], row["revrecon_aliases"]) == ("duplicate", "A2", "crm:A3")
    export_day(shop, THIRD, accounts=ACCOUNTS.replace("Borealis   ", "Acme Europe").replace("555-0001", "555-0005"))
    third = {path.name: pl.read_csv(path, infer_schema=False) for path in publish(run(shop, THIRD), "account").paths}
    assert third["account.csv"].filter(pl.col("canonical_id") == "crm:A2")["aliases"].item() == "crm:A3"


def test_a_run_that_was_killed_is_completed_by_the_next(shop, monkeypatch):
    day = begun(shop, FIRST)
    with monkeypatch.context() as killed:
        killed.setattr(Publications, "add", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            publish(day, "account")
    before = contents(day.home.reports / "account_master" / str(FIRST))
    done = publish(day, "account")
    assert done.fresh
    assert contents(day.home.reports / "account_master" / str(FIRST)) == before


def test_an_earlier_day_cannot_take_the_systems_back(shop):
    publish(begun(shop, SECOND), "account")
    with pytest.raises(PublishedLater, match="2026-03-03"):
        publish(run(shop, FIRST), "account")


def test_without_the_last_snapshot_nobody_guesses_what_changed(shop):
    done = publish(begun(shop, FIRST), "account")
    (shop / "home/published" / done.publication.id / "ids.parquet").unlink()
    with pytest.raises(SnapshotMissing, match="backup"):
        publish(run(shop, SECOND), "account")


def test_two_that_publish_at_the_same_time_do_not_both_win(shop):
    day = begun(shop, FIRST)
    done = publish(day, "account")
    with pytest.raises(PublishedMeanwhile, match="Publish again"):
        Publications(day.home.ledger).add(done.publication)


def test_a_cell_that_a_spreadsheet_would_run_is_neutralised_and_numbers_are_not(shop):
    accounts = (
        ACCOUNTS.replace("Acme Inc.", "=1+1     ").replace("555-0002", "+1555010").replace("555-0003", "+1 555 03")
    )
    export_day(shop, FIRST, accounts=accounts)
    folder = publish(begun(shop, FIRST), "account").paths[0].parent
    text = (folder / "account_books.csv").read_text() + (folder / "account_crm.csv").read_text()
    assert ",=1+1" not in text
    assert ",'=1+1," in text
    assert ",+1555010," in text
    assert ",'+1 555 03," in text


def test_only_entities_with_a_hierarchy_are_published(shop):
    day = begun(shop, FIRST)
    assert known_entities(day) == ["account"]
    with pytest.raises(NothingToPublish, match="'deal' has no hierarchy"):
        known_entities(day, "deal")
