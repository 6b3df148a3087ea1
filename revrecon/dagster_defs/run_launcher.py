"""How runs are started on one machine: as Dagster does, and a run whose process is gone is known to be gone.

Dagster's own launcher cannot tell: after a power cut or a kill of the service, a run stays `STARTED` for ever, holds
one of the places for runs, and its day is never reconciled. With this launcher the monitor marks it as failed, and
`run_retries` of the instance's settings starts it again; a day that is run again ends as if nothing had happened.
"""

from dagster import DagsterRun
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher import CheckRunHealthResult, DefaultRunLauncher, WorkerStatus
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster._serdes import deserialize_value

_SECONDS = 10


class WatchedRunLauncher(DefaultRunLauncher):
    """Dagster's launcher for runs that are processes of the code server, which it asks whether they still live."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Running while the code server that started the run has its process; failed where either is gone."""
        client = self._get_grpc_client_for_termination(run.run_id)  # type: ignore[no-untyped-call]  # Dagster tells no types
        if client is None:
            return CheckRunHealthResult(WorkerStatus.UNKNOWN, "Nobody noted which code server started this run.")
        try:
            said = client.can_cancel_execution(CanCancelExecutionRequest(run_id=run.run_id), timeout=_SECONDS)
        except DagsterUserCodeUnreachableError:
            return CheckRunHealthResult(WorkerStatus.FAILED, "The code server that started this run is gone.")
        if deserialize_value(said, CanCancelExecutionResult).can_cancel:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, "The process of this run is gone.")
