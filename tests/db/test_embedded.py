"""The embedded server: up when somebody uses it, gone when nobody does, whoever is killed.

All tests use one data folder, one after the other: each start is also a recovery from what the
test before did to it.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from farewave.db import Database, DatabaseAway, EmbeddedRefused, open_database
from farewave.db.embedded import EmbeddedServer
from farewave.db.embedded.status import postmaster_of, processes_of, works_in
from farewave.kit.chance import SeededChance

USER = """
import sys, time
from pathlib import Path
from farewave.db.embedded import EmbeddedServer
server = EmbeddedServer.attach(Path(sys.argv[1]))
print("attached", flush=True)
time.sleep(600)
"""
AS_ROOT = os.geteuid() == 0


def new_folder() -> Path:
    """Short, so that the socket lies inside; not pytest's, which the server's user can't pass."""
    return Path(tempfile.mkdtemp(prefix="fw-"))


def remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def shared_dir() -> Iterator[Path]:
    made = new_folder()
    EmbeddedServer.attach(made).release(wait=True)
    yield made
    remove(made)


@pytest.fixture
def data_dir(shared_dir: Path) -> Iterator[Path]:
    yield shared_dir
    eventually(lambda: not running(shared_dir), "the server is gone after the test")


def cluster(data_dir: Path) -> Path:
    return data_dir / "postgresql"


def postmaster(data_dir: Path) -> int:
    found = postmaster_of(cluster(data_dir))
    assert found is not None
    assert works_in(found, cluster(data_dir))
    return found


def supervisors(data_dir: Path) -> list[int]:
    """Of this folder, by their command: a number that was written down may be another's now."""
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = command.read_bytes().decode(errors="replace").split("\0")
            if "farewave.db.embedded.supervisor" in words and str(data_dir) in words:
                found.append(int(command.parent.name))
    return found


def running(data_dir: Path) -> list[int]:
    return processes_of(cluster(data_dir))


def eventually(holds: Callable[[], object], says: str, within_s: float = 120) -> None:
    until = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < until, f"not within {within_s} s: {says}"
        time.sleep(0.05)


