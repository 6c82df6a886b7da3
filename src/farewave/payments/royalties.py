"""Whom a merchant may split with, splitting, and the way of each part to its receiver."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from uuid import UUID

from farewave.db import Database, ReadTx, Tx
from farewave.db.leases import lease_from_shards
from farewave.kit.finding import Finding
from farewave.kit.ids import new_id
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.ledger import service as ledger
from farewave.ledger.crossing_audit import Crossed, audit_crossings
from farewave.ledger.model import TransferResult
from farewave.payments import service, store, sweeping
from farewave.payments import settlement as rules
from farewave.payments.errors import PaymentsRefusal, RoyaltyRefusal
from farewave.payments.model import SELLER_RANGE, Trade, shard_of_trade_no
from farewave.payments.settlement import (
    Part,
    Receiver,
    ReceiverType,
    Relation,
    Settlement,
    Share,
)
from farewave.payments.sweep import home_shard
from farewave.people import service as people
from farewave.people.model import Person, PhoneNumber
from farewave.wallet import service as wallet
from farewave.wallet.model import (
    BALANCE_LABEL,
    BillKey,
    BillKind,
    BillStatus,
    Direction,
    NewBill,
    Owner,
    Wording,
)

_STEP = 500
_SHORT = (TransferResult.EXCEEDS_CREDITS, TransferResult.DEBIT_ACCOUNT_NOT_FOUND)
Settled = tuple[Settlement, list[Part]]


async def _receiver(
    tx: ReadTx, sealer: Sealer, kind: ReceiverType, account: str
) -> Receiver | None:
    person: Person | None
    if kind is ReceiverType.LOGIN_NAME:
        phone = PhoneNumber.parse(account)
        person = await people.person_by_phone(tx, sealer, phone) if phone else None
    elif account.startswith(SELLER_RANGE):
        seller = await store.merchant_by_seller_id(tx, account)
        if seller is None:
            return None
        return Receiver(account, seller.merchant_id, None, seller.name)
    else:
        person = await people.person_by_user_no(tx, account)
    if person is None:
        return None
    name = person.real_name.reveal(sealer) if person.real_name else None
    return Receiver(person.user_no, person.person_id, person.shard, name)


async def bind(
    tx: Tx, sealer: Sealer, merchant_id: UUID, wanted: Sequence[Relation]
) -> Refused | None:
    """Let the merchant split with these. Bound before: the new name and memo stand.

    Refusals: RECEIVER_NOT_FOUND, RECEIVER_NAME_WRONG, TOO_MANY_RECEIVERS.
    """
    shard = home_shard(merchant_id, tx.shards)
    bound = []
    for each in wanted:
        found = await _receiver(tx, sealer, each.type, each.account)
        if found is None:
            return Refused(RoyaltyRefusal.RECEIVER_NOT_FOUND)
        if each.name and each.name != found.name:
            return Refused(RoyaltyRefusal.RECEIVER_NAME_WRONG)
        bound.append(Relation(found.receiver_no, each.type, each.account, each.name, each.memo))
    # By number, as unbinding does: two requests with the same receivers wait in no circle.
    for relation in sorted(bound, key=lambda each: each.receiver_no):
        await store.bind_receiver(tx, shard, merchant_id, relation)
    if await store.count_relations(tx, shard, merchant_id) > rules.RECEIVERS_MAX:
        return Refused(RoyaltyRefusal.TOO_MANY_RECEIVERS)
    return None


async def unbind(
    tx: Tx, sealer: Sealer, merchant_id: UUID, accounts: Sequence[tuple[ReceiverType, str]]
) -> Refused | None:
    """End relations; one that isn't there is no matter. Refusal: RECEIVER_NOT_FOUND."""
    numbers = []
    for kind, account in accounts:
        found = await _receiver(tx, sealer, kind, account)
        if found is None:
            return Refused(RoyaltyRefusal.RECEIVER_NOT_FOUND)
        numbers.append(found.receiver_no)
    await store.unbind_receivers(tx, home_shard(merchant_id, tx.shards), merchant_id, numbers)
    return None


async def relations(
    tx: ReadTx, merchant_id: UUID, *, offset: int, limit: int
) -> tuple[list[Relation], int]:
    """A page of a merchant's relations, and how many there are."""
    shard = home_shard(merchant_id, tx.shards)
    page = await store.relations(tx, shard, merchant_id, offset, limit)
    return page, await store.count_relations(tx, shard, merchant_id)


