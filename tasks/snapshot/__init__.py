"""Snapshots: write-once states of a registry, taken from its interface, a file or the sample."""
