"""How many transfers a second the ledger posts: one by one from 1,000 callers, and in batches.

Two-leg transfers among 10,000 accounts of one book, 1% of them hot (half of all legs). The callers
go through the ledger's desk, each with one transfer at a time; the ready batches of 1,000 go to the
service. Every batch is a transaction, committed with `fsync` and `synchronous_commit` on.
"""

import asyncio
import time
from array import array
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
from farewave.ledger.desk import LedgerDesk
from farewave.ledger.model import (
    AccountKind,
    NewAccount,
    Reason,
    Transfer,
    TransferResult,
    posted,
)

ACCOUNTS = 10_000
HOT_ACCOUNTS = ACCOUNTS // 100
BATCH = 1_000
CALLERS = 1_000
_HOT_BIT = 1 << 31
_SHARD = 0
_FUNDS_FEN = 10**9
_SEED = 20131111


@dataclass(frozen=True, slots=True)
class LedgerFigures:
    """What is printed; keys stay."""

    callers_per_s: float
    """Transfers a second, one by one from 1,000 concurrent callers."""
    batches_per_s: float
    """Transfers a second, in ready batches of 1,000."""
    tpcb_per_s: float
    callers_ratio: float
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
        singly, singly_s = await _measure_callers(
            ground.database, accounts, seconds, lambda share: tick(share / 2)
        )
        done, elapsed_s = await _measure(
            ground.database, accounts, seconds, lambda share: tick(0.5 + share / 2)
        )
        findings = await _audit(ground)
        baseline = await tpcb_per_s(ground.baseline_dsn, seconds)
    figures = LedgerFigures(
        callers_per_s=round(singly / singly_s, 1),
        batches_per_s=round(done / elapsed_s, 1),
        tpcb_per_s=round(baseline, 1),
        callers_ratio=round(singly / singly_s / baseline, 2),
        batches_ratio=round(done / elapsed_s / baseline, 2),
        seconds=seconds,
        setup_s=round(setup_s, 1),
        transfers=singly + done,
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


def _picks(count: int, chance: Chance) -> list[int]:
    """Numbers of accounts; every other one is hot. Drawn at once, so that the load costs little."""
    drawn = array("I", chance.octets(4 * count))
    return [
        value % HOT_ACCOUNTS if value & _HOT_BIT else value % ACCOUNTS  # the bias is below 1e-5
        for value in drawn
    ]


def _ids(count: int, chance: Chance) -> list[UUID]:
    """Fresh ids as a client makes them: random, here in one go."""
    noise = chance.octets(16 * count)
    return [UUID(bytes=noise[at : at + 16]) for at in range(0, 16 * count, 16)]


def _batch(accounts: list[UUID], chance: Chance) -> list[Transfer]:
    ids = _ids(BATCH, chance)
    debits, credits = _picks(BATCH, chance), _picks(BATCH, chance)
    return [
        _transfer(
            transfer_id,
            accounts[debit],
            accounts[credit if credit != debit else (credit + 1) % ACCOUNTS],
            1,
        )
        for transfer_id, debit, credit in zip(ids, debits, credits, strict=True)
    ]


async def _measure_callers(
    database: Database, accounts: list[UUID], seconds: int, tick: Callable[[float], None]
) -> tuple[int, float]:
    """Each caller sends its next transfer once the one before is committed."""
    desk = LedgerDesk(database)
    chance = SeededChance(_SEED + 1)
    waiting: list[Transfer] = []
    started = time.perf_counter()
    done = 0

    async def caller() -> None:
        nonlocal done
        while time.perf_counter() - started < seconds:
            if not waiting:
                waiting.extend(_batch(accounts, chance))
            result = await desk.post(waiting.pop())
            invariant(result is TransferResult.CREATED, "every account is rich enough")
            done += 1

    async def watch() -> None:
        while (elapsed_s := time.perf_counter() - started) < seconds:
            tick(elapsed_s / seconds)
            await asyncio.sleep(0.2)

    await asyncio.gather(watch(), *(caller() for _ in range(CALLERS)))
    elapsed_s = time.perf_counter() - started
    await desk.close()
    return done, elapsed_s


async def _measure(
    database: Database, accounts: list[UUID], seconds: int, tick: Callable[[float], None]
) -> tuple[int, float]:
    """Batches are made while the one before is with the database; only commits count."""
    chance = SeededChance(_SEED)
    ready = _batch(accounts, chance)
    started = time.perf_counter()
    done = 0
    while (elapsed_s := time.perf_counter() - started) < seconds:
        tick(min(1.0, elapsed_s / seconds))
        sending = asyncio.create_task(_post(database, ready))
        await asyncio.sleep(0)
        ready = _batch(accounts, chance)
        done += await sending
    return done, time.perf_counter() - started


async def _post(database: Database, batch: list[Transfer]) -> int:
    async with database.transaction() as tx:
        results = await service.submit(tx, batch)
    return sum(result.done for result in results)


async def _audit(ground: Ground) -> int:
    async with ground.database.reading(patience_s=600) as tx:
        return len(await audit.audit(tx))