async def settle(
    database: Database,
    sealer: Sealer,
    trade: Trade,
    out_request_no: str,
    shares: Sequence[Share],
    *,
    finishes: bool,
) -> Settled | Refused:
    """Split `trade` once for each request number; the same again answers the same.

    Refusals: REQUEST_INCONSISTENT, TRADE_STATUS_WRONG, FINISHED, SAME_ACCOUNT, RECEIVER_NOT_BOUND,
    RECEIVER_NOT_FOUND, AMOUNT, SELLER_BALANCE_NOT_ENOUGH.
    """

    async def attempt() -> Settled | Refused:
        return await database.run(
            lambda tx: _leave(tx, sealer, trade, out_request_no, shares, finishes=finishes)
        )

    whole_fen = sum(each.of(trade) for each in shares)
    left = await sweeping.with_money_back(
        database, trade.merchant_id, trade.shard, whole_fen, attempt
    )
    if isinstance(left, Refused):
        return left
    for part in left[1]:
        if part.arrived_at is None:
            await carry_on(database, part)
    async with database.reading() as tx:
        return left[0], await store.settlement_parts(tx, trade.shard, [left[0].settle_no])


async def _leave(
    tx: Tx,
    sealer: Sealer,
    seen: Trade,
    out_request_no: str,
    shares: Sequence[Share],
    *,
    finishes: bool,
) -> Settled | Refused:
    trade = await store.lock_trade(tx, seen.shard, seen.trade_no)
    assert trade is not None, "trades are never deleted"
    digest = rules.digest_of(shares, finishes=finishes)
    earlier = await store.settlements(tx, trade.shard, trade.trade_no)
    there = await store.settlement_parts(tx, trade.shard, [each.settle_no for each in earlier])
    for each in earlier:
        if each.out_request_no == out_request_no:
            if each.digest != digest:
                return Refused(RoyaltyRefusal.REQUEST_INCONSISTENT)
            return each, [part for part in there if part.settle_no == each.settle_no]
    home = home_shard(trade.merchant_id, tx.shards)
    numbers = {each.receiver_no for each in shares}
    bound = await store.bound_receivers(tx, home, trade.merchant_id, numbers)
    settled_fen = sum(part.amount_fen for part in there)
    backs = await store.royalty_returns(tx, trade.shard, trade.trade_no)
    settled_fen -= sum(back.amount_fen for back in backs)
    refused = rules.judge_settle(trade, shares, bound, earlier, settled_fen)
    if refused is not None:
        return refused
    made = Settlement(
        shard=trade.shard,
        trade_no=trade.trade_no,
        out_request_no=out_request_no,
        settle_no=service.new_trade_no(tx, trade.shard),
        settlement_id=new_id(trade.shard, tx.now, tx.chance),
        merchant_id=trade.merchant_id,
        digest=digest,
        finishes=finishes,
        settled_at=tx.now,
    )
    parts = []
    for place, share in enumerate(shares):
        to = await _receiver(tx, sealer, ReceiverType.USER_ID, share.receiver_no)
        if to is None:
            return Refused(RoyaltyRefusal.RECEIVER_NOT_FOUND)
        parts.append(_part(made, place, share, share.of(trade), to))
    return await _write(tx, made, parts)


def _part(made: Settlement, place: int, share: Share, amount_fen: int, to: Receiver) -> Part:
    stays = to.shard in (None, made.shard)
    return Part(
        shard=made.shard,
        settle_no=made.settle_no,
        place=place,
        settlement_id=made.settlement_id,
        merchant_id=made.merchant_id,
        receiver_no=to.receiver_no,
        receiver_id=to.owner_id,
        receiver_shard=to.shard,
        amount_fen=amount_fen,
        memo=share.memo,
        left_at=made.settled_at,
        arrived_at=made.settled_at if stays else None,
    )


