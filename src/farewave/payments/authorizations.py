"""Freezing by a scanned code, capturing by a trade, releasing, cancelling; the audit of it.

Locks: the pay code, the order number (of the trade that captures, or of the authorisation), the
authorisation, the payer's spending, the book. What is frozen counts towards the payer's limits at
once; capturing it counts no second time.
"""

from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.kit.finding import Finding
from farewave.kit.ids import new_id
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.ledger import service as ledger
from farewave.ledger.model import Transfer, TransferResult
from farewave.payments import authorization as rules
from farewave.payments import limits, paid_apart, paycode, service, store
from farewave.payments.authorization import (
    Authorization,
    AuthorizationStatus,
    NewAuthorization,
    Operation,
    OperationType,
)
from farewave.payments.errors import AuthorizationRefusal, PaymentsRefusal
from farewave.payments.model import NewTrade, Trade, shard_of_trade_no
from farewave.payments.notifications import enqueue_authorization_news
from farewave.payments.parties import ANYBODY, Parties
from farewave.payments.paycode import PayCode
from farewave.payments.rules import judge_new_trade

_STEP = 500
_SHORT = (TransferResult.EXCEEDS_CREDITS, TransferResult.DEBIT_ACCOUNT_NOT_FOUND)
Shown = tuple[Authorization, Operation]


class Which(NamedTuple):
    """An authorisation by the platform's number, or by the merchant's; `auth_no` wins."""

    merchant_id: UUID
    auth_no: str | None
    out_order_no: str | None


class Capture(NamedTuple):
    """A trade that is paid out of an authorisation. `completes` releases the rest."""

    auth_no: str
    new: NewTrade
    completes: bool
    parties: Parties = ANYBODY


async def freeze(tx: Tx, new: NewAuthorization) -> Shown | Refused:
    """Keep the money ready, once for each order number; again: the same answer.

    Refusals: AMOUNT, AUTH_CODE_INVALID, INCONSISTENT, CLOSED (a cancelled number), LIMIT_…,
    BALANCE_NOT_ENOUGH.
    """
    refused = rules.judge_new(new)
    if refused is not None:
        return refused
    shard = paycode.shard_of_code(new.auth_code)
    codes = {}
    if shard is not None and shard < tx.shards:
        codes = await store.lock_codes(tx, shard, {new.auth_code})
    code = codes.get(new.auth_code)
    known = await _find(tx, Which(new.merchant_id, None, new.out_order_no))
    if known is not None:
        return await _answer_repeat(tx, new, known)
    payer = paycode.judge(code, tx.now)
    if isinstance(payer, Refused):
        return payer
    made = _made(tx, new, payer)
    place = made.shard, made.auth_no
    claimed = await store.claim_authorization(tx, new.merchant_id, new.out_order_no, *place)
    if claimed != place:  # another one asked at the same time, or it was cancelled
        first = await store.authorization(tx, *claimed)
        if first is None:
            return Refused(AuthorizationRefusal.CLOSED)
        return await _answer_repeat(tx, new, first)
    await store.use_codes(tx, payer.shard, [(payer.code, made.auth_no)])
    return await freeze_now(tx, made, new.out_request_no, payer.real_name_level)


async def _answer_repeat(
    tx: ReadTx, new: NewAuthorization, known: Authorization
) -> Shown | Refused:
    first = rules.freezing_of(await store.operations(tx, known.shard, known.auth_no))
    return rules.judge_repeat(new, known, first) or (known, first)


def _made(tx: Tx, new: NewAuthorization, payer: PayCode) -> Authorization:
    return Authorization(
        shard=payer.shard,
        auth_no=service.new_trade_no(tx, payer.shard),
        auth_id=new_id(payer.shard, tx.now, tx.chance),
        merchant_id=new.merchant_id,
        app_id=new.app_id,
        out_order_no=new.out_order_no,
        title=new.title,
        payer_id=payer.person_id,
        payer_user_no=payer.user_no,
        amount_fen=new.amount_fen,
        rest_fen=new.amount_fen,
        paid_fen=0,
        pending_no=0,
        created_at=tx.now,
        notify_url=new.notify_url,
        agent_app_id=new.agent_app_id,
    )


