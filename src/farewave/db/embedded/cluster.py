"""The cluster: made once, whole or not at all."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from farewave.db.embedded.account import Account
from farewave.db.embedded.binaries import major_version
from farewave.db.embedded.death import die_with_parent, send
from farewave.db.embedded.folder import Folder
from farewave.db.embedded.status import processes_of
from farewave.db.errors import EmbeddedRefused
from farewave.kit.chance import SystemChance

ROLE = "farewave"
DATABASE = "farewave"
SUPERUSER = "postgres"
_PASSWORD_OCTETS = 24
_UNFINISHED = "postgresql.unfinished-"

# What stands in postgresql.conf, where an operator may change it. The server logs no statement, no
# error of one and no DETAIL: they quote what people sent (a doubled phone number).
_CONFIGURATION = {
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "UTC",
    "timezone": "UTC",
    # Room for the hot tables, and checkpoints far apart: after each one every page's first change
    # is logged whole (`full_page_writes` stays on), which costs random inserts most.
    "shared_buffers": "256MB",
    "wal_buffers": "16MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "pglz",
    # A table that has just grown is planned for as if it were empty until it was analysed: a batch
    # would read the whole shard.
    "autovacuum_naptime": "15s",
    "jit": "off",  # no statement here runs long enough to be worth compiling
}

ENVIRONMENT_KEPT = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")


def server_environment() -> dict[str, str]:
    """For the server's programs: nothing of ours (keys!), and no PGDATA, PGPORT, PGOPTIONS."""
    kept = {name: os.environ[name] for name in ENVIRONMENT_KEPT if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8"}


def make_cluster(folder: Folder, user: Account, programs: Path) -> None:
    """Make the cluster with its role and database, unless it is there. Only by the supervisor.

    It is made under another name and renamed, so a kill at any moment leaves a whole cluster or
    none. Raises EmbeddedRefused for a cluster of another major version or another owner.
    """
    for left in folder.root.glob(f"{_UNFINISHED}*"):
        _remove_unfinished(left)
    if folder.cluster.exists():
        _check(folder, user, programs)
        return
    unfinished = folder.root / f"{_UNFINISHED}{os.getpid()}"
    password = _kept_password(folder.password)
    superuser_password = _kept_password(folder.superuser_password)
    unfinished.mkdir(mode=0o700)
    user.give(unfinished)
    _initdb(unfinished / "cluster", user, programs, superuser_password)
    _make_role_and_database(unfinished / "cluster", user, programs, password)
    (unfinished / "cluster").rename(folder.cluster)
    _sync_folder(folder.root)
    shutil.rmtree(unfinished)


def _remove_unfinished(left: Path) -> None:
    """What a kill in the middle left: initdb dies with us, but not the server that it started.

    Should that one still write there now, the next start removes the rest.
    """
    while writers := processes_of(left / "cluster"):
        send(signal.SIGKILL, writers)
        time.sleep(0.01)
    shutil.rmtree(left, ignore_errors=True)


def _check(folder: Folder, user: Account, programs: Path) -> None:
    owner = folder.cluster.stat().st_uid
    if owner != user.uid:
        raise EmbeddedRefused(
            f"The database in {folder.cluster} belongs to user number {owner}, and the server would"
            f" run as {user.uid}: start Farewave as the same user as before."
        )
    if not folder.password.exists():
        raise EmbeddedRefused(f"{folder.password} is missing: it opens the database beside it.")
    made_by = int((folder.cluster / "PG_VERSION").read_text())
    ours = major_version(programs)
    if made_by != ours:
        raise EmbeddedRefused(
            f"The database in {folder.cluster} was made by PostgreSQL {made_by}; this version of"
            f" Farewave brings {ours}. Carry it over with pg_dump and pg_restore."
        )


def _kept_password(path: Path) -> str:
    """The password in `path`, made when it is missing; in hex, so it needs no quoting anywhere."""
    if path.exists():
        return path.read_text()
    password = SystemChance().octets(_PASSWORD_OCTETS).hex()
    fresh = path.with_name(f"{path.name}.unfinished")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    return password


def _initdb(cluster: Path, user: Account, programs: Path, password: str) -> None:
    pwfile = cluster.with_name("pwfile")
    with open(os.open(pwfile, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password)
    user.give(pwfile)
    _run(
        [
            str(programs / "initdb"),
            f"--pgdata={cluster}",
            f"--username={SUPERUSER}",
            f"--pwfile={pwfile}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            "--no-instructions",
            *(f"--set={name}={value}" for name, value in _CONFIGURATION.items()),
        ],
        user,
        "initdb",
    )


def _make_role_and_database(cluster: Path, user: Account, programs: Path, password: str) -> None:
    """In single-user mode, before anybody can connect: one statement a line."""
    statements = (
        f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}'\n"
        f"CREATE DATABASE {DATABASE} OWNER {ROLE}\n"
    )
    says = _run(
        [str(programs / "postgres"), "--single", "-D", str(cluster), "template1"],
        user,
        "postgres --single",
        statements,
    )
    if "ERROR" in says:
        raise EmbeddedRefused("The database's own role can't be made in a new cluster.")


def _run(command: list[str], user: Account, name: str, given: str = "") -> str:
    done = subprocess.run(  # noqa: S603
        command,
        input=given,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        cwd="/",
        env=server_environment(),
        preexec_fn=die_with_parent("SIGKILL"),
        **user.for_subprocess(),
    )
    if done.returncode != 0:
        last = done.stdout.strip().splitlines()[-1:]
        raise EmbeddedRefused(f"{name} failed: {' '.join(last) or done.returncode}")
    return done.stdout


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
