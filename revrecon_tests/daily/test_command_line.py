import csv
import json

import pytest
from typer.testing import CliRunner

from revrecon.cli import app
from revrecon_tests.companies import SHOP
from revrecon_tests.shops import BROKEN_QUOTES, FIRST, SECOND, THIRD, begun, export_day, shop_on_disk


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
    begun(shop, SECOND)
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
    begun(shop, FIRST, SECOND)
    assert call(shop, "tickets", "--as-of", str(FIRST)).exit_code == 0
    assert call(shop, "tickets", "--as-of", str(SECOND)).exit_code == 1


def test_an_export_has_every_source_record_once(shop):
    begun(shop, THIRD)
    call(shop, "export", "--to", str(shop / "out"))
    with (shop / "out/crosswalk.csv").open() as file:
        keys = [(row["system"], row["object"], row["record_id"]) for row in csv.DictReader(file)]
    assert len(keys) == len(set(keys)) == 3 + 2 + 3 + 2


def exception_about(field, folder):
    with (folder / "exceptions.csv").open(encoding="utf-8") as file:
        return next(row for row in csv.DictReader(file) if row["field"] == field)


def test_an_export_masks_personal_values_unless_it_is_asked_for_raw(tmp_path):
    private = SHOP.replace("first_year: {type: money", "first_year: {type: money, personal: true")
    assert private != SHOP
    shop = shop_on_disk(tmp_path, private)
    for folder, options in (("masked", []), ("raw", ["--raw"])):
        call(shop, "export", "--to", str(shop / folder), "--as-of", str(SECOND), *options)
    masked, raw = (exception_about("first_year", shop / folder) for folder in ("masked", "raw"))
    assert (raw["expected"], raw["observed"]) == ("300.00", "900.00")
    assert (masked["expected"], masked["observed"]) == ("3•••", "9•••")
    assert masked["signature"] == raw["signature"]


@pytest.mark.parametrize(
    ("form", "files"),
    [
        ("csv", {"bridges.csv", "exceptions.csv"}),
        ("md", {"pipeline.md", "customers.md", "tables/exceptions.md"}),
        ("xlsx", {"pipeline.xlsx", "customers.xlsx", "tables/tables.xlsx"}),
    ],
)
def test_an_export_comes_in_the_form_that_is_asked_for(shop, form, files):
    begun(shop, THIRD)
    assert call(shop, "export", "--to", str(shop / form), "--format", form).exit_code == 0
    assert all((shop / form / name).exists() for name in files)


def test_only_csv_files_can_be_raw(shop):
    begun(shop, THIRD)
    told = call(shop, "export", "--to", str(shop / "out"), "--raw", "--format", "xlsx")
    assert told.exit_code == 2
    assert not (shop / "out").exists()


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
    begun(shop, THIRD)
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
    begun(shop, FIRST)
    told = call(shop, "explain", "A1", "--as-of", str(FIRST))
    assert told.exit_code == 0
    for words in ("crm:A1", "books/customer/C1", "cross-reference to crm"):
        assert words in told.output


def test_a_queue_without_doubts_says_so_and_an_unknown_case_names_the_next_step(shop):
    begun(shop, THIRD)

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


def call_home(shop, *words, data=True):
    named = ["--map", str(shop / "entity_map.yaml")] if data else []
    named += ["--data", str(shop / "data")] if data is True else []
    return CliRunner().invoke(app, [*words, *named, "--home", str(shop / "home")], env={"COLUMNS": "160"})


def test_figures_are_listed_verified_and_told_when_they_are_unknown(shop):
    assert "No figure was published yet" in call_home(shop, "figures", data=False).output
    call(shop, "run", "--day", str(SECOND))
    listed = call_home(shop, "figures", "--number", "pipeline", data=False)
    assert "Pipeline $900.00, as of 2026-03-03 23:59 EST" in listed.output
    name = next(word for word in listed.output.split() if word.startswith("FIG-"))
    one = call_home(shop, "verify", name, data=False)
    assert (one.exit_code, "Holds." in one.output) == (0, True)
    every = call_home(shop, "verify", data=False)
    assert every.exit_code == 0
    assert "5 published figures: 5 hold; the chain of the register is whole." in every.output
    unknown = call_home(shop, "verify", name[:-1] + "x", data=False)
    assert (unknown.exit_code, "did you mean" in unknown.output) == (2, True)
    next((shop / "home/maps").glob("*.yaml")).unlink()
    gone = call_home(shop, "verify", name, data=False)
    assert (gone.exit_code, "Cannot be recomputed." in gone.output) == (1, True)


def test_figures_are_published_by_hand_once(shop):
    text = (shop / "entity_map.yaml").read_text()
    by_hand = text.replace("    title: Customers", "    publish: by_hand\n    title: Customers")
    (shop / "entity_map.yaml").write_text(by_hand)
    first = call_home(shop, "publish", "figures", "--number", "customers", "--by", "ann", "--day", str(FIRST))
    again = call_home(shop, "publish", "figures", "--number", "customers", "--day", str(FIRST))
    assert "customers.canonical" in first.output
    assert "ann" in first.output
    assert "2 figures published already" in again.output
    assert call_home(shop, "publish", "figures", "--number", "custmers").exit_code == 2


def test_restatements_show_then_now_and_why(shop):
    begun(shop, FIRST)
    assert "No published figure has been restated." in call_home(shop, "restatements", "--day", str(FIRST)).output
    export_day(shop, FIRST, quotes=BROKEN_QUOTES)
    call(shop, "run", "--day", str(FIRST))
    told = call_home(shop, "restatements", "--day", str(FIRST)).output
    for words in ("pipeline.books", "$350.00", "+$600.00", "quality.corrected", "$950.00"):
        assert words in told
    name = next(word for word in told.split() if word.startswith("FIG-"))
    assert "Q1" in call_home(shop, "restatements", "--figure", name, "--day", str(FIRST)).output


def test_maps_are_compared_listed_kept_and_a_changed_one_of_the_same_version_is_told(shop):
    begun(shop, SECOND)
    path, other = shop / "entity_map.yaml", shop / "new_map.yaml"
    other.write_text(path.read_text().replace("amount > 100", "amount > 10"))
    told = call_home(shop, "map", "diff", str(path), str(other), data="map")
    assert told.exit_code == 0, told.output
    for words in ("amount > 10", "$950.00", "+$50.00", "Ann"):
        assert words in told.output
    assert json.loads(call_home(shop, "map", "diff", "1", str(other), "--format", "json", data="map").output)["figures"]
    assert "Both maps say the same." in call_home(shop, "map", "diff", "1", data="map").output
    assert call_home(shop, "map", "diff", "77", data="map").exit_code == 2
    kept = call_home(shop, "map", "keep", str(other), "--since", "2025-01-01", data=False)
    assert "in effect from 2025-01-01" in kept.output
    assert "2025-01-01" in call_home(shop, "map", "versions", data=False).output
    path.write_text(path.read_text().replace("amount > 100", "amount > 20"))
    warned = call(shop, "run", "--day", str(FIRST), "--map-of-then")
    assert "still calls itself version 1" in warned.output
    assert "Run under the map of that day: version 1, in effect from 2025-01-01" in " ".join(warned.output.split())
