"""Criteria with words, routes and decisions."""
