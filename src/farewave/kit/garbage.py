"""Python's cycle collector, calmed for a process that makes many small objects and few cycles.

By default every 700 new containers start a collection and a growing heap is walked again and again:
a sixth of the time of a desk that decides thousands of transfers a second. What stands after the
start is never garbage, and of what a batch makes nearly nothing is a cycle.
"""

import gc

_YOUNG_MAX = 50_000
_MIDDLE_PER_YOUNG = 20
_OLD_PER_MIDDLE = 50


def calm_collector() -> None:
    """Call it once a process has loaded everything."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_MAX, _MIDDLE_PER_YOUNG, _OLD_PER_MIDDLE)
