"""Figures of the page and for print."""
