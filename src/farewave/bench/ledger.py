"""How many transfers a second the ledger posts, in ready batches of 1,000.

Two-leg transfers among 10,000 accounts of one book, 1% of them hot (half of all legs). Every batch
is a transaction of its own, committed with `fsync` and `synchronous_commit` on.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from uuid import UUID

from farewave.bench.ground import Ground, fresh_ground
from farewave.bench.pgbench import tpcb_per_s
from farewave.db import Database
from farewave.kit.chance import Chance, SeededChance
from farewave.kit.ids import SYSTEM_ID, derived_id
from farewave.kit.invariant import invariant
from farewave.ledger import audit, service
from farewave.ledger.model import AccountKind, NewAccount, Reason, Transfer, posted

ACCOUNTS = 10_000
HOT_ACCOUNTS = ACCOUNTS // 100
BATCH = 1_000
_SHARD = 0
_FUNDS_FEN = 10**9
_SEED = 20131111


@dataclass(frozen=True, slots=True)
class LedgerFigures:
    """What is printed; keys stay."""

    batches_per_s: float
    """Transfers a second, in ready batches of 1,000."""
    tpcb_per_s: float
    batches_ratio: float
    seconds: int
    setup_s: float
    transfers: int
    audit_findings: int


async def run(seconds: int, tick: Callable[[float], None]) -> dict[str, float | int]:
    """Measure for `seconds`; `tick` is told the share that is done."""
    started = time.perf_counter()
    async with fresh_ground() as ground:
        accounts = await _open_accounts(ground.database)
        setup_s = time.perf_counter() - started
        done, elapsed_s = await _measure(ground.database, accounts, seconds, tick)
        findings = await _audit(ground)
        baseline = await tpcb_per_s(ground.baseline_dsn, seconds)
    figures = LedgerFigures(
        batches_per_s=round(done / elapsed_s, 1),
        tpcb_per_s=round(baseline, 1),
        batches_ratio=round(done / elapsed_s / baseline, 2),
        seconds=seconds,
        setup_s=round(setup_s, 1),
        transfers=done,
        audit_findings=findings,
    )
    return asdict(figures)


async def _open_accounts(database: Database) -> list[UUID]:
    source = derived_id(SYSTEM_ID, _SHARD, "bench.source")
    ids = [derived_id(SYSTEM_ID, _SHARD, f"bench.{number}") for number in range(ACCOUNTS)]
    async with database.transaction() as tx:
        await service.open_accounts(
            tx, [NewAccount(source, _SHARD, AccountKind.BANK_SETTLEMENT, SYSTEM_ID)]
        )
    for start in range(0, ACCOUNTS, BATCH):
        part = ids[start : start + BATCH]
        async with database.transaction() as tx:
            await service.open_accounts(
                tx,
                [
                    NewAccount(
                        each,
                        _SHARD,
                        AccountKind.WALLET_BALANCE,
                        SYSTEM_ID,
                        debits_must_not_exceed_credits=True,
                    )
                    for each in part
                ],
            )
            funding = [_transfer(derived_id(each, _SHARD, "in"), source, each) for each in part]
            results = await service.submit(tx, funding)
            invariant(all(result.done for result in results), "every account is funded")
    return ids


def _transfer(transfer_id: UUID, debit: UUID, credit: UUID, amount_fen: int = 0) -> Transfer:
    return posted(
        transfer_id,
        _SHARD,
        debit=debit,
        credit=credit,
        amount_fen=amount_fen or _FUNDS_FEN,
        reason=Reason.TRANSFER,
        business="bench",
    )


def _pick(accounts: list[UUID], chance: Chance) -> UUID:
    hot = chance.below(2) == 0
    return accounts[chance.below(HOT_ACCOUNTS if hot else ACCOUNTS)]


def _batch(accounts: list[UUID], chance: Chance, number: int) -> list[Transfer]:
    batch: list[Transfer] = []
    while len(batch) < BATCH:
        debit, credit = _pick(accounts, chance), _pick(accounts, chance)
        if debit != credit:
            label = f"bench.{number}.{len(batch)}"
            batch.append(_transfer(derived_id(SYSTEM_ID, _SHARD, label), debit, credit, 1))
    return batch


async def _measure(
    database: Database, accounts: list[UUID], seconds: int, tick: Callable[[float], None]
) -> tuple[int, float]:
    """Batches are made while the one before is with the database; only commits count."""
    chance = SeededChance(_SEED)
    numbers = iter(range(10**9))
    ready = _batch(accounts, chance, next(numbers))
    started = time.perf_counter()
    done = 0
    while (elapsed_s := time.perf_counter() - started) < seconds:
        tick(min(1.0, elapsed_s / seconds))
        sending = asyncio.create_task(_post(database, ready))
        await asyncio.sleep(0)
        ready = _batch(accounts, chance, next(numbers))
        done += await sending
    return done, time.perf_counter() - started


async def _post(database: Database, batch: list[Transfer]) -> int:
    async with database.transaction() as tx:
        results = await service.submit(tx, batch)
    return sum(result.done for result in results)


async def _audit(ground: Ground) -> int:
    async with ground.database.reading(patience_s=600) as tx:
        return len(await audit.audit(tx))
