"""What can be seen of a cluster from outside: its processes, and whether it is ready.

By /proc: every process of PostgreSQL works in the cluster's folder. A process number alone proves
nothing: after a crash of the machine, or in a new container, another program may have it.
"""

import os
from pathlib import Path

_STATUS_LINES = (
    8  # postmaster.pid: number, folder, start, port, socket folder, address, key, status
)


def processes_of(cluster: Path) -> list[int]:
    """The numbers of all processes that work in `cluster`."""
    return [
        int(entry.name)
        for entry in os.scandir("/proc")
        if entry.name.isdigit() and works_in(int(entry.name), cluster)
    ]


def works_in(process_id: int, cluster: Path) -> bool:
    """Whether this process lives, runs `postgres`, and its working folder is `cluster`."""
    try:
        program = Path(os.readlink(f"/proc/{process_id}/exe")).name
        # An upgrade removes the program of a server that runs: then its name has " (deleted)".
        return program.startswith("postgres") and os.path.samefile(
            f"/proc/{process_id}/cwd", cluster
        )
    except OSError:
        return False


def postmaster_of(cluster: Path) -> int | None:
    """The number in the cluster's postmaster.pid, living or not."""
    lines = _pid_file_lines(cluster)
    try:
        return abs(int(lines[0])) if lines else None
    except ValueError:
        return None  # being written


def ready_sockets_of(cluster: Path, supervisor: int) -> Path | None:
    """The folder of the socket once a child of `supervisor` takes connections, else None."""
    lines = _pid_file_lines(cluster)
    if len(lines) < _STATUS_LINES or lines[_STATUS_LINES - 1].strip() != "ready":
        return None
    postmaster = postmaster_of(cluster)
    if postmaster is None or not works_in(postmaster, cluster):
        return None
    return Path(lines[4]) if _parent_of(postmaster) == supervisor else None


def _parent_of(process_id: int) -> int | None:
    try:
        text = Path(f"/proc/{process_id}/stat").read_text()
    except OSError:
        return None
    return int(text.rpartition(")")[2].split()[1])


def _pid_file_lines(cluster: Path) -> list[str]:
    try:
        return (cluster / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []
