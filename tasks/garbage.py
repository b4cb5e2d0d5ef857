"""How often Python looks through all that it holds for objects that refer to each other and to which nothing else does.

By itself it looks after every 700 objects made, and so walks again and again over what reading a few large libraries
leaves for good: a tenth of the processor time of a run over the sample.
"""

import gc

OBJECTS_MADE = 50_000


def collect_seldom() -> None:
    """Look after every 50,000 objects made, in this process."""
    gc.set_threshold(OBJECTS_MADE)