@contextmanager
def other_process(data_dir: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that attaches, and is killed with -9 at the end."""
    user = subprocess.Popen(
        [sys.executable, "-c", USER, str(data_dir)], stdout=subprocess.PIPE, text=True
    )
    try:
        yield user
    finally:
        user.kill()
        user.communicate()


async def ask(dsn: str, sql: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_it_starts_quickly_serves_and_stops_after_its_last_user(data_dir: Path) -> None:
    first = EmbeddedServer.attach(data_dir)
    second = EmbeddedServer.attach(data_dir)
    assert first.dsn == second.dsn
    first.release()
    time.sleep(0.6)
    facts = (
        "SELECT concat_ws(' ', current_user, rolsuper, datlocprovider, datlocale,"
        " current_setting('timezone'), current_setting('fsync'),"
        " current_setting('synchronous_commit'), current_setting('full_page_writes'),"
        " current_setting('listen_addresses') = '') FROM pg_roles, pg_database"
        " WHERE rolname = current_user AND datname = current_database()"
    )
    assert await ask(second.dsn, facts) == "farewave f b C.UTF-8 UTC on on on t"
    second.release(wait=True)
    assert running(data_dir) == []
    started_s = []
    for _ in range(3):
        begun = time.monotonic()
        again = EmbeddedServer.attach(data_dir)
        started_s.append(time.monotonic() - begun)
        again.release(wait=True)
    assert min(started_s) < 10, "no cluster is made again, and nothing is waited out"


async def test_a_connection_without_the_password_is_refused(data_dir: Path) -> None:
    server = EmbeddedServer.attach(data_dir)
    password = (data_dir / "password").read_text()
    assert stat.S_IMODE((data_dir / "password").stat().st_mode) == 0o600
    for wrong in (server.dsn.replace(f":{password}", ""), server.dsn.replace(password, "wrong")):
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(wrong, passfile="/nonexistent")
    sockets = Path(server.dsn.rpartition("host=")[2])
    assert sockets == data_dir.resolve() / "run"
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    server.release()


def test_kill_9_of_the_only_user_stops_the_server(data_dir: Path) -> None:
    with other_process(data_dir) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == "attached\n"
        assert postmaster(data_dir)
    eventually(lambda: not running(data_dir), "the server is gone")


def test_processes_that_attach_at_once_share_one_server() -> None:
    data_dir = new_folder()
    with other_process(data_dir) as one, other_process(data_dir) as two:
        for user in (one, two):
            assert user.stdout is not None
            assert user.stdout.readline() == "attached\n"
        starts = (data_dir / "postgresql.log").read_text().count("LOG:  starting PostgreSQL")
        assert starts == 1
    eventually(lambda: not running(data_dir), "the server is gone")
    remove(data_dir)


@pytest.fixture
async def pool(data_dir: Path) -> AsyncIterator[Database]:
    async with open_database(data_dir=data_dir) as database:
        yield database


async def answers_again(database: Database, within_s: float = 120) -> None:
    """It answers in the end, and until then says nothing but that it is away."""
    until = time.monotonic() + within_s
    while True:
        try:
            async with database.transaction() as tx:
                assert await tx.fetchval("SELECT 1") == 1
            return
        except DatabaseAway:
            assert time.monotonic() < until, "the pool didn't heal"
            await asyncio.sleep(0.05)


async def test_kill_9_of_postgres_brings_it_back_and_the_pool_heals(
    pool: Database, data_dir: Path
) -> None:
    async with pool.transaction() as tx:
        await tx.execute("CREATE TABLE IF NOT EXISTS kept (note text)")
        await tx.execute("INSERT INTO kept VALUES ('committed')")
    before = postmaster(data_dir)

    async def interrupted() -> None:
        async with pool.transaction() as tx:
            await tx.execute("INSERT INTO kept VALUES ('not committed')")
            os.kill(before, signal.SIGKILL)
            while True:  # a backend may live a moment longer
                await tx.fetchval("SELECT 1")
                await asyncio.sleep(0.01)

    with pytest.raises(DatabaseAway):
        await asyncio.wait_for(interrupted(), 120)
    await answers_again(pool)
    assert postmaster(data_dir) != before
    async with pool.reading() as tx:
        assert [row["note"] for row in await tx.fetch("SELECT note FROM kept")] == ["committed"]
    async with pool.transaction() as tx:
        await tx.execute("DROP TABLE kept")


async def test_a_backend_that_is_busy_when_postgres_is_killed_doesnt_hold_up_the_restart(
    pool: Database, data_dir: Path
) -> None:
    async def busy() -> None:
        async with pool.reading() as tx:
            await tx.fetchval("SELECT count(*) FROM generate_series(1, 100000000000)")

    async def is_busy() -> bool:
        async with pool.reading() as tx:
            sql = "SELECT pid FROM pg_stat_activity WHERE state = 'active'"
            return len(await tx.fetch(f"{sql} AND query LIKE '%generate_series%'")) == 2

    task = asyncio.create_task(busy())
    while not await is_busy():
        await asyncio.sleep(0.05)
    os.kill(postmaster(data_dir), signal.SIGKILL)
    await answers_again(pool)
    with pytest.raises(DatabaseAway):
        await task


async def test_kill_9_of_the_supervisor_stops_postgres_and_its_users_start_both_anew(
    pool: Database, data_dir: Path
) -> None:
    [before], server = supervisors(data_dir), postmaster(data_dir)
    os.kill(before, signal.SIGKILL)
    await asyncio.to_thread(
        eventually, lambda: not works_in(server, cluster(data_dir)), "postgres is gone"
    )
    await answers_again(pool)
    assert supervisors(data_dir) != [before]


async def test_kill_9_of_everything_loses_nothing_that_was_committed(data_dir: Path) -> None:
    async with open_database(data_dir=data_dir) as database:
        async with database.transaction() as tx:
            await tx.execute("CREATE TABLE kept (note int)")
        for number in range(20):
            async with database.transaction() as tx:
                await tx.execute("INSERT INTO kept VALUES ($1)", number)
        for each in (*supervisors(data_dir), *running(data_dir)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
    async with open_database(data_dir=data_dir) as database, database.transaction() as tx:
        assert await tx.fetchval("SELECT count(*) FROM kept") == 20
        await tx.execute("DROP TABLE kept")


def test_a_kill_in_the_middle_of_the_first_start_leaves_no_half_cluster() -> None:
    data_dir = new_folder()
    with other_process(data_dir):
        eventually(lambda: [*data_dir.glob("postgresql.unfinished-*/cluster/base")], "initdb")
        os.kill(supervisors(data_dir)[0], signal.SIGKILL)
    assert not cluster(data_dir).exists()
    server = EmbeddedServer.attach(data_dir)
    assert postmaster(data_dir)
    server.release(wait=True)
    EmbeddedServer.attach(data_dir).release(wait=True)
    assert not [*data_dir.glob("postgresql.unfinished-*")]
    remove(data_dir)


@pytest.mark.long
def test_a_shutdown_that_hangs_is_ended(data_dir: Path) -> None:
    """Of a server whose supervisor was killed: it is told at once, and made to after 10 seconds."""
    server = EmbeddedServer.attach(data_dir)
    [checkpointer] = [
        each
        for each in running(data_dir)
        if b"checkpointer" in Path(f"/proc/{each}/cmdline").read_bytes()
    ]
    os.kill(checkpointer, signal.SIGSTOP)
    os.kill(supervisors(data_dir)[0], signal.SIGKILL)
    time.sleep(1)
    assert running(data_dir), "the shutdown hangs"
    server.ensure_running()
    assert checkpointer not in running(data_dir)
    server.release()


@pytest.mark.long
async def test_kills_at_any_moment_of_any_part() -> None:
    """Forty rounds: kill the user, the supervisor, postgres or all of them at some moment of the
    start or after it; the next start always comes up, with all that was committed."""
    data_dir, chance = new_folder(), SeededChance(1111)
    for round_number in range(40):
        with other_process(data_dir):
            time.sleep(chance.below(900) / 1000)
            for victim in (*supervisors(data_dir), *running(data_dir)):
                if chance.below(2):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(victim, signal.SIGKILL)
        async with open_database(data_dir=data_dir) as database, database.transaction() as tx:
            await tx.execute("CREATE TABLE IF NOT EXISTS kept (note int)")
            assert await tx.fetchval("SELECT count(*) FROM kept") == round_number
            await tx.execute("INSERT INTO kept VALUES ($1)", round_number)
        if chance.below(2):
            eventually(lambda: not running(data_dir), "the server is gone")
    eventually(lambda: not running(data_dir), "the server is gone")
    remove(data_dir)


def test_a_stale_pid_file_with_another_programs_number_is_no_hindrance(data_dir: Path) -> None:
    """As after a restart of a container, where numbers begin again."""
    pid_file = cluster(data_dir) / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{cluster(data_dir)}\n0\n5432\n/\n\n0 0\nready   \n")
    os.chown(pid_file, cluster(data_dir).stat().st_uid, -1)
    server = EmbeddedServer.attach(data_dir)
    assert postmaster(data_dir) != os.getpid()
    server.release()


def test_a_shell_that_stands_in_the_cluster_is_left_alone(data_dir: Path) -> None:
    with subprocess.Popen(["sleep", "600"], cwd=cluster(data_dir)) as shell:
        server = EmbeddedServer.attach(data_dir)
        server.release(wait=True)
        assert shell.poll() is None
        shell.kill()


def test_a_setting_that_postgres_refuses_is_told_in_its_words(data_dir: Path) -> None:
    with pytest.raises(EmbeddedRefused, match="shared_buffers"):
        EmbeddedServer.attach(data_dir, settings={"shared_buffers": "much"})


def test_another_major_version_is_refused(data_dir: Path) -> None:
    version = cluster(data_dir) / "PG_VERSION"
    version.write_text("17\n")
    try:
        with pytest.raises(EmbeddedRefused, match=r"made by PostgreSQL 17.*brings 18"):
            EmbeddedServer.attach(data_dir)
    finally:
        version.write_text("18\n")


def test_a_missing_password_is_told(data_dir: Path) -> None:
    password = data_dir / "password"
    aside = password.rename(data_dir / "aside")
    try:
        with pytest.raises(EmbeddedRefused, match="password is missing"):
            EmbeddedServer.attach(data_dir)
    finally:
        aside.rename(password)
