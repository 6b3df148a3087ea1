"""Landing what a live system says: what changed since the last time, what is gone, and everything now and then."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

import polars as pl

from revrecon.entity_map.systems import SourceObject
from revrecon.history.keys import keyed
from revrecon.history.lake import DELETED, Kept, Lake, SuspiciousExtract
from revrecon.history.spool import Spool
from revrecon.sources.contract import RawExtract, nothing_rejected
from revrecon.sources.live.extraction import Extracted, understood
from revrecon.sources.live.system import LiveSource

_A_DAY = timedelta(days=1)


def land_live(source: LiveSource, lake: Lake, object_name: str, as_of: date, accept_shrink: bool) -> list[Kept]:
    """Ask a system for an object and keep the answer as that of the day; nothing for a day that it cannot tell.

    A day that was read after its end is done; until then every run reads it again. Raises SourceError and LakeError.
    """
    system, spec = source.name, source.system.objects[object_name]
    kept = lake.kept(system, object_name, as_of)
    if as_of not in source.days(object_name):
        if not kept and not spec.optional:
            raise source.tells_no_past(object_name, as_of)
        return []
    if kept and kept[-1].day == as_of and _was_over(kept[-1], source):
        return []
    before = [one for one in kept if one.day < as_of]
    since = _since(source, spec, before, as_of)
    began = source.now
    spool = Spool(lake.storage.root / system / object_name / f"partial={as_of}")
    first = _midnight(source, as_of) if spool.folder.exists() else began
    said = source.extract(object_name, since, spool)
    rows = said.rows
    if since is not None:
        known = lake.last_rows(system, object_name, spec, as_of - _A_DAY)
        rows = _news(said, known, spec)
        _require_not_all_gone(source, object_name, said, known, spec, accept_shrink)
    contents: Literal["full", "changed"] = "full" if since is None else "changed"
    extract = RawExtract(as_of, contents, rows, nothing_rejected(), f"{system}/{object_name}")
    newest = _newest(source, spec, said.rows, before, first)
    landed = lake.keep(system, object_name, spec, extract, f"asked {began.isoformat()}", accept_shrink, newest)
    spool.cleared()
    return [landed] if landed.new else []


def _was_over(kept: Kept, source: LiveSource) -> bool:
    """Whether the day of an extract was over when it was read."""
    read = datetime.fromisoformat(kept.fingerprint.removeprefix("asked "))
    return read.astimezone(source.zone).date() > kept.day


def _since(source: LiveSource, spec: SourceObject, before: list[Kept], as_of: date) -> datetime | None:
    """From when on changes are asked for; None where everything is."""
    settings = source.system.settings
    full = [one.day for one in before if one.contents == "full"]
    everything = (spec.contents or settings.contents) == "full" or spec.changed is None
    if everything or not full or as_of - full[-1] >= settings.full_every or not before[-1].newest_change:
        return None
    return datetime.fromisoformat(before[-1].newest_change) - settings.overlap


def _midnight(source: LiveSource, day: date) -> datetime:
    """The earliest moment at which an extract of the day can have begun that goes on now."""
    return datetime.combine(day, time.min, source.zone).astimezone(UTC)


def _newest(source: LiveSource, spec: SourceObject, rows: pl.DataFrame, before: list[Kept], began: datetime) -> str:
    """The latest change that was ever seen, by the system's own clock (ISO, UTC); empty where there is none.

    Never later than the extract began: while it went on, a record may have changed that had been read already.
    """
    seen = [before[-1].newest_change] if before and before[-1].newest_change else []
    if spec.changed is not None:
        stamps = rows[spec.changed].drop_nulls().unique().to_list()
        with understood(f"{source.name}, {spec.changed}"):
            seen += [min(source.client.moment(stamp).astimezone(UTC), began).isoformat() for stamp in stamps]
    return max(seen, default="", key=lambda stamp: datetime.fromisoformat(stamp))


def _news(said: Extracted, known: pl.DataFrame, spec: SourceObject) -> pl.DataFrame:
    """The rows that say something else than what is known, and one for each record that is gone, marked as deleted."""
    alive = _alive(known)
    columns = [name for name in said.rows.columns if name in alive.columns]
    new = said.rows
    if columns == said.rows.columns:
        new = new.join(alive.select(columns), on=columns, how="anti", nulls_equal=True, maintain_order="left")
    there = said.gone
    if said.keys is not None:
        there = frozenset(alive["_key"]) - said.keys - frozenset(keyed(new, spec)["_key"])
    gone = alive.filter(pl.col("_key").is_in(list(there))).select(columns)
    if gone.is_empty():
        return new
    return pl.concat([new, gone.with_columns(pl.lit("true").alias(DELETED))], how="diagonal")


def _alive(known: pl.DataFrame) -> pl.DataFrame:
    return known.filter(~pl.col("_gone"))


def _require_not_all_gone(
    source: LiveSource, object_name: str, said: Extracted, known: pl.DataFrame, spec: SourceObject, accept_shrink: bool
) -> None:
    """A login that suddenly sees nothing, or little, is no mass deletion. Raises SuspiciousExtract."""
    had = _alive(known).height
    there = len(said.keys) if said.keys is not None else said.count
    if accept_shrink or there is None or had == 0 or (there > 0 and there >= had * spec.shrink_limit):
        return
    raise SuspiciousExtract(
        f"{source.name}/{object_name}: the system shows {there:,} records, and {had:,} were there the day before. "
        "This looks like a login that may not see them any more. Look with revrecon doctor; if it is right, run again "
        "with --accept-shrink."
    )
