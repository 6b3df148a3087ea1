"""Bridges as an Excel workbook whose formulas foot: bars are sums over the records, and a check cell must be zero."""
