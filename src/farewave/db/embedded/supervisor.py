"""The parent of `postgres`: a small process of its own that lives as long as somebody uses it.

Every process that uses the server holds DATA/users.lock shared. The supervisor tries to take it
exclusively; when it gets it nobody uses the server any more, however they ended (kill -9 included),
and it shuts the server down and leaves. Meanwhile newcomers wait for the lock, then start anew.

When `postgres` dies it is started again, with a pause that doubles. When the supervisor dies, the
kernel tells `postgres` (death.py), which shuts down; the next user starts everything anew.

Started by attach.py: `python -m farewave.db.embedded.supervisor DATA LOCK_DESCRIPTOR SETTINGS`.
The lock on DATA/supervisor.lock comes with the descriptor, so there is never a second supervisor.
"""

import json
import os
import signal
import stat
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping
from pathlib import Path

from farewave.db.embedded.account import Account, account
from farewave.db.embedded.binaries import programs_for
from farewave.db.embedded.cluster import make_cluster, server_environment
from farewave.db.embedded.death import die_with_parent, send
from farewave.db.embedded.folder import REFUSED, SOCKET_NAME, Folder, impassable
from farewave.db.embedded.locks import FileLock
from farewave.db.embedded.status import postmaster_of, processes_of, ready_sockets_of
from farewave.db.errors import EmbeddedRefused

_TICK_S = 0.25
_FIRST_STARTS_MAX = 3
_PAUSE_FIRST_S = 0.1
_PAUSE_MAX_S = 10.0
_SHUTDOWN_S = 60.0
_IMMEDIATE_S = 15.0
# What is sent after how many seconds, while something of an earlier server is left.
_ORPHANS_STEPS = (
    (0.0, signal.SIGINT, "postmaster"),
    (10.0, signal.SIGQUIT, "postmaster"),
    (20.0, signal.SIGKILL, "all"),
)
_BACKENDS_STEPS = ((2.0, signal.SIGQUIT, "all"), (10.0, signal.SIGKILL, "all"))
_LOG_BYTES_MAX = 8 * 1024 * 1024
_STOP_SIGNALS = {signal.SIGTERM, signal.SIGINT}


class Supervisor:
    """Keeps one server running until nobody uses it."""

    def __init__(self, folder: Folder, settings: Mapping[str, str]) -> None:
        self._folder = folder
        self._settings = dict(settings)
        self._users = FileLock(folder.users_lock)
        self._ever_ready = False
        self._log_begin = 0

    def run(self) -> None:
        """Prepare, start, watch, stop. Raises EmbeddedRefused when the server can't be run."""
        user = account()
        programs = programs_for(user, self._folder)
        make_cluster(self._folder, user, programs)
        make_sockets_folder(self._folder.sockets, user)
        failures, pause_s = 0, _PAUSE_FIRST_S
        while True:
            wait_for_orphans(self._folder)
            server = self._start(user, programs)
            was_ready = self._watch(server)
            if server.poll() is None:
                self._stop(server)
                return
            _say(f"postgres ended with code {server.returncode}")
            failures = 1 if was_ready else failures + 1
            pause_s = _PAUSE_FIRST_S if was_ready else min(pause_s * 2, _PAUSE_MAX_S)
            if failures >= _FIRST_STARTS_MAX and not self._ever_ready:
                raise EmbeddedRefused(f"The database doesn't start: {self._last_words()}")
            if self._pause(pause_s):
                return

    def _stop(self, server: "subprocess.Popen[bytes]") -> None:
        """A fast shutdown; when that hangs an immediate one; then its parts one by one.

        All three are safe: after the last two the next start recovers. Seen to hang: a fast
        shutdown that was asked for while the server recovers from the death of one of its parts.
        """
        for number, waited_s in ((signal.SIGINT, _SHUTDOWN_S), (signal.SIGQUIT, _IMMEDIATE_S)):
            server.send_signal(number)
            try:
                server.wait(waited_s)
            except subprocess.TimeoutExpired:
                _say(f"postgres is still there {waited_s} s after {number.name}")
                continue
            return
        send(signal.SIGKILL, processes_of(self._folder.cluster))
        server.wait()

    def _watch(self, server: "subprocess.Popen[bytes]") -> bool:
        """Until the server dies or is to be stopped; whether it ever was ready comes back."""
        was_ready = False
        while server.poll() is None:
            if not was_ready and ready_sockets_of(self._folder.cluster, os.getpid()):
                was_ready = self._ever_ready = True
            if self._to_leave():
                break
        return was_ready

    def _pause(self, pause_s: float) -> bool:
        """Before another start; True when it isn't wanted any more."""
        until = time.monotonic() + pause_s
        while time.monotonic() < until:
            if self._to_leave():
                return True
        return False

    def _to_leave(self) -> bool:
        """After a tick, or at once after a signal: were we told to stop, or does nobody use it?"""
        caught = signal.sigtimedwait({signal.SIGCHLD, *_STOP_SIGNALS}, _TICK_S)
        if caught is not None and caught.si_signo in _STOP_SIGNALS:
            return True
        # Kept until this process ends: newcomers wait for that, then start a supervisor.
        return self._users.try_exclusive()

    def _start(self, user: Account, programs: Path) -> "subprocess.Popen[bytes]":
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._folder.sockets),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "cluster_name": "farewave",
            **self._settings,
        }
        command = [str(programs / "postgres"), "-D", str(self._folder.cluster)]
        command += [f"--{name}={value}" for name, value in options.items()]
        with open(_log_descriptor(self._folder.postgresql_log), "ab") as log:
            self._log_begin = log.tell()
            return subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=server_environment(),
                start_new_session=True,
                preexec_fn=die_with_parent("SIGINT"),  # noqa: PLW1509 - one thread here
                **user.for_subprocess(),
            )

    def _last_words(self) -> str:
        """Why the server ended, from its log, without time and process."""
        with open(self._folder.postgresql_log, "rb") as log:
            log.seek(self._log_begin)
            lines = log.read(_LOG_BYTES_MAX).decode(errors="replace").splitlines()
        fatal = [line for line in lines if "FATAL:" in line or "PANIC:" in line] or lines
        words = fatal[0].partition("FATAL:")[2] or fatal[0] if fatal else "it said nothing"
        return f"{words.strip()} (more in {self._folder.postgresql_log})"


