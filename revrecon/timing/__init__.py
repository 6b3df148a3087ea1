"""Timing that must clear: what copies are still expected to take over, by when, and whether they did."""
