"""Which timetable counts: the current one, or the one that a run was first sold by."""

from datetime import date
from uuid import UUID

from farewave.db import ReadTx
from farewave.kit.ids import SYSTEM_ID, derived_id
from farewave.kit.invariant import invariant
from farewave.kit.lru import LastUsed
from farewave.rail.model import Network
from farewave.rail.store import network as store

_KEPT_MAX = 4
# A version is its content's hash and never changes, so what was loaded once stays right.
_kept: LastUsed[str, Network] = LastUsed(_KEPT_MAX)


def run_id_of(train_no: str, service_day: date) -> UUID:
    """The id of a run: nobody needs to look it up."""
    return derived_id(SYSTEM_ID, 0, f"rail.run:{train_no}:{service_day.isoformat()}")


async def network_of(tx: ReadTx, version: str) -> Network:
    """The timetable of this version."""
    network = _kept.get(version)
    if network is None:
        network = await store.load_network(tx, version)
        _kept.put(version, network, weight=1)
    return network


async def current_network(tx: ReadTx) -> Network:
    """The timetable that tickets are sold by now."""
    version = await store.current_version(tx)
    invariant(version is not None, "a timetable is imported before anything is sold")
    assert version is not None
    return await network_of(tx, version)


async def network_for(tx: ReadTx, train_no: str, service_day: date) -> Network:
    """The timetable of one run: its own if it has been opened, else the current one."""
    runs = await store.load_runs(tx, [run_id_of(train_no, service_day)])
    for run in runs.values():
        return await network_of(tx, run.version)
    return await current_network(tx)
