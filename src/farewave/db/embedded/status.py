"""What can be seen of a cluster from outside: its processes, and whether it is ready.

By /proc: every process of PostgreSQL works in the cluster's folder. A process number alone proves
nothing: after a crash of the machine, or in a new container, another program may have it.
"""

import os
import socket
import struct
from pathlib import Path

from farewave.db.embedded.folder import SOCKET_NAME

_STATUS_LINES = (
    8  # postmaster.pid: number, folder, start, port, socket folder, address, key, status
)
_PROTOCOL_3_0 = 3 << 16
_ANSWER_S = 5.0


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
    if _parent_of(postmaster) != supervisor:
        return None
    sockets = Path(lines[4])
    # The file says "ready" also while the server recovers from the death of one of its processes.
    return sockets if _takes_connections(sockets) else None


def _takes_connections(sockets: Path) -> bool:
    """Whether the server asks for a password when greeted, rather than saying why it can't."""
    words = b"user\0farewave\0database\0farewave\0\0"
    greeting = struct.pack(">II", len(words) + 8, _PROTOCOL_3_0) + words
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(_ANSWER_S)
            line.connect(str(sockets / SOCKET_NAME))
            line.sendall(greeting)
            return line.recv(1) == b"R"  # an authentication request; `E` is an error
    except OSError:
        return False


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
