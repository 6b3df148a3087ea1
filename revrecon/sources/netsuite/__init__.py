"""NetSuite: SuiteQL over REST, page by page along the key."""
