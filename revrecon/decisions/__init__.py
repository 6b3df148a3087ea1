"""What people decided: an append-only register, read as values by the rooms that obey it."""
