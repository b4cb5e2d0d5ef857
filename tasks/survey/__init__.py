"""The investigator survey: whom to ask, what to ask, what came back. Nothing is ever sent from here."""
