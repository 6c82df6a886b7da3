"""The fault switchboard: what is to go wrong."""

import asyncpg

from farewave.db import ReadTx, Tx
from farewave.gateway.model import ArmedFault, CallFault

_FAULTS = "SELECT app_id, method, fault, hang_s, calls_left, orders FROM gateway.fault"


async def load_faults(tx: ReadTx) -> list[ArmedFault]:
    """All there are, by application and method."""
    rows = await tx.fetch(f"{_FAULTS} ORDER BY app_id, method")
    return [_fault(row) for row in rows]


async def lock_fault(tx: Tx, app_id: str, method: str) -> ArmedFault | None:
    """The one of a method, until the transaction ends."""
    row = await tx.fetchrow(
        f"{_FAULTS} WHERE app_id = $1 AND method = $2 FOR UPDATE", app_id, method
    )
    return None if row is None else _fault(row)


async def lock_faults_of_orders(tx: Tx, app_id: str, orders: list[str]) -> list[ArmedFault]:
    """Those of an application that hold one of these order numbers, in order of their methods."""
    rows = await tx.fetch(
        f"{_FAULTS} WHERE app_id = $1 AND orders && $2::text[] ORDER BY method FOR UPDATE",
        app_id,
        orders,
    )
    return [_fault(row) for row in rows]


async def save_fault(tx: Tx, fault: ArmedFault) -> None:
    """Write one down in the place of what was there of its method; one that is over goes."""
    if fault.is_over:
        await tx.execute(
            "DELETE FROM gateway.fault WHERE app_id = $1 AND method = $2",
            fault.app_id,
            fault.method,
        )
        return
    await tx.execute(
        "INSERT INTO gateway.fault (app_id, method, fault, hang_s, calls_left, orders)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (app_id, method) DO UPDATE SET"
        " fault = excluded.fault, hang_s = excluded.hang_s, calls_left = excluded.calls_left,"
        " orders = excluded.orders",
        fault.app_id,
        fault.method,
        fault.fault,
        fault.hang_s,
        fault.calls_left,
        list(fault.orders),
    )


async def drop_faults(tx: Tx, app_id: str) -> None:
    """Take away all of an application."""
    await tx.execute("DELETE FROM gateway.fault WHERE app_id = $1", app_id)


def _fault(row: asyncpg.Record) -> ArmedFault:
    return ArmedFault(
        **{**dict(row), "fault": CallFault(row["fault"]), "orders": tuple(row["orders"])}
    )
