"""Stripe: lists for everything, events for what changed."""
