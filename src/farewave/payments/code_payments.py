"""Paying by code: many payments of one shard decided together, in the caller's transaction.

All locks of a batch are taken before the first payment is judged, in the same order everywhere: the
codes, the merchants' order numbers, what people have spent, the book and its accounts. A person or
an order number that comes twice in a batch is judged in a second round, on what the first left.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.db.events import record_events
from farewave.db.pool import STATEMENT_TIMEOUT_S
from farewave.kit.ids import new_id
from farewave.kit.outcome import Refused
from farewave.ledger import service as ledger
from farewave.payments import bills, limits, paycode, rules, service, store
from farewave.payments.authorization import Authorization
from farewave.payments.errors import PaymentsRefusal
from farewave.payments.limits import Spending
from farewave.payments.model import NOWHERE, Fund, Merchant, NewTrade, Place, Trade
from farewave.payments.notifications import enqueue_notifications
from farewave.payments.paycode import CodeRefusal, PayCode
from farewave.people import service as people
from farewave.people.model import Actor
from farewave.wallet import service as wallet

_CODE_TRIES = 8
DECIDED_AFTER = timedelta(seconds=STATEMENT_TIMEOUT_S + 5)
"""So long after its end a code isn't called over yet.

A payment is judged by the instant its transaction began at and is seen once that has committed: one
that came in time may wait for a lock or the disk meanwhile, as long as a statement may take. Who is
told too early that nothing was paid pays twice.
"""
Number = tuple[UUID, str]
"""A merchant and one of its order numbers."""


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
    place: Place = NOWHERE

    @property
    def number(self) -> Number:
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
        unused = self.trade is None and self.froze is None
        return unused and self.now >= self.code.expires_at + DECIDED_AFTER


@dataclass(slots=True)
class _Batch:
    """What a batch holds the locks of, as its payments change it."""

    shard: int
    codes: dict[str, PayCode]
    """As they were before; one that this batch pays by is taken out."""
    sellers: Mapping[UUID, Merchant]
    taken: Mapping[Number, str]
    """The order numbers that were free, with the trade number that each will stand for."""
    known: dict[Number, Trade]
    """The trades that order numbers stand for: earlier ones, and those that this batch paid."""
    cancelled: Set[Number]
    """Numbers that were cancelled before any trade had them."""
    spent: dict[UUID, Spending]
    paid: list[tuple[str, Trade]] = field(default_factory=list)
    """Each code that paid, with its trade."""
    places: list[tuple[str, Place]] = field(default_factory=list)
    """Of those trades that have one."""


async def issue_code(tx: Tx, actor: Actor, pay_password: str) -> PayCode | Refused:
    """A fresh code for `actor`. Refusals: those of `people.check_pay_password`."""
    wrong = await people.check_pay_password(tx, actor, pay_password)
    if wrong is not None:
        return wrong
    (code,) = await issue_proved_codes(tx, actor, 1)
    return code


async def show_code(tx: ReadTx, actor: Actor, code: str) -> CodeView | Refused:
    """What has become of a code of `actor`'s. Refusal: PAY_CODE_UNKNOWN, also of another's."""
    shard = paycode.shard_of_code(code)
    found = await store.code(tx, shard, code) if shard == actor.shard else None
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
    refusal = await store.code_refusal(tx, found.shard, code)
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


async def pay_batch(
    tx: Tx, shard: int, asked: Sequence[CodePayment], opened: Set[UUID] = frozenset()
) -> list[Outcome]:
    """The outcome of each of `asked`, whose codes are of `shard`; those accepted stand on commit.

    `opened`: merchants known to have their account on this shard, which needn't be looked at.
    Refusals: AUTH_CODE_INVALID, AMOUNT_INVALID, EXPIRED_ALREADY, CONTEXT_INCONSISTENT,
    TRADE_HAS_SUCCESS, TRADE_HAS_CLOSE, LIMIT_PAYMENT, LIMIT_DAY, LIMIT_MONTH, BALANCE_NOT_ENOUGH.
    """
    batch = await _locked(tx, shard, asked)
    await service.open_merchant_accounts(tx, shard, batch.sellers.keys() - opened)
    outcomes: dict[int, Outcome] = {}
    left: Sequence[int] = range(len(asked))
    while left:
        now, left = _round(batch, asked, left)
        outcomes |= await _pay(tx, batch, {place: asked[place] for place in now})
    await _write(tx, batch)
    ended = [outcomes[place] for place in range(len(asked))]
    await _note_refusals(tx, shard, asked, ended)
    return ended


async def _locked(tx: Tx, shard: int, asked: Sequence[CodePayment]) -> _Batch:
    """What `asked` needs, behind its locks; the order numbers that are free are taken."""
    codes = await store.lock_codes(tx, shard, {each.auth_code for each in asked})
    sellers = await store.merchants(tx, {each.merchant_id for each in asked})
    payable = [each for each in asked if not isinstance(_acceptable(each, codes, tx.now), Refused)]
    wanted = {each.number: service.new_trade_no(tx, shard) for each in payable}
    free = await store.claim_trades(tx, shard, list(wanted.items()))
    known, cancelled = await _known(tx, {each.number for each in asked} - free)
    payers = {codes[each.auth_code].person_id for each in payable}
    spent = await store.lock_spending(tx, shard, payers)
    taken = {number: wanted[number] for number in free}
    return _Batch(shard, codes, sellers, taken, known, cancelled, spent)


def _acceptable(
    asked: CodePayment, codes: Mapping[str, PayCode], now: datetime
) -> tuple[PayCode, NewTrade] | Refused:
    """Who would pay and for which trade, if the code and the trade's form allow it."""
    code = paycode.judge(codes.get(asked.auth_code), now)
    if isinstance(code, Refused):
        return code
    new = asked.trade_of(code)
    return rules.judge_new_trade(new, now) or (code, new)


