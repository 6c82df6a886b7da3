"""An account's list of passengers."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from farewave.db import ReadTx, Tx
from farewave.people.model import IDENTITY_KIND, NAME_KIND, PHONE_KIND, SealedText
from farewave.rail.model import Passenger


def passenger_of(row: asyncpg.Record) -> Passenger:
    """The entry of a row with all of its columns."""
    phone = row["phone_sealed"]
    return Passenger(
        passenger_id=row["passenger_id"],
        name=SealedText(NAME_KIND, row["name_sealed"]),
        name_masked=row["name_masked"],
        identity=SealedText(IDENTITY_KIND, row["identity_sealed"]),
        identity_index=row["identity_index"],
        identity_masked=row["identity_masked"],
        phone=None if phone is None else SealedText(PHONE_KIND, phone),
        phone_masked=row["phone_masked"],
        is_self=row["is_self"],
    )


async def insert_passenger(tx: Tx, shard: int, owner_id: UUID, passenger: Passenger) -> bool:
    """Add to the list; False when the entry or its identity number is in it already."""
    inserted = await tx.fetchval(
        "INSERT INTO rail.passenger (shard, owner_id, passenger_id, name_sealed, name_masked,"
        " identity_sealed, identity_index, identity_masked, phone_sealed, phone_masked, is_self,"
        " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        " ON CONFLICT DO NOTHING RETURNING true",
        shard,
        owner_id,
        passenger.passenger_id,
        passenger.name.sealed,
        passenger.name_masked,
        passenger.identity.sealed,
        passenger.identity_index,
        passenger.identity_masked,
        None if passenger.phone is None else passenger.phone.sealed,
        passenger.phone_masked,
        passenger.is_self,
        tx.now,
    )
    return inserted is True


async def insert_oneself(tx: Tx, shard: int, entries: Sequence[tuple[UUID, Passenger]]) -> None:
    """The first entries of so many accounts of one shard, without phones."""
    await tx.execute(
        "INSERT INTO rail.passenger (shard, owner_id, passenger_id, name_sealed, name_masked,"
        " identity_sealed, identity_index, identity_masked, is_self, created_at)"
        " SELECT $1::smallint, n.*, true, $2::timestamptz FROM unnest($3::uuid[], $4::uuid[],"
        " $5::bytea[], $6::text[], $7::bytea[], $8::bytea[], $9::text[]) AS n (owner_id,"
        " passenger_id, name_sealed, name_masked, identity_sealed, identity_index,"
        " identity_masked)",
        shard,
        tx.now,
        [owner_id for owner_id, _ in entries],
        [each.passenger_id for _, each in entries],
        [each.name.sealed for _, each in entries],
        [each.name_masked for _, each in entries],
        [each.identity.sealed for _, each in entries],
        [each.identity_index for _, each in entries],
        [each.identity_masked for _, each in entries],
    )


async def mark_self(tx: Tx, shard: int, owner_id: UUID, identity_index: bytes) -> None:
    """The entry with this identity number is the account's own person."""
    await tx.execute(
        "UPDATE rail.passenger SET is_self = true"
        " WHERE shard = $1 AND owner_id = $2 AND identity_index = $3",
        shard,
        owner_id,
        identity_index,
    )


async def load_passengers(tx: ReadTx, shard: int, owner_id: UUID) -> list[Passenger]:
    """The list: the person first, then in the order of adding."""
    rows = await tx.fetch(
        "SELECT * FROM rail.passenger WHERE shard = $1 AND owner_id = $2"
        " ORDER BY is_self DESC, created_at, passenger_id",
        shard,
        owner_id,
    )
    return [passenger_of(row) for row in rows]


async def delete_passenger(tx: Tx, shard: int, owner_id: UUID, passenger_id: UUID) -> None:
    await tx.execute(
        "DELETE FROM rail.passenger WHERE shard = $1 AND owner_id = $2 AND passenger_id = $3",
        shard,
        owner_id,
        passenger_id,
    )
