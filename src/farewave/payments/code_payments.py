"""Paying by code: many payments of one shard decided together, in the caller's transaction.

All locks of a batch are taken before the first payment is judged, in the same order everywhere: the
codes, the merchants' order numbers, what people have spent, the book and its accounts. A person or
an order number that comes twice in a batch is judged in a second round, on what the first left.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.db.events import record_events
from farewave.kit.ids import new_id
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.ledger import service as ledger
from farewave.payments import bills, code_devices, limits, paycode, rules, service, store
from farewave.payments.code_payment import CodePayment, Number, Outcome
from farewave.payments.errors import PaymentsRefusal
from farewave.payments.limits import Spending
from farewave.payments.model import Fund, Merchant, NewTrade, Place, Trade, TradeStatus
from farewave.payments.notifications import enqueue_notifications
from farewave.payments.paycode import CodeRefusal, PayCode
from farewave.wallet import service as wallet


@dataclass(slots=True)
class _Batch:
    """What a batch holds the locks of, as its payments change it."""

    shard: int
    codes: dict[str, PayCode]
    """As they were before, by what they are kept as; one that this batch pays by is taken out."""
    unproved: Set[str]
    """Codes with a ticket that no living device of it made just now."""
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
    waiting: list[tuple[str, Trade]] = field(default_factory=list)
    """Each code whose person is asked first, with its trade."""
    places: list[tuple[str, Place]] = field(default_factory=list)
    """Of those trades that have one."""


async def pay_batch(
    tx: Tx,
    sealer: Sealer,
    shard: int,
    asked: Sequence[CodePayment],
    opened: Set[UUID] = frozenset(),
) -> list[Outcome]:
    """The outcome of each of `asked`, whose codes are of `shard`; those accepted stand on commit.

    A trade that waits: its person is asked to confirm it, by a device's code that may not pay so
    much unasked. `opened`: merchants known to have their account on this shard, which needn't be
    looked at.
    Refusals: AUTH_CODE_INVALID, AMOUNT_INVALID, EXPIRED_ALREADY, CONTEXT_INCONSISTENT,
    TRADE_HAS_SUCCESS, TRADE_HAS_CLOSE, SELLER_NOT_FOUND, NOT_YOUR_TRADE, LIMIT_PAYMENT, LIMIT_DAY,
    LIMIT_MONTH, BALANCE_NOT_ENOUGH.
    """
    batch = await _locked(tx, sealer, shard, asked)
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


async def _locked(tx: Tx, sealer: Sealer, shard: int, asked: Sequence[CodePayment]) -> _Batch:
    """What `asked` needs, behind its locks; the order numbers that are free are taken."""
    codes = await store.lock_codes(tx, shard, {each.kept_as for each in asked})
    unproved = await code_devices.unproved(tx, sealer, codes, {each.auth_code for each in asked})
    sellers = await store.merchants(tx, {each.merchant_id for each in asked})
    payable = [
        each
        for each in asked
        if not isinstance(_acceptable(each, codes, unproved, tx.now), Refused)
    ]
    wanted = {each.number: service.new_trade_no(tx, shard) for each in payable}
    free = await store.claim_trades(tx, shard, list(wanted.items()))
    known, cancelled = await _known(tx, {each.number for each in asked} - free)
    payers = {codes[each.kept_as].person_id for each in payable}
    spent = await store.lock_spending(tx, shard, payers)
    taken = {number: wanted[number] for number in free}
    return _Batch(shard, codes, unproved, sellers, taken, known, cancelled, spent)


def _acceptable(
    asked: CodePayment, codes: Mapping[str, PayCode], unproved: Set[str], now: datetime
) -> tuple[PayCode, NewTrade] | Refused:
    """Who would pay and for which trade, if the code and the trade's form allow it."""
    code = paycode.judge(codes.get(asked.kept_as), now)
    if isinstance(code, Refused) or asked.auth_code in unproved:
        return Refused(PaymentsRefusal.AUTH_CODE_INVALID)
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
        code = batch.codes.get(each.kept_as)
        marks = {each.number, code.person_id} if code else {each.number}
        (later if marks & seen else now).append(place)
        seen |= marks
    return now, later


async def _pay(tx: Tx, batch: _Batch, asked: Mapping[int, CodePayment]) -> dict[int, Outcome]:
    """Judge payments of different people and order numbers; those accepted change `batch`."""
    outcomes = {place: _judged(tx, batch, each) for place, each in asked.items()}
    made = {
        place: each
        for place, each in outcomes.items()
        if isinstance(each, Trade) and batch.known.get(asked[place].number) is not each
    }
    at_once = {place: each for place, each in made.items() if each.was_paid}
    results = await ledger.submit(tx, [rules.plan_paid_at_once(each) for each in at_once.values()])
    for place, result in zip(at_once, results, strict=True):
        refused = rules.conclude_payment(result)
        if refused is not None:
            outcomes[place] = refused
            del made[place]
    # From here on it must succeed: the money has moved in this transaction.
    for place, trade in made.items():
        _note(batch, asked[place], trade, tx.now)
    return outcomes


