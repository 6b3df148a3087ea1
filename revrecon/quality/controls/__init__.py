"""Input controls: what each system should refuse at entry, from the map's quality rules, in the system's own form."""
