"""Sensors: what ended runs say goes once into the outbox, and what is due goes out, whatever is retried."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import dagster as dg

from revrecon.dagster_defs.desk import Desk
from revrecon.dagster_defs.judges import check_name
from revrecon.dagster_defs.names import drift_key
from revrecon.daily.ticket_desk import TicketDesk
from revrecon.entity_map.model import EntityMap
from revrecon.quality.judgement import causes_judged
from revrecon.tickets.fold import ticket_id
from revrecon.tickets.model import Ticket
from revrecon.tickets.notices import Notice, engineers_addresses, told_notice
from revrecon.tickets.plan import morning

_ENDED = (dg.DagsterEventType.RUN_SUCCESS, dg.DagsterEventType.RUN_FAILURE, dg.DagsterEventType.RUN_CANCELED)
_RUNS_A_TICK = 20
_LONGEST_PASS = timedelta(seconds=40)  # a tick is cut off after 60


@dg.sensor(
    name="alerts_into_outbox",
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Owners are told of changed tickets, engineers of failed runs and of breaches without a ticket; once.",
)
def alerts_into_outbox(context: dg.SensorEvaluationContext, desk: Desk) -> dg.SkipReason:
    """Read runs that ended since the cursor; the outbox makes seeing one twice harmless."""
    tickets, added = desk.ticket_desk(), 0
    cursors = json.loads(context.cursor) if context.cursor else {}
    ledger_day = tickets.ledger.last_day()
    known = tickets.tickets() if ledger_day is not None else []
    for status in _ENDED:
        ended = context.instance.fetch_run_status_changes(
            status, limit=_RUNS_A_TICK, cursor=cursors.get(status.value), ascending=True
        )
        for record in ended.records:
            notices = _notices_of(tickets.map, known, context.instance, record.run_id, status)
            added += tickets.office.tell_engineers(notices)
        cursors[status.value] = ended.cursor
    added += tickets.office.plan(known)
    context.update_cursor(json.dumps(cursors))
    return dg.SkipReason(f"{added} new in the outbox")


@dg.sensor(
    name="tickets_and_alerts_out",
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Sends what is due to trackers and channels, the heartbeat too; brings home what people did there.",
)
def tickets_and_alerts_out(desk: Desk) -> dg.SkipReason:
    """One pass over every outlet of the map; what meets a trouble waits in the outbox."""
    tickets = desk.ticket_desk()
    told = tickets.send(until=tickets.clock() + _LONGEST_PASS)
    troubles = [f"{report.outlet}: {trouble}" for report in told for trouble in report.troubles]
    sent = sum(report.sent for report in told)
    return dg.SkipReason("; ".join([f"{sent} sent", *dict.fromkeys(troubles)]))


@dg.sensor(
    name="missed_deadlines",
    minimum_interval_seconds=300,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Engineers are told when a day is not reconciled by the hour at which its tickets are due.",
)
def missed_deadlines(desk: Desk) -> dg.SkipReason:
    """Look for the facts of the day that ended last, once its tickets are due."""
    tickets = desk.ticket_desk()
    here = tickets.clock().astimezone(tickets.map.company.zone)
    due, ended = morning(tickets.map, here.date()), here.date() - timedelta(days=1)
    last = tickets.ledger.last_day()
    if last is None or last >= ended or here < due:
        return dg.SkipReason(f"Last day reconciled: {last or 'none yet'}")
    added = tickets.office.tell_engineers([_missed(tickets, ended, last)])
    return dg.SkipReason(f"{ended} is not reconciled; {added} new in the outbox")


def _missed(tickets: TicketDesk, day: date, last: date) -> Notice:
    at = tickets.map.rhythms.tickets.at
    facts = [("Day", str(day)), ("Last day reconciled", str(last)), ("Due", f"{at:%H:%M}")]
    what_to_do = "Look at the last runs of daily_reconciliation in Dagster, and run the partition of this day."
    title = f"{tickets.map.company.name}: {day} is not reconciled"
    return told_notice(f"deadline|{day}", title, facts, what_to_do, engineers_addresses(tickets.map))


def _notices_of(
    entity_map: EntityMap, known: Iterable[Ticket], instance: dg.DagsterInstance, run_id: str,
    status: dg.DagsterEventType,
) -> Iterator[Notice]:  # fmt: skip
    people = engineers_addresses(entity_map)
    if status == dg.DagsterEventType.RUN_FAILURE:
        what_to_do = "Open the run in Dagster, read what failed, and run it again."
        yield told_notice(f"run|{run_id}", f"Dagster run {run_id} failed", [("Run", run_id)], what_to_do, people)
    has_ticket = {ticket.id for ticket in known}
    expected = _tickets_of_checks(entity_map)
    records = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    for record in records:
        event = record.event_log_entry.dagster_event
        evaluation = event.asset_check_evaluation_data if event else None
        if evaluation is None or evaluation.passed or evaluation.severity != dg.AssetCheckSeverity.ERROR:
            continue
        asset, check = evaluation.asset_key.to_user_string(), evaluation.check_name
        if expected.get((asset, check)) not in has_ticket:
            subject = f"check|{asset}|{check}|{evaluation.partition}"
            facts = [("Check", f"{asset}: {check}"), ("Day", str(evaluation.partition)), ("Run", run_id)]
            what_to_do = "The breach has no ticket: run the tickets asset of this day."
            yield told_notice(subject, f"{asset}: {check} failed, and has no ticket", facts, what_to_do, people)


def _tickets_of_checks(entity_map: EntityMap) -> dict[tuple[str, str], str]:
    """The ticket that a failed check of an asset leads to."""
    return {
        (drift_key(entity, copy).to_user_string(), check_name(cause)): ticket_id(f"{entity}/{copy}/{cause}")
        for entity in entity_map.entities
        for copy in entity_map.entities[entity].replication
        for cause in causes_judged(entity_map, entity, copy)
    }


SENSORS = (alerts_into_outbox, tickets_and_alerts_out, missed_deadlines)
