"""The stages, in the order of the story: retrieve, deduplicate, curate, match, warehouse, check, publish."""
