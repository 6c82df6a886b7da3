"""Bringing a timetable in: a folder of five CSV files, as one change, all or nothing.

Whoever serves calls `ensure_shipped_timetable` at start; `farewave timetable import FOLDER` reads a
folder with `read_folder` and calls `import_timetable`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from farewave.db import Tx
from farewave.rail.model import Network
from farewave.rail.rules.timetable import (
    COLUMNS,
    TimetableFaults,
    content_version,
    read_timetable,
)
from farewave.rail.store import network as store

__all__ = [
    "Imported",
    "TimetableFaults",
    "ensure_shipped_timetable",
    "import_timetable",
    "read_folder",
    "shipped_texts",
]

SHIPPED, IMPORTED = "shipped", "imported"
_FILE_BYTES_MAX = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Imported:
    """What is on sale now; `changed` False when it was so before."""

    version: str
    stations: int
    trains: int
    changed: bool


def read_folder(folder: Path) -> Mapping[str, str] | TimetableFaults:
    """The texts of a timetable folder, or which file can't be read."""
    texts: dict[str, str] = {}
    faults: list[str] = []
    for name in COLUMNS:
        path = folder / name
        try:
            if path.stat().st_size > _FILE_BYTES_MAX:
                faults.append(f"{name}: larger than {_FILE_BYTES_MAX // 1024 // 1024} MiB")
                continue
            texts[name] = path.read_text("utf-8-sig")
        except FileNotFoundError:
            faults.append(f"{name}: the file is missing")
        except (OSError, UnicodeDecodeError) as fault:
            faults.append(f"{name}: can't be read ({type(fault).__name__})")
    return TimetableFaults(tuple(faults)) if faults else texts


def shipped_texts() -> Mapping[str, str]:
    """The texts of the timetable that comes with Farewave."""
    folder = resources.files("farewave.rail") / "data"
    return {name: (folder / name).read_text("utf-8") for name in COLUMNS}


async def import_timetable(
    tx: Tx, texts: Mapping[str, str], origin: str = IMPORTED
) -> Imported | TimetableFaults:
    """Sell by this timetable from now on. Runs that are opened keep the one they were sold by."""
    network = read_timetable(texts)
    if isinstance(network, TimetableFaults):
        return network
    await store.insert_network(tx, network)
    changed = await store.current_version(tx) != network.version
    await store.make_current(tx, network.version, origin)
    return _imported(network, changed)


async def ensure_shipped_timetable(tx: Tx) -> Imported | None:
    """Bring in the shipped timetable, unless it is there or an imported one is on sale (None)."""
    if await store.current_origin(tx) == IMPORTED:
        return None
    texts = shipped_texts()
    if await store.current_version(tx) == content_version(texts):
        return None
    imported = await import_timetable(tx, texts, SHIPPED)
    assert isinstance(imported, Imported), f"the shipped timetable is sound: {imported}"
    return imported


def _imported(network: Network, changed: bool) -> Imported:
    return Imported(network.version, len(network.stations), len(network.trains), changed)
