"""Attacks through the map, the data, names and addresses: each is refused, or means nothing where it arrives."""

import csv
import re
import socket
import stat

import httpx
import polars as pl
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from revrecon.cli import app
from revrecon.entity_map.formulas import FormulaError, evaluate, type_of
from revrecon.entity_map.loader import parse_map
from revrecon.entity_map.problems import MapProblems
from revrecon.sources import network
from revrecon.sources.contract import RequestRefused
from revrecon.sources.live.wire import Wire, client, usual
from revrecon.sources.network import GoesElsewhere, outwards
from revrecon_tests.companies import SHOP
from revrecon_tests.shops import FIRST, run, shop_on_disk

FORMULAS = """
    read_text('/etc/passwd')
    read_blob('/etc/passwd')
    read_csv('/etc/passwd')
    read_parquet('x')
    glob('/etc/*')
    (FROM '/etc/passwd')
    (SELECT content FROM read_text('/etc/passwd'))
    EXISTS(SELECT 1 FROM '/etc/passwd')
    name IN (SELECT content FROM read_text('/etc/passwd'))
    name FROM read_csv('/etc/passwd')
    1); COPY (SELECT 1) TO '/tmp/x' --
    1); INSTALL httpfs; LOAD httpfs; --
    1); ATTACH 'http://169.254.169.254/' AS x; --
    1) UNION SELECT (1
    1 /* */ ) FROM (SELECT getenv('HOME')
    name; DROP TABLE records
    getenv('HOME')
    "getenv"('HOME')
    main.getenv('HOME')
    'HOME'.getenv()
    try(getenv('HOME'))
    current_setting('home_directory')
    which_secret('s3://x', 's3')
    duckdb_settings()
    getvariable('x')
    query('SELECT 1')
    query_table('records')
    json_execute_serialized_sql('x')
    load_extension('x')
    system('id')
    pg_read_file('/etc/passwd')
    http_get('http://169.254.169.254/latest/meta-data')
    write_log('x')
    nextval('s')
    setseed(0.5)
    $1
    ?
    COLUMNS('.*')
    unnest([1, 2])
    repeat(name, 1000000000)
    list_contains(range(1000000000), 1)
    len(generate_series(1, 1000000000))
    space(1000000000)
    list_transform([1], x -> x)
    lpad('x', 1000000000, 'y')
    rpad('x', amount::INTEGER, 'y')
    format('{:>1000000000}', 1)
"""


@pytest.mark.parametrize("formula", [line.strip() for line in FORMULAS.strip().splitlines()])
def test_a_formula_reads_no_file_runs_no_code_reaches_no_network_and_fills_no_memory(formula):
    with pytest.raises(FormulaError):
        type_of(formula, {"name": "text", "amount": "money"})
    with pytest.raises(FormulaError):
        evaluate(pl.DataFrame({"name": ["a"], "amount": [1]}), {"x": formula})


def test_what_a_formula_may_do_it_still_may():
    frame = pl.DataFrame({"name": ["a b", "c"], "amount": [1, 2]})
    asked = {"x": "lpad(name, 5, '0')", "y": "format('{:>4}', name)", "z": "upper(name) || coalesce(amount, 0)"}
    assert evaluate(frame, asked).rows() == [("00a b", " a b", "A B1"), ("0000c", "   c", "C2")]


def test_the_engine_of_formulas_cannot_be_unlocked():
    import duckdb

    from revrecon.entity_map import formulas

    for statement in ("SET enable_external_access = true", "SELECT * FROM read_text('/etc/passwd')", "LOAD httpfs"):
        with pytest.raises(duckdb.Error):
            formulas._engine().cursor().execute(statement)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("      Account: {key", '      "../../../evil": {key'),
        ("      Account: {key", '      "/etc/evil": {key'),
        ("      Account: {key", '      ".hidden": {key'),
        ("      Account: {key", '      "a\\\\b": {key'),
        ("  crm:\n    title: CRM", '  "../crm":\n    title: CRM'),
        ("\n  deal:\n    title", '\n  "../deal":\n    title'),
        ("  pipeline:\n", '  "../pipeline":\n'),
        ("people: {ann:", 'people: {"../ann":'),
    ],
)
def test_no_name_of_the_map_leads_out_of_its_folder(old, new):
    assert old in SHOP
    with pytest.raises(MapProblems):
        parse_map(SHOP.replace(old, new))


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://crm.example", "no safe address"),
        ("ftp://crm.example", "no safe address"),
        ("file:///etc/passwd", "no safe address"),
        ("https://user:word@crm.example", "must not hold a name or password"),
        ("http://127.0.0.1.evil.example", "no safe address"),
    ],
)
def test_an_address_of_the_map_is_encrypted_and_holds_no_secret(url, told):
    text = SHOP + f'\ntrackers: {{code: {{kind: github, repository: a/b, url: "{url}"}}}}\n'
    with pytest.raises(MapProblems, match=told):
        parse_map(text)


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1%eth0", "169.254.170.2"])
def test_a_name_that_leads_to_where_clouds_keep_credentials_is_not_asked(monkeypatch, address):
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port: [(0, 0, 0, "", (address, 0))])
    network._addresses.cache_clear()
    with httpx.Client() as http, pytest.raises(GoesElsewhere, match="link-local"):
        outwards(None, http).get("https://crm.example/")
    network._addresses.cache_clear()


