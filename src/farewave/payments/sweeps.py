"""Merchants' money between their sub-accounts: the steps of a sweep, each its own transaction."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.db.leases import lease_from_shards
from farewave.kit.finding import Finding
from farewave.kit.ids import new_id
from farewave.kit.invariant import invariant
from farewave.ledger import service as ledger
from farewave.ledger.crossing_audit import Crossed, audit_crossings
from farewave.ledger.model import TransferResult
from farewave.payments import service, store, sweep
from farewave.payments.model import merchant_account_id
from farewave.payments.sweep import Sweep

_STEP = 500
_GONE = (TransferResult.EXCEEDS_CREDITS, TransferResult.DEBIT_ACCOUNT_NOT_FOUND)


async def leave_for_home(tx: Tx, shard: int, merchant_ids: Sequence[UUID]) -> list[Sweep]:
    """Let all that these merchants have on `shard` leave for their home shards; what left.

    A merchant at home there, or without money, has nothing to leave.
    """
    away = {
        merchant_account_id(each, shard): each
        for each in merchant_ids
        if sweep.home_shard(each, tx.shards) != shard
    }
    has = await ledger.balances(tx, shard, list(away))
    wanted = [
        _new(tx, shard, merchant_id, sweep.home_shard(merchant_id, tx.shards), amount_fen)
        for account_id, merchant_id in away.items()
        if account_id in has and (amount_fen := has[account_id].available_fen) > 0
    ]
    return await leave(tx, wanted)


def _new(tx: ReadTx, shard: int, merchant_id: UUID, to_shard: int, amount_fen: int) -> Sweep:
    sweep_id = new_id(shard, tx.now, tx.chance)
    return Sweep(shard, sweep_id, merchant_id, to_shard, amount_fen, created_at=tx.now)


async def plan_back(
    tx: ReadTx, merchant_id: UUID, shard: int, amount_fen: int
) -> list[Sweep] | None:
    """The sweeps after which the merchant has `amount_fen` on `shard`; None: it hasn't so much."""
    available_fen = {}
    for each in range(tx.shards):
        account_id = merchant_account_id(merchant_id, each)
        has = (await ledger.balances(tx, each, [account_id])).get(account_id)
        available_fen[each] = has.available_fen if has else 0
    home = sweep.home_shard(merchant_id, tx.shards)
    plan = sweep.plan_back(available_fen, shard, home, amount_fen)
    if plan is None:
        return None
    return [_new(tx, other, merchant_id, shard, part_fen) for other, part_fen in plan]


async def leave(tx: Tx, wanted: Sequence[Sweep]) -> list[Sweep]:
    """The first step of sweeps of one shard. Those whose money went elsewhere meanwhile don't."""
    if not wanted:
        return []
    await ledger.ensure_accounts(tx, list({each.crossing.outgoing for each in wanted}))
    results = await ledger.submit(tx, [each.crossing.leaving() for each in wanted])
    for result in results:
        invariant(result.done or result in _GONE, "money of a merchant's leaves, or isn't there")
    left = [each for each, result in zip(wanted, results, strict=True) if result.done]
    await store.insert_sweeps(tx, left, tx.now + sweep.CHECK_AFTER)
    return left


async def arrive(tx: Tx, to_shard: int, sweeps: Sequence[Sweep]) -> None:
    """The second step, of sweeps to one shard. Again changes nothing."""
    await service.open_merchant_accounts(tx, to_shard, {each.merchant_id for each in sweeps})
    await ledger.ensure_accounts(tx, list({each.crossing.incoming for each in sweeps}))
    for result in await ledger.submit(tx, [each.crossing.arriving() for each in sweeps]):
        invariant(result.done, "money that comes in is always accepted")


async def conclude(tx: Tx, shard: int, sweeps: Sequence[Sweep]) -> None:
    """The end, on the shard that they left, after `arrive` was committed. Again changes nothing."""
    await store.set_arrived(tx, shard, [each.sweep_id for each in sweeps])


async def lease_under_way(tx: Tx, at_most: int) -> list[Sweep]:
    """Sweeps to carry on now; nobody else gets them for a while."""
    until = tx.now + sweep.CHECK_AFTER
    return await lease_from_shards(
        tx, at_most, lambda shard, limit: store.lease_sweeps(tx, shard, until, limit)
    )


async def findings(tx: ReadTx) -> list[Finding]:
    """Sweeps that contradict the books: for the audit."""

    async def pages(shard: int) -> AsyncIterator[list[Crossed]]:
        last: UUID | None = None
        while batch := await store.sweeps_after(tx, shard, last, _STEP):
            last = batch[-1].sweep_id
            yield [
                Crossed(
                    each.text,
                    each.crossing.leaving(),
                    each.crossing.arriving(),
                    each.arrived_at is not None,
                )
                for each in batch
            ]

    return await audit_crossings(tx, sweep.CONTEXT, "sweep", pages)
