"""Identity: which records of which copies are the same real thing."""
