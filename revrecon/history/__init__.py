"""What each system said, and when: dated, immutable, and the state as of any day."""
