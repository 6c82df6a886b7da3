"""What processes have cost: their CPU time, from Linux' /proc.

On a machine that others use as well, wall-clock figures tell little; CPU time tells what a change
saved.
"""

import os
import time
from collections.abc import Iterable
from operator import sub
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def costs_s(*root_pids: int) -> tuple[float, ...]:
    """CPU seconds until now: of each process and its descendants, and of this process alone."""
    return (*map(cpu_s, root_pids), time.process_time())


def spent_s(before: Iterable[float], after: Iterable[float]) -> tuple[float, ...]:
    """What was spent between two times."""
    return tuple(map(sub, after, before))


def cpu_s(root_pid: int) -> float:
    """CPU seconds of a process and its descendants, of those also that ended meanwhile."""
    parents = dict(_parents())
    tree = {root_pid}
    while grown := {pid for pid, parent in parents.items() if parent in tree} - tree:
        tree |= grown
    return sum(map(_ticks, tree)) / _TICKS_PER_S


def _fields(pid: int) -> list[str] | None:
    """What stands in a process's `stat` behind its name, which may hold blanks."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return None  # it has ended


def _parents() -> Iterable[tuple[int, int]]:
    for name in os.listdir("/proc"):
        if name.isdecimal() and (fields := _fields(int(name))) is not None:
            yield int(name), int(fields[1])


def _ticks(pid: int) -> int:
    """Its own and its collected children's, in user mode and in the kernel."""
    fields = _fields(pid)
    return 0 if fields is None else sum(map(int, fields[11:15]))
