"""What trial and paper have in common, as numbers."""
