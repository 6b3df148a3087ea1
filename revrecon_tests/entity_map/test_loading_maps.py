"""How a valid map comes in: shorthands, lines, encodings, speed."""

import hashlib
import re
import time
from datetime import timedelta
from pathlib import Path

import pytest

from revrecon.entity_map import LoadedMap, MapProblems, load_map, parse_map
from revrecon.entity_map.document import read_document


def _said(text: str) -> str:
    with pytest.raises(MapProblems) as told:
        parse_map(text)
    return str(told.value)


def test_a_map_of_two_systems_and_two_entities_is_valid(small_path: Path) -> None:
    loaded = load_map(small_path)
    assert [*loaded.map.systems] == ["crm", "books"]
    assert [*loaded.map.entities] == ["account", "deal"]
    assert loaded.path == small_path


def test_a_loaded_map_keeps_its_text_and_the_hash_of_it(small_path: Path) -> None:
    loaded = load_map(small_path)
    assert loaded.text == small_path.read_text(encoding="utf-8")
    assert loaded.sha256 == hashlib.sha256(small_path.read_bytes()).hexdigest()


def test_what_is_loaded_is_frozen(small_text: str) -> None:
    loaded = parse_map(small_text)
    with pytest.raises(AttributeError):
        loaded.sha256 = ""
    with pytest.raises(ValueError, match="frozen"):
        loaded.map.company.name = "Other"


def test_shorthands_mean_their_long_form(small_text: str) -> None:
    account = parse_map(small_text).map.entities["account"]
    assert account.canonical_system == ("crm",)
    assert account.replication["crm"].fields["account_name"].column == "Name"
    assert account.fields["invoiced"].source_of_truth[0].copy_name == "books"
    assert account.reconciliation.match_keys[0].on == ("account_name",)
    assert account.replication["books"].freshness == timedelta(hours=24)
    limit = account.reconciliation.thresholds[1].share
    assert limit is not None
    assert (limit.warn, limit.breach) == (0.01, 0.05)


def test_a_time_of_day_needs_no_quotes(small_text: str) -> None:
    assert parse_map(small_text).map.rhythms.daily.at.isoformat() == "05:30:00"


@pytest.mark.parametrize("encoded", [b"\xef\xbb\xbf", b""], ids=["with a byte order mark", "without"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["unix lines", "windows lines"])
def test_a_map_from_any_editor_loads(small_text: str, tmp_path: Path, encoded: bytes, line_end: str) -> None:
    file = tmp_path / "entity_map.yaml"
    file.write_bytes(encoded + small_text.replace("\n", line_end).encode())
    assert load_map(file).map == parse_map(small_text).map


def test_a_file_that_is_not_there_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(MapProblems, match=r"^map\.yaml has 1 problem:\n  there is no such file; write one, or name"):
        load_map(tmp_path / "map.yaml")


def test_a_folder_is_no_map(tmp_path: Path) -> None:
    with pytest.raises(MapProblems, match="it cannot be read: Is a directory"):
        load_map(tmp_path)


def test_a_file_in_another_encoding_is_told_with_the_line(small_text: str, tmp_path: Path) -> None:
    file = tmp_path / "entity_map.yaml"
    file.write_bytes(small_text.replace("Ann Archer", "Ann Ärcher").encode("latin-1"))
    with pytest.raises(MapProblems, match="line 13: this is no UTF-8 text; save the file as UTF-8"):
        load_map(file)


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "null\n"])
def test_an_empty_map_is_told_what_a_map_holds(text: str) -> None:
    assert _said(text) == (
        "entity_map.yaml has 1 problem:\n  the map is empty; "
        "it holds company, map, people, departments, systems, entities, numbers and rhythms"
    )


@pytest.mark.parametrize(("text", "found"), [("- a\n", "a list"), ("words\n", "'words'"), ("5\n", "the number 5")])
def test_a_map_is_made_of_keys(text: str, found: str) -> None:
    assert f"line 1: expected keys with values such as company, map, people, departments, systems, entities, " \
           f"numbers and rhythms, found {found}" in _said(text)  # fmt: skip


def test_a_control_character_is_told_by_its_code(small_text: str) -> None:
    assert "line 2: the character U+0001 cannot be read" in _said(small_text.replace("Harbour", "Har\x01bour"))


def test_an_anchor_and_its_aliases_are_one_value_in_several_places(small_text: str) -> None:
    shared = small_text.replace("compare: {account_name: {}}", "compare: {account_name: &exact {}}")
    shared = shared.replace("compare: {amount: {absolute: 0.005}}", "compare: {amount: *exact}")
    assert parse_map(shared).map.entities["deal"].reconciliation.compare["amount"].absolute == 0


def test_merged_keys_count_and_keep_the_line_on_which_they_were_written(small_text: str) -> None:
    merged = small_text.replace(
        "settings: {root: crm, contents: changed}", "settings: &files {root: crm, contents: all}"
    )
    merged = merged.replace("settings: {root: books}", "settings: {<<: *files, root: books}")
    assert re.findall(r"line (\d+): systems\.(\w+)\.settings\.contents", _said(merged)) == [
        ("23", "crm"),
        ("23", "books"),
    ]


def test_own_keys_win_over_merged_ones() -> None:
    document, problems = read_document("a: &a {x: 1, y: 1}\nb: {<<: *a, x: 2}\nc: {<<: [{z: 3}, *a]}\n")
    assert problems == []
    assert document.value["b"] == {"x": 2, "y": 1}
    assert document.value["c"] == {"x": 1, "y": 1, "z": 3}


def test_a_part_that_contains_itself_is_a_problem_and_no_endless_loop() -> None:
    assert "line 1: a[0]: this part contains itself, or is nested too deeply" in _said("a: &a [*a]\n")


def test_brackets_without_end_are_a_problem_and_no_crash() -> None:
    assert "nested too deeply" in _said("a: " + "[" * 1500 + "]" * 1500)


def test_aliases_of_aliases_do_not_grow_without_bound() -> None:
    layers = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 30))
    started = time.process_time()
    assert "unknown key" in _said("l0: &l0 [x]\n" + layers)
    assert time.process_time() - started < 2


def test_a_long_map_loads_well_under_a_second(small_text: str) -> None:
    long = _with_more_deals(small_text, copies=16)
    assert long.count("\n") > 900
    started = time.process_time()
    loaded: LoadedMap = parse_map(long)
    assert time.process_time() - started < 1.5  # about 0.2 s on an idle machine; the rest is for a busy one
    assert len(loaded.map.entities) == 18


def _with_more_deals(text: str, copies: int) -> str:
    """The small map with its deal entity and its pipeline number repeated under other names."""
    deal = text[text.index("  deal:\n") : text.index("\nnumbers:\n")]
    number = text[text.index("  pipeline:\n") : text.index("  customers:\n")]
    deals = "\n".join(deal.replace("  deal:\n", f"  deal_{n}:\n") for n in range(copies))
    numbers = "".join(
        number.replace("  pipeline:\n", f"  pipeline_{n}:\n").replace("entity: deal", f"entity: deal_{n}")
        for n in range(copies)
    )
    return text.replace(deal, deal + "\n" + deals).replace(number, number + numbers)
