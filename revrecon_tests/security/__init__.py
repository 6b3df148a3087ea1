"""What the threat model promises, attack by attack."""
