"""Whom the server runs as: PostgreSQL refuses root, so root gets it an own system user."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

from farewave.db.errors import EmbeddedRefused

NAME = "farewave"


@dataclass(frozen=True, slots=True)
class Account:
    """The user of the server's processes. `changes`: it isn't the user that we run as."""

    name: str
    uid: int
    gid: int
    changes: bool

    def for_subprocess(self) -> dict[str, Any]:
        """Keyword arguments that make `subprocess` run a program as this user."""
        if not self.changes:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: "os.PathLike[str]") -> None:
        """Make this user the owner of `path`, which we just made."""
        if self.changes:
            os.chown(path, self.uid, self.gid)


def account() -> Account:
    """The user of this process, or as root the system user `farewave`, made when it is missing.

    Raises EmbeddedRefused when it can't be made.
    """
    if os.geteuid() != 0:
        return Account(str(os.geteuid()), os.geteuid(), os.getegid(), changes=False)
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        _make()
        entry = pwd.getpwnam(NAME)
    if entry.pw_uid == 0:
        raise EmbeddedRefused(f"The user {NAME} has root's number; PostgreSQL refuses root.")
    return Account(NAME, entry.pw_uid, entry.pw_gid, changes=True)


def _make() -> None:
    useradd = shutil.which("useradd") or "/usr/sbin/useradd"  # `su` leaves PATH without sbin
    command = [useradd, "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", NAME]
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
        says = done.stderr.strip()
        made = done.returncode in (0, 9)  # 9: another process made it meanwhile
    except OSError as missing:
        says, made = str(missing.strerror), False
    if not made:
        raise EmbeddedRefused(
            f"PostgreSQL doesn't run as root, and the user {NAME} for it can't be made ({says})."
            f" Make a user named {NAME}, run Farewave as an ordinary user,"
            " or set FAREWAVE_DATABASE_URL."
        )
