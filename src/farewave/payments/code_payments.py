"""Paying by code: many payments of one shard decided together, in the caller's transaction.

The order of locks, the same in every batch: the codes, the merchants' order numbers, what people
have spent, the book and its accounts. A person, a code or an order number that comes twice in a
batch is carried out in a second round behind the first, so that each judges what the other left.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from farewave.db import Tx
from farewave.db.events import NewEvent, record_events
from farewave.kit.chance import digits
from farewave.kit.ids import new_id
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.ledger import service as ledger
from farewave.ledger.model import AccountKind, AccountResult, NewAccount
from farewave.payments import bills, limits, paycode, rules, store
from farewave.payments.errors import PaymentsRefusal
from farewave.payments.limits import Spending
from farewave.payments.model import (
    Fund,
    Merchant,
    NewTrade,
    Trade,
    TradeStatus,
    merchant_account_id,
    trade_no_of,
)
from farewave.payments.notifications import enqueue_notifications
from farewave.payments.paycode import PayCode
from farewave.people import service as people
from farewave.people.model import Actor
from farewave.wallet import service as wallet

_CODE_TRIES = 8


@dataclass(frozen=True, slots=True)
class CodePayment:
    """What a merchant asks for with a code that it scanned."""

    merchant_id: UUID
    app_id: str
    out_trade_no: str
    subject: str
    amount_fen: int
    auth_code: str
    expires_at: datetime | None
    notify_url: str | None
    body: str | None = None
    passback_params: str | None = None

    @property
    def number(self) -> tuple[UUID, str]:
        return self.merchant_id, self.out_trade_no

    def trade_of(self, payer: PayCode) -> NewTrade:
        """The trade that it makes, now that the payer is known."""
        return NewTrade(
            self.merchant_id,
            self.app_id,
            self.out_trade_no,
            self.subject,
            self.amount_fen,
            payer.user_no,
            self.expires_at,
            self.notify_url,
            self.body,
            self.passback_params,
        )


Outcome = Trade | Refused
Accepted = tuple[CodePayment, PayCode, Trade]


async def issue_code(tx: Tx, actor: Actor, pay_password: str) -> PayCode | Refused:
    """A fresh code for `actor`. Refusals: those of `people.check_pay_password`."""
    wrong = await people.check_pay_password(tx, actor, pay_password)
    if wrong is not None:
        return wrong
    person = await people.person(tx, actor.shard, actor.person_id)
    await store.ensure_spending(tx, actor.shard, actor.person_id, limits.nothing_spent(tx.now))
    for _ in range(_CODE_TRIES):
        code = _fresh(tx, actor, person.real_name_level)
        if await store.insert_code(tx, code):
            return code
    raise AssertionError("thirteen random digits aren't taken eight times in a row")


async def issue_proved_codes(tx: Tx, actor: Actor, count: int) -> list[PayCode]:
    """As `issue_code`, for somebody whose proof was taken already, many at once (load tests)."""
    person = await people.person(tx, actor.shard, actor.person_id)
    await store.ensure_spending(tx, actor.shard, actor.person_id, limits.nothing_spent(tx.now))
    codes = [_fresh(tx, actor, person.real_name_level) for _ in range(count)]
    await store.insert_codes(tx, actor.shard, codes)
    return codes


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


async def pay_batch(
    tx: Tx, shard: int, asked: Sequence[CodePayment], opened: Collection[UUID] = ()
) -> list[Outcome]:
    """The outcome of each of `asked`, whose codes are of `shard`; those accepted stand on commit.

    `opened`: merchants known to have their account on this shard, which needn't be looked at.
    Refusals: AMOUNT_INVALID, AUTH_CODE_INVALID, EXPIRED_ALREADY, CONTEXT_INCONSISTENT,
    TRADE_HAS_SUCCESS, TRADE_HAS_CLOSE, LIMIT_PAYMENT, LIMIT_DAY, LIMIT_MONTH, BALANCE_NOT_ENOUGH.
    """
    codes = await store.lock_codes(tx, shard, {each.auth_code for each in asked})
    outcomes: list[Outcome | None] = [None] * len(asked)
    left = list(range(len(asked)))
    while left:
        now, later = _rounds(asked, left, codes)
        done = await _pay_round(tx, shard, [asked[place] for place in now], codes, opened)
        for place, outcome in zip(now, done, strict=True):
            outcomes[place] = outcome
        left = later
    told = [outcome for outcome in outcomes if outcome is not None]
    invariant(len(told) == len(asked), "each payment has its outcome")
    return told


def _rounds(
    asked: Sequence[CodePayment], left: Sequence[int], codes: dict[str, PayCode]
) -> tuple[list[int], list[int]]:
    """The places whose person, code and order number come first, and the others, in order."""
    now: list[int] = []
    later: list[int] = []
    seen: set[object] = set()
    for place in left:
        each = asked[place]
        code = codes.get(each.auth_code)
        marks = {each.number, code.person_id if code else each.auth_code}
        (later if marks & seen else now).append(place)
        seen |= marks
    return now, later


async def _pay_round(
    tx: Tx,
    shard: int,
    asked: Sequence[CodePayment],
    codes: dict[str, PayCode],
    opened: Collection[UUID],
) -> list[Outcome]:
    sellers = await store.merchants(tx, {each.merchant_id for each in asked})
    refusals: dict[int, Refused] = {}
    hopeful: dict[int, Accepted] = {}
    for place, each in enumerate(asked):
        made = _made(tx, shard, each, codes, sellers)
        if isinstance(made, Refused):
            refusals[place] = await _judge_repeat(tx, each, made)
        else:
            hopeful[place] = made
    refusals |= await _claim(tx, shard, hopeful)
    spent = await _within_limits(tx, shard, hopeful, refusals)
    await _open_accounts(tx, shard, {t.merchant_id for _, _, t in hopeful.values()} - set(opened))
    planned = list(hopeful)
    plans = [rules.plan_paid_at_once(hopeful[place][2]) for place in planned]
    for place, result in zip(planned, await ledger.submit(tx, plans), strict=True):
        refused = rules.conclude_payment(result)
        if refused is not None:
            refusals[place] = refused
            del hopeful[place]
    # From here on it must succeed: the money has moved in this transaction.
    await _release(tx, asked, refusals)
    accepted = list(hopeful.values())
    if accepted:
        await _write(tx, shard, accepted, sellers, spent)
    for _, code, trade in accepted:
        codes[code.code] = _used(code, trade)
    return [hopeful[p][2] if p in hopeful else refusals[p] for p in range(len(asked))]


def _used(code: PayCode, trade: Trade) -> PayCode:
    return PayCode(
        code.shard,
        code.code,
        code.person_id,
        code.user_no,
        code.real_name_level,
        code.issued_at,
        code.expires_at,
        trade.trade_no,
    )


def _made(
    tx: Tx,
    shard: int,
    asked: CodePayment,
    codes: dict[str, PayCode],
    sellers: dict[UUID, Merchant],
) -> Accepted | Refused:
    """The trade that `asked` would make, if its form and its code allow it."""
    code = paycode.judge(codes.get(asked.auth_code), tx.now)
    if isinstance(code, Refused):
        return code
    new = asked.trade_of(code)
    refused = rules.judge_new_trade(new, tx.now)
    if refused is not None:
        return refused
    seller = sellers[asked.merchant_id]
    trade = Trade(
        shard=shard,
        trade_no=trade_no_of(shard, tx.now, int(digits(tx.chance, 8))),
        trade_id=new_id(shard, tx.now, tx.chance),
        merchant_id=seller.merchant_id,
        seller_id=seller.seller_id,
        app_id=asked.app_id,
        out_trade_no=asked.out_trade_no,
        subject=asked.subject,
        body=asked.body,
        amount_fen=asked.amount_fen,
        payer_id=code.person_id,
        buyer_user_no=code.user_no,
        status=TradeStatus.TRADE_SUCCESS,
        created_at=tx.now,
        expires_at=rules.expiry(new, tx.now),
        paid_at=tx.now,
        closed_at=None,
        refunded_fen=0,
        fund=Fund.BALANCE,
        notify_url=asked.notify_url,
        passback_params=asked.passback_params,
    )
    return asked, code, trade


async def _claim(tx: Tx, shard: int, hopeful: dict[int, Accepted]) -> dict[int, Refused]:
    """Take the order numbers. Those that are another trade's leave `hopeful`, refused."""
    if not hopeful:
        return {}
    wanted = [(asked.number, trade.trade_no) for asked, _, trade in hopeful.values()]
    mine = await store.claim_trades(tx, shard, wanted)
    refusals: dict[int, Refused] = {}
    for place, (asked, _, _) in list(hopeful.items()):
        if asked.number in mine:
            continue
        known = await _known(tx, asked)
        # A claim of a transaction that is still to fail is gone by now: the merchant asks again.
        reason = PaymentsRefusal.CONTEXT_INCONSISTENT if known is None else _reason(known)
        refusals[place] = Refused(reason)
        del hopeful[place]
    return refusals