def make_sockets_folder(sockets: Path, user: Account) -> None:
    """A folder that nobody else can enter. Raises EmbeddedRefused when another one is there."""
    try:
        sockets.mkdir(mode=0o700)
        user.give(sockets)
    except FileExistsError:
        pass
    found = sockets.lstat()
    private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
    if not private or found.st_uid != user.uid:
        raise EmbeddedRefused(f"{sockets} isn't a private folder of user {user.name}: remove it.")
    if (closed := impassable(sockets, user.uid, user.gid)) is not None:
        raise EmbeddedRefused(f"The user {user.name} can't pass through {closed}: set TMPDIR.")


def wait_for_orphans(folder: Folder) -> None:
    """Until no process of an earlier server is left; then drop the lock files that it left.

    An earlier postmaster is asked to shut down, and in the end made to. Backends whose postmaster
    was killed leave by themselves; one that is busy is ended after 2 seconds.

    PostgreSQL takes a lock file for a living server's when any process of the same user has the
    number in it: after a restart of a container that may be another program, and where nobody
    collects the dead it is the killed server itself. Here it is proven that no process works in
    the cluster, and the supervisor's lock that no other supervisor is about to start one.
    """
    begun = time.monotonic()
    postmaster = postmaster_of(folder.cluster)
    steps = list(_ORPHANS_STEPS if postmaster in processes_of(folder.cluster) else _BACKENDS_STEPS)
    while left := processes_of(folder.cluster):
        if steps and time.monotonic() - begun >= steps[0][0]:
            _, number, whom = steps.pop(0)
            send(number, left if whom == "all" else {postmaster or 0} & set(left))
        time.sleep(0.05)
    (folder.cluster / "postmaster.pid").unlink(missing_ok=True)
    (folder.sockets / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)


def _log_descriptor(path: Path) -> int:
    """`path` opened for appending; a log that grew large is put aside first."""
    if path.exists() and path.stat().st_size > _LOG_BYTES_MAX:
        path.rename(path.with_name(f"{path.name}.1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def main() -> None:
    """The process: see the top of this file."""
    data_dir, lock_descriptor, settings = sys.argv[1:]
    lock = int(lock_descriptor)
    os.set_inheritable(lock, False)
    if os.fork():
        os._exit(0)  # the starter waits for this one; the other belongs to nobody
    os.umask(0o077)
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD, signal.SIGHUP, *_STOP_SIGNALS})
    try:
        Supervisor(Folder(Path(data_dir)), json.loads(settings)).run()
    except EmbeddedRefused as refused:
        _say(f"{REFUSED}{refused}")
    except Exception as bug:
        _say(traceback.format_exc())
        _say(f"{REFUSED}The supervisor of the database failed ({type(bug).__name__}: {bug}).")


if __name__ == "__main__":
    main()
