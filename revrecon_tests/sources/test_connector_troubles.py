"""Every connector runs this contract, too: no secret told, nothing lost and nothing deleted by any trouble."""

import contextlib
import datetime as dt
import shutil
from functools import partial

import httpx
import pytest

from revrecon.history.lake import SuspiciousExtract
from revrecon.history.spool import Spool
from revrecon.sources.contract import (
    IncompleteExtract,
    LoginRefused,
    RequestRefused,
    SecretMissing,
    SourceError,
    SourceUnreachable,
    TooManyRequests,
)
from revrecon_tests.fakes.faults import Killed
from revrecon_tests.sources.every_system import answers_seen, every_system, every_system_over_http, things
from revrecon_tests.sources.offices import OFFICES


@every_system
def test_a_missing_secret_is_named(kind, office, monkeypatch):
    settings = office.system.settings
    names = [getattr(settings, one) for one in type(settings).model_fields if one.endswith("_env")]
    for name in names:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SecretMissing, match=f"({'|'.join(names)}) is not set"):
        office.land()


@every_system
def test_a_login_that_sees_nothing_any_more_deletes_nothing(kind, office):
    things(office, 10)
    office.land()
    office.tomorrow()
    if office.system.connector == "sql":
        office.stand_in._run("DELETE FROM thing")
    office.stand_in.blind = True
    if office.system.connector in ("stripe", "marketo"):
        office.land()  # no event is no news
    else:
        with pytest.raises(SuspiciousExtract, match="revrecon doctor"):
            office.land()
    office.now += dt.timedelta(days=8)
    with pytest.raises(SuspiciousExtract, match="failed export"):
        office.land()
    assert len(office.names()) == 10


@every_system_over_http
def test_a_session_that_ran_out_is_renewed(kind, office):
    things(office, 10)
    source = office.source()
    source.client.greet()
    office.stand_in.expire()
    assert len(source.extract("thing", None, Spool(office.folder / "spool")).rows) == 10


@every_system_over_http
def test_a_login_that_is_refused_is_told_without_the_secret(kind, office, monkeypatch):
    things(office, 10)
    settings = office.system.settings
    secrets = [getattr(settings, one) for one in type(settings).model_fields if one.endswith("_env")]
    for name in secrets:
        if "PRIVATE" not in name:
            monkeypatch.setenv(name, "wrong-and-secret")
    with pytest.raises(LoginRefused) as told:
        office.land()
    assert "wrong-and-secret" not in str(told.value)
    assert "environment" in str(told.value)


@every_system_over_http
def test_a_system_that_is_busy_is_waited_for(kind, office):
    things(office, 10)
    office.stand_in.busy = 3
    office.land()
    assert len(office.names()) == 10


@every_system_over_http
def test_a_system_that_stays_busy_is_told_as_that(kind, office):
    things(office, 10)
    office.stand_in.busy = 10_000
    with pytest.raises((TooManyRequests, SourceUnreachable)) as told:
        office.land()
    assert told.value.may_pass


@every_system_over_http
@pytest.mark.parametrize("fault", ["unreachable", "cut before", "cut after", "timeout after", "error before"])
def test_one_fault_anywhere_changes_nothing(kind, fault, office):
    things(office, 10)
    for place in range(1, 12):
        office.network.number = 0
        office.network.fault = lambda number, request, place=place: fault if number == place else None
        with contextlib.suppress(SourceError):
            office.land()
        office.network.fault = lambda number, request: None
    office.land()
    assert len(office.names()) == 10


@every_system_over_http
def test_a_system_that_does_not_answer_is_told_and_the_next_run_reads_it(kind, office):
    things(office, 10)
    office.network.fault = lambda number, request: "unreachable"
    with pytest.raises(SourceUnreachable) as told:
        office.land()
    assert told.value.may_pass
    office.network.fault = lambda number, request: None
    office.land()
    assert len(office.names()) == 10


@every_system_over_http
def test_an_answer_that_was_cut_off_is_not_taken_for_a_page(kind, office):
    things(office, 10)

    def cut(answer):
        if b"Thing" not in answer.content:
            return answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content[:-40])

    with answers_seen(office, cut), pytest.raises(IncompleteExtract):
        office.land()
    office.land()
    assert len(office.names()) == 10


@every_system_over_http
def test_an_extract_that_was_killed_goes_on_where_it_was(kind, office, monkeypatch):
    monkeypatch.setattr("revrecon.history.live_landing.Spool", partial(Spool, rows_a_part=3))
    things(office, 30)
    before = len(office.stand_in.asked)
    office.land()
    whole = len(office.stand_in.asked) - before
    shutil.rmtree(office.folder / "lake")
    office.network.number = 0
    office.network.fault = lambda number, request: "killed" if number == whole - 3 else None
    with pytest.raises(Killed):
        office.land()
    office.network.fault = lambda number, request: None
    before = len(office.stand_in.asked)
    office.land()
    assert len(office.stand_in.asked) - before < whole
    assert len(office.names()) == 30


@every_system_over_http
def test_what_changed_while_a_killed_extract_lay_still_is_found_the_next_day(kind, office, monkeypatch):
    monkeypatch.setattr("revrecon.history.live_landing.Spool", partial(Spool, rows_a_part=3))
    things(office, 30)
    pages = iter(range(1, 30))

    def killed_at_the_third_page(answer):
        if b"Thing" in answer.content and next(pages) == 3:
            raise Killed
        return answer

    with answers_seen(office, killed_at_the_third_page), pytest.raises(Killed):
        office.land()
    for number, name in ((0, "Changed"), (29, "Later")):
        office.now += dt.timedelta(hours=2)
        office.put(number, name)
    office.land()
    office.tomorrow()
    office.land()
    assert (office.names()[office.key(0)], office.names()[office.key(29)]) == ("Changed", "Later")


def test_a_list_that_names_the_same_next_page_for_ever_ends(tmp_path, monkeypatch):
    office = OFFICES["hubspot"](tmp_path, monkeypatch)
    things(office, 10)
    office.stand_in.stuck = True
    with pytest.raises(IncompleteExtract, match="twice"):
        office.land()


def test_requests_are_left_to_others(tmp_path, monkeypatch):
    office = OFFICES["salesforce"](tmp_path, monkeypatch)
    things(office, 10)
    office.stand_in.usage = (90_001, 100_000)
    with pytest.raises(TooManyRequests, match="the rest is left to others"):
        office.land()


def test_nothing_is_sent_to_a_host_that_the_map_does_not_name(tmp_path, monkeypatch):
    office = OFFICES["salesforce"](tmp_path, monkeypatch)
    monkeypatch.setattr(
        office.stand_in, "login", lambda netloc: {"access_token": "x", "instance_url": "https://evil.example"}
    )
    with pytest.raises(RequestRefused, match=r"evil\.example, which the map does not name"):
        office.land()
