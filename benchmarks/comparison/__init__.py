"""Comparing copies of records: RevRecon's own path beside its peers, on data whose differences are known."""
