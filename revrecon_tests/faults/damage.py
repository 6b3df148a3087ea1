"""Files that are damaged, gone or in use: derived ones are made again, precious ones are named with the way back."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb

from revrecon.daily.errors import CANNOT_RUN
from revrecon_tests.faults.calm import Calm
from revrecon_tests.faults.kiosk import FIRST, SECOND, day_of_the_kiosk
from revrecon_tests.faults.outcomes import Outcome

Damage = Callable[[Path], object]


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def altered(path: Path) -> None:
    """One bit in the middle is another."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def overwritten(path: Path) -> None:
    path.write_bytes(b"\x00 nothing that anyone wrote " * 400)


def a_warehouse_in_any_state(calm: Calm) -> Outcome:
    """It is rebuilt from the tables, whatever became of it and whoever reads it."""
    outcome = Outcome()
    for damage in (cut_short, emptied, altered, overwritten, Path.unlink):
        home = calm.done(f"warehouse {damage.__name__}")
        damage(home / "warehouse.duckdb")
        outcome.judge(damage.__name__, calm.differences(home))
    home = calm.done("warehouse in use")
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as reader:
        troubles = calm.differences(home)
        still = reader.execute("SELECT count(*) FROM bridges.pipeline").fetchone()
    outcome.judge("held open by a reader", [*troubles, *([] if still else ["the reader lost its tables"])])
    return outcome


def precious_files_damaged(calm: Calm, every: int = 1) -> Outcome:
    """A damaged file of the lake is named; once its folder is deleted as told, the day is read again."""
    outcome = Outcome()
    wanted = calm.done("lake")
    names = [
        path.relative_to(wanted)
        for path in sorted(wanted.glob("lake/*/*/as_of=*/*"))
        if path.suffix in (".parquet", ".json") and (str(SECOND) in str(path) or path.suffix == ".parquet")
    ]
    damages: dict[str, tuple[Damage, ...]] = {
        ".parquet": (cut_short, altered, Path.unlink),
        ".json": (cut_short, emptied),
    }
    for name in names[::every]:
        for damage in damages[name.suffix] if ".quarantine" not in name.name else (cut_short, Path.unlink):
            fault = f"{name} {damage.__name__}"
            outcome.judge(fault, calm.once(fault, partial(_refused_then_mended, calm, name, damage)))
    return outcome


def _refused_then_mended(calm: Calm, name: Path, damage: Damage) -> list[str]:
    home = calm.done(f"{name.parts[-3]} {name.suffixes[-1]} {damage.__name__}")
    path = home / name
    damage(path)
    said = refusal(calm, home)
    shutil.rmtree(path.parent)
    troubles = [*([] if str(path) in said else [f"not named in: {said}"]), *calm.differences(home)]
    shutil.rmtree(home)
    return troubles


def refusal(calm: Calm, home: Path) -> str:
    """What a run of the second day says where it refuses; nothing where it does not."""
    try:
        day_of_the_kiosk(calm.root, home, SECOND, calm.other(home))
    except CANNOT_RUN as trouble:
        return str(trouble)
    return ""


def derived_files_damaged(calm: Calm) -> Outcome:
    """A table of the day is made again; one of an earlier day is named, and made again by running that day."""
    outcome = Outcome()
    for place in ("tables/quality/deal_books", "tables/bridges/pipeline", "tables/crosswalk/deal"):
        for day in (FIRST, SECOND):
            home = calm.done(f"{place.replace('/', ' ')} {day}")
            path = home / place / f"{day}.parquet"
            cut_short(path)
            said = refusal(calm, home)
            named = str(path) in said if day == FIRST else said == ""
            if day == FIRST:
                path.unlink()
                day_of_the_kiosk(calm.root, home, FIRST, calm.other(home))
            outcome.judge(f"{place} of {day}", [*([] if named else [f"told: {said}"]), *calm.differences(home)])
    home = calm.done("contributions")
    for path in (home / "published/contributions").iterdir():
        cut_short(path)
    outcome.judge("what figures are made of", calm.differences(home))
    return outcome


def a_damaged_ledger(calm: Calm) -> Outcome:
    """It is named, and the one from the backup goes on."""
    outcome = Outcome()
    for damage in (overwritten, cut_in_half):
        home = calm.done(f"ledger {damage.__name__}")
        shutil.copy(home / "ledger.db", calm.root / "backup.db")
        damage(home / "ledger.db")
        said = refusal(calm, home)
        named = "ledger.db" in said and "Restore it from a backup" in said
        shutil.copy(calm.root / "backup.db", home / "ledger.db")
        outcome.judge(damage.__name__, [*([] if named else [f"told: {said}"]), *calm.differences(home)])
    return outcome


def cut_in_half(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def a_ledger_of_before(calm: Calm) -> Outcome:
    """Taken back to the state after the first day: the second, run again, opens no ticket twice."""
    outcome = Outcome()
    home = calm.done("restored")
    shutil.copy(calm.root / "base" / "ledger.db", home / "ledger.db")
    outcome.judge("the ledger of the day before", calm.differences(home, hours=24))
    return outcome
