"""The wallet's rules: amounts, what people are told, how a bill goes on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farewave.wallet import rules
from farewave.wallet.errors import WalletRefusal
from farewave.wallet.model import BillStatus


@pytest.mark.parametrize(
    ("judge", "reason"),
    [
        (rules.judge_top_up, WalletRefusal.AMOUNT),
        (rules.judge_withdrawal, WalletRefusal.WITHDRAWAL_AMOUNT),
    ],
)
@given(amount_fen=st.integers())
def test_one_fen_to_fifty_thousand_yuan_can_be_moved(judge, reason, amount_fen):
    refused = judge(amount_fen)
    assert (refused is None) == (1 <= amount_fen <= 50_000_00)
    if refused is not None:
        assert refused.reason is reason
        assert "50000.00" in refused.sentence("zh")


@given(st.sampled_from(BillStatus), st.sampled_from(BillStatus))
def test_a_bill_ends_once_and_may_be_closed_after_it_succeeded(status, later):
    may = rules.may_become(status, later)
    if status is later or status is BillStatus.PENDING:
        assert may
    else:
        assert may == ((status, later) == (BillStatus.SUCCEEDED, BillStatus.CLOSED))
