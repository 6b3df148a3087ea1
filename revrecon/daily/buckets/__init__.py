"""Buckets: a day's entities divided by a hash of the canonical id, each judged by itself, on one machine or many."""
