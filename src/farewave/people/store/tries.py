"""Pay passwords and wrong tries: rows that are locked while a try is judged."""

from uuid import UUID

from farewave.db.transaction import Tx
from farewave.people.proofs import Tries


async def lock_pay_password(tx: Tx, shard: int, person_id: UUID) -> tuple[str, Tries] | None:
    """The hash and the tries, locked until the end of the transaction."""
    row = await tx.fetchrow(
        "SELECT password_hash, wrong_tries, locked_until FROM people.pay_password"
        " WHERE shard = $1 AND person_id = $2 FOR UPDATE",
        shard,
        person_id,
    )
    if row is None:
        return None
    return row["password_hash"], Tries(wrong=row["wrong_tries"], locked_until=row["locked_until"])


async def save_pay_tries(tx: Tx, shard: int, person_id: UUID, tries: Tries) -> None:
    await tx.execute(
        "UPDATE people.pay_password SET wrong_tries = $3, locked_until = $4"
        " WHERE shard = $1 AND person_id = $2",
        shard,
        person_id,
        tries.wrong,
        tries.locked_until,
    )


async def set_pay_password(tx: Tx, shard: int, person_id: UUID, new_hash: str) -> None:
    await tx.execute(
        "INSERT INTO people.pay_password (shard, person_id, password_hash, wrong_tries, set_at)"
        " VALUES ($1, $2, $3, 0, $4) ON CONFLICT (shard, person_id) DO UPDATE"
        " SET password_hash = excluded.password_hash, wrong_tries = 0, locked_until = NULL,"
        " set_at = excluded.set_at",
        shard,
        person_id,
        new_hash,
        tx.now,
    )


async def lock_guard(tx: Tx, phone_index: bytes) -> Tries:
    """The tries of a phone number, registered or not, locked until the end of the transaction."""
    # One statement makes and locks the row, so that a purge in between takes nothing away.
    row = await tx.fetchrow(
        "INSERT INTO people.sign_in_guard AS g (phone_index, wrong_tries, locks) VALUES ($1, 0, 0)"
        " ON CONFLICT (phone_index) DO UPDATE SET wrong_tries = g.wrong_tries"
        " RETURNING wrong_tries, locks, locked_until, last_wrong_at",
        phone_index,
    )
    assert row is not None
    return Tries(row["wrong_tries"], row["locks"], row["locked_until"], row["last_wrong_at"])


async def save_guard(tx: Tx, phone_index: bytes, tries: Tries) -> None:
    await tx.execute(
        "UPDATE people.sign_in_guard SET wrong_tries = $2, locks = $3, locked_until = $4,"
        " last_wrong_at = $5 WHERE phone_index = $1",
        phone_index,
        tries.wrong,
        tries.locks,
        tries.locked_until,
        tries.last_wrong_at,
    )


async def delete_guard(tx: Tx, phone_index: bytes) -> None:
    await tx.execute("DELETE FROM people.sign_in_guard WHERE phone_index = $1", phone_index)
