"""The published Entity Map: a page per entity, number, system and person, as a small static site."""
