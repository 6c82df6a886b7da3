# ruff: noqa: S608 - only constants of this file stand in the statements' text
"""Pay codes, and what people have spent."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.kit.outcome import Refused
from farewave.payments.limits import Spending
from farewave.payments.paycode import CONCERN_THE_PAYER, CodeRefusal, PayCode

_CODE = (
    "shard, code, person_id, user_no, real_name_level, issued_at, expires_at, trade_no, device_id"
)
_REASONS = {reason.code: reason for reason in CONCERN_THE_PAYER}
_SPENDING = "person_id, day, day_fen, month, month_fen"
_UNASKED = "unasked_fen, unasked_payment_max_fen, unasked_day_max_fen"


async def insert_codes(tx: Tx, shard: int, codes: Sequence[PayCode]) -> set[str]:
    """Write new codes; those that weren't there already come back."""
    rows = await tx.fetch(
        "INSERT INTO payments.pay_code (shard, code, person_id, user_no, real_name_level,"
        " issued_at, expires_at) SELECT $1::smallint, n.* FROM unnest($2::text[], $3::uuid[],"
        " $4::text[], $5::smallint[], $6::timestamptz[], $7::timestamptz[]) AS n"
        " ON CONFLICT (shard, code) DO NOTHING RETURNING code",
        shard,
        [each.code for each in codes],
        [each.person_id for each in codes],
        [each.user_no for each in codes],
        [each.real_name_level for each in codes],
        [each.issued_at for each in codes],
        [each.expires_at for each in codes],
    )
    return {row["code"] for row in rows}


async def lock_codes(tx: Tx, shard: int, codes: Collection[str]) -> dict[str, PayCode]:
    """Those of `codes` that were issued, locked in their order."""
    rows = await tx.fetch(
        f"SELECT {_CODE}"
        " FROM payments.pay_code WHERE shard = $1 AND code = ANY ($2) ORDER BY code FOR UPDATE",
        shard,
        list(codes),
    )
    return {row[1]: PayCode(*row) for row in rows}


async def use_codes(tx: Tx, shard: int, used: Sequence[tuple[str, str]]) -> None:
    """Note the trade that each code paid: (code, trade_no)."""
    await tx.execute(
        "UPDATE payments.pay_code AS c SET trade_no = n.trade_no"
        " FROM unnest($2::text[], $3::text[]) AS n (code, trade_no)"
        " WHERE c.shard = $1 AND c.code = n.code",
        shard,
        [code for code, _ in used],
        [trade_no for _, trade_no in used],
    )


async def code(tx: ReadTx, shard: int, code: str) -> PayCode | None:
    """A code as it is now."""
    row = await tx.fetchrow(
        f"SELECT {_CODE} FROM payments.pay_code WHERE shard = $1 AND code = $2", shard, code
    )
    return PayCode(*row) if row else None


async def note_refusals(tx: Tx, shard: int, refusals: Sequence[CodeRefusal]) -> None:
    """Keep the last refusal of each code, one for each; the codes are locked."""
    await tx.execute(
        "INSERT INTO payments.code_refusal"
        " (shard, code, merchant_id, amount_fen, reason, details, refused_at)"
        " SELECT $1::smallint, n.* FROM unnest($2::text[], $3::uuid[], $4::bigint[], $5::text[],"
        "  $6::jsonb[], $7::timestamptz[]) AS n"
        " ON CONFLICT (shard, code) DO UPDATE SET merchant_id = excluded.merchant_id,"
        " amount_fen = excluded.amount_fen, reason = excluded.reason,"
        " details = excluded.details, refused_at = excluded.refused_at",
        shard,
        [each.code for each in refusals],
        [each.merchant_id for each in refusals],
        [each.amount_fen for each in refusals],
        [each.refused.reason.code for each in refusals],
        [dict(each.refused.details) for each in refusals],
        [each.at for each in refusals],
    )


async def code_refusal(tx: ReadTx, shard: int, code: str) -> CodeRefusal | None:
    """The last refusal of a code."""
    row = await tx.fetchrow(
        "SELECT merchant_id, amount_fen, reason, details, refused_at"
        " FROM payments.code_refusal WHERE shard = $1 AND code = $2",
        shard,
        code,
    )
    if row is None:
        return None
    refused = Refused(_REASONS[row["reason"]], row["details"])
    return CodeRefusal(code, row["merchant_id"], row["amount_fen"], refused, row["refused_at"])


async def forget_codes(tx: Tx, shard: int, over_before: datetime, limit: int) -> int:
    """Drop codes that were over before that, with their refusals; how many."""
    tag = await tx.execute(
        "WITH forgotten AS (DELETE FROM payments.pay_code WHERE shard = $1 AND code IN"
        " (SELECT code FROM payments.pay_code WHERE shard = $1 AND expires_at < $2"
        "  LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING code),"
        " refusals AS (DELETE FROM payments.code_refusal"
        "  WHERE shard = $1 AND code IN (SELECT code FROM forgotten))"
        " SELECT code FROM forgotten",
        shard,
        over_before,
        limit,
    )
    return int(tag.split()[1])


async def ensure_spending(tx: Tx, shard: int, person_id: UUID, start: Spending) -> None:
    """A row to lock, there before the first payment, so that the first two see each other."""
    await tx.execute(
        f"INSERT INTO payments.spending (shard, {_SPENDING}) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (shard, person_id) DO NOTHING",
        shard,
        person_id,
        *start[:4],
    )


async def lock_spending(tx: Tx, shard: int, people: Collection[UUID]) -> dict[UUID, Spending]:
    """What each has spent, locked in the order of their ids."""
    if not people:
        return {}
    rows = await tx.fetch(
        f"SELECT {_SPENDING}, {_UNASKED} FROM payments.spending"
        " WHERE shard = $1 AND person_id = ANY ($2) ORDER BY person_id FOR UPDATE",
        shard,
        list(people),
    )
    return {row[0]: Spending(*row[1:]) for row in rows}


async def spending(tx: ReadTx, shard: int, person_id: UUID) -> Spending | None:
    """What a person has spent; None: nothing ever."""
    row = await tx.fetchrow(
        f"SELECT {_SPENDING}, {_UNASKED} FROM payments.spending"
        " WHERE shard = $1 AND person_id = $2",
        shard,
        person_id,
    )
    return Spending(*row[1:]) if row else None


async def set_unasked(tx: Tx, shard: int, person_id: UUID, payment_fen: int, day_fen: int) -> None:
    """How much a person lets codes pay unasked; the row is there."""
    await tx.execute(
        "UPDATE payments.spending SET unasked_payment_max_fen = $3, unasked_day_max_fen = $4"
        " WHERE shard = $1 AND person_id = $2",
        shard,
        person_id,
        payment_fen,
        day_fen,
    )


async def write_spending(tx: Tx, shard: int, spent: Mapping[UUID, Spending]) -> None:
    await tx.execute(
        "UPDATE payments.spending AS s SET day = n.day, day_fen = n.day_fen, month = n.month,"
        " month_fen = n.month_fen, unasked_fen = n.unasked_fen"
        " FROM unnest($2::uuid[], $3::date[], $4::bigint[], $5::date[], $6::bigint[], $7::bigint[])"
        " AS n (person_id, day, day_fen, month, month_fen, unasked_fen)"
        " WHERE s.shard = $1 AND s.person_id = n.person_id",
        shard,
        list(spent),
        [each.day for each in spent.values()],
        [each.day_fen for each in spent.values()],
        [each.month for each in spent.values()],
        [each.month_fen for each in spent.values()],
        [each.unasked_fen for each in spent.values()],
    )
