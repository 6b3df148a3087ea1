"""Marketo: leads by bulk extracts, assets by their lists, deletions by the activity log."""
