"""Codes that the server makes by the pay password, and what has become of any code."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from farewave.db import ReadTx, Tx
from farewave.db.pool import STATEMENT_TIMEOUT_S
from farewave.kit.limits import JOB_BATCH_MAX
from farewave.kit.outcome import Refused
from farewave.payments import limits, paycode, service, store
from farewave.payments.authorization import Authorization
from farewave.payments.errors import PaymentsRefusal, PhoneRefusal
from farewave.payments.model import Merchant, Trade, TradeStatus
from farewave.payments.paycode import CodeRefusal, PayCode
from farewave.people import service as people
from farewave.people.model import Actor

_CODE_TRIES = 8
DECIDED_AFTER = timedelta(seconds=STATEMENT_TIMEOUT_S + 5)
"""So long after its end a code isn't called over yet.

A payment is judged by the instant its transaction began at and is seen once that has committed: one
that came in time may wait for a lock or the disk meanwhile, as long as a statement may take. Who is
told too early that nothing was paid pays twice.
"""


@dataclass(frozen=True, slots=True)
class CodeView:
    """A code as the person sees it who shows it: what it paid, or the last payment refused."""

    code: PayCode
    now: datetime
    trade: Trade | None
    merchant: Merchant | None
    """Whom it paid, or who was refused."""
    refusal: CodeRefusal | None
    froze: Authorization | None = None

    @property
    def over(self) -> bool:
        """Nothing was paid by the code, and nothing will be."""
        if self.trade is not None or self.froze is not None:
            return self.trade is not None and not self.trade.was_paid and not self.asked
        return self.now >= self.code.expires_at + DECIDED_AFTER

    @property
    def asked(self) -> bool:
        """Its person is to confirm what it would pay."""
        waits = self.trade is not None and self.trade.status is TradeStatus.WAIT_BUYER_PAY
        return waits and self.trade is not None and self.now < self.trade.expires_at


async def issue_code(tx: Tx, actor: Actor, pay_password: str) -> PayCode | Refused:
    """A fresh code for `actor`. Refusals: those of `people.check_pay_password`."""
    wrong = await people.check_pay_password(tx, actor, pay_password)
    if wrong is not None:
        return wrong
    (code,) = await issue_proved_codes(tx, actor, 1)
    return code


async def show_code(tx: ReadTx, actor: Actor, code: str) -> CodeView | Refused:
    """What has become of a code of `actor`'s. Refusals: PAY_CODE_UNKNOWN, also of another's;
    CODE_DEVICE_UNKNOWN, when its phone was turned off and it hasn't paid.
    """
    shard = paycode.shard_of_code(code)
    kept = paycode.kept_as(code)
    found = await store.code(tx, shard, kept) if shard == actor.shard else None
    if found is None or found.person_id != actor.person_id:
        return Refused(PaymentsRefusal.PAY_CODE_UNKNOWN)
    if found.trade_no is not None:
        trade = await store.trade(tx, found.shard, found.trade_no)
        if trade is None:  # it froze money instead
            froze = await store.authorization(tx, found.shard, found.trade_no)
            assert froze is not None, "a used code has its trade or its authorisation"
            seller = await store.merchant(tx, froze.merchant_id)
            return CodeView(found, tx.now, None, seller, None, froze)
        return CodeView(found, tx.now, trade, await service.seller_of(tx, trade), None)
    made_by = found.device_id
    if made_by is not None and not await store.device_keys(tx, found.shard, [made_by]):
        return Refused(PhoneRefusal.CODE_DEVICE_UNKNOWN)
    refusal = await store.code_refusal(tx, found.shard, kept)
    merchant = await store.merchant(tx, refusal.merchant_id) if refusal else None
    return CodeView(found, tx.now, None, merchant, refusal)


async def issue_proved_codes(tx: Tx, actor: Actor, count: int) -> list[PayCode]:
    """As `issue_code`, for somebody whose proof was taken already, many at once."""
    person = await people.person(tx, actor.shard, actor.person_id)
    await store.ensure_spending(tx, actor.shard, actor.person_id, limits.nothing_spent(tx.now))
    issued: list[PayCode] = []
    for _ in range(_CODE_TRIES):
        fresh = [_fresh(tx, actor, person.real_name_level) for _ in range(count - len(issued))]
        free = await store.insert_codes(tx, actor.shard, fresh)
        issued += [code for code in fresh if code.code in free]
        if len(issued) == count:
            return issued
    raise AssertionError("thirteen random digits aren't taken eight times in a row")


def _fresh(tx: Tx, actor: Actor, real_name_level: int) -> PayCode:
    return PayCode(
        shard=actor.shard,
        code=paycode.new_code(actor.shard, tx.chance),
        person_id=actor.person_id,
        user_no=actor.user_no,
        real_name_level=real_name_level,
        issued_at=tx.now,
        expires_at=tx.now + paycode.LIVES,
    )


async def forget_codes(tx: Tx, shard: int) -> int:
    """Drop the pay codes of `shard` that have long been over."""
    return await store.forget_codes(tx, shard, tx.now - paycode.KEPT, JOB_BATCH_MAX)
