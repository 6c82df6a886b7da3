"""The data folder: where everything of one installation lies, and who may pass through to it.

DATA/
  users.lock        every process that uses the server holds this shared; see supervisor.py
  start.lock        held by the one process that is starting a supervisor
  supervisor.lock   held by the supervisor for its whole life; its process id is inside
  password          of the role `farewave`, made by us, mode 0600
  superuser-password
  postgresql/       the cluster
  run/              the socket
  postgresql.log    what the server says
  supervisor.log    what the supervisor says; its last line is the reason when it gave up
"""

import hashlib
import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from farewave.db.errors import EmbeddedRefused

REFUSED = "refused: "
"""Begins the line in supervisor.log that tells why the supervisor gave up."""

SOCKET_NAME = ".s.PGSQL.5432"
_BESIDE_THE_DATABASE = frozenset({"keys", "tls"})
"""What an installation keeps there as well, and may have made first; each private by itself."""

_SOCKET_PATH_BYTES_MAX = 99  # the kernel's bound is 107


@dataclass(frozen=True, slots=True)
class Folder:
    """The paths of one data folder; `root` is absolute, without symbolic links."""

    root: Path

    @property
    def users_lock(self) -> Path:
        return self.root / "users.lock"

    @property
    def start_lock(self) -> Path:
        return self.root / "start.lock"

    @property
    def supervisor_lock(self) -> Path:
        return self.root / "supervisor.lock"

    @property
    def password(self) -> Path:
        return self.root / "password"

    @property
    def superuser_password(self) -> Path:
        return self.root / "superuser-password"

    @property
    def cluster(self) -> Path:
        return self.root / "postgresql"

    @property
    def postgresql_log(self) -> Path:
        return self.root / "postgresql.log"

    @property
    def supervisor_log(self) -> Path:
        return self.root / "supervisor.log"

    @property
    def sockets(self) -> Path:
        """`run/`, or a private folder of a short name when the path of `run/` is too long."""
        run = self.root / "run"
        if len(os.fsencode(run / SOCKET_NAME)) <= _SOCKET_PATH_BYTES_MAX:
            return run
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"farewave-run-{digest}"


def default_data_dir(environment: Mapping[str, str] | None = None) -> Path:
    """`FAREWAVE_DATA`; else /var/lib/farewave for root, ~/.local/share/farewave for a user."""
    given = os.environ if environment is None else environment
    if named := given.get("FAREWAVE_DATA"):
        return Path(named).expanduser()
    if os.geteuid() == 0:
        return Path("/var/lib/farewave")
    share = given.get("XDG_DATA_HOME") or ""
    # The XDG base directory specification: a relative path there is to be ignored.
    base = Path(share) if share.startswith("/") else Path.home() / ".local" / "share"
    return base / "farewave"


def make_folder(data_dir: Path) -> Folder:
    """The data folder, made when it is missing. Folders that were there keep their modes.

    As root a data folder of our own (new, or without a database yet) is opened for passing
    through, so that the server's user gets to the cluster in it. Raises EmbeddedRefused when it
    can't be made.
    """
    root = data_dir.resolve()
    as_root = os.geteuid() == 0
    try:
        missing = [each for each in (root, *root.parents) if not each.exists()]
        for each in reversed(missing):
            try:
                each.mkdir(mode=0o755)
            except FileExistsError:
                continue  # another process came first, with the same wish
            if as_root:
                each.chmod(0o755)  # whatever the umask is: nothing of ours is readable by that
            elif each == root:
                each.chmod(0o700)
        ours = {each.name for each in root.iterdir()} <= _BESIDE_THE_DATABASE
        if as_root and root.stat().st_uid == 0 and ours:
            root.chmod(stat.S_IMODE(root.stat().st_mode) | 0o011)
    except OSError as refused:
        raise EmbeddedRefused(
            f"The data folder {root} can't be used: {refused.strerror}."
        ) from None
    return Folder(root)


def impassable(path: Path, uid: int, gid: int) -> Path | None:
    """The first folder on the way to `path` (itself included) that user `uid` can't pass, or None.

    Judged by owner, group and mode; for a file, whether it can be read and executed.
    """
    for each in (*reversed(path.parents), path):
        found = each.stat()
        needed = stat.S_IXOTH if stat.S_ISDIR(found.st_mode) else stat.S_IXOTH | stat.S_IROTH
        if found.st_uid == uid:
            needed <<= 6
        elif found.st_gid == gid:
            needed <<= 3
        if found.st_mode & needed != needed:
            return each
    return None
