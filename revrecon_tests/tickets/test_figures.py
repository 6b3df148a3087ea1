"""The register of published figures is only ever added to, and every row holds the one before."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.history.pinned_lake import Extract
from revrecon.tickets.figures import FigureRegister, extracts_sha256
from revrecon_tests.tickets.drafts import DAY, NOON, draft


def register(tmp_path):
    return FigureRegister(f"sqlite:///{tmp_path}/ledger.db")


def test_the_same_figure_is_published_once_whoever_publishes_it_and_when(tmp_path):
    kept = register(tmp_path)
    (first,) = kept.publish([draft()], [])
    (again,) = kept.publish([draft(published_by="bob", published_at=NOON + dt.timedelta(days=1))], [])
    assert (first.fresh, again.fresh) == (True, False)
    assert again.figure == first.figure
    assert kept.all() == [first.figure]


def test_another_value_is_another_revision_and_the_first_one_stays(tmp_path):
    kept = register(tmp_path)
    for value in ("900.00", "950.00", "900.00", "900.00"):
        kept.publish([draft(value)], [])
    assert [(one.revision, one.value) for one in kept.all()] == [
        (1, Decimal("900.00")), (2, Decimal("950.00")), (3, Decimal("900.00")),
    ]  # fmt: skip
    assert len({one.id for one in kept.all()}) == 3
    assert kept.faults() == []


@pytest.mark.parametrize("deed", ["UPDATE published_figures SET value = '1'", "DELETE FROM published_figures"])
@pytest.mark.parametrize("table", ["published_figures", "figure_extracts", "restated_figures"])
def test_the_database_refuses_to_change_or_remove_a_row(tmp_path, deed, table):
    kept = register(tmp_path)
    kept.publish([draft()], [Extract("crm", "Deal", DAY, "a" * 64)])
    kept.keep_restated("FIG-1", "s", "{}")
    column = {"published_figures": "value", "figure_extracts": "sha256", "restated_figures": "body"}[table]
    statement = deed.replace("published_figures", table).replace("value =", f"{column} =")
    with pytest.raises(sa.exc.IntegrityError, match="only ever added to"), kept.engine.begin() as connection:
        connection.execute(sa.text(statement))


@pytest.mark.parametrize(
    ("tampering", "told"),
    [
        ("UPDATE published_figures SET value = '1' WHERE place = 2", "(row 2) is not what was written"),
        ("UPDATE published_figures SET body = replace(body, '950', '999') WHERE place = 2", "(row 2) is not what"),
        ("DELETE FROM published_figures WHERE place = 2", "Row 2 of the register of figures is gone"),
    ],
)
def test_who_gets_round_the_database_is_found_out_by_the_chain(tmp_path, tampering, told):
    kept = register(tmp_path)
    for value in ("900.00", "950.00", "990.00"):
        kept.publish([draft(value)], [])
    with kept.engine.begin() as connection:
        for deed in ("update", "delete"):
            connection.execute(sa.text(f"DROP TRIGGER published_figures_no_{deed}"))
        connection.execute(sa.text(tampering))
    assert told in kept.faults()[0]


def test_the_extracts_of_each_act_are_told_as_they_were_then(tmp_path):
    kept = register(tmp_path)
    first, second = Extract("crm", "Deal", DAY, "a" * 64), Extract("crm", "Deal", DAY, "b" * 64)
    other = Extract("erp", "Bill", DAY, "x" * 64)
    later = Extract("crm", "Deal", DAY + dt.timedelta(days=1), "c" * 64)
    kept.publish([draft("1")], [first, other])
    kept.publish([draft("2")], [second, other])
    kept.publish([draft("3", day=later.day)], [second, later, other])
    one, two, three = kept.all()
    assert (kept.extracts(one), kept.extracts(two), kept.extracts(three)) == ([first], [second], [second, later])
    assert kept.extracts_at(one) == [first, other]
    assert extracts_sha256([other, first]) == extracts_sha256([first, other])


def test_two_that_publish_at_the_same_time_queue_and_the_chain_stays_whole(tmp_path):
    register(tmp_path)

    def publish(number):
        register(tmp_path).publish([draft(str(number), definition=f"d{number}")], [])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(publish, range(12)))
    kept = register(tmp_path)
    assert [one.place for one in kept.all()] == list(range(1, 13))
    assert kept.faults() == []


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(-5, 5)), max_size=12))
def test_whatever_is_published_in_whatever_order_the_newest_revision_is_the_last_value(tmp_path_factory, acts):
    kept = register(tmp_path_factory.mktemp("ledger"))
    for definition, value in acts:
        kept.publish([draft(str(value), definition=definition)], [])
    newest = {one.definition: one.value for one in kept.all()}
    assert newest == {definition: Decimal(value) for definition, value in acts}
    assert kept.faults() == []
