import datetime as dt
import os

import pytest

from revrecon.canonical.identity.linkage.days import training_day
from revrecon.canonical.identity.linkage.door import scored, trained
from revrecon.canonical.identity.linkage.store import LinkageStore, settings_key
from revrecon_tests.canonical.linkage.people_and_companies import apart, entity, market, nodes_from

COMPANY = entity()
DAY = dt.date(2026, 7, 1)


def made():
    frame = nodes_from(COMPANY, market(10))
    return trained(COMPANY, frame, apart(frame))


def never():
    raise AssertionError("the model was kept and is not made again")


def test_a_model_is_made_once_and_read_back_to_the_last_bit(tmp_path):
    first = LinkageStore(tmp_path).model("account", COMPANY, DAY, made)
    again = LinkageStore(tmp_path).model("account", COMPANY, DAY, never)
    assert again.fingerprint == first.fingerprint == made().fingerprint
    assert again.report.equals(first.report, null_equal=True)


def test_another_day_or_another_setting_is_another_model(tmp_path):
    LinkageStore(tmp_path).model("account", COMPANY, DAY, made)
    with pytest.raises(AssertionError):
        LinkageStore(tmp_path).model("account", COMPANY, dt.date(2026, 10, 1), never)
    with pytest.raises(AssertionError):
        LinkageStore(tmp_path).model("account", entity(ignore=["city"]), DAY, never)


def test_thresholds_are_no_part_of_what_a_model_depends_on():
    assert (
        settings_key(entity(automatic=0.9, review=0.4))
        == settings_key(COMPANY)
        != settings_key(entity(ignore=["city"]))
    )


def test_scores_are_carried_from_one_run_to_the_next(tmp_path):
    frame = nodes_from(COMPANY, market(10))
    model = made()
    first = scored(COMPANY, model, frame, apart(frame))
    store = LinkageStore(tmp_path)
    assert store.carried("account", model) is None
    store.keep("account", first.carried)
    kept = LinkageStore(tmp_path).carried("account", model)
    again = scored(COMPANY, model, frame, apart(frame), kept)
    assert again.scored_anew == 0
    assert again.pairs.equals(first.pairs)


def test_what_a_killed_writer_left_is_swept_away_and_old_files_are_pruned(tmp_path):
    store, folder, model = LinkageStore(tmp_path), tmp_path / "account" / "models", made()
    folder.mkdir(parents=True)
    (folder / ".tmp-dead").write_text("half a file")
    os.utime(folder / ".tmp-dead", (0, 0))  # a young one may be another run's
    days = [DAY + dt.timedelta(days=number) for number in range(20)]
    for day in days:
        store.model("account", COMPANY, day, lambda: model)
    assert len(list(folder.iterdir())) == 12
    assert store.model("account", COMPANY, days[-1], never).fingerprint == model.fingerprint


@pytest.mark.parametrize(
    ("day", "first_days", "trained_on"),
    [
        ("2026-11-04", {"crm": "2026-07-01"}, "2026-10-01"),  # the quarter's start
        ("2026-08-15", {"crm": "2026-07-20"}, "2026-07-20"),  # not before anyone spoke
        ("2026-11-04", {"crm": "2026-07-01", "books": "2026-10-20"}, "2026-10-20"),  # a new copy teaches anew
        ("2026-10-10", {"crm": "2026-07-01", "books": "2026-10-20"}, "2026-10-01"),  # but not before it spoke
    ],
)
def test_the_training_day_follows_from_the_quarter_and_from_who_has_spoken(day, first_days, trained_on):
    first = {copy: dt.date.fromisoformat(on) for copy, on in first_days.items()}
    assert training_day(dt.date.fromisoformat(day), first) == dt.date.fromisoformat(trained_on)


def test_quarters_are_those_of_the_fiscal_year():
    assert training_day(dt.date(2026, 4, 15), {}, fiscal_year_start=2) == dt.date(2026, 2, 1)
    assert training_day(dt.date(2026, 1, 15), {}, fiscal_year_start=2) == dt.date(2025, 11, 1)
