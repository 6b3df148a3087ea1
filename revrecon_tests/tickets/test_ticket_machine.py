"""The life of a ticket as a machine: whatever happens in whatever order, its laws hold."""

import datetime as dt
import itertools
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from revrecon.tickets.acts import ActRefused, act_on
from revrecon.tickets.ledger import Ledger
from revrecon.tickets.post import PostOffice
from revrecon_tests.fakes.clock import FakeClock
from revrecon_tests.tickets.offices import MONDAY, fact, map_with

MAP = map_with("alerts: {channels: {notes: {kind: file}}, owners: [notes]}")
LADDER = MAP.rhythms.model_validate(
    {
        "daily": {"at": "05:30"}, "tickets": {"at": "08:00"},
        "escalation": [{"after": "7d", "to": "owner"}, {"after": "30d", "to": "manager"}],
    }
)  # fmt: skip
BOSS = MAP.people["ann"].model_copy(update={"name": "Bea", "email": "bea@example.com"})
ANN = MAP.people["ann"].model_copy(update={"manager": "bea"})
COMPANY = MAP.model_copy(update={"rhythms": LADDER, "people": {"ann": ANN, "bea": BOSS}})
DAYS = st.integers(1, 12)


class TicketLife(RuleBasedStateMachine):
    """Days are judged, people act; a small model in plain words says what must be true."""

    @initialize()
    def an_empty_ledger(self):
        folder = Path(tempfile.mkdtemp())
        self.clock = FakeClock(dt.datetime(2026, 3, 3, 14, tzinfo=dt.UTC))
        self.ledger = Ledger(f"sqlite:///{folder / 'ledger.db'}")
        self.office = PostOffice(COMPANY, f"sqlite:///{folder / 'ledger.db'}", folder, self.clock)
        self.day, self.story, self.ends = MONDAY - dt.timedelta(days=1), [], []

    def ticket(self):
        found = self.ledger.tickets(COMPANY, self.day)
        assert len(found) <= 1  # one key has one ticket
        return found[0] if found else None

    def goes_out(self):
        self.office.plan(self.ledger.tickets(COMPANY, self.day))
        self.office.deliver(["notes"])

    @rule(verdict=st.sampled_from(["breach", "breach", "pass", "warn", "not_run"]), passed=DAYS)
    def a_day_is_judged(self, verdict, passed):
        self.day += dt.timedelta(days=passed)
        self.clock.later(days=passed)
        self.ledger.record(self.day, [fact(self.day, verdict)], [])
        self.story.append(("day", verdict, self.day))
        self.goes_out()

    @rule(verdict=st.sampled_from(["breach", "pass"]), place=st.integers(0, 50))
    def an_earlier_day_is_judged_again(self, verdict, place):
        days = [n for n, step in enumerate(self.story) if step[0] == "day"]
        if days:
            at = days[place % len(days)]
            day = self.story[at][2]
            self.ledger.record(day, [fact(day, verdict)], [])
            self.story[at] = ("day", verdict, day)
            self.goes_out()

    @precondition(lambda self: self.story and self.ticket() is not None)
    @rule(deed=st.sampled_from(["acknowledge", "resolve", "comment"]))
    def someone_acts(self, deed):
        self.acted(deed, None)

    @precondition(lambda self: self.story and self.ticket() is not None)
    @rule(days=st.integers(2, 40))
    def someone_lets_it_rest(self, days):
        self.acted("snooze", self.day + dt.timedelta(days=days))

    def acted(self, deed, until):
        self.clock.later(minutes=1)
        ticket = self.ticket()
        try:
            act = act_on(COMPANY, ticket, self.day, deed, "ann", f"because {len(self.story)}", until, self.clock())
        except ActRefused:
            assert not ticket.live
            return
        self.ledger.act([act])
        self.story.append((deed, until, self.day))
        self.goes_out()

    def told_in_plain_words(self):
        """State and lives as a person would tell them from the story."""
        live, taken, rest, lives = False, False, None, 0
        for what, detail, _ in self.story:
            if (what, detail) == ("day", "breach") and not live:
                live, taken, rest, lives = True, False, None, lives + 1
            elif live and ((what, detail) == ("day", "pass") or what == "resolve"):
                live = False
            elif live and what == "acknowledge":
                taken = True
            elif live and what == "snooze":
                rest = detail
        if not lives:
            return None
        asleep = rest is not None and self.day + dt.timedelta(days=1) < rest
        state = "resolved" if not live else "snoozed" if asleep else "acknowledged" if taken else "open"
        return state, lives

    @invariant()
    def it_is_in_the_state_that_the_story_tells(self):
        ticket = self.ticket()
        assert (ticket and (ticket.state, ticket.life)) == self.told_in_plain_words()

    @invariant()
    def nothing_is_sent_twice_and_good_news_follows_bad(self):
        told = sorted(path.name for path in (self.office.home / "reports/alerts").glob("*"))
        ends = [name.rpartition("_")[0] for name in told if name.endswith("_1000.md")]
        assert all(any(name.startswith(f"{end}_") and not name.endswith("_1000.md") for name in told) for end in ends)
        before = self.office.outbox.told("notes")
        assert self.office.plan(self.ledger.tickets(COMPANY, self.day)) == 0
        assert self.office.outbox.told("notes") == before

    @invariant()
    def steps_of_the_ladder_come_in_their_order_and_on_business_mornings(self):
        ticket = self.ticket()
        steps = ticket.escalations if ticket else ()
        assert all(step.due.weekday() < 5 for step in steps)
        assert all(one.step < other.step and one.due <= other.due for one, other in itertools.pairwise(steps))


TicketLife.TestCase.settings = settings(max_examples=25, stateful_step_count=18, deadline=None)
test_the_life_of_a_ticket = pytest.mark.usefixtures("quick")(TicketLife.TestCase)
