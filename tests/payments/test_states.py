"""Any sequence of commands and waiting: a trade keeps to its states, and money to its trade."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from farewave.kit.outcome import Refused
from farewave.ledger.model import Transfer, TransferResult
from farewave.payments import rules
from farewave.payments.model import Fund, Refund, TradeStatus
from farewave.payments.rules import Repeat
from tests.payments.test_rules import BUYER, NOW, trade
from tests.support.examples import examples

S = TradeStatus
STEPS = {
    S.WAIT_BUYER_PAY: {S.TRADE_SUCCESS, S.TRADE_CLOSED},
    S.TRADE_SUCCESS: {S.TRADE_FINISHED, S.TRADE_CLOSED},
    S.TRADE_FINISHED: set(),
    S.TRADE_CLOSED: set(),
}
AMOUNT_FEN = 1_000


class OneTrade(RuleBasedStateMachine):
    """The service without its tables: what the rules plan is done, or the books refuse it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.trade = trade(amount_fen=AMOUNT_FEN)
        self.refunds: dict[str, Refund] = {}
        self.payer_fen, self.seller_fen = 1_500, 0
        self.seen = [self.trade.status]

    def becomes(self, **changed: object) -> None:
        self.trade = replace(self.trade, **changed)  # type: ignore[arg-type]
        if self.seen[-1] is not self.trade.status:
            self.seen.append(self.trade.status)

    @initialize(at_once=st.booleans())
    def begin(self, at_once: bool) -> None:
        """Half of the trades are paid at once: few would come far otherwise."""
        if at_once:
            self.pay(rich=True, buyer=BUYER)

    @rule(minutes=st.sampled_from([1, 10, 20]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(days=st.sampled_from([89, 90]))
    def wait_long(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(rich=st.booleans(), buyer=st.sampled_from([BUYER, BUYER, BUYER, "2088003000000002"]))
    def pay(self, rich: bool, buyer: str) -> None:
        plan = rules.plan_payment(self.trade, buyer, self.now)
        if plan is Repeat.SAME:
            assert buyer == BUYER
            assert self.trade.was_paid
        if not isinstance(plan, Transfer):
            return
        assert self.now < self.trade.expires_at
        result = TransferResult.CREATED if rich else TransferResult.EXCEEDS_CREDITS
        if isinstance(rules.conclude_payment(result), Refused):
            assert not rich
            return
        self.payer_fen -= plan.amount_fen
        self.seller_fen += plan.amount_fen
        self.becomes(status=S.TRADE_SUCCESS, paid_at=self.now, fund=Fund.BALANCE)

    @rule()
    def close(self) -> None:
        if rules.judge_close(self.trade) is None:
            self.becomes(status=S.TRADE_CLOSED, closed_at=self.now)

    @rule()
    def jobs_come_by(self) -> None:
        if self.trade.status is S.WAIT_BUYER_PAY and self.now >= self.trade.expires_at:
            self.becomes(status=S.TRADE_CLOSED, closed_at=self.now)
        paid_at = self.trade.paid_at
        over = paid_at is not None and paid_at <= self.now - rules.FINISHES_AFTER
        if self.trade.status is S.TRADE_SUCCESS and over:
            self.becomes(status=S.TRADE_FINISHED)

    @rule(
        number=st.sampled_from(["R1", "R2"]),
        amount_fen=st.sampled_from([0, 1, 400, 600, 1_000, 1_001]),
        till=st.booleans(),
    )
    def refund(self, number: str, amount_fen: int, till: bool) -> None:
        plan = rules.plan_refund(self.trade, self.refunds.get(number), number, amount_fen)
        if plan is Repeat.SAME:
            assert self.refunds[number].amount_fen == amount_fen
        if not isinstance(plan, Transfer):
            return
        assert self.trade.status is S.TRADE_SUCCESS
        result = TransferResult.CREATED if till else TransferResult.EXCEEDS_CREDITS
        status = rules.conclude_refund(self.trade, amount_fen, result)
        if isinstance(status, Refused):
            assert not till
            return
        self.payer_fen += plan.amount_fen
        self.seller_fen -= plan.amount_fen
        self.refunds[number] = Refund(plan.transfer_id, number, amount_fen, "", self.now)
        closed_at = self.now if status is S.TRADE_CLOSED else None
        refunded_fen = self.trade.refunded_fen + amount_fen
        self.becomes(status=status, refunded_fen=refunded_fen, closed_at=closed_at)

    @invariant()
    def states_follow_their_arrows(self) -> None:
        assert all(
            after in STEPS[before] for before, after in zip(self.seen, self.seen[1:], strict=False)
        )

    @invariant()
    def money_is_what_the_trade_says(self) -> None:
        paid_fen = AMOUNT_FEN if self.trade.was_paid else 0
        assert self.seller_fen == paid_fen - self.trade.refunded_fen >= 0
        assert self.payer_fen + self.seller_fen == 1_500
        assert sum(each.amount_fen for each in self.refunds.values()) == self.trade.refunded_fen

    @invariant()
    def a_paid_trade_closes_when_all_went_back_and_only_then(self) -> None:
        all_back = self.trade.was_paid and self.trade.refunded_fen == AMOUNT_FEN
        closed = self.trade.status is S.TRADE_CLOSED
        assert closed == all_back or (closed and not self.trade.was_paid)


TestOneTrade = OneTrade.TestCase
TestOneTrade.settings = settings(max_examples=examples(100), stateful_step_count=30)
