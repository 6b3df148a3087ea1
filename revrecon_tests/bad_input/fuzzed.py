"""Fuzzing: whatever a map, an export, a file of decisions or an answer holds, it works or one of the known errors says
what is wrong."""

import datetime as dt
import json
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from revrecon.daily.decisions_file import decisions_of_file
from revrecon.daily.errors import CANNOT_RUN
from revrecon.entity_map.loader import load_map
from revrecon_tests.bad_input.accounted import landed
from revrecon_tests.bad_input.corpus import Ugly
from revrecon_tests.faults.kiosk import MAP
from revrecon_tests.faults.outcomes import Outcome
from revrecon_tests.sources.offices import OFFICES, OVER_HTTP

UGLY = st.sampled_from(
    ["", "~", "-1", "1e999", "NaN", "9999-12-31", "2026-02-30", "[]", "{}", "[a, b]", "{a: {b: c}}", "!!python/x y",
     "*x", "&x", "'", '"', "\t", "\x00", "\u202e", "🚀", "x" * 5000, "2026-01-01T00:00:00Z", "true", "0o17", "1_000",
     "a: b", "#"]
)  # fmt: skip
EDIT = st.tuples(st.sampled_from(["drop", "double", "value", "insert", "indent", "cut"]), st.floats(0, 1), UGLY)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | UGLY,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
DECISIONS = """
- on: 2026-07-21
  by: sam
  why: They plan with everything that is open.
  kind: agree_difference
  name: plans_with_all
  about: {kind: bridge, number: pipeline, definition: sales, cause: definition.filter}
  cap: 7000000
  until: 2026-12-31
- on: 2026-07-21
  by: marco
  why: No parents before the sync.
  kind: adjust_threshold
  entity: account
  copy: marketing
  cause: hierarchy.missing_parent
  measure: count
  warn: 45
  breach: 50
- {on: 2026-07-21, by: sam, why: Two sales., kind: never_merge, entity: deal, left: crm/D1, right: books/Q1}
"""


def edited(text: str, edits: list[tuple[str, float, str]]) -> str:
    """A text with some of its lines gone, doubled, indented, or with other values."""
    lines = text.splitlines()
    for deed, place, value in edits:
        at = min(int(place * len(lines)), len(lines) - 1)
        if at < 0:
            continue
        name, colon, old = lines[at].partition(":")
        changed = {
            "drop": [], "double": [lines[at]] * 2, "value": [f"{name}{colon} {value}"], "insert": [lines[at], value],
            "indent": [f"  {lines[at]}"], "cut": [f"{name}{colon}{old[: len(old) // 2]}"],
        }  # fmt: skip
        lines[at : at + 1] = changed[deed]
    return "\n".join(lines)


def tried(strategy: st.SearchStrategy[object], deed: Callable[[object], object], examples: int) -> Outcome:
    """The deed on so many examples: each works, or ends with one of the known errors."""
    outcome = Outcome()

    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(strategy)
    def once(example: object) -> None:
        outcome.judge(repr(example)[:300], traceback_of(deed, example))

    once()
    return outcome


def traceback_of(deed: Callable[[object], object], example: object) -> list[str]:
    """Nothing where the deed works or ends with one of the known errors in a sentence; else what it ended with."""
    try:
        deed(example)
    except CANNOT_RUN as trouble:
        return [] if str(trouble).strip() else ["an error without a sentence"]
    except Exception as error:  # noqa: BLE001  # that is what is looked for
        return [f"{type(error).__name__}: {error}"[:300]]
    return []


def take_map(content: bytes) -> None:
    """Load a map of this content."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "entity_map.yaml"
        path.write_bytes(content)
        load_map(path)


def take_decisions(content: bytes) -> None:
    """Read a file of decisions of this content."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "decisions.yaml"
        path.write_bytes(content)
        decisions_of_file(path, dt.date(2026, 7, 22))


def take_export(content: bytes) -> None:
    """Land an export of this content, each of its rows in one place."""
    with tempfile.TemporaryDirectory() as folder:
        landed(Path(folder), Ugly("fuzzed", lambda: content))


def _edited_or(text: str, take: Callable[[bytes], None]) -> Callable[[object], None]:
    """Take a text with edits, or bytes as they are."""
    return lambda content: take(content if isinstance(content, bytes) else edited(text, content).encode())


def maps_fuzzed(examples: int) -> Outcome:
    """Maps with odd edits, and bytes that are no map at all."""
    given = st.lists(EDIT, min_size=1, max_size=4) | st.binary(max_size=60)
    return tried(given, _edited_or(MAP, take_map), examples)


def decisions_fuzzed(examples: int) -> Outcome:
    """Files of decisions with odd edits, and bytes that are none at all."""
    given = st.lists(EDIT, min_size=1, max_size=4) | st.binary(max_size=60)
    return tried(given, _edited_or(DECISIONS, take_decisions), examples)


def exports_fuzzed(examples: int) -> Outcome:
    """Exports of odd letters, quotes and bytes: read, each row in one place, or refused."""
    cell = st.text(alphabet="ab1,;|\t\"'\n\r\x00é\ufeff\u2028🚀 ", max_size=12)
    rows = st.lists(st.lists(cell, max_size=4).map(",".join), max_size=6).map("\n".join)
    whole = rows.map(lambda content: f"id,created,changed\n{content}".encode())
    return tried(whole | st.binary(max_size=80), take_export, examples)


class Garbling(httpx.BaseTransport):
    """A network whose n-th answer is another one."""

    def __init__(self, under: httpx.BaseTransport, at: int, answer: httpx.Response) -> None:
        self.under, self.at, self.answer, self.number = under, at, answer, 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.number += 1
        given = self.under.handle_request(request)
        return self.answer if self.number == self.at else given


def answers_fuzzed(examples: int) -> Outcome:
    """Answers of live systems of another form than promised, at any place of an extract."""
    outcome = Outcome()
    body = JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=40)
    answer = st.tuples(st.integers(1, 6), st.sampled_from([200, 200, 200, 201, 204, 302, 400, 404, 500]), body)
    for kind in OVER_HTTP:
        found = tried(answer, lambda given, kind=kind: take_answer(kind, *given), examples)
        outcome.tried += found.tried
        outcome.lost += [f"{kind}: {said}" for said in found.lost]
    return outcome


def take_answer(kind: str, at: int, status: int, body: bytes) -> None:
    """Land an extract of a system of this kind whose answer at a place is another one; then land it whole."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
        office = OFFICES[kind](Path(folder), environment)
        for number in range(4):
            office.put(number)
        office.network = Garbling(office.network, at, httpx.Response(status, content=body))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            office.land()
        assert set(office.names()) == {office.key(number) for number in range(4)}, "records are lost"
