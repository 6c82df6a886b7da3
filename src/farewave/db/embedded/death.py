"""Signals: to a child when its parent dies, however that dies (as Linux has it), and to many."""

import ctypes
import os
import signal
from collections.abc import Callable, Iterable
from contextlib import suppress

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(signal_name: str) -> Callable[[], None]:
    """For `preexec_fn`: the child gets the signal when this process ends.

    It runs after the change of user (which would clear the wish) and only single-threaded parents
    may use it. A parent that died before the wish was made is noticed by the new parent's number.
    """
    number = signal.Signals[signal_name]
    parent = os.getpid()

    def in_child() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        _libc.prctl(_PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)

    return in_child


def send(number: signal.Signals, process_ids: Iterable[int]) -> None:
    """Send a signal to each process that still lives."""
    for process_id in process_ids:
        with suppress(ProcessLookupError):
            os.kill(process_id, number)
