"""Changes go back into the systems: planned, applied in batches, resumed, undone, and all of it recorded."""
