"""Matching of more papers than memory holds, batch by batch: by this process, several, or a cluster.

In the order of a run: `read` makes batches of articles, `repeats` makes one paper of several records, `find` searches
each batch for candidates, `score` works on some trials at a time and holds no other papers than theirs; `run` has
workers do all of it. Batches pass as files, so that the same links come whoever works.
"""
