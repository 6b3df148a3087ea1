"""Stand-ins with state for the systems that tickets and alerts go to, built from their documented contracts."""
