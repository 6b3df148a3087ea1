"""Records come in: one contract, a registry of connectors, and files as the first of them."""
