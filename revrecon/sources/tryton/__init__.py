"""Tryton: its REST interface, page by page along the record ids."""
