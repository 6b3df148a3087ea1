"""Many records, one real thing: standard forms, matching, clusters, hierarchy, survivorship."""
