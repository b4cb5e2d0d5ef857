"""How texts are read: patterns, vocabularies, contexts, decisions."""
