"""HubSpot: lists for everything, search for what changed, the archive for what is gone."""
