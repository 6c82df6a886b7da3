"""Rows as PostgreSQL's binary COPY reads them: the quickest way to write a batch, on both sides.

Format: the signature, then for each row the number of its fields and each field's length and bytes,
then -1 (PostgreSQL's documentation, "COPY", "Binary Format"). A row's fixed part is packed by one
`struct`, lengths included. The audit reads back what was written, so a slip here can't hide.
"""

import struct
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from farewave.ledger.model import Account, StoredTransfer

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
    "debits_posted",
    "credits_posted",
    "debits_pending",
    "credits_pending",
    "limited",
    "earlier",
)
_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TRAILER = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""PostgreSQL's timestamps count microseconds from here."""
_MICROSECOND = timedelta(microseconds=1)
_ENTRY_START = struct.Struct(">hihiqi")
_ENTRY = struct.Struct(">24s16siqiqiqiqiqih")
_POSITIONS = struct.Struct(">iiiiii")
"""An array of one dimension: its octets; dimensions, nulls or not, type; elements, the first one's
number."""
_BIGINT = 20
_EIGHT = struct.pack(">i", 8)
_TRANSFER_START = struct.Struct(">hihi3si")
_TRANSFER = struct.Struct(">19sqiqi16si16si16siqihih")
_UUID = struct.Struct(">i16s")
_INSTANT = struct.Struct(">iq")
_LENGTH = struct.Struct(">i")
_FLAGS = struct.Struct(">ih")
_AMOUNT = struct.Struct(">iq")
_PLAIN = _NULL + _NULL + _FLAGS.pack(2, 0) + _NULL + _NULL
"""No pending id, no expiry, no flags, no reversed one, nothing else asked for: most transfers."""


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _special(row: StoredTransfer) -> bytes:
    """Flags, what is reversed, what was asked for."""
    reverses, asked = row.reverses_id, row.asked_fen
    return (
        _FLAGS.pack(2, row.flags)
        + (_NULL if reverses is None else _UUID.pack(16, reverses.bytes))
        + (_NULL if asked is None else _AMOUNT.pack(8, asked))
    )


def transfer_rows(shard: int, currency: str, rows: Sequence[StoredTransfer]) -> bytes:
    """`rows`, which have one time, in the order of `TRANSFER_COLUMNS`."""
    at = _microseconds(rows[0].at)
    start = _TRANSFER_START.pack(16, 2, shard, 3, currency.encode(), 8)
    pack, length = _TRANSFER.pack, _LENGTH.pack
    parts = [_HEADER]
    for row in rows:
        business = row.business.encode()
        fixed = pack(
            start, row.position, 8, at, 16, row.transfer_id.int.to_bytes(16),
            16, row.debit_account_id.int.to_bytes(16), 16, row.credit_account_id.int.to_bytes(16),
            8, row.amount_fen, 2, row.stage, 2, row.reason,
        )  # fmt: skip
        pending, expires = row.pending_id, row.expires_at
        if pending is None and expires is None and not row.flags and row.reverses_id is None:
            parts += fixed, _PLAIN, length(len(business)), business
            continue
        parts += (
            fixed,
            _NULL if pending is None else _UUID.pack(16, pending.bytes),
            _NULL if expires is None else _INSTANT.pack(8, _microseconds(expires)),
            _special(row),
            length(len(business)),
            business,
        )
    parts.append(_TRAILER)
    return b"".join(parts)


def entry_rows(shard: int, at: datetime, touched: Iterable[tuple[Account, list[int]]]) -> bytes:
    """One row for each account and the positions of its transfers, in the order of `ENTRY_COLUMNS`.

    They are sorted by account, the order of the table's key: neighbours in the index are written
    one after the other. The rows begin alike, so their bytes sort so.
    """
    start = _ENTRY_START.pack(10, 2, shard, 8, _microseconds(at), 16)
    pack, head = _ENTRY.pack, _POSITIONS.pack
    rows = []
    for account, positions in touched:
        row = pack(
            start, account.account_id.int.to_bytes(16), 8, positions[-1],
            8, account.debits_posted, 8, account.credits_posted,
            8, account.debits_pending, 8, account.credits_pending,
            2, 1 if account.debits_must_not_exceed_credits
            else 2 if account.credits_must_not_exceed_debits else 0,
        )  # fmt: skip
        earlier = len(positions) - 1
        if earlier:
            # Each position is its length, eight octets, and itself.
            octets = _EIGHT.join([each.to_bytes(8) for each in positions[:-1]])
            row += head(20 + 12 * earlier, 1, 0, _BIGINT, earlier, 1) + _EIGHT + octets
        else:
            row += _NULL
        rows.append(row)
    rows.sort()
    return b"".join([_HEADER, *rows, _TRAILER])
