"""Bridges as people look at them and take them away: taken apart, as pages, workbooks, CSV and Markdown."""
