"""From trial to paper: ask the interfaces, find candidate pairs, score them, judge them by criteria, decide.

In the order of a run: `search` asks `sources`, `library` keeps the answers; `publications` (for the warehouse) and
`match` (for files) rank the pairs with `features` and `score`, then `judge` them. `trial` and `article` are what is
compared; `names`, `dates` and `words` read their parts.
"""
