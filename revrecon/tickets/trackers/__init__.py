"""Where tickets are shown: one contract, one file per tracker, one row in the registry."""
