"""Where alerts go: one contract, one file per channel, a case in the registry."""
