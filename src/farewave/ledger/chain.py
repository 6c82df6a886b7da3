"""The running hash of a book: SHA-256 over the hash before and a transfer's canonical bytes.

The bytes, big-endian, in this order and never in another: position (8), time in microseconds
since 1970 (8), stage (1), transfer id (16), debit account id (16), credit account id (16), amount
in fen (8), pending id or zeros (16), expiry in microseconds or zero (8), reason (2), length of the
business object in bytes (2), the business object in UTF-8. A book begins with 32 zero bytes.
"""

import hashlib
import struct
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from farewave.ledger.model import StoredTransfer

GENESIS = bytes(32)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HEAD = struct.Struct(">qqB16s16s16sq16sqHH")
_NO_ID = bytes(16)


def _microseconds(instant: datetime | None) -> int:
    return 0 if instant is None else (instant - _EPOCH) // _MICROSECOND


def canonical_bytes(transfer: StoredTransfer) -> bytes:
    """The bytes that are hashed for `transfer`."""
    business = transfer.business.encode()
    return (
        _HEAD.pack(
            transfer.position,
            _microseconds(transfer.at),
            transfer.stage,
            transfer.transfer_id.bytes,
            transfer.debit_account_id.bytes,
            transfer.credit_account_id.bytes,
            transfer.amount_fen,
            transfer.pending_id.bytes if transfer.pending_id else _NO_ID,
            _microseconds(transfer.expires_at),
            transfer.reason,
            len(business),
        )
        + business
    )


def extend(head: bytes, transfers: Iterable[StoredTransfer]) -> bytes:
    """The hash after `transfers`, from the one before them."""
    for transfer in transfers:
        head = hashlib.sha256(head + canonical_bytes(transfer)).digest()
    return head
