"""The only room that speaks Dagster: assets, checks, jobs, schedules, sensors, resources."""
