"""Bringing a timetable in, as one change, all or nothing.

Whoever serves calls `ensure_shipped_timetable` at start; `farewave timetable import PATH` reads
with `network_at` what is there, in one of three forms, and calls `import_network`:

- a folder of the project's five CSV files (`rules.timetable`);
- a folder as collections of China's whole timetable come (`rules.collected`);
- a GTFS feed, zipped (`rules.gtfs`).
"""

import zipfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from farewave.db import Tx
from farewave.rail.model import Network
from farewave.rail.rules import collected, gtfs
from farewave.rail.rules.rows import Rows, TimetableFaults
from farewave.rail.rules.timetable import (
    COLUMNS,
    OWN_FORM,
    content_version,
    read_stocks,
    read_timetable,
)
from farewave.rail.shipped import shipped_texts
from farewave.rail.store import network as store

__all__ = [
    "Imported",
    "Source",
    "TimetableFaults",
    "ensure_shipped_timetable",
    "import_network",
    "import_timetable",
    "network_at",
    "network_in",
    "read_folder",
    "read_path",
    "shipped_texts",
]

SHIPPED, IMPORTED = "shipped", "imported"
_FILE_BYTES_MAX = 256 * 1024 * 1024
Tick = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """What is on sale now; `changed` False when it was so before."""

    version: str
    stations: int
    trains: int
    stops: int
    fares: int
    """Stated ones; all others are modelled by kilometres."""
    changed: bool


@dataclass(frozen=True, slots=True)
class Source:
    """The texts of a timetable by file name, and their form: own, collected or gtfs."""

    form: str
    texts: Mapping[str, str]


def read_path(path: Path) -> Source | TimetableFaults:
    """The texts at `path`, or which file can't be read."""
    if path.is_dir():
        if _begins_with(path / "trains.csv", b"code,"):
            return _source(collected.FORM, read_folder(path, collected.COLUMNS))
        return _source(OWN_FORM, read_folder(path))
    if path.is_file():
        return _source(gtfs.FORM, _read_zip(path))
    return TimetableFaults((f"{path.name}: there is no such folder or file",))


def _begins_with(path: Path, octets: bytes) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.readline().removeprefix(b"\xef\xbb\xbf").startswith(octets)


def _source(form: str, texts: Mapping[str, str] | TimetableFaults) -> Source | TimetableFaults:
    return texts if isinstance(texts, TimetableFaults) else Source(form, texts)


def read_folder(
    folder: Path, names: Collection[str] = COLUMNS
) -> Mapping[str, str] | TimetableFaults:
    """The texts of a timetable folder, or which file can't be read."""
    texts: dict[str, str] = {}
    faults: list[str] = []
    for name in names:
        path = folder / name
        try:
            if path.stat().st_size > _FILE_BYTES_MAX:
                faults.append(_too_large(name))
                continue
            texts[name] = path.read_text("utf-8-sig")
        except FileNotFoundError:
            faults.append(f"{name}: the file is missing")
        except (OSError, UnicodeDecodeError) as fault:
            faults.append(f"{name}: can't be read ({type(fault).__name__})")
    return TimetableFaults(tuple(faults)) if faults else texts


def _read_zip(path: Path) -> Mapping[str, str] | TimetableFaults:
    """The files of a feed that are read, and `frequencies.txt`, which can't be."""
    texts: dict[str, str] = {}
    faults: list[str] = []
    try:
        with zipfile.ZipFile(path) as archive:
            there = {info.filename: info for info in archive.infolist()}
            for name in (*gtfs.COLUMNS, "frequencies.txt"):
                if name not in there:
                    if name in gtfs.NEEDED:
                        faults.append(f"{name}: the file is missing")
                elif there[name].file_size > _FILE_BYTES_MAX:
                    faults.append(_too_large(name))
                else:
                    try:
                        texts[name] = archive.read(name).decode("utf-8-sig")
                    except UnicodeDecodeError:
                        faults.append(f"{name}: isn't UTF-8")
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        # RuntimeError: it wants a password; NotImplementedError: an unknown compression.
        return TimetableFaults((f"{path.name}: isn't a zip file that can be read",))
    return TimetableFaults(tuple(faults)) if faults else texts


def network_at(path: Path) -> Network | TimetableFaults:
    """The network of the timetable at `path`, or what is wrong with it."""
    source = read_path(path)
    return source if isinstance(source, TimetableFaults) else network_in(source)


def _too_large(name: str) -> str:
    return f"{name}: larger than {_FILE_BYTES_MAX // 1024 // 1024} MiB"


def network_in(source: Source) -> Network | TimetableFaults:
    """The network that a source describes; the two foreign forms run with the shipped coaches."""
    if source.form == OWN_FORM:
        return read_timetable(source.texts)
    stocks = read_stocks(Rows(shipped_texts()))
    read = gtfs.read_gtfs if source.form == gtfs.FORM else collected.read_collected
    return read(source.texts, stocks)


async def import_timetable(tx: Tx, texts: Mapping[str, str]) -> Imported | TimetableFaults:
    """Sell by the project's five CSV texts from now on, or hear what is wrong with them."""
    network = read_timetable(texts)
    return network if isinstance(network, TimetableFaults) else await import_network(tx, network)


async def import_network(
    tx: Tx, network: Network, origin: str = IMPORTED, tick: Tick = lambda share: None
) -> Imported:
    """Sell by this timetable from now on. Runs that are opened keep the one they were sold by."""
    await store.insert_network(tx, network, tick)
    changed = await store.current_version(tx) != network.version
    await store.make_current(tx, network.version, origin)
    return Imported(
        version=network.version,
        stations=len(network.stations),
        trains=len(network.trains),
        stops=sum(len(train.stops) for train in network.trains.values()),
        fares=len(network.fares),
        changed=changed,
    )


async def ensure_shipped_timetable(tx: Tx) -> Imported | None:
    """Bring in the shipped timetable, unless it is there or an imported one is on sale (None)."""
    if await store.current_origin(tx) == IMPORTED:
        return None
    texts = shipped_texts()
    if await store.current_version(tx) == content_version(texts):
        return None
    network = read_timetable(texts)
    assert isinstance(network, Network), f"the shipped timetable is sound: {network}"
    return await import_network(tx, network, SHIPPED)