async def _known(tx: Tx, asked: CodePayment) -> Trade | None:
    """The trade that has the order number already."""
    where = await store.claimed_trade(tx, *asked.number)
    return await store.trade(tx, *where) if where else None


async def _judge_repeat(tx: Tx, asked: CodePayment, refused: Refused) -> Refused:
    """Who asks again, since the first answer was lost, comes with a code that is used by now.

    What became of the order number is then what helps, not that the code is over.
    """
    if refused.reason is not PaymentsRefusal.AUTH_CODE_INVALID:
        return refused
    known = await _known(tx, asked)
    return refused if known is None else Refused(_reason(known))


def _reason(known: Trade) -> PaymentsRefusal:
    if known.status in (TradeStatus.TRADE_SUCCESS, TradeStatus.TRADE_FINISHED):
        return PaymentsRefusal.TRADE_HAS_SUCCESS
    if known.status is TradeStatus.TRADE_CLOSED:
        return PaymentsRefusal.TRADE_HAS_CLOSE
    return PaymentsRefusal.CONTEXT_INCONSISTENT


async def _within_limits(
    tx: Tx, shard: int, hopeful: dict[int, Accepted], refusals: dict[int, Refused]
) -> dict[UUID, Spending]:
    """What each payer will have spent. Those over a limit leave `hopeful`, refused."""
    payers = {code.person_id for _, code, _ in hopeful.values()}
    before = await store.lock_spending(tx, shard, payers) if payers else {}
    after: dict[UUID, Spending] = {}
    for place, (asked, code, _) in list(hopeful.items()):
        spent = limits.plus(before[code.person_id], asked.amount_fen, tx.now)
        refused = limits.judge(spent, asked.amount_fen, code.real_name_level)
        if refused is not None:
            refusals[place] = refused
            del hopeful[place]
        else:
            after[code.person_id] = spent
    return after


