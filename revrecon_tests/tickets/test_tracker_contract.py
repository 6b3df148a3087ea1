"""Every tracker runs this contract: one ticket per breach, whatever fails on the way."""

import contextlib
import datetime as dt

import pytest

from revrecon_tests.fakes.faults import ANOTHER_PAGE, FAULTS, Killed, on_writes
from revrecon_tests.tickets.offices import FAKES, KEY, MONDAY, READ_BACK, fact, office, ticket_after

every_tracker = pytest.mark.parametrize("kind", sorted(FAKES))
every_that_reads_back = pytest.mark.parametrize("kind", READ_BACK)


def until_all_is_told(here, most=40):
    """Passes by new processes, some of which are killed, as time goes on."""
    for _ in range(most):
        with contextlib.suppress(Killed):
            here.carried()
        if here.post().outbox.count("board") == 0:
            return
        here.clock.later(minutes=20)
    pytest.fail(f"still waiting: {here.post().outbox.waiting('board')}")


@every_tracker
def test_a_ticket_is_made_updated_in_place_resolved_and_reopened_as_the_same_one(kind, tmp_path):
    here = office(kind, tmp_path)
    first = ticket_after(here.map, "breach")
    for verdicts, state in [
        (["breach"], "open"),
        (["breach", "breach"], "open"),
        (["breach", "breach", "pass"], "resolved"),
        (["breach", "breach", "pass", "breach"], "open"),
    ]:
        here.told(ticket_after(here.map, *verdicts))
        assert here.carried().troubles == []
        assert here.shown() == [(first.id, state)]


@every_tracker
def test_what_is_told_again_changes_nothing(kind, tmp_path):
    here = office(kind, tmp_path)
    for _ in range(3):
        here.told(ticket_after(here.map, "breach"))
        here.carried()
    before = here.network.number
    assert here.carried().sent == 0
    assert here.network.number == before


@every_tracker
def test_a_ledger_from_before_the_ticket_finds_it_again_and_makes_no_second_one(kind, tmp_path):
    here = office(kind, tmp_path)
    for _ in range(2):
        here.told(ticket_after(here.map, "breach"))
        until_all_is_told(here)
        here.clock.later(days=1)
        (tmp_path / "ledger.db").unlink()
    here.told(ticket_after(here.map, "breach", "breach", "pass"))
    until_all_is_told(here)
    assert len(here.shown()) == 1


@every_tracker
@pytest.mark.parametrize("fault", [*FAULTS, ANOTHER_PAGE])
def test_one_ticket_is_made_whatever_happens_to_the_first_try(kind, fault, tmp_path):
    here = office(kind, tmp_path)
    here.told(ticket_after(here.map, "breach"))
    here.network.fault = on_writes(fault)
    until_all_is_told(here)
    assert here.shown() == [(ticket_after(here.map, "breach").id, "open")]


@every_tracker
@pytest.mark.parametrize("place", range(1, 9))
@pytest.mark.parametrize("fault", ["killed", "timeout after", "error before", ANOTHER_PAGE])
def test_one_ticket_is_made_wherever_it_happens(kind, place, fault, tmp_path):
    here = office(kind, tmp_path)
    here.told(ticket_after(here.map, "breach"))
    here.network.fault = lambda number, request: fault if number == place else None
    until_all_is_told(here)
    here.told(ticket_after(here.map, "breach", "pass"))
    until_all_is_told(here)
    assert here.shown() == [(ticket_after(here.map, "breach").id, "resolved")]


