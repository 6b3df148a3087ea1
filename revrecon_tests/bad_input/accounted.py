"""Bad inputs tried, and whether every row of them was accounted for."""

import datetime as dt
import resource
import time
from pathlib import Path

from revrecon.daily.errors import CANNOT_RUN
from revrecon.daily.run import run_day
from revrecon.history.lake import Lake
from revrecon.history.landing import land_object
from revrecon_tests.bad_input.corpus import CORPUS, Ugly
from revrecon_tests.exports import DAY, source, written
from revrecon_tests.faults.kiosk import FIRST, QUOTES, export, inputs_of, kiosk_on_disk
from revrecon_tests.faults.outcomes import Outcome

SPEC = {"key": ["id"], "created": "created", "changed": "changed"}
LONGEST, MOST = 60.0, 3_000  # seconds, MB


def landed(root: Path, ugly: Ugly) -> tuple[int, int, int] | str:
    """Rows kept, replaced and quarantined of an export, or the one error that is told."""
    written(root / "data", ugly.content())
    crm = source(root / "data", thing=SPEC)
    try:
        kept = land_object(crm, Lake(root / "lake"), "crm", "thing", crm.system.objects["thing"], DAY)[0]
    except CANNOT_RUN as trouble:
        return str(trouble)
    return kept.rows, kept.superseded, kept.quarantined


def troubles_with(root: Path, ugly: Ugly) -> list[str]:
    """What is not as it should be with an export that was landed: rows lost, an error that tells another thing, or
    more time and memory than there is."""
    began = time.monotonic()
    found = landed(root, ugly)
    took, most = time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    slow = [f"took {took:.0f} s and {most:.0f} MB"] if took > LONGEST or most > MOST else []
    if isinstance(found, str):
        told = bool(ugly.refused) and ugly.refused in found and "\n" not in found
        return [*slow, *([] if told else [f"told: {found[:300]}"])]
    wanted = (ugly.kept, ugly.replaced, ugly.quarantined)
    return [*slow, *([] if found == wanted and not ugly.refused else [f"{found} and not {wanted}"])]


def exports_landed(root: Path, large: bool = True) -> Outcome:
    """Every export of the corpus, or all but the large ones."""
    outcome = Outcome()
    for number, ugly in enumerate(one for one in CORPUS if large or not one.large):
        outcome.judge(ugly.name, troubles_with(root / str(number), ugly))
    return outcome


def exports_reconciled(root: Path) -> Outcome:
    """A whole day over each export of the corpus: one clear error, or every row in the accounts of the day."""
    outcome = Outcome()
    for number, ugly in enumerate(one for one in CORPUS if not one.large):
        company = kiosk_on_disk(root / str(number))
        (company / f"data/books/quote/{FIRST}.csv").write_bytes(ugly.content())
        outcome.judge(ugly.name, _day_troubles(company, company / "home", FIRST, ugly))
    return outcome


def _day_troubles(root: Path, home: Path, day: dt.date, ugly: Ugly) -> list[str]:
    try:
        told = run_day(inputs_of(root, home), day)
    except CANNOT_RUN as trouble:
        return [] if ugly.refused and ugly.refused in str(trouble) else [f"told: {str(trouble)[:300]}"]
    accounts = told.tables.read("row_accounting", "copies", day).row(1, named=True)
    ended = sum(accounts[name] for name in ("matched", "only_here", "excluded", "no_key"))
    sent = ugly.kept + sum(1 for _ in told.lake.quarantined("books", "quote", day).iter_rows())
    unreadable = told.lake.quarantined("books", "quote", day).height - accounts["no_key"]
    if ended == accounts["rows"] and accounts["rows"] + unreadable == sent == ugly.kept + ugly.quarantined:
        return []
    return [f"{ended} of {accounts['rows']} rows ended somewhere, {unreadable} unreadable, {sent} sent"]


def stranger_companies(root: Path) -> Outcome:
    """Keys of several columns with empty parts, and records that are their own grandparents."""
    outcome = Outcome()
    kiosk = kiosk_on_disk(root)
    export(kiosk, FIRST, QUOTES)
    path = kiosk / "entity_map.yaml"
    path.write_text(path.read_text().replace("quote: {key: [id],", "quote: {key: [id, crm_id],"))
    day = run_day(inputs_of(kiosk, kiosk / "home"), FIRST)
    keys = day.lake.state("books", "quote", day.map.systems["books"].objects["quote"], FIRST)["_key"].to_list()
    outcome.judge("composite keys with an empty part", [] if keys == ["Q1|D1", "Q2|"] else [str(keys)])
    return outcome
