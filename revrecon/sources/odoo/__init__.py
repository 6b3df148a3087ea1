"""Odoo: its JSON-2 interface, page by page along the record ids."""