async def _known(
    tx: ReadTx, numbers: Collection[Number]
) -> tuple[dict[Number, Trade], Set[Number]]:
    """The trades that `numbers` stand for, wherever their payers are; and those without one."""
    claimed = await store.claimed_numbers(tx, numbers)
    trades = await service.trades_by_no(tx, claimed.values())
    known = {number: trades[no] for number, no in claimed.items() if no in trades}
    return known, claimed.keys() - known.keys()


def _round(
    batch: _Batch, asked: Sequence[CodePayment], left: Iterable[int]
) -> tuple[list[int], list[int]]:
    """The places whose person and order number come first, and the others, in order."""
    now: list[int] = []
    later: list[int] = []
    seen: set[object] = set()
    for place in left:
        each = asked[place]
        code = batch.codes.get(each.auth_code)
        marks = {each.number, code.person_id} if code else {each.number}
        (later if marks & seen else now).append(place)
        seen |= marks
    return now, later


async def _pay(tx: Tx, batch: _Batch, asked: Mapping[int, CodePayment]) -> dict[int, Outcome]:
    """Judge payments of different people and order numbers; those accepted change `batch`."""
    outcomes = {place: _judged(tx, batch, each) for place, each in asked.items()}
    trades = {place: each for place, each in outcomes.items() if isinstance(each, Trade)}
    plans = [rules.plan_paid_at_once(trade) for trade in trades.values()]
    results = await ledger.submit(tx, plans)
    for (place, trade), result in zip(trades.items(), results, strict=True):
        refused = rules.conclude_payment(result)
        if refused is not None:
            outcomes[place] = refused
            continue
        # From here on it must succeed: the money has moved in this transaction.
        code = asked[place].auth_code
        del batch.codes[code]
        batch.known[asked[place].number] = trade
        batch.spent[trade.payer_id] = limits.plus(
            batch.spent[trade.payer_id], trade.amount_fen, tx.now
        )
        batch.paid.append((code, trade))
        if any(asked[place].place):
            batch.places.append((trade.trade_no, asked[place].place))
    return outcomes


def _judged(tx: Tx, batch: _Batch, asked: CodePayment) -> Outcome:
    """The trade that is to be paid, unless something forbids it before the money is looked at.

    Who asks again, since the first answer was lost, comes with a code that is used by now. What
    became of the order number is then what helps, not that the code is over.
    """
    known = batch.known.get(asked.number)
    acceptable = _acceptable(asked, batch.codes, tx.now)
    if isinstance(acceptable, Refused):
        over = acceptable.reason is PaymentsRefusal.AUTH_CODE_INVALID
        return rules.judge_paying_again(known) if over and known else acceptable
    code, new = acceptable
    if known is not None:
        return rules.judge_paying_again(known)
    if asked.number in batch.cancelled:
        return Refused(PaymentsRefusal.TRADE_HAS_CLOSE)
    if asked.number not in batch.taken:
        # It was claimed by a transaction that failed while we waited: the merchant asks again.
        return Refused(PaymentsRefusal.CONTEXT_INCONSISTENT)
    spent = limits.plus(batch.spent[code.person_id], asked.amount_fen, tx.now)
    refused = limits.judge(spent, asked.amount_fen, code.real_name_level)
    if refused is not None:
        return refused
    return rules.new_trade(
        new,
        batch.sellers[asked.merchant_id],
        new_id(batch.shard, tx.now, tx.chance),
        batch.taken[asked.number],
        code.person_id,
        tx.now,
        paid_from=Fund.BALANCE,
    )


async def _write(tx: Tx, batch: _Batch) -> None:
    """What was paid, and the order numbers that are free again."""
    shard, trades = batch.shard, [trade for _, trade in batch.paid]
    paid_numbers = {(trade.merchant_id, trade.out_trade_no) for trade in trades}
    await store.release_claims(tx, batch.taken.keys() - paid_numbers)
    if not trades:
        return
    await store.insert_paid_trades(tx, trades)
    await store.insert_places(tx, shard, batch.places)
    await store.use_codes(tx, shard, [(code, trade.trade_no) for code, trade in batch.paid])
    payers = {trade.payer_id for trade in trades}
    await store.write_spending(tx, shard, {each: batch.spent[each] for each in payers})
    new_bills = [bills.payment_bill(trade, batch.sellers[trade.merchant_id]) for trade in trades]
    await wallet.write_new_bills(tx, shard, new_bills)
    await enqueue_notifications(tx, shard, trades)
    await record_events(tx, shard, [service.paid_event(trade) for trade in trades])


async def _note_refusals(
    tx: Tx, shard: int, asked: Sequence[CodePayment], ended: Sequence[Outcome]
) -> None:
    """What the people who show the codes are told as well."""
    last = {
        each.auth_code: CodeRefusal(
            each.auth_code, each.merchant_id, each.amount_fen, outcome, tx.now
        )
        for each, outcome in zip(asked, ended, strict=True)
        if isinstance(outcome, Refused) and outcome.reason in paycode.CONCERN_THE_PAYER
    }
    if last:
        await store.note_refusals(tx, shard, list(last.values()))
