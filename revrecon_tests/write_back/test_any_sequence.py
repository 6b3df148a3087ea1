"""Whatever happens in whatever order, every planned change is made exactly once, and undoing brings back the rest."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from revrecon.sources.contract import SourceError
from revrecon.write_back.trouble import WriteRefused
from revrecon_tests.fakes.faults import ANOTHER_PAGE, FAULTS, Killed
from revrecon_tests.write_back.desks import DAY, Desk

RECORDS = 5
WISHES = "number | column | to\n" + "\n".join(f"{n} | name | New {n}" for n in range(1, RECORDS + 1))
TROUBLES = [*(fault for fault in FAULTS if fault != "too many"), ANOTHER_PAGE]  # "too many" waits for a second
BEFORE = {n: f"Old {n}" for n in range(1, RECORDS + 1)}
AFTER = {n: f"New {n}" for n in range(1, RECORDS + 1)}


def holds(desk):
    return {n: desk.holds(n) for n in range(1, RECORDS + 1)}


def settled(desk, name):
    """Resume until it is done; every process may meet troubles again."""
    for _ in range(60):
        try:
            return desk.desk().resume(name, "ann")
        except (Killed, SourceError, WriteRefused):
            continue
    raise AssertionError("it never ends")


def carried(desk, plan, undoes=None):
    """Apply a plan, whatever it takes."""
    for _ in range(60):
        known = {write.id for write in desk.desk().record.all()}
        try:
            return desk.desk().apply(plan, DAY, "ann", undoes)
        except (SourceError, WriteRefused, Killed):
            begun = [write for write in desk.desk().record.all() if write.id not in known]
            if begun:
                return begun[0] if begun[0].ended else settled(desk, begun[0].id)
    raise AssertionError("it never begins")


@pytest.mark.parametrize("connector", ["salesforce", "hubspot"])
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    troubles=st.lists(st.one_of(st.none(), st.sampled_from(TROUBLES)), max_size=30),
    at_once=st.integers(1, RECORDS),
)
def test_every_change_is_made_once_and_undoing_restores_what_was_there(connector, troubles, at_once, monkeypatch):
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(connector, Path(folder), monkeypatch, at_once)
        desk.records(RECORDS)
        for number, name in BEFORE.items():
            desk.put(number, name=name)
        plan = desk.plan(WISHES)
        left = list(troubles)
        desk.network.fault = lambda number, request: left.pop(0) if left else None
        write = carried(desk, plan)
        assert holds(desk) == AFTER
        assert {one.outcome for one in write.results.values()} == {"written"}
        assert sorted(key for key, _ in desk.ways.writes) == sorted(desk.key(n) for n in AFTER)
        _, back = desk.desk().undo_plan(write.id)
        left += reversed(troubles)
        undone = carried(desk, back, write.id)
        assert holds(desk) == BEFORE
        assert undone.is_well
        assert len(desk.ways.writes) == 2 * RECORDS
        assert desk.desk().record.faults() == []
