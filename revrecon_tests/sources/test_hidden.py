"""What a system says is told without secrets, however it repeats them."""

import base64
from urllib.parse import quote

import pytest

from revrecon.entity_map.connectors import SqlSettings
from revrecon.sources.contract import SourceError
from revrecon.sources.hidden import from_environment, said
from revrecon.sources.sql.client import SqlDatabase


@pytest.fixture(autouse=True)
def secrets(monkeypatch):
    monkeypatch.setenv("A_TOKEN", "s3cr?t/x y")
    monkeypatch.setenv("AN_ADDRESS", "https://hooks.example/services/T0/Zz9?sig=Q4q!")
    monkeypatch.setenv("SHORT", "abc")
    for name in ("A_TOKEN", "AN_ADDRESS", "SHORT"):
        from_environment(name)


@pytest.mark.parametrize(
    "repeated",
    [
        "s3cr?t/x y",
        quote("s3cr?t/x y"),
        quote("s3cr?t/x y", safe=""),
        base64.b64encode(b"s3cr?t/x y").decode(),
        "https://hooks.example/services/T0/Zz9?sig=Q4q!",
        "/services/T0/Zz9",
        "sig=Q4q!",
        "a.person@company.example",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
    ],
)
def test_no_form_of_a_secret_is_repeated(repeated):
    told = said(f"error 17 for {repeated}, sorry")
    assert repeated not in told
    assert told.startswith("error 17 for ...")


def test_the_rest_is_told_on_one_short_line_and_short_values_hide_nothing():
    assert said("no\nsuch\ttable\x00 abc") == "no such table abc"
    assert len(said("word " * 1000)) == 200
    assert said(None) == ""


def test_a_secret_at_the_end_of_what_is_told_leaves_no_beginning():
    told = said("w " * 97 + "s3cr?t/x y")
    assert "s3c" not in told


def test_a_database_that_does_not_answer_is_told_without_its_password(monkeypatch):
    monkeypatch.setenv("DB_ADDRESS", "postgresql+psycopg://reader:Pw0rd-db@127.0.0.1:9/books")
    with pytest.raises(SourceError) as trouble:
        SqlDatabase("books", SqlSettings(url_env="DB_ADDRESS")).greet()
    assert "Pw0rd-db" not in f"{trouble.value} {trouble.value.__cause__!r}"
