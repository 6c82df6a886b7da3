"""A worker never outlives the process that started it."""

import ctypes
import os
import signal

PARENT_VARIABLE = "FAREWAVE_SERVE_PID"
"""Where a child process finds the process that it isn't to outlive."""
_PR_SET_PDEATHSIG = 1


def end_with_parent(parent_pid: int) -> None:
    """Have the kernel end this process (SIGTERM) when its parent goes, however it goes.

    Linux only; elsewhere a worker is left to the server that started it. If the parent
    went before this was said, leave at once.
    """
    try:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return
    prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent_pid:
        raise SystemExit(1)
