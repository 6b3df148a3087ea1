"""The quarterly audit: what no daily check sees. The map's answers against reality, slow drift, owners' records."""
