"""Where papers come from: PubMed, Europe PMC, files."""
