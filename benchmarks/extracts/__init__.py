"""How fast records come out of systems: our connectors beside the vendors' own clients."""
