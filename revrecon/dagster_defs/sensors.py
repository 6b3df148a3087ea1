"""Alerts: every failing check and failed run goes once into the ledger's outbox, whatever is retried."""

import json

import dagster as dg

from revrecon.dagster_defs.desk import Desk
from revrecon.tickets.outbox import Alert, Outbox

_ENDED = (dg.DagsterEventType.RUN_SUCCESS, dg.DagsterEventType.RUN_FAILURE, dg.DagsterEventType.RUN_CANCELED)
_RUNS_A_TICK = 20


@dg.sensor(
    name="alerts_into_outbox",
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Failing checks of ended runs, and runs that failed, become alerts in the outbox, each once.",
)
def alerts_into_outbox(context: dg.SensorEvaluationContext, desk: Desk) -> dg.SkipReason:
    """Read runs that ended since the cursor; the outbox makes seeing one twice harmless."""
    cursors = json.loads(context.cursor) if context.cursor else {}
    outbox = Outbox(desk.home.ledger)
    seen = added = 0
    for status in _ENDED:
        ended = context.instance.fetch_run_status_changes(
            status, limit=_RUNS_A_TICK, cursor=cursors.get(status.value), ascending=True
        )
        for record in ended.records:
            alerts = _alerts_of(context.instance, record.run_id, status)
            seen += len(alerts)
            added += outbox.add(alerts)
        cursors[status.value] = ended.cursor
    context.update_cursor(json.dumps(cursors))
    return dg.SkipReason(f"{seen} alerts seen, {added} new in the outbox")


def _alerts_of(instance: dg.DagsterInstance, run_id: str, status: dg.DagsterEventType) -> list[Alert]:
    found = []
    if status == dg.DagsterEventType.RUN_FAILURE:
        found.append(Alert(key=f"run|{run_id}", kind="run_failed", text=f"Dagster run {run_id} failed."))
    records = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    for record in records:
        event = record.event_log_entry.dagster_event
        evaluation = event.asset_check_evaluation_data if event else None
        if evaluation is None or evaluation.passed or evaluation.severity != dg.AssetCheckSeverity.ERROR:
            continue
        asset = evaluation.asset_key.to_user_string()
        key = f"check|{asset}|{evaluation.check_name}|{evaluation.partition}"
        text = f"{asset}: {evaluation.check_name} failed for {evaluation.partition}."
        found.append(Alert(key=key, kind="check_failed", text=text))
    return found