async def freeze_now(
    tx: Tx, made: Authorization, out_request_no: str, real_name_level: int
) -> Shown | Refused:
    """Write a new authorisation, whose number is claimed, and freeze its money."""
    before = await store.lock_spending(tx, made.shard, [made.payer_id])
    spent = limits.plus(before[made.payer_id], made.amount_fen, tx.now)
    over = limits.judge(spent, made.amount_fen, real_name_level)
    if over is not None:
        return over
    await store.write_spending(tx, made.shard, {made.payer_id: spent})
    await store.insert_authorization(tx, made)
    done = await _note(tx, made, out_request_no, OperationType.FREEZE, made.amount_fen, "")
    await enqueue_authorization_news(tx, made, done)
    await service.open_merchant_accounts(tx, made.shard, [made.merchant_id])
    # Last, because the book's head stays locked from here on.
    (result,) = await ledger.submit(tx, [made.frozen(made.pending_no, made.amount_fen)])
    if result in _SHORT:
        return Refused(PaymentsRefusal.BALANCE_NOT_ENOUGH)
    invariant(result is TransferResult.CREATED, f"money is frozen or refused, not {result}")
    return made, done


async def _note(
    tx: Tx, of: Authorization, number: str, kind: OperationType, amount_fen: int, remark: str
) -> Operation:
    operation_id = service.new_trade_no(tx, of.shard)
    done = Operation(of.shard, of.auth_no, number, operation_id, kind, amount_fen, remark, tx.now)
    await store.insert_operation(tx, done)
    return done


async def unfreeze(
    tx: Tx, which: Which, *, out_request_no: str, amount_fen: int, remark: str
) -> Shown | Refused:
    """Release a part, once for each request number.

    Refusals: NOT_FOUND, INCONSISTENT, FINISHED, CLOSED, EXCEEDS.
    """
    known = await _lock(tx, which)
    if known is None:
        return Refused(AuthorizationRefusal.NOT_FOUND)
    if out_request_no == known.cancel_no:
        return Refused(AuthorizationRefusal.INCONSISTENT)
    for each in await store.operations(tx, known.shard, known.auth_no):
        if each.type is OperationType.UNFREEZE and each.out_request_no == out_request_no:
            same = each.amount_fen == amount_fen
            return (known, each) if same else Refused(AuthorizationRefusal.INCONSISTENT)
    refused = rules.judge_taking(known, amount_fen)
    if refused is not None:
        return refused
    return await _release(tx, known, out_request_no, amount_fen, remark)


async def _release(
    tx: Tx, known: Authorization, out_request_no: str, amount_fen: int, remark: str
) -> Shown:
    left = replace(known, rest_fen=known.rest_fen - amount_fen, pending_no=known.pending_no + 1)
    await store.write_authorization(tx, left)
    done = await _note(tx, left, out_request_no, OperationType.UNFREEZE, amount_fen, remark)
    await enqueue_authorization_news(tx, left, done)
    await _submit(tx, known.releasing(amount_fen))
    return left, done


async def _submit(tx: Tx, transfers: list[Transfer]) -> None:
    for result in await ledger.submit(tx, transfers):
        invariant(result is TransferResult.CREATED, f"what is frozen can be taken, it was {result}")


async def cancel(tx: Tx, which: Which) -> Shown | Refused | None:
    """Undo a freezing of unknown result: all of it is released; None: nothing was frozen.

    A number without an authorisation is taken for good, so that nothing can follow. Refusals:
    NOT_FOUND (by `auth_no`), FINISHED (something was captured), CANCEL_TOO_LATE.
    """
    known = await _lock(tx, which)
    if known is None:
        if which.out_order_no is None or which.auth_no is not None:
            return Refused(AuthorizationRefusal.NOT_FOUND)
        known = await _take_number(tx, which.merchant_id, which.out_order_no)
        if known is None:
            return None
    refused = rules.judge_cancel(known, tx.now)
    if refused is not None:
        return refused
    if known.rest_fen == 0:
        done = await store.operations(tx, known.shard, known.auth_no)
        return known, rules.closing_of(known, done)
    return await _release(tx, known, known.cancel_no, known.rest_fen, "撤销")


async def _take_number(tx: Tx, merchant_id: UUID, out_order_no: str) -> Authorization | None:
    ours = 0, service.new_trade_no(tx, 0)
    claimed = await store.claim_authorization(tx, merchant_id, out_order_no, *ours)
    if claimed == ours:
        await store.set_order_cancelled(tx, merchant_id, out_order_no, tx.now)
        return None
    return await store.lock_authorization(tx, *claimed)


