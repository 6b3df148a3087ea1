"""Days that are worked out from what changed: everything else is carried forward from an earlier day, untouched."""
