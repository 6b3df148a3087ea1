"""Salesforce: SOQL for what changed, Bulk API 2.0 for large objects."""
