import csv
import json

import pytest
from typer.testing import CliRunner

from revrecon.cli import app
from revrecon_tests.shops import FIRST, SECOND, THIRD, shop_on_disk


@pytest.fixture
def shop(tmp_path):
    return shop_on_disk(tmp_path)


def call(shop, *words):
    named = [] if words[0] == "schema" else ["--map", str(shop / "entity_map.yaml")]
    if words[0] not in ("check", "schema"):
        named += ["--data", str(shop / "data"), "--home", str(shop / "home")]
    return CliRunner().invoke(app, [words[0], *words[1:], *named], env={"COLUMNS": "160"})


def test_a_day_without_breaches_ends_with_0_and_one_with_a_breach_with_1(shop):
    assert call(shop, "run", "--as-of", str(FIRST)).exit_code == 0
    told = call(shop, "run", "--as-of", str(SECOND))
    assert told.exit_code == 1
    assert "Deal with wrong values" in told.output


def test_the_last_day_with_data_is_the_default(shop):
    assert f"{THIRD}.html" in call(shop, "run").output.replace("\n", "")


def test_a_demo_says_what_to_do_next(shop):
    told = call(shop, "demo", "--as-of", str(SECOND))
    assert told.exit_code == 0
    for words in ("Pipeline", "RR-", "revrecon bridge", "revrecon ui", ".html"):
        assert words in told.output


def test_a_bridge_goes_down_to_the_records(shop):
    told = call(shop, "bridge", "pipeline", "--from", "books", "--as-of", str(SECOND))
    assert told.exit_code == 0
    assert "books/quote/Q1" in told.output
    assert "$600.00" in told.output


def test_a_finding_is_explained_by_its_record_and_by_its_signature(shop):
    told = call(shop, "explain", "Q1", "--as-of", str(SECOND))
    assert told.exit_code == 0
    for words in ("quality.wrong_value", "books/quote/Q1", "expected", "300.00", "ann@example.com", "crm/Deal/D1"):
        assert words.lower() in told.output.lower()
    call(shop, "export", "--to", str(shop / "out"), "--as-of", str(SECOND))
    with (shop / "out/exceptions.csv").open() as file:
        signature = next(csv.DictReader(file))["signature"]
    assert call(shop, "explain", signature[:8], "--as-of", str(SECOND)).exit_code == 0


def test_tickets_end_with_1_while_any_is_live(shop):
    assert call(shop, "tickets", "--as-of", str(FIRST)).exit_code == 0
    assert call(shop, "tickets", "--as-of", str(SECOND)).exit_code == 1


def test_an_export_has_every_source_record_once(shop):
    call(shop, "export", "--to", str(shop / "out"))
    with (shop / "out/crosswalk.csv").open() as file:
        keys = [(row["system"], row["object"], row["record_id"]) for row in csv.DictReader(file)]
    assert len(keys) == len(set(keys)) == 3 + 2 + 3 + 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["bridge", "pipelin"],
            "The map has no number 'pipelin'; it has pipeline, customers; did you mean 'pipeline'?",
        ),
        (["bridge", "pipeline", "--from", "legal"], "legal"),
        (["explain", "nothing-here"], "Nothing was found on 2026-03-04 under 'nothing-here'."),
        (["run", "--as-of", "2020-01-01"], "2020-01-01"),
    ],
)
def test_what_cannot_be_done_ends_with_2_and_a_sentence(shop, words, told):
    got = call(shop, *words)
    assert got.exit_code == 2, got.output
    assert told in " ".join(got.output.split())
    assert "Traceback" not in got.output


def test_a_broken_map_ends_with_2_and_all_its_problems(shop):
    path = shop / "entity_map.yaml"
    path.write_text(
        path.read_text()
        .replace("object: Deal", "objct: Deal")
        .replace("owner: ann\n      match", "owner: bob\n      match")
    )
    got = call(shop, "check")
    assert got.exit_code == 2
    assert "did you mean 'object'?" in " ".join(got.output.split())


def test_missing_data_ends_with_2_and_names_the_folder(shop):
    got = CliRunner().invoke(
        app, ["run", "--map", str(shop / "entity_map.yaml"), "--data", str(shop / "nowhere"), "--home", str(shop / "h")]
    )
    assert got.exit_code == 2
    assert "nowhere" in got.output
    assert "--data" in got.output


def test_the_schema_is_json(shop):
    got = call(shop, "schema")
    assert json.loads(got.output)["title"] == "Entity Map"


@pytest.mark.parametrize("command", ["demo", "run", "check", "bridge", "explain", "tickets", "export", "schema", "ui"])
def test_every_command_helps(command):
    got = CliRunner().invoke(app, [command, "--help"])
    assert got.exit_code == 0
    assert len(got.output) > 200


def test_a_record_without_a_finding_is_explained_by_who_it_is(shop):
    told = call(shop, "explain", "A1", "--as-of", str(FIRST))
    assert told.exit_code == 0
    for words in ("crm:A1", "books/customer/C1", "cross-reference to crm"):
        assert words in told.output


def test_a_queue_without_doubts_says_so_and_an_unknown_case_names_the_next_step(shop):
    def review(*words):
        named = ["--map", str(shop / "entity_map.yaml"), "--data", str(shop / "data"), "--home", str(shop / "home")]
        return CliRunner().invoke(app, ["review", *words, *named], env={"COLUMNS": "160"})

    assert "Nothing waits for a steward" in review("queue").output
    unknown = review("show", "RV-1")
    assert unknown.exit_code == 2
    assert "revrecon review queue" in unknown.output
    (shop / "bad.csv").write_text("case,verdict,by,why\nRV-1,same,ann,x\nRV-2,perhaps,bob,\n")
    refused = review("decide", "--file", str(shop / "bad.csv"))
    assert refused.exit_code == 2
    assert "line 2" in refused.output
    assert "line 3" in refused.output
    assert "No decision was taken yet." in review("decisions").output