@every_tracker
def test_a_thousand_breaches_are_a_thousand_tickets_though_every_seventh_request_fails(kind, tmp_path):
    here = office(kind, tmp_path)
    tickets = [ticket_after(here.map, "breach", key=f"deal/books/quality.c{number}") for number in range(1000)]
    here.told(*tickets)
    here.network.fault = lambda number, request: FAULTS[number // 7 % len(FAULTS)] if number % 7 == 0 else None
    until_all_is_told(here, most=1000)
    assert here.shown() == sorted((ticket.id, "open") for ticket in tickets)


@every_tracker
def test_a_tracker_that_is_down_for_days_gets_the_newest_state_once(kind, tmp_path):
    here = office(kind, tmp_path)
    here.network.fault = lambda number, request: "unreachable"
    for days in range(1, 6):
        here.told(ticket_after(here.map, *["breach"] * days))
        assert here.carried().waiting == 1
        here.clock.later(days=1)
    here.network.fault = lambda number, request: None
    here.carried()
    assert len(here.shown()) == 1
    assert here.post().outbox.waiting("board") == []


@every_tracker
def test_what_recovered_before_anyone_was_told_is_not_told_at_all(kind, tmp_path):
    here = office(kind, tmp_path)
    here.told(ticket_after(here.map, "breach"))
    here.told(ticket_after(here.map, "breach", "pass"))
    here.carried()
    assert here.shown() == []


@every_tracker
def test_a_ticket_waits_for_its_business_morning(kind, tmp_path):
    here = office(kind, tmp_path)
    here.clock.now = dt.datetime(2026, 3, 3, 12, 59, tzinfo=dt.UTC)  # 07:59 in New York
    here.told(ticket_after(here.map, "breach"))
    assert here.carried().sent == 0
    here.clock.later(minutes=1)
    assert here.carried().sent == 1


@every_tracker
def test_a_refusal_is_told_with_the_next_step_and_without_the_secret(kind, tmp_path, monkeypatch):
    here = office(kind, tmp_path)
    here.told(ticket_after(here.map, "breach"))
    for name in ("JIRA_USER", "GITHUB_TOKEN", "SERVICENOW_USER", "ROUNDUP_USER", "HOOK_SECRET"):
        monkeypatch.delenv(f"REVRECON_{name}")
    [said] = here.carried().troubles
    assert "is not set" in said
    monkeypatch.setenv("REVRECON_GITHUB_TOKEN", "wr0ng")
    monkeypatch.setenv("REVRECON_HOOK_SECRET", "wr0ng")
    if kind in ("github", "webhook"):
        [said] = here.carried().troubles
        assert "401" in said
        assert "Renew the secret" in said
        assert "wr0ng" not in said
    assert len(here.post().outbox.waiting("board")) == 1


@every_tracker
def test_no_personal_data_no_markup_and_no_mention_leaves_the_house(kind, tmp_path):
    here = office(kind, tmp_path)
    hostile = "<script>x</script> @everyone [a](http://b) joe.doe@example.com\nX-Header: 1"
    here.told(ticket_after(here.map, "breach", observed=hostile))
    sent = []
    here.network.fault = lambda number, request: sent.append(request.content.decode())
    here.carried()
    told = "\n".join(sent)
    assert "joe.doe" not in told
    assert "ann@example.com" not in told
    assert "s3cret" not in told
    if kind == "github":
        assert "<script" not in told
        assert "@everyone" not in told
        assert "[a](http" not in told


@every_that_reads_back
def test_a_ticket_closed_by_hand_is_closed_here_and_comes_back_with_the_next_breach(kind, tmp_path):
    here = office(kind, tmp_path)
    here.ledger.record(MONDAY, [fact(MONDAY)], [])
    here.told(*here.tickets())
    here.carried()
    [ticket] = here.tickets()
    here.fake.by_hand(ticket.id, "close")
    for _ in range(2):  # reading back twice finds nothing new
        here.post().read_back(here.ledger, ["board"], here.tickets())
    [closed] = here.tickets()
    assert (closed.state, closed.resolved_on) == ("resolved", MONDAY)
    assert [act.source for act in here.ledger.acts()] == ["board"]
    here.ledger.record(MONDAY + dt.timedelta(days=1), [fact(MONDAY + dt.timedelta(days=1))], [])
    here.told(*here.tickets())
    here.carried()
    assert here.shown() == [(ticket.id, "open")]


@every_that_reads_back
def test_what_a_person_did_since_is_not_undone_by_an_update(kind, tmp_path):
    here = office(kind, tmp_path)
    here.told(ticket_after(here.map, "breach"))
    here.carried()
    ours = ticket_after(here.map, "breach").id
    here.fake.by_hand(ours, "close")
    here.told(ticket_after(here.map, "breach", "breach"))  # nobody has read back yet
    here.carried()
    assert here.shown() == [(ours, "resolved")]


@every_that_reads_back
def test_remarks_and_taking_up_come_home_once(kind, tmp_path):
    here = office(kind, tmp_path)
    here.ledger.record(MONDAY, [fact(MONDAY)], [])
    here.told(*here.tickets())
    here.carried()
    [ticket] = here.tickets()
    here.fake.by_hand(ticket.id, "remark", "The sync was off since Friday")
    here.fake.by_hand(ticket.id, "take")
    for _ in range(2):
        here.post().read_back(here.ledger, ["board"], here.tickets())
        here.told(*here.tickets())
        here.carried()
    remarks = [act for act in here.ledger.acts(ticket.id) if act.deed == "comment"]
    assert [(act.by.lower(), act.why) for act in remarks] == [("ben", "The sync was off since Friday")]
    if kind != "github":  # which knows no such state
        assert here.tickets()[0].state == "acknowledged"
        assert here.shown() == [(ticket.id, "acknowledged")]


@every_that_reads_back
def test_a_deleted_ticket_is_made_anew_while_the_breach_lasts(kind, tmp_path):
    here = office(kind, tmp_path)
    here.ledger.record(MONDAY, [fact(MONDAY)], [])
    here.told(*here.tickets())
    here.carried()
    [ticket] = here.tickets()
    here.fake.by_hand(ticket.id, "delete")
    here.post().read_back(here.ledger, ["board"], here.tickets())
    until_all_is_told(here)
    assert here.shown() == [(ticket.id, "open")]


def test_a_login_that_has_lost_its_rights_makes_no_second_ticket(tmp_path):
    here = office("github", tmp_path)
    here.told(ticket_after(here.map, "breach"))
    here.carried()
    here.fake.visible = False
    here.told(ticket_after(here.map, "breach", "breach"))
    assert "not for this login" in here.carried().troubles[0]
    here.fake.visible = True
    here.clock.later(hours=2)
    until_all_is_told(here)
    assert len(here.shown()) == 1


def test_a_tracker_that_drops_our_id_is_complained_of(tmp_path):
    here = office("jira", tmp_path)
    here.fake.drops_labels = True
    here.told(ticket_after(here.map, "breach"))
    assert "dropped our id" in here.carried().troubles[0]
    assert len(here.shown()) == 1


def test_a_tracker_may_show_only_some_entities(tmp_path):
    here = office("github", tmp_path)
    shown = here.map.trackers["board"].model_copy(update={"entities": ("account",)})
    here.map = here.map.model_copy(update={"trackers": {"board": shown}})
    here.told(ticket_after(here.map, "breach"), ticket_after(here.map, "breach", key=KEY.replace("deal", "account")))
    here.carried()
    assert [ours for ours, _ in here.shown()] == [
        ticket_after(here.map, "breach", key="account/books/quality.stale_copy").id
    ]
