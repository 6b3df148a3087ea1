"""Probabilistic linkage: how likely two records are the same thing, field by field, learned without labels."""
