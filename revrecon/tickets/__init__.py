"""Findings go out: one live ticket per entity, system and cause in breach, in a ledger that forgets nothing."""
