"""Advisory locks on files: the kernel gives them back however their holder ends."""

import errno
import fcntl
import os
import sys
import time
from pathlib import Path

from farewave.db.errors import EmbeddedRefused

SAID_FIRST_AFTER_S = 5
SAID_AGAIN_EACH_S = 10
_POLL_S = 0.02


class Patience:
    """Waits without end, and tells a person what for: after 5 seconds, then every 10."""

    def __init__(self, says: str) -> None:
        self._says = says
        self._begun = time.monotonic()
        self._next_s = SAID_FIRST_AFTER_S

    def wait(self) -> None:
        """One short pause."""
        time.sleep(_POLL_S)
        waited_s = time.monotonic() - self._begun
        if waited_s >= self._next_s:
            sys.stderr.write(f"{self._says} ({int(waited_s)} s)\n")
            sys.stderr.flush()
            self._next_s += SAID_AGAIN_EACH_S


class FileLock:
    """A lock on the file at `path`, which stays where it is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def try_exclusive(self) -> bool:
        """Take it if nobody has it, shared or exclusive."""
        return self._try(fcntl.LOCK_EX)

    def try_shared(self) -> bool:
        """Take it if nobody has it exclusive."""
        return self._try(fcntl.LOCK_SH)

    def release(self) -> None:
        """Give it back. A child that inherited the descriptor keeps it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def descriptor(self) -> int:
        """The descriptor that holds the lock."""
        assert self._descriptor is not None
        return self._descriptor

    def _try(self, kind: int) -> bool:
        descriptor = self._descriptor if self._descriptor is not None else self._open()
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except OSError as refused:
            if self._descriptor is None:
                os.close(descriptor)
            if refused.errno == errno.EWOULDBLOCK:
                return False
            raise EmbeddedRefused(
                f"{self.path} can't be locked ({refused.strerror}): keep the data folder on a"
                " local file system."
            ) from None
        if not self._still_at_path(descriptor):  # the folder was removed and made again meanwhile
            os.close(descriptor)
            self._descriptor = None
            return False
        self._descriptor = descriptor
        return True

    def _open(self) -> int:
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as refused:
            raise EmbeddedRefused(f"{self.path} can't be opened: {refused.strerror}.") from None

    def _still_at_path(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), self.path.stat())
        except FileNotFoundError:
            return False
