"""What Marketo does its own way: errors inside a success, extracts by month and in parts of a file, assets, the log."""

import datetime as dt
from dataclasses import replace

import httpx
import pytest

from revrecon.sources.contract import IncompleteExtract, LoginRefused, RequestRefused, SourceError, TooManyRequests
from revrecon.sources.live.contract import Asked
from revrecon.sources.marketo.leads import _cut
from revrecon_tests.sandbox import marketo
from revrecon_tests.sources.offices import COLUMNS, a_marketo

A_MONTH = dt.timedelta(days=31)


@pytest.fixture
def office(tmp_path, monkeypatch):
    made = a_marketo(tmp_path, monkeypatch)
    for number in range(10):
        made.put(number, f"Lead {number}")
    return made


def answered(office, code, message, path="create.json"):
    """The subscription answers a path with an error of its own; how often it was asked."""
    whole = office.network.handle
    asked = []

    def handle(request):
        if not request.url.path.endswith(path):
            return whole(request)
        asked.append(request)
        return marketo._error(code, message)

    office.network.handle = handle
    return asked


@pytest.mark.parametrize(
    ("code", "message", "trouble", "told"),
    [
        ("603", "Access denied", LoginRefused, "603 Access denied"),
        ("607", "Daily quota reached", TooManyRequests, "607 Daily quota"),
        ("615", "Concurrent access limit reached", TooManyRequests, "615 Concurrent"),
        ("1029", "Too many jobs in queue", TooManyRequests, "1029 Too many jobs"),
        ("1029", "Export daily quota exceeded", TooManyRequests, "quota exceeded"),
        ("1035", "Unsupported filter type for target subscription", RequestRefused, "contents: full"),
        ("610", "Requested resource not found", RequestRefused, "revrecon doctor"),
    ],
)
def test_an_error_that_comes_with_a_success_is_one(office, code, message, trouble, told):
    answered(office, code, message)
    with pytest.raises(trouble, match=told):
        office.land()


def test_what_ran_out_for_today_is_not_waited_for(office):
    asked = answered(office, "607", "Daily quota reached")
    with pytest.raises(TooManyRequests):
        office.land()
    assert len(asked) == 1


def test_a_subscription_that_cannot_tell_what_changed_is_read_whole(office):
    office.land()
    office.tomorrow()
    office.stand_in.by_update = False
    with pytest.raises(RequestRefused, match="Write contents: full for leads"):
        office.land()


def test_leads_of_many_months_come_from_as_many_extracts(office):
    """None is lost between two, and one that two extracts hold is one lead."""
    begins = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for number, moment in enumerate([begins, begins + A_MONTH, begins + A_MONTH - dt.timedelta(seconds=1)], 100):
        office.put(number, f"Lead {number}", at=moment)
    office.land()
    assert len(office.names()) == 13
    assert len([one for one in office.stand_in.asked if one.endswith("create.json")]) == 2


def test_a_file_that_ends_before_its_last_lead_is_no_extract(office):
    whole = office.network.handle

    def fewer(request):
        answer = whole(request)
        if request.url.path.endswith("status.json"):
            return httpx.Response(200, json=_counting_one_more(answer.json()))
        return answer

    office.network.handle = fewer
    with pytest.raises(IncompleteExtract, match=r"holds 11 leads and gave 10|holds 1 leads"):
        office.land()


def _counting_one_more(told):
    (job,) = told["result"]
    return {**told, "result": [{**job, "numberOfRecords": job.get("numberOfRecords", 0) + 1}]}


def test_a_job_that_failed_is_told(office):
    whole = office.network.handle
    failed = marketo._good([{"exportId": "x", "status": "Failed"}])
    office.network.handle = lambda request: failed if request.url.path.endswith("status.json") else whole(request)
    with pytest.raises(RequestRefused, match="ended as Failed"):
        office.land()


@pytest.mark.parametrize(
    ("content", "whole", "rest"),
    [
        (b"a,b\n1,2\n3", b"a,b\n1,2\n", b"3"),
        (b'a,b\n1,"x\ny', b"a,b\n", b'1,"x\ny'),
        (b'a,b\n1,"x\ny"\n2,"z', b'a,b\n1,"x\ny"\n', b'2,"z'),
        (b'a,b\n1,"say ""\n"" "\n', b'a,b\n1,"say ""\n"" "\n', b""),
        (b"no line yet", b"", b"no line yet"),
    ],
)
def test_a_part_of_a_file_is_cut_between_records(content, whole, rest):
    assert _cut(content, is_the_end=False) == (whole, rest)
    assert _cut(content, is_the_end=True) == (content, b"")


def test_a_log_that_names_the_same_next_page_for_ever_ends(office):
    office.land()
    office.tomorrow()
    office.stand_in.stuck = True
    with pytest.raises(IncompleteExtract, match="twice"):
        office.land()


def test_what_cannot_be_asked_is_said(office):
    asked = Asked("x", "leads", ("email", "id"), ("email",), None, None, None)
    client = office.source().client
    with pytest.raises(RequestRefused, match="known by id"):
        list(client.pages(asked))
    with pytest.raises(RequestRefused, match="takes no condition"):
        list(client.pages(replace(asked, key=("id",), only="x = 1")))
    with pytest.raises(RequestRefused, match="lists no companies"):
        list(client.pages(replace(asked, table="companies")))


def test_assets_are_listed_compared_and_described_by_what_they_hold(tmp_path, monkeypatch):
    office = a_marketo(tmp_path, monkeypatch, table="programs", name="name")
    monkeypatch.setitem(COLUMNS, "marketo", ("name", "folder_value"))
    for number in range(10):
        office.put(number, f"Program {number}")
    office.land()
    assert set(office.state()["folder_value"]) == {"28"}
    assert set(office.state()["updatedAt"]) == {"2026-03-02T12:00:00Z"}
    office.tomorrow()
    office.put(3, "Renamed")
    office.stand_in.remove("programs", office.key(4))
    (kept,) = office.land()
    assert (kept.contents, kept.rows) == ("changed", 2)
    assert sorted(office.names().values())[-1] == "Renamed"
    assert office.key(4) not in office.names()
    client = office.source().client
    told = {one.name: one.type for one in client.columns(office.source().asked("thing"))}
    assert (told["updatedAt"], told["folder_folderName"]) == ("timestamp", "text")


def test_leads_are_described(office):
    told = {one.name: one for one in office.source().client.columns(office.source().asked("thing"))}
    assert (told["annualRevenue"].type, told["updatedAt"].type, told["id"].unique) == ("money", "timestamp", True)
    assert "Old" not in told  # a field that REST does not know
    assert office.source().client.greet().left == "1120 requests were made today"


def test_the_token_never_stands_in_an_error(office):
    answered(office, "1003", f"Invalid token cdf01657-110d-4155-99a7-{1:012d}:int")
    with pytest.raises(SourceError) as told:
        office.land()
    assert "cdf01657" not in str(told.value)