async def capture(tx: Tx, asked: Capture) -> Trade | Refused:
    """A trade paid out of what is frozen, at once; never a second one for its number.

    Refusals: NOT_FOUND, SELLER_NOT_FOUND, NOT_YOUR_TRADE, FINISHED, CLOSED, EXCEEDS, those of
    making a trade.
    """
    new = asked.new
    refused = judge_new_trade(new, tx.now)
    if refused is not None:
        return refused
    shard = shard_of_trade_no(asked.auth_no)
    if shard is None or shard >= tx.shards:
        return Refused(AuthorizationRefusal.NOT_FOUND)
    trade_no = await paid_apart.take_number(tx, new, shard)
    if isinstance(trade_no, Refused):
        return trade_no
    known = await _lock(tx, Which(new.merchant_id, asked.auth_no, None))
    if known is None:
        return Refused(AuthorizationRefusal.NOT_FOUND)
    seller = await store.merchant(tx, new.merchant_id)
    assert seller is not None, "an application belongs to a merchant"
    refused = asked.parties.judge(seller.seller_id, known.payer_user_no) or rules.judge_taking(
        known, new.amount_fen
    )
    if refused is not None:
        return refused
    named = replace(new, buyer_user_no=known.payer_user_no)
    paid = await paid_apart.write(tx, named, seller, shard, trade_no, known.payer_id)
    left = replace(
        known,
        rest_fen=0 if asked.completes else known.rest_fen - paid.amount_fen,
        paid_fen=known.paid_fen + paid.amount_fen,
        pending_no=known.pending_no + 1,
    )
    await store.write_authorization(tx, left)
    await _note(tx, left, paid.out_trade_no, OperationType.PAY, paid.amount_fen, "")
    await _submit(tx, known.capturing(paid, completes=asked.completes))
    return paid


async def find(
    tx: ReadTx, which: Which, *, operation_id: str | None, out_request_no: str | None
) -> Shown | None:
    """One operation of a merchant's authorisation, by either of its numbers."""
    known = await _find(tx, which)
    if known is None:
        return None
    for each in await store.operations(tx, known.shard, known.auth_no):
        if each.operation_id == operation_id or (
            operation_id is None and each.out_request_no == out_request_no
        ):
            return known, each
    return None


async def _place(tx: ReadTx, which: Which) -> tuple[int, str] | None:
    if which.auth_no is not None:
        shard = shard_of_trade_no(which.auth_no)
        return None if shard is None else (shard, which.auth_no)
    return await store.claimed_authorization(tx, which.merchant_id, which.out_order_no or "")


async def _find(tx: ReadTx, which: Which) -> Authorization | None:
    place = await _place(tx, which)
    found = await store.authorization(tx, *place) if place else None
    return found if found and found.merchant_id == which.merchant_id else None


async def _lock(tx: Tx, which: Which) -> Authorization | None:
    place = await _place(tx, which)
    found = await store.lock_authorization(tx, *place) if place else None
    return found if found and found.merchant_id == which.merchant_id else None


async def findings(tx: ReadTx) -> list[Finding]:
    """Authorisations that contradict their claims, their operations or the books."""
    found = [
        Finding("payments", "authorization_has_its_claim", row["out_order_no"], "one is missing")
        for row in await store.authorization_claims_astray(tx)
    ]
    for shard in range(tx.shards):
        last = ""
        while batch := await store.authorizations_after(tx, shard, last, _STEP):
            last = batch[-1].auth_no
            for each in batch:
                found += await _unlike_books(tx, each)
    return found


async def _unlike_books(tx: ReadTx, of: Authorization) -> list[Finding]:
    """The rest is what its last pending transfer holds, and the operations add up to it."""
    found = []
    sums = dict.fromkeys(OperationType, 0)
    for each in await store.operations(tx, of.shard, of.auth_no):
        sums[each.type] += each.amount_fen
    pending_id = of.pending_id(of.pending_no)
    standing = (await ledger.transfers_by_id(tx, of.shard, [pending_id])).get(pending_id)
    if (standing.amount_fen if standing else 0) != of.rest_fen:
        says = "its pending transfer isn't of what is left"
        found.append(Finding("payments", "authorization_is_pending", of.auth_no, says))
    open_still = of.status is AuthorizationStatus.AUTHORIZED
    rest_fen = sums[OperationType.FREEZE] - sums[OperationType.UNFREEZE] - sums[OperationType.PAY]
    if sums[OperationType.PAY] != of.paid_fen or (open_still and rest_fen != of.rest_fen):
        says = "its operations don't add up to what is left"
        found.append(Finding("payments", "authorization_adds_up", of.auth_no, says))
    return found
