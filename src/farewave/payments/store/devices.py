"""The phones that make codes, and the tickets that they make them of."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.payments.paycode import PayCode


async def put_device(tx: Tx, shard: int, device_id: UUID, person_id: UUID, sealed: bytes) -> None:
    """A phone and its key, in the place of what it had before."""
    await tx.execute(
        "INSERT INTO payments.code_device"
        " (shard, device_id, person_id, sealed_key, batch_no, enrolled_at)"
        " VALUES ($1, $2, $3, $4, 0, $5) ON CONFLICT (shard, device_id) DO UPDATE SET"
        " sealed_key = excluded.sealed_key, enrolled_at = excluded.enrolled_at,"
        " batch_no = code_device.batch_no + 1",
        shard,
        device_id,
        person_id,
        sealed,
        tx.now,
    )


async def next_batch(tx: Tx, shard: int, device_id: UUID) -> int | None:
    """The number of the device's next tickets, its row locked; None: it makes no codes."""
    number = await tx.fetchval(
        "UPDATE payments.code_device SET batch_no = batch_no + 1"
        " WHERE shard = $1 AND device_id = $2 RETURNING batch_no",
        shard,
        device_id,
    )
    return None if number is None else int(number)


async def insert_tickets(tx: Tx, shard: int, batch_no: int, tickets: Sequence[PayCode]) -> set[str]:
    """Write new tickets; those that weren't there already come back."""
    rows = await tx.fetch(
        "INSERT INTO payments.pay_code (shard, code, person_id, user_no, real_name_level,"
        " issued_at, expires_at, device_id, batch_no) SELECT $1::smallint, n.*, $8::bigint"
        " FROM unnest($2::text[], $3::uuid[], $4::text[], $5::smallint[], $6::timestamptz[],"
        " $7::timestamptz[], $9::uuid[]) AS n"
        " ON CONFLICT (shard, code) DO NOTHING RETURNING code",
        shard,
        [each.code for each in tickets],
        [each.person_id for each in tickets],
        [each.user_no for each in tickets],
        [each.real_name_level for each in tickets],
        [each.issued_at for each in tickets],
        [each.expires_at for each in tickets],
        batch_no,
        [each.device_id for each in tickets],
    )
    return {row["code"] for row in rows}


async def drop_tickets(tx: Tx, shard: int, device_id: UUID, before_batch: int) -> None:
    """Forget a device's unused tickets of earlier batches; one being paid with is left."""
    await tx.execute(
        "DELETE FROM payments.pay_code WHERE shard = $1 AND code IN"
        " (SELECT code FROM payments.pay_code WHERE shard = $1 AND device_id = $2"
        "  AND batch_no < $3 AND trade_no IS NULL FOR UPDATE SKIP LOCKED)",
        shard,
        device_id,
        before_batch,
    )


async def device_keys(tx: ReadTx, shard: int, device_ids: Collection[UUID]) -> dict[UUID, bytes]:
    """The sealed keys of those of `device_ids` that make codes."""
    rows = await tx.fetch(
        "SELECT device_id, sealed_key FROM payments.code_device"
        " WHERE shard = $1 AND device_id = ANY ($2)",
        shard,
        list(device_ids),
    )
    return {row[0]: row[1] for row in rows}


async def devices_of(tx: ReadTx, shard: int, person_id: UUID) -> dict[UUID, datetime]:
    """A person's phones that make codes, and since when."""
    rows = await tx.fetch(
        "SELECT device_id, enrolled_at FROM payments.code_device"
        " WHERE shard = $1 AND person_id = $2",
        shard,
        person_id,
    )
    return {row[0]: row[1] for row in rows}


async def delete_device(tx: Tx, shard: int, person_id: UUID, device_id: UUID) -> None:
    """Forget a phone's key, if it is the person's."""
    await tx.execute(
        "DELETE FROM payments.code_device WHERE shard = $1 AND person_id = $2 AND device_id = $3",
        shard,
        person_id,
        device_id,
    )


async def device_ids_after(tx: ReadTx, shard: int, device_id: UUID, limit: int) -> list[UUID]:
    """Phones of a shard in the order of their ids: for walking over all of them."""
    rows = await tx.fetch(
        "SELECT device_id FROM payments.code_device WHERE shard = $1 AND device_id > $2"
        " ORDER BY device_id LIMIT $3",
        shard,
        device_id,
        limit,
    )
    return [row[0] for row in rows]


async def delete_devices(tx: Tx, shard: int, device_ids: Collection[UUID]) -> None:
    """Forget these phones' keys."""
    await tx.execute(
        "DELETE FROM payments.code_device WHERE shard = $1 AND device_id = ANY ($2)",
        shard,
        list(device_ids),
    )
