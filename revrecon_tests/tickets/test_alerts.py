"""Alerts: only on a change of state, each once, with a recovery notice, through every channel."""

import datetime as dt

import pytest

from revrecon.tickets.alerts.email import as_mail
from revrecon.tickets.alerts.teams import as_card
from revrecon.tickets.bodies.content import Content
from revrecon.tickets.notices import heartbeat, heartbeat_due, ticket_notices, told_notice
from revrecon.tickets.post import PostOffice
from revrecon_tests.fakes import mail
from revrecon_tests.fakes.chat import FakeSlack, FakeTeams
from revrecon_tests.fakes.clock import FakeClock
from revrecon_tests.fakes.faults import Killed, Network, on_writes
from revrecon_tests.fakes.webhook import FakeWebhook
from revrecon_tests.tickets.offices import map_with, ticket_after

CHANNELS = {
    "slack": ("{kind: slack, channel: C0123}", FakeSlack),
    "teams": ("{kind: teams, url_env: REVRECON_HOOK}", FakeTeams),
    "webhook": ("{kind: webhook, url_env: REVRECON_HOOK, secret_env: REVRECON_HOOK_SECRET}", FakeWebhook),
}
every_channel = pytest.mark.parametrize("kind", sorted(CHANNELS))


class Room:
    """One company with one channel, `room`."""

    def __init__(self, kind, root, also=""):
        settings, fake = CHANNELS[kind]
        self.map = map_with(f"alerts: {{channels: {{room: {settings}}}, owners: [room]{also}}}")
        self.clock, self.fake = FakeClock(), fake()
        self.network = Network(self.fake.handle)
        self.root = root

    def post(self):
        return PostOffice(self.map, f"sqlite:///{self.root / 'ledger.db'}", self.root, self.clock, self.network)

    def goes_out(self, *verdicts):
        self.post().plan([ticket_after(self.map, *verdicts)])
        return self.delivered()

    def delivered(self):
        return self.post().deliver(["room"])[0]

    def told(self):
        if isinstance(self.fake, FakeWebhook):
            return [told["subject"] for told in self.fake.received]
        return self.fake.told()


@every_channel
def test_a_breach_its_end_and_its_return_are_told_once_each(kind, tmp_path):
    room = Room(kind, tmp_path)
    counts = []
    for verdicts in (["breach"], ["breach"] * 2, ["breach"] * 3, ["breach", "pass"], ["breach", "pass", "pass"],
                     ["breach", "pass", "breach"]):  # fmt: skip
        assert room.goes_out(*verdicts).troubles == []
        counts.append(len(room.told()))
    assert counts == [1, 1, 1, 2, 2, 3]


@every_channel
def test_good_news_is_for_those_who_had_the_bad(kind, tmp_path):
    room = Room(kind, tmp_path)
    room.clock.now = dt.datetime(2026, 3, 3, 4, tzinfo=dt.UTC)  # before the morning on which the breach is told
    room.goes_out("breach")
    room.goes_out("breach", "pass")
    room.clock.later(days=3)
    room.delivered()
    assert room.told() == []
    assert room.post().outbox.waiting("room") == []


@every_channel
@pytest.mark.parametrize("fault", ["unreachable", "too many", "error before"])
def test_an_alert_that_was_surely_not_sent_is_sent_later(kind, fault, tmp_path):
    room = Room(kind, tmp_path)
    room.network.fault = lambda number, request: fault
    assert room.goes_out("breach").waiting == 1
    room.network.fault = lambda number, request: None
    room.clock.later(hours=2)
    room.delivered()
    assert len(room.told()) == 1


@pytest.mark.parametrize("kind", ["slack", "webhook"])
@pytest.mark.parametrize("fault", ["timeout after", "error after", "killed"])
def test_an_alert_whose_answer_was_lost_is_not_told_twice(kind, fault, tmp_path):
    room = Room(kind, tmp_path)
    room.network.fault = on_writes(fault)
    try:
        room.goes_out("breach")
    except Killed:
        assert fault == "killed"
    room.clock.later(hours=2)
    room.delivered()
    assert len(room.told()) == 1
    assert room.post().outbox.waiting("room") == []


def test_slack_says_no_with_200_and_the_next_step_is_told(tmp_path):
    room = Room("slack", tmp_path)
    room.fake.says = "not_in_channel"
    [said] = room.goes_out("breach").troubles
    assert "not_in_channel" in said
    assert "docs/trackers.md" in said


