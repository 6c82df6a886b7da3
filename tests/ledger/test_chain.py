"""The running hash, against bytes put together by hand."""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from farewave.ledger.chain import canonical_bytes, extend, genesis
from farewave.ledger.model import Reason, Stage, StoredTransfer

AT = datetime(2026, 11, 25, 4, 0, 0, 123456, tzinfo=UTC)
MICROSECONDS = 1_795_579_200_123_456
PENDING = StoredTransfer(
    transfer_id=UUID(int=1),
    stage=Stage.PENDING,
    debit_account_id=UUID(int=2),
    credit_account_id=UUID(int=3),
    amount_fen=12_345,
    reason=Reason.PAYMENT,
    business="trade:票",
    pending_id=None,
    expires_at=AT + timedelta(seconds=60),
    at=AT,
    position=7,
)


def by_hand(*parts: tuple[int, int]) -> bytes:
    return b"".join(number.to_bytes(length, "big") for number, length in parts)


def test_the_bytes_are_those_of_the_description() -> None:
    assert (
        canonical_bytes(PENDING)
        == by_hand(
            (7, 8),
            (MICROSECONDS, 8),
            (2, 1),
            (1, 16),
            (2, 16),
            (3, 16),
            (12_345, 8),
            (0, 16),
            (MICROSECONDS + 60_000_000, 8),
            (2, 2),
            (9, 2),
        )
        + b"trade:\xe7\xa5\xa8"
    )


def test_an_end_names_its_pending_transfer_and_no_expiry() -> None:
    end = PENDING._replace(stage=Stage.VOID_PENDING, pending_id=UUID(int=9), expires_at=None)
    octets = canonical_bytes(end)
    assert octets[16] == 4
    assert octets[73:97] == by_hand((9, 16), (0, 8))


def test_a_reversal_adds_what_it_reverses_and_nothing_else_changed() -> None:
    plain = PENDING._replace(stage=Stage.REVERSAL, expires_at=None)
    reversal = plain._replace(reverses_id=UUID(int=9))
    assert canonical_bytes(reversal) == canonical_bytes(plain) + by_hand((9, 16))


def test_flags_add_themselves_and_what_was_asked_for() -> None:
    flagged = PENDING._replace(flags=3, asked_fen=99_999)
    assert canonical_bytes(flagged) == canonical_bytes(PENDING) + by_hand((3, 1), (99_999, 8))


def test_the_hash_goes_on_from_the_one_before() -> None:
    start = hashlib.sha256(b"farewave.ledger/1/3/CNY").digest()
    assert genesis(3, "CNY") == start
    next_one = PENDING._replace(position=8)
    one = hashlib.sha256(start + canonical_bytes(PENDING)).digest()
    two = hashlib.sha256(one + canonical_bytes(next_one)).digest()
    assert extend(start, [PENDING, next_one]) == two
    assert extend(extend(start, [PENDING]), [next_one]) == two
    assert extend(start, []) == start


@pytest.mark.parametrize(
    "change",
    [
        {"position": 8},
        {"at": AT + timedelta(microseconds=1)},
        {"stage": Stage.POSTED},
        {"transfer_id": UUID(int=4)},
        {"debit_account_id": UUID(int=3), "credit_account_id": UUID(int=2)},
        {"amount_fen": 12_346},
        {"pending_id": UUID(int=1)},
        {"expires_at": None},
        {"reverses_id": UUID(int=1)},
        {"flags": 1, "asked_fen": 12_345},
        {"reason": Reason.REFUND},
        {"business": "trade:票 "},
    ],
)
def test_no_field_can_change_unseen(change: dict[str, object]) -> None:
    assert canonical_bytes(PENDING._replace(**change)) != canonical_bytes(PENDING)  # type: ignore[arg-type]


def test_books_don_t_begin_alike() -> None:
    assert len({genesis(1, "CNY"), genesis(2, "CNY"), genesis(1, "USD"), genesis(11, "CNY")}) == 4
