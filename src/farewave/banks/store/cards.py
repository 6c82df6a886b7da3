"""Bound cards."""

from typing import Any
from uuid import UUID

import asyncpg

from farewave.banks.model import TOKEN_KIND, Card
from farewave.db.transaction import ReadTx, Tx
from farewave.people.model import SealedText

_CARD = (
    "SELECT shard, card_id, person_id, bank_code, token_sealed, last4, holder_masked, bound_at,"
    " unbound_at FROM banks.card WHERE shard = $1"
)


def _card(row: asyncpg.Record, *, is_default: bool = False) -> Card:
    fields: dict[str, Any] = dict(row)
    token = SealedText(TOKEN_KIND, fields.pop("token_sealed"))
    return Card(**fields, token=token, is_default=is_default)


async def is_bound(tx: ReadTx, shard: int, person_id: UUID, number_index: bytes) -> bool:
    return bool(
        await tx.fetchval(
            "SELECT EXISTS (SELECT FROM banks.card WHERE shard = $1 AND person_id = $2"
            " AND number_index = $3 AND unbound_at IS NULL)",
            shard,
            person_id,
            number_index,
        )
    )


async def insert_card(tx: Tx, card: Card, number_index: bytes, number: SealedText) -> bool:
    """Write a bound card; False when this person has it bound already. Waits for one in flight."""
    inserted = await tx.fetchval(
        "INSERT INTO banks.card (shard, card_id, person_id, bank_code, token_sealed, number_index,"
        " number_sealed, last4, holder_masked, bound_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING true",
        card.shard,
        card.card_id,
        card.person_id,
        card.bank_code,
        card.token.sealed,
        number_index,
        number.sealed,
        card.last4,
        card.holder_masked,
        card.bound_at,
    )
    return inserted is not None


async def load_card(tx: ReadTx, shard: int, card_id: UUID) -> Card | None:
    """A card, bound or not any more."""
    row = await tx.fetchrow(f"{_CARD} AND card_id = $2", shard, card_id)
    return _card(row) if row else None


async def lock_card(tx: Tx, shard: int, card_id: UUID) -> Card | None:
    """A card that nobody else uses or lets go until the transaction ends."""
    row = await tx.fetchrow(f"{_CARD} AND card_id = $2 FOR UPDATE", shard, card_id)
    return _card(row) if row else None


async def keep_card(tx: Tx, shard: int, card_id: UUID) -> Card | None:
    """A card that isn't let go until the transaction ends; others may use it as well."""
    row = await tx.fetchrow(f"{_CARD} AND card_id = $2 FOR SHARE", shard, card_id)
    return _card(row) if row else None


async def prefer_card(tx: Tx, shard: int, card_id: UUID) -> None:
    await tx.execute(
        "UPDATE banks.card SET preferred_at = $3 WHERE shard = $1 AND card_id = $2",
        shard,
        card_id,
        tx.now,
    )


async def cards_of(tx: ReadTx, shard: int, person_id: UUID) -> list[Card]:
    """The bound cards of a person, the one preferred last first: the first one is the default."""
    rows = await tx.fetch(
        f"{_CARD} AND person_id = $2 AND unbound_at IS NULL"
        " ORDER BY preferred_at DESC NULLS LAST, bound_at, card_id",
        shard,
        person_id,
    )
    return [_card(row, is_default=place == 0) for place, row in enumerate(rows)]


async def unbind_card(tx: Tx, shard: int, card_id: UUID) -> bool:
    """Mark a card as unbound; False when it was already."""
    tag = await tx.execute(
        "UPDATE banks.card SET unbound_at = $3"
        " WHERE shard = $1 AND card_id = $2 AND unbound_at IS NULL",
        shard,
        card_id,
        tx.now,
    )
    return tag == "UPDATE 1"
