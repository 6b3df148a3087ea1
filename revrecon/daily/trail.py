"""The audit trail of a home: what it watches, the heads that are noted outside the ledger, and its verification."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from revrecon.daily.home import Home
from revrecon.decisions.map_register import MAPS, MapRegister
from revrecon.decisions.register import IDENTITIES, DecisionRegister
from revrecon.decisions.standup_register import STANDUPS, StandupRegister
from revrecon.history.atomic import write_text
from revrecon.tickets.database import open_engine
from revrecon.tickets.erased_bodies import ERASED_BODIES, Chained
from revrecon.tickets.erasures import ERASURES, ErasureRegister
from revrecon.tickets.figures import FIGURES_CHAINED, FigureRegister
from revrecon.tickets.ledger import Ledger
from revrecon.tickets.ledger_tables import ACTS
from revrecon.tickets.publications import PUBLICATIONS, Publications
from revrecon.tickets.trail import Link, Register
from revrecon.tickets.trail_faults import Examined, Head, examined
from revrecon.write_back.erasing import WRITES_CHAINED
from revrecon.write_back.record import WriteRecord

WATCHED: tuple[Register, ...] = (ACTS, IDENTITIES, STANDUPS, MAPS, PUBLICATIONS, ERASURES, ERASED_BODIES)
"""Every register whose rows are acts of someone. Published figures and write-backs have chains of their own."""

CHAINED: tuple[Chained, ...] = (FIGURES_CHAINED, WRITES_CHAINED)
"""Tables with a chain of their own."""

_HEADS = "trail_heads.jsonl"


@dataclass(frozen=True)
class Act:
    """A link of the trail with what the row says of who and why."""

    link: Link
    called: str
    by: str
    why: str


def _now() -> datetime:
    return datetime.now(UTC)


def opened_everywhere(home: Home) -> None:
    """Open every register, so that those of an earlier version are taken up."""
    for register in (Ledger, DecisionRegister, StandupRegister, MapRegister, Publications, ErasureRegister):
        register(home.ledger)


def ledger_examined(home: Home) -> Examined:
    """The trail with its faults, those of published figures, write-backs, maps' files and the lake among them."""
    opened_everywhere(home)
    found = examined(open_engine(home.ledger), WATCHED, heads(home))
    more = (
        *FigureRegister(home.ledger).faults(),
        *_faults_of_maps(home),
        *_faults_of_the_lake(home),
        *WriteRecord(home.ledger, _now).faults(),
    )
    return Examined(found.links, (*found.faults, *more))


def acts(home: Home) -> list[Act]:
    """Who did what and when, the last act first."""
    opened_everywhere(home)
    engine = open_engine(home.ledger)
    told: dict[tuple[str, str], tuple[str, str]] = {}
    with engine.connect() as connection:
        for register in WATCHED:
            for row in connection.execute(register.table.select()).mappings():
                told[register.name, str(row["id"])] = (str(row.get("by") or ""), str(row.get("why") or ""))
    called = {register.name: register.called for register in WATCHED}
    links, silent = reversed(examined(engine, ()).links), ("", "")
    return [Act(one, called[one.register], *told.get((one.register, one.row), silent)) for one in links]


def note_head(home: Home) -> None:
    """Note the end of the chain in what is published, so that a ledger whose end was removed is found out."""
    opened_everywhere(home)
    place, sha256 = examined(open_engine(home.ledger), ()).head
    noted = heads(home)
    if place and (place, sha256) not in noted:
        line = json.dumps({"place": place, "sha256": sha256, "at": datetime.now(UTC).isoformat()})
        path = home.published / _HEADS
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        write_text(f"{before}{line}\n", path)


def heads(home: Home) -> list[Head]:
    """The heads that were noted, the first one first."""
    path = home.published / _HEADS
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [(int(one["place"]), str(one["sha256"])) for one in map(json.loads, lines)]


def _faults_of_maps(home: Home) -> list[str]:
    """Sentences on maps of the register whose file is gone or says something else."""
    faults = []
    for used in MapRegister(home.ledger).all():
        path = home.maps / f"{used.id}.yaml"
        text = path.read_bytes() if path.exists() else None
        if text is None or hashlib.sha256(text).hexdigest() != used.id:
            state = "is gone" if text is None else "is not what was used"
            faults.append(f"The map {used.version}@{used.id[:8]} {state}: restore {path} from a backup.")
    return faults


def _faults_of_the_lake(home: Home) -> list[str]:
    """Sentences on extracts that say that a person was erased from them, and of which no erasure tells."""
    told = {file.before for erasure in ErasureRegister(home.ledger).all() for file in erasure.files}
    faults = []
    lake = home.lake
    lake.look(lake.root)
    for note in sorted(lake.root.glob("*/*/as_of=*/v=*.json")):
        formerly = json.loads(note.read_text(encoding="utf-8")).get("formerly", [])
        if set(formerly) - told:
            faults.append(
                f"{lake.called(note.with_suffix('.parquet'))} says that a person was erased from it, and no "
                "erasure tells of it. Someone changed the extract; restore it from a backup."
            )
    return faults
