"""Rows as PostgreSQL's binary COPY reads them: the quickest way to write a batch, on both sides.

Format: the signature, then for each row the number of its fields and each field's length and bytes,
then -1 (PostgreSQL's documentation, "COPY", "Binary Format"). A row's fixed part is packed by one
`struct`, lengths included. The audit reads back what was written, so a slip here can't hide.
"""

import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from farewave.ledger.model import StoredTransfer, Totals

TRANSFER_COLUMNS = (
    "shard",
    "currency",
    "position",
    "at",
    "transfer_id",
    "debit_account_id",
    "credit_account_id",
    "amount_fen",
    "stage",
    "reason",
    "pending_id",
    "expires_at",
    "flags",
    "reverses_id",
    "asked_fen",
    "business",
)
ENTRY_COLUMNS = (
    "shard",
    "at",
    "account_id",
    "position",
    "transfer_id",
    "debits_posted",
    "credits_posted",
    "debits_pending",
    "credits_pending",
)
_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TRAILER = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""PostgreSQL's timestamps count microseconds from here."""
_MICROSECOND = timedelta(microseconds=1)
_ENTRY = struct.Struct(">hihiqi16siqi16siqiqiqiq")
_TRANSFER = struct.Struct(">hihi3siqiqi16si16si16siqihih")
_UUID = struct.Struct(">i16s")
_INSTANT = struct.Struct(">iq")
_LENGTH = struct.Struct(">i")
_FLAGS = struct.Struct(">ih")
_AMOUNT = struct.Struct(">iq")
_NOTHING_SPECIAL = _FLAGS.pack(2, 0) + _NULL + _NULL


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _special(row: StoredTransfer) -> bytes:
    """The three columns that a plain transfer has no use for."""
    reverses, asked = row.reverses_id, row.asked_fen
    return (
        _FLAGS.pack(2, row.flags)
        + (_NULL if reverses is None else _UUID.pack(16, reverses.bytes))
        + (_NULL if asked is None else _AMOUNT.pack(8, asked))
    )


def transfer_rows(shard: int, currency: str, rows: Sequence[StoredTransfer]) -> bytes:
    """`rows`, which have one time, in the order of `TRANSFER_COLUMNS`."""
    at = _microseconds(rows[0].at)
    currency_octets = currency.encode()
    parts = [_HEADER]
    for row in rows:
        business = row.business.encode()
        parts.append(
            _TRANSFER.pack(
                16, 2, shard, 3, currency_octets, 8, row.position, 8, at,
                16, row.transfer_id.bytes, 16, row.debit_account_id.bytes,
                16, row.credit_account_id.bytes, 8, row.amount_fen, 2, row.stage, 2, row.reason,
            )
        )  # fmt: skip
        pending, expires = row.pending_id, row.expires_at
        parts.append(_NULL if pending is None else _UUID.pack(16, pending.bytes))
        parts.append(_NULL if expires is None else _INSTANT.pack(8, _microseconds(expires)))
        parts.append(_special(row) if row.flags or row.reverses_id else _NOTHING_SPECIAL)
        parts.append(_LENGTH.pack(len(business)))
        parts.append(business)
    parts.append(_TRAILER)
    return b"".join(parts)


def entry_rows(
    shard: int,
    transfers: Sequence[StoredTransfer],
    debit_after: Sequence[Totals],
    credit_after: Sequence[Totals],
) -> bytes:
    """Both legs of each of `transfers`, in the order of `ENTRY_COLUMNS`."""
    at = _microseconds(transfers[0].at)
    pack = _ENTRY.pack
    parts = [_HEADER]
    for row, debit, credit in zip(transfers, debit_after, credit_after, strict=True):
        position, transfer_id = row.position, row.transfer_id.bytes
        for account_id, (dp, cp, dn, cn) in (
            (row.debit_account_id, debit),
            (row.credit_account_id, credit),
        ):
            parts.append(
                pack(
                    9, 2, shard, 8, at, 16, account_id.bytes, 8, position, 16, transfer_id,
                    8, dp, 8, cp, 8, dn, 8, cn,
                )
            )  # fmt: skip
    parts.append(_TRAILER)
    return b"".join(parts)