async def _write(tx: Tx, made: Settlement, parts: list[Part]) -> Settled | Refused:
    shard = made.shard
    await store.insert_settlement(tx, made, parts, tx.now + rules.CHECK_AFTER)
    staying = [part for part in parts if part.receiver_shard == shard]
    for part in staying:
        await wallet.write_bill(tx, await _bill(tx, part))
    # In the order of their ids, as the ledger opens those of one call.
    for person_id in sorted({part.receiver_id for part in staying}):
        await wallet.ensure_account(tx, Owner(person_id, shard))
    merchants = {part.receiver_id for part in parts if part.receiver_shard is None}
    await service.open_merchant_accounts(tx, shard, {made.merchant_id, *merchants})
    crossings = {part.crossing.outgoing for part in parts if part.crosses}
    if crossings:
        await ledger.ensure_accounts(tx, list(crossings))
    # Last, because the book's head stays locked from here on.
    for result in await ledger.submit(tx, [part.leaving() for part in parts]):
        if result in _SHORT:
            return Refused(PaymentsRefusal.SELLER_BALANCE_NOT_ENOUGH)
        invariant(result is TransferResult.CREATED, f"a part leaves or is refused, not {result}")
    return made, parts


async def _bill(tx: ReadTx, part: Part) -> NewBill:
    merchant = await store.merchant(tx, part.merchant_id)
    assert merchant is not None, "a trade has its seller"
    assert part.receiver_shard is not None, "people have bills, merchants haven't"
    key = BillKey(
        part.receiver_shard,
        part.receiver_id,
        BillKind.TRANSFER,
        rules.REFERENCE,
        part.settle_no,
        str(part.place),
    )
    return NewBill(
        key=key,
        direction=Direction.IN,
        amount_fen=part.amount_fen,
        status=BillStatus.SUCCEEDED,
        title=Wording(f"{merchant.name}的分账", f"Share from {merchant.name_en}"),
        counterparty=merchant.wording,
        fund_label=BALANCE_LABEL,
        note=Wording(part.memo, part.memo) if part.memo else None,
    )


async def carry_on(database: Database, part: Part) -> None:
    """Let a part that left arrive, and write that down. Again is safe."""
    await database.run(partial(_arrive, part=part))
    await database.run(partial(store.set_part_arrived, part=part))


async def _arrive(tx: Tx, part: Part) -> None:
    await wallet.write_bill(tx, await _bill(tx, part))
    await wallet.ensure_account(tx, Owner(part.receiver_id, part.to_shard))
    await ledger.ensure_accounts(tx, [part.crossing.incoming])
    (result,) = await ledger.submit(tx, [part.crossing.arriving()])
    invariant(result.done, "money that comes in is always accepted")


async def lease_under_way(tx: Tx, at_most: int) -> list[Part]:
    """Parts to carry on now; nobody else gets them for a while."""
    until = tx.now + rules.CHECK_AFTER
    return await lease_from_shards(
        tx, at_most, lambda shard, limit: store.lease_parts(tx, shard, until, limit)
    )


async def settled(
    tx: ReadTx,
    merchant_id: UUID,
    *,
    settle_no: str | None,
    trade_no: str | None,
    out_request_no: str | None,
) -> Settled | None:
    """A settlement by its number, or by its trade's and its request's."""
    found: Settlement | None = None
    if settle_no is not None:
        shard = shard_of_trade_no(settle_no)
        found = None if shard is None else await store.settlement_by_no(tx, shard, settle_no)
    elif trade_no is not None and (shard := shard_of_trade_no(trade_no)) is not None:
        of_trade = await store.settlements(tx, shard, trade_no)
        found = next((each for each in of_trade if each.out_request_no == out_request_no), None)
    if found is None or found.merchant_id != merchant_id:
        return None
    return found, await store.settlement_parts(tx, found.shard, [found.settle_no])


async def findings(tx: ReadTx) -> list[Finding]:
    """Parts that contradict the books, trades that were split too far: for the audit."""

    async def pages(shard: int) -> AsyncIterator[list[Crossed]]:
        last = "", 0
        while batch := await store.parts_after(tx, shard, *last, _STEP):
            last = batch[-1].settle_no, batch[-1].place
            yield [_crossed(each) for each in batch]

    found = [
        Finding("payments", "split_within_its_amount", row["trade_no"], "more than it brought")
        for shard in range(tx.shards)
        for row in await store.trades_split_too_far(tx, shard)
    ]
    return found + await audit_crossings(tx, rules.CONTEXT, "royalty", pages)


def _crossed(part: Part) -> Crossed:
    arriving = part.crossing.arriving() if part.crosses else None
    return Crossed(part.text, part.leaving(), arriving, part.arrived_at is not None)
