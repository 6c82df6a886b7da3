"""Using the embedded server: attach, get a DSN, let go."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from farewave.db.embedded.account import Account, account
from farewave.db.embedded.cluster import DATABASE, ROLE, SUPERUSER
from farewave.db.embedded.folder import REFUSED, Folder, impassable, make_folder
from farewave.db.embedded.locks import FileLock, Patience
from farewave.db.embedded.status import ready_sockets_of
from farewave.db.errors import EmbeddedRefused

_ENVIRONMENT_KEPT = {"PATH", "LD_LIBRARY_PATH", "TMPDIR", "PYTHONPATH", "PYTHONHOME", "LANG"}


class EmbeddedServer:
    """A running server that stays while this object holds on to it, or this process lives.

    Blocking; in async code call `attach`, `ensure_running` and `release` in a thread.
    """

    def __init__(self, folder: Folder, users: FileLock, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self._users = users
        self._settings = dict(settings)
        self._sockets = folder.sockets

    @classmethod
    def attach(cls, data_dir: Path, *, settings: Mapping[str, str] = {}) -> "EmbeddedServer":
        """Use the server of `data_dir`; make and start it when it isn't there or doesn't run.

        Waits as long as it takes (a recovery after a crash can take minutes), telling so on
        stderr. `settings` are PostgreSQL's, for the process that starts the server. Raises
        EmbeddedRefused.
        """
        if sys.platform != "linux":
            raise EmbeddedRefused(
                "The embedded PostgreSQL runs on Linux: set FAREWAVE_DATABASE_URL."
            )
        folder = make_folder(data_dir)
        _check_passage(folder, account())
        users = FileLock(folder.users_lock)
        patience = Patience(f"The database in {folder.root} is still shutting down")
        while not users.try_shared():
            patience.wait()
        server = cls(folder, users, settings)
        try:
            server.ensure_running()
        except BaseException:
            users.release()
            raise
        return server

    @property
    def dsn(self) -> str:
        """Where the installation's own database is reached, with the password."""
        return self.dsn_of(DATABASE)

    def dsn_of(self, database: str) -> str:
        """As `dsn`, for another database of this server."""
        return self._dsn(ROLE, self.folder.password, database)

    @property
    def superuser_dsn(self) -> str:
        """For what only the server's own superuser may do, such as a checkpoint."""
        return self._dsn(SUPERUSER, self.folder.superuser_password, DATABASE)

    def _dsn(self, role: str, password: Path, database: str) -> str:
        sockets = quote(str(self._sockets))
        return f"postgresql://{role}:{password.read_text()}@/{database}?host={sockets}"

    def ensure_running(self) -> None:
        """Start the server if it doesn't run; return once it takes connections."""
        patience = Patience(f"Waiting for the database in {self.folder.root}")
        start = FileLock(self.folder.start_lock)
        while not start.try_exclusive():
            patience.wait()
        try:
            self._sockets = self._wait_until_ready(patience)
        finally:
            start.release()

    def release(self, *, wait: bool = False) -> None:
        """Stop using it. The server stops after its last user; `wait` waits for that."""
        self._users.release()
        if wait:
            patience = Patience(f"Waiting for the database in {self.folder.root} to shut down")
            supervisor = FileLock(self.folder.supervisor_lock)
            while not supervisor.try_exclusive():
                patience.wait()
            supervisor.release()

    def _wait_until_ready(self, patience: Patience) -> Path:
        supervisor = FileLock(self.folder.supervisor_lock)
        started = False
        while True:
            if supervisor.try_exclusive():  # nobody supervises: what may run is on its way out
                if started:
                    supervisor.release()
                    raise EmbeddedRefused(self._why_it_gave_up())
                self._start_supervisor(supervisor)
                started = True
            elif sockets := ready_sockets_of(self.folder.cluster, self._supervisor_id()):
                return sockets
            patience.wait()

    def _start_supervisor(self, lock: FileLock) -> None:
        """Start it with our lock on supervisor.lock: it holds it from its first moment on."""
        log = self.folder.supervisor_log
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        command = [sys.executable, "-P", "-m", "farewave.db.embedded.supervisor"]
        command += [str(self.folder.root), str(lock.descriptor()), json.dumps(self._settings)]
        try:
            with open(os.open(log, flags, 0o600), "wb") as output:
                subprocess.run(  # noqa: S603
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    cwd="/",
                    env={name: os.environ[name] for name in _ENVIRONMENT_KEPT & os.environ.keys()},
                    pass_fds=[lock.descriptor()],
                    start_new_session=True,
                    check=False,
                )
        finally:
            lock.release()

    def _supervisor_id(self) -> int:
        text = self.folder.supervisor_lock.read_text().strip()
        return int(text) if text.isdigit() else 0

    def _why_it_gave_up(self) -> str:
        lines = self.folder.supervisor_log.read_text(errors="replace").splitlines()
        for line in reversed(lines):
            if line.startswith(REFUSED):
                return line.removeprefix(REFUSED)
        return f"The supervisor of the database ended: see {self.folder.supervisor_log}."


def _check_passage(folder: Folder, user: Account) -> None:
    if (closed := impassable(folder.root, user.uid, user.gid)) is not None:
        raise EmbeddedRefused(
            f"The database runs as the user {user.name}, which can't pass through {closed}:"
            " set FAREWAVE_DATA to a folder that it can reach, such as /var/lib/farewave."
        )
