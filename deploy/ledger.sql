-- The ledger has a database of its own, beside Dagster's: it is backed up by other rules.
CREATE DATABASE ledger;
