"""Judges of one copy: field rules, drift against canonical values, identity and hierarchy."""
