"""One day's reconciliation from the lake to the report, the same for the CLI and for Dagster."""