def _note(batch: _Batch, asked: CodePayment, trade: Trade, now: datetime) -> None:
    """A code has paid, or asks its person: it is used up."""
    code = batch.codes.pop(asked.kept_as)
    batch.known[asked.number] = trade
    if trade.was_paid:
        batch.spent[trade.payer_id] = _spent(batch, code, trade.amount_fen, now)
        batch.paid.append((code.code, trade))
    else:
        batch.codes[code.code] = replace(code, trade_no=trade.trade_no)
        batch.waiting.append((code.code, trade))
    if any(asked.place):
        batch.places.append((trade.trade_no, asked.place))


def _spent(batch: _Batch, code: PayCode, amount_fen: int, now: datetime) -> Spending:
    """What the code's person will have spent. A code of the server's had the pay password."""
    unasked = code.device_id is not None
    return limits.plus(batch.spent[code.person_id], amount_fen, now, unasked=unasked)


def _judged(tx: Tx, batch: _Batch, asked: CodePayment) -> Outcome:
    """The trade that is to be paid, unless something forbids it before the money is looked at.

    Who asks again, since the first answer was lost, comes with a code that is used by now. What
    became of the order number is then what helps, not that the code is over.
    """
    known = batch.known.get(asked.number)
    acceptable = _acceptable(asked, batch.codes, batch.unproved, tx.now)
    if isinstance(acceptable, Refused):
        over = acceptable.reason is PaymentsRefusal.AUTH_CODE_INVALID
        return _judged_again(batch, asked, known) if over and known else acceptable
    code, new = acceptable
    if known is not None:
        return rules.judge_paying_again(known)
    if asked.number in batch.cancelled:
        return Refused(PaymentsRefusal.TRADE_HAS_CLOSE)
    if asked.number not in batch.taken:
        # It was claimed by a transaction that failed while we waited: the merchant asks again.
        return Refused(PaymentsRefusal.CONTEXT_INCONSISTENT)
    spent = _spent(batch, code, asked.amount_fen, tx.now)
    refused = asked.parties.judge(
        batch.sellers[asked.merchant_id].seller_id, code.user_no
    ) or limits.judge(spent, asked.amount_fen, code.real_name_level)
    if refused is not None:
        return refused
    at_once = code.device_id is None or limits.may_pay_unasked(spent, asked.amount_fen)
    return rules.new_trade(
        new if at_once else replace(new, expires_at=asked.confirm_until(tx.now)),
        batch.sellers[asked.merchant_id],
        new_id(batch.shard, tx.now, tx.chance),
        batch.taken[asked.number],
        code.person_id,
        tx.now,
        paid_from=Fund.BALANCE if at_once else None,
    )


def _judged_again(batch: _Batch, asked: CodePayment, known: Trade) -> Outcome:
    """A merchant asks again with a code that is over; it made `known`, which waits: the same."""
    code = batch.codes.get(asked.kept_as)
    made_it = code is not None and code.trade_no == known.trade_no
    waits = known.status is TradeStatus.WAIT_BUYER_PAY
    same = (asked.amount_fen, asked.subject) == (known.amount_fen, known.subject)
    return known if made_it and waits and same else rules.judge_paying_again(known)


async def _write(tx: Tx, batch: _Batch) -> None:
    """What was paid or waits for its person, and the order numbers that are free again."""
    shard, used = batch.shard, [*batch.paid, *batch.waiting]
    made_numbers = {(trade.merchant_id, trade.out_trade_no) for _, trade in used}
    await store.release_claims(tx, batch.taken.keys() - made_numbers)
    if not used:
        return
    await store.insert_trades(tx, [trade for _, trade in used])
    await store.insert_places(tx, shard, batch.places)
    await store.use_codes(tx, shard, [(code, trade.trade_no) for code, trade in used])
    await store.insert_confirmations(tx, [trade for _, trade in batch.waiting])
    trades = [trade for _, trade in batch.paid]
    if not trades:
        return
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
        each.kept_as: CodeRefusal(each.kept_as, each.merchant_id, each.amount_fen, outcome, tx.now)
        for each, outcome in zip(asked, ended, strict=True)
        if isinstance(outcome, Refused) and outcome.reason in paycode.CONCERN_THE_PAYER
    }
    if last:
        await store.note_refusals(tx, shard, list(last.values()))