def test_data_in_slack_can_neither_link_nor_mention(tmp_path):
    room = Room("slack", tmp_path)
    room.post().tell(told_notice("x", "<!channel> *bold* <http://b|a>", [], "&", []), ["room"])
    room.delivered()
    text = room.fake.messages[0]["text"]
    assert "<!channel>" not in text
    assert "<http" not in text


def test_a_card_fits_into_teams_and_says_the_title_first():
    content = Content("Title", (("State", "open"),), "Do it", tuple(("x" * 200,) * 6 for _ in range(60)))
    card = as_card(content)
    assert card["body"][0]["text"] == "Title"
    assert len(str(card)) < 28_000


def test_a_mail_has_a_lasting_id_and_nothing_in_it_adds_a_header():
    notice = told_notice("run|1", "Failed\r\nBcc: all@example.com", [], "Look", ["ann@example.com"])
    first, again = as_mail("rr@example.com", notice, "key"), as_mail("rr@example.com", notice, "key")
    assert first["Message-ID"] == again["Message-ID"]
    assert first["Bcc"] is None
    assert first["Message-ID"] != as_mail("rr@example.com", notice, "other")["Message-ID"]


def test_mail_reaches_the_owner_through_a_real_server(tmp_path):
    with mail.mail_server() as (box, port):
        settings = f"{{kind: email, host: 127.0.0.1, port: {port}, sender: rr@example.com, security: none}}"
        company = map_with(f"alerts: {{channels: {{room: {settings}}}, owners: [room]}}")
        clock = FakeClock()
        post = PostOffice(company, f"sqlite:///{tmp_path / 'ledger.db'}", tmp_path, clock)
        box.answers = ["451 later", "554 never", "hang up", "250 OK"]
        post.plan([ticket_after(company, "breach")])
        said = []
        for _ in range(4):
            said += post.deliver(["room"])[0].troubles
            clock.later(hours=2)
        assert [word for word in ("451", "554", "lost") if not any(word in one for one in said)] == []
        assert post.outbox.waiting("room") == []
        # the mail whose answer was lost came twice, under one id, so that mail systems show it once
        assert len({one["Message-ID"] for one, _ in box.mails}) == 1
        received, recipients = box.mails[-1]
        assert recipients == ["ann@example.com"]
        assert received["Subject"].startswith("New: Deal out of date in Books (RR-")
        assert "What to do" in received.get_content()


def test_a_heartbeat_beats_once_a_day_from_its_hour_on(tmp_path):
    room = Room("webhook", tmp_path, ', heartbeat: {at: "07:00", channels: [room]}')
    moments = [(9, 10, None), (9, 11, 9), (9, 23, 9), (10, 3, 9), (10, 4, None), (10, 12, 10)]  # UTC; 4 hours ahead
    for day, hour, due in moments:
        now = dt.datetime(2026, 3, day, hour, tzinfo=dt.UTC)
        beat = heartbeat_due(room.map, now)
        assert beat == (dt.date(2026, 3, due) if due else None), (day, hour)
        if beat:
            room.clock.now = now
            room.post().tell(heartbeat(room.map, beat, 3, 0, None), ["room"])
            room.delivered()
    assert room.told() == ["heartbeat|2026-03-09", "heartbeat|2026-03-10"]


def test_engineers_hear_of_missed_deadlines_and_owners_of_everything():
    both = (
        "alerts: {channels: {a: {kind: file}, b: {kind: file}}, owners: [a], engineers: {people: [ann], channels: [b]}}"
    )
    company = map_with(both)
    post = PostOffice(company, "sqlite://", None)
    late = ticket_after(company, "breach", key="deal/books/timing.late")
    other = ticket_after(company, "breach")
    assert post._concerning("a", [late, other]) == [late, other]
    assert post._concerning("b", [late, other]) == [late]


def test_a_snoozed_ticket_says_nothing_and_an_open_one_says_what_is_new():
    company = map_with("")
    [(notice, due)] = list(ticket_notices(ticket_after(company, "breach")))
    assert notice.content.title.startswith("New: Deal out of date in Books")
    assert due == dt.date(2026, 3, 3)
    assert notice.people == ("ann@example.com",)
