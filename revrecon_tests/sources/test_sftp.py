"""Exports on an SFTP server: read as local ones are, and every trouble told with what to do."""

import datetime as dt
import io

import pytest

from revrecon.entity_map.stores import SftpStore
from revrecon.sources.contract import (
    ExtraMissing,
    IncompleteExtract,
    LoginRefused,
    ObjectMissing,
    RequestRefused,
    SecretMissing,
    SourceUnreachable,
)
from revrecon.sources.files.remote import RemoteFolder
from revrecon.sources.files.source import FileSource
from revrecon.sources.live.system import Outside
from revrecon.sources.stores import sftp as sftp_module
from revrecon.sources.stores.opening import open_store
from revrecon_tests.exports import DAY, SECOND, TWO, landed_rows, system, written
from revrecon_tests.fakes.sftp import PASSWORD, sftp_office


@pytest.fixture(autouse=True)
def password(monkeypatch):
    monkeypatch.setenv("REVRECON_SFTP_PASSWORD", PASSWORD)


@pytest.fixture
def office(tmp_path):
    with sftp_office(tmp_path / "served") as made:
        yield made


def served(tmp_path, name):
    return written(tmp_path / "served", TWO, name)


def on_sftp(office, tmp_path, root="crm", **changed):
    given = {"host": "127.0.0.1", "port": office.port, "host_key": office.host_key, "user": "rev", "login": "password"}
    settings = SftpStore.model_validate({"kind": "sftp", **given, **changed})
    store = open_store(settings, Outside(pause=0.0))
    return FileSource("crm", system(), RemoteFolder(store, root, tmp_path / "spool"))


@pytest.mark.parametrize("root", ["crm", "/crm"])
def test_exports_on_an_sftp_server_are_read_as_local_ones_are(office, tmp_path, root):
    served(tmp_path, "crm/thing/2026-03-01.csv")
    path = served(tmp_path, "crm/thing/2026-03-02.csv")
    (tmp_path / "served/crm/thing/2026-03-03.csv").symlink_to(path)
    (tmp_path / "served/crm/thing/2026-03-04.csv").symlink_to("nowhere")
    (tmp_path / "served/crm/thing/around").symlink_to("..")
    assert on_sftp(office, tmp_path, root).days("thing") == [DAY, SECOND, SECOND + dt.timedelta(days=1)]
    assert landed_rows(on_sftp(office, tmp_path, root), tmp_path) == [2, 2]
    assert landed_rows(on_sftp(office, tmp_path, root), tmp_path) == []
    path.write_text(TWO + "3,Eve\n")
    assert landed_rows(on_sftp(office, tmp_path, root), tmp_path) == [3]


def test_an_sftp_login_is_a_password_or_a_private_key(office, tmp_path, monkeypatch):
    served(tmp_path, "crm/thing/2026-03-01.csv")
    text = io.StringIO()
    office.known.write_private_key(text)
    monkeypatch.setenv("REVRECON_SFTP_PRIVATE_KEY", text.getvalue())
    assert on_sftp(office, tmp_path, login="key").days("thing") == [DAY]
    monkeypatch.setenv("REVRECON_SFTP_PRIVATE_KEY", "no key")
    with pytest.raises(SecretMissing, match="REVRECON_SFTP_PRIVATE_KEY holds no private key"):
        on_sftp(office, tmp_path, login="key").days("thing")
    monkeypatch.setenv("REVRECON_SFTP_PASSWORD", "wrong")
    with pytest.raises(LoginRefused, match="refused the login of rev"):
        on_sftp(office, tmp_path).days("thing")


def test_a_server_with_another_host_key_is_told_nothing(office, tmp_path):
    other = f"{office.known.get_name()} {office.known.get_base64()}"
    with pytest.raises(RequestRefused, match="shows another host key than the map names"):
        on_sftp(office, tmp_path, host_key=other).days("thing")


def test_what_an_sftp_server_forbids_or_does_not_have_is_told(office, tmp_path):
    served(tmp_path, "crm/things/2026-03-01.csv")
    with pytest.raises(ObjectMissing, match="Nearest there: things/2026"):
        raise on_sftp(office, tmp_path).missing("thing")
    office.files.forbids = True
    with pytest.raises(LoginRefused, match="lets rev not read the folder"):
        on_sftp(office, tmp_path).days("thing")


def test_a_file_that_is_being_written_on_an_sftp_server_is_refused(office, tmp_path):
    path = served(tmp_path, "crm/thing/2026-03-01.csv")
    source = on_sftp(office, tmp_path)
    source.days("thing")
    path.write_text(TWO + "3,Eve\n")
    with pytest.raises(IncompleteExtract, match="changed while it was read"):
        source.read("thing", DAY)


def test_a_connection_that_ended_is_made_anew_and_a_server_that_is_down_may_come_back(office, tmp_path):
    served(tmp_path, "crm/thing/2026-03-01.csv")
    source = on_sftp(office, tmp_path)
    assert source.days("thing") == [DAY]
    office.cut()
    assert source.read("thing", DAY).frame.height == 2
    office.end()
    with pytest.raises(SourceUnreachable, match=r"sftp://127.0.0.1 did not answer"):
        on_sftp(office, tmp_path).days("thing")


def test_the_library_for_sftp_is_asked_for_by_its_extra(tmp_path, monkeypatch):
    monkeypatch.setattr(sftp_module, "find_spec", lambda name: None)
    settings = SftpStore(kind="sftp", host="files.example.com", host_key="ssh-ed25519 AAAA", user="rev")
    with pytest.raises(ExtraMissing, match=r"pip install 'revrecon\[sftp\]'"):
        open_store(settings, Outside())
