"""The small shop with a ratio."""

from revrecon_tests.companies import SHOP

_OPEN_DEALS = """numbers:
  open_deals:
    title: Open deals
    text: How many could be won.
    unit: count
    decimals: 0
    owner: ann
    canonical: canonical
    definitions:
      canonical: {version: 1, effective: 2026-01-01, department: sales, text: Open and large., entity: deal,
                  conditions: {open: "stage = 'open'", large: amount > 100}, measure: {count: records}}
      sales: {version: 1, effective: 2026-01-01, department: sales, text: Open., entity: deal, copy: crm,
              conditions: {open: "stage = 'open'"}, measure: {count: records}}
      books: {version: 1, effective: 2026-01-01, department: books, text: Open quotes., entity: deal, copy: books,
              conditions: {open: "stage = 'open'"}, measure: {count: records}}
"""
_AVERAGE = """ratios:
  average_deal:
    {title: Average deal, text: Each open deal., unit: USD, owner: ann, of: pipeline, over: open_deals}
rhythms:"""
COUNTED = SHOP.replace("numbers:\n", _OPEN_DEALS).replace("rhythms:", _AVERAGE)
"""The shop with a count of open deals, and the average deal."""
