"""The running hash of a book: SHA-256 over the hash before and a transfer's canonical bytes.

The canonical bytes of a transfer, whole numbers big-endian, in this order and without anything
between:

    position                     8 bytes, signed
    time                         8, signed, microseconds since 1970-01-01T00:00:00Z
    stage                        1: 1 posted, 2 pending, 3 post, 4 void, 5 expiry, 6 reversal
    transfer id                 16
    debit account id            16
    credit account id           16
    amount in fen                8, signed
    pending id                  16, zeros when there is none
    expiry                       8, signed, microseconds as above, zero when there is none
    reason                       2
    length of the business text  2
    business text               in UTF-8
    of a reversal: reversed id  16
    with flags: the flags        1: 1 and 2 balancing, 4 and 8 closing (debit, credit), added up
    and the amount asked for     8, signed

The hash after a transfer is SHA-256(hash before ‖ canonical bytes). Before the first transfer it is
SHA-256(`farewave.ledger/1/<shard>/<currency>`), the shard in decimal, so that no book passes for
another. Later kinds may define bytes of their own after these; those above never change, so the
hash of an old book stays what it was.
"""

import hashlib
import struct
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from farewave.ledger.model import StoredTransfer

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HEAD = struct.Struct(">qqB16s16s16sq16sqHH")
_FLAGS = struct.Struct(">Bq")
_NO_ID = bytes(16)


@lru_cache(maxsize=16)  # a batch has one time
def _microseconds(instant: datetime | None) -> int:
    return 0 if instant is None else (instant - _EPOCH) // _MICROSECOND


def genesis(shard: int, currency: str) -> bytes:
    """The hash of a book before its first transfer."""
    return hashlib.sha256(f"farewave.ledger/1/{shard}/{currency}".encode()).digest()


def canonical_bytes(transfer: StoredTransfer) -> bytes:
    """The bytes that are hashed for `transfer`.

    `.int.to_bytes(16)` is what `.bytes` does, without the call of a property written in Python.
    """
    business = transfer.business.encode()
    octets = (
        _HEAD.pack(
            transfer.position,
            _microseconds(transfer.at),
            transfer.stage,
            transfer.transfer_id.int.to_bytes(16),
            transfer.debit_account_id.int.to_bytes(16),
            transfer.credit_account_id.int.to_bytes(16),
            transfer.amount_fen,
            transfer.pending_id.bytes if transfer.pending_id else _NO_ID,
            _microseconds(transfer.expires_at),
            transfer.reason,
            len(business),
        )
        + business
    )
    if transfer.reverses_id is not None:
        octets += transfer.reverses_id.bytes
    if transfer.flags:
        octets += _FLAGS.pack(transfer.flags, transfer.asked_fen or 0)
    return octets


def extend(head: bytes, transfers: Iterable[StoredTransfer]) -> bytes:
    """The hash after `transfers`, from the one before them."""
    for transfer in transfers:
        head = hashlib.sha256(head + canonical_bytes(transfer)).digest()
    return head