async def _open_accounts(tx: Tx, shard: int, merchants: Collection[UUID]) -> None:
    accounts = [
        NewAccount(
            account_id=merchant_account_id(merchant_id, shard),
            shard=shard,
            kind=AccountKind.MERCHANT,
            owner_id=merchant_id,
            debits_must_not_exceed_credits=True,
        )
        for merchant_id in merchants
    ]
    for result in await ledger.open_accounts(tx, accounts):
        invariant(
            result is not AccountResult.EXISTS_WITH_DIFFERENT_FIELDS, "an account keeps its kind"
        )


async def _release(tx: Tx, asked: Sequence[CodePayment], refusals: dict[int, Refused]) -> None:
    """Order numbers of payments that were refused after they were taken are free again."""
    claimed = (
        PaymentsRefusal.BALANCE_NOT_ENOUGH,
        PaymentsRefusal.LIMIT_PAYMENT,
        PaymentsRefusal.LIMIT_DAY,
        PaymentsRefusal.LIMIT_MONTH,
    )
    numbers = [asked[p].number for p, why in refusals.items() if why.reason in claimed]
    if numbers:
        await store.release_claims(tx, numbers)


async def _write(
    tx: Tx,
    shard: int,
    accepted: Sequence[Accepted],
    sellers: dict[UUID, Merchant],
    spent: dict[UUID, Spending],
) -> None:
    trades = [trade for _, _, trade in accepted]
    await store.insert_paid_trades(tx, shard, trades, tx.now)
    await store.use_codes(tx, shard, [(code.code, trade.trade_no) for _, code, trade in accepted])
    payers = {trade.payer_id for trade in trades}
    await store.write_spending(tx, shard, {each: spent[each] for each in payers})
    new_bills = [bills.payment_bill(trade, sellers[trade.merchant_id]) for trade in trades]
    await wallet.write_new_bills(tx, shard, new_bills)
    await enqueue_notifications(tx, shard, trades)
    events = [
        NewEvent(
            "payments.paid",
            trade.payer_id,
            {"amount_fen": trade.amount_fen, "fund": Fund.BALANCE.value, "app_id": trade.app_id},
        )
        for trade in trades
    ]
    await record_events(tx, shard, events)
