"""What an expert decides, attribute by attribute."""