def test_nothing_goes_unencrypted_to_another_machine_whatever_the_environment_says():
    with httpx.Client() as http, pytest.raises(GoesElsewhere, match="without encryption"):
        outwards(None, http).get("http://hooks.example/")


EVIL = ("=HYPERLINK(0)", "+1+cmd", "-2+3", "@SUM(A1)", "<script>alert(1)</script>", "[x](javascript:1)", "`a`|b")


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    """The shop with a deal for each attack in its name, in breach, with everything written that is ever written."""
    root = shop_on_disk(tmp_path_factory.mktemp("attacked"))
    for path in ("crm/Deal", "books/quote"):
        file = root / "data" / path / f"{FIRST}.csv"
        frame = pl.read_csv(file, infer_schema=False)
        first = frame.row(0, named=True)
        evil = []
        for number, name in enumerate(EVIL):
            row = {**first, "id": f"{name}{number}", "name": name}
            row |= {"crm_id": f"{name}{number}"} if "crm_id" in first else {}
            row |= {"total": f"{number + 7}.00"} if "total" in first else {"first_year": f"{number + 1}.00"}
            evil.append(row)
        pl.concat([frame, pl.DataFrame(evil, schema=frame.schema)]).write_csv(file)
    run(root, FIRST)
    named = ["--map", str(root / "entity_map.yaml"), "--data", str(root / "data"), "--home", str(root / "home")]
    for words in (
        ["standup"], ["clean-up"], ["worst"], ["site"], ["publish", "account-master"],
        *(["export", "--to", str(root / "home/exported"), "--format", form] for form in ("csv", "xlsx", "md")),
    ):  # fmt: skip
        told = CliRunner().invoke(app, [*words, *([] if words[0] == "site" else ["--as-of", str(FIRST)]), *named])
        assert told.exit_code in (0, 1), f"{words} {told.output}"
    return root / "home"


def test_no_cell_of_a_csv_file_can_run_as_a_formula(attacked):
    files = [*(attacked / "reports").rglob("*.csv"), *(attacked / "exported").rglob("*.csv")]
    assert len(files) > 10
    seen = 0
    for path in files:
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.reader(file):
                for cell in row:
                    seen += any(one in cell for one in EVIL[:4])
                    risky = cell[:1] in tuple("=+-@\t\r") and not re.fullmatch(r"[+-]?\d+([.,]\d+)?", cell)
                    assert not risky, f"{path}: {cell}"
    assert seen > 4, "the attacks must have arrived for this to prove anything"


def test_no_cell_of_a_workbook_is_a_formula_of_the_data(attacked):
    books = list(attacked.rglob("*.xlsx"))
    assert books
    for path in books:
        for sheet in load_workbook(path):
            for row in sheet.iter_rows():
                for cell in row:
                    told = str(cell.value)
                    formula = cell.data_type == "f" and any(one.lstrip("=+-@") in told for one in EVIL[:4])
                    assert not formula, f"{path} {sheet.title} {cell.coordinate}: {told}"


def test_no_page_and_no_ticket_lets_data_be_markup(attacked):
    pages = list((attacked / "reports").rglob("*.html"))
    assert len(pages) > 5
    for page in pages:
        text = page.read_text()
        assert "<script>alert" not in text, page
        assert 'href="javascript:' not in text, page
    texts = [*(attacked / "reports").rglob("*.md"), *(attacked / "exported").rglob("*.md")]
    assert texts
    for path in texts:
        text = path.read_text()
        assert "<script>" not in text, path
        assert "[x](javascript" not in text, path


def test_dagster_shows_data_as_text():
    from revrecon.dagster_defs.shown import markdown_table

    told = str(markdown_table(pl.DataFrame({"name": list(EVIL)})).value)
    assert "<script>" not in told
    assert "[x](javascript" not in told
    assert len(told.splitlines()) == 2 + len(EVIL)


def test_what_a_run_writes_is_readable_by_its_owner_only(attacked):
    for path in [attacked, *attacked.rglob("*")]:
        if "exported" not in path.parts:
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@pytest.mark.parametrize("where", ["https://evil.example/next", "http://169.254.169.254/latest", "//evil.example/x"])
def test_no_answer_leads_a_login_to_another_host(where):
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(302, headers={"location": where})

    class Plain:
        name = "crm"

        def authorization(self, renewed):
            return {"Authorization": "Bearer secret-token"}

        def judged(self, response):
            return usual(response, lambda said: "")

    wire = Wire(client("https://crm.example", transport=httpx.MockTransport(answer)), Plain(), tries=1, pause=0.0)
    with pytest.raises(RequestRefused, match="points somewhere else"):
        wire.ask("GET", "/records")
    with pytest.raises(RequestRefused, match="Nothing went there"):
        wire.ask("GET", where if where.startswith("http") else f"https:{where}")
    assert asked == ["crm.example"]
