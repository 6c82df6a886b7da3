"""How many transfers a second the ledger posts: one by one from 1,000 callers, and in batches.

Two-leg transfers among 10,000 accounts, 1% of them hot (half of all legs), in an installation with
a book for each of twelve shards. The callers go through the ledger's desk, each with one transfer
at a time; their accounts are in two of the books, so that a batch holds some hundred transfers and
the next one is decided while the first is with the database. The ready batches of 1,000 go to the
service, one at a time for each of the twelve books: both cores stay busy while commits wait for the
disk. Every batch is a transaction, committed with `fsync` and `synchronous_commit` on.
"""

import asyncio
import gc
import time
from array import array
from collections.abc import Callable
from dataclasses import asdict, dataclass
from uuid import UUID

from farewave.bench.ground import Ground, fresh_ground, settle
from farewave.bench.pgbench import tpcb_per_s
from farewave.db import Database
from farewave.kit.chance import SeededChance
from farewave.kit.ids import SHARDS_MAX, SYSTEM_ID, derived_id
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
HOT_ONE_IN = 100
BATCH = 1_000
CALLERS = 1_000
CALLERS_BOOKS = 2
BATCHES_BOOKS = 12
_HOT_BIT = 1 << 31
_FUNDS_FEN = 10**9
_CALLERS_READY_PER_S = 32_000
_BATCHES_READY_PER_S = 56_000
_READY_MAX_S = 60
"""What lies ready is enough for so long, lest a long measurement fill the memory."""
_LOG_MIB = 2_048
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
    async with fresh_ground(shards=BATCHES_BOOKS) as ground:
        ready_s = min(seconds, _READY_MAX_S)
        singly_ready = await _loads(
            ground.database, CALLERS_BOOKS, "callers", ready_s * _CALLERS_READY_PER_S
        )
        batches_ready = await _loads(
            ground.database, BATCHES_BOOKS, "batches", ready_s * _BATCHES_READY_PER_S
        )
        await settle(ground, log_mib=_LOG_MIB)
        gc.freeze()  # what lies ready is no garbage to look through
        setup_s = time.perf_counter() - started
        singly, singly_s = await _measure_callers(
            ground.database, singly_ready, seconds, lambda share: tick(share / 2)
        )
        singly_ready.clear()
        done, elapsed_s = await _measure_batches(
            ground.database, batches_ready, seconds, lambda share: tick(0.5 + share / 2)
        )
        batches_ready.clear()
        gc.unfreeze()
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


async def _loads(database: Database, books: int, of: str, transfers: int) -> "list[_Load]":
    """About so many transfers, ready for the first `books` books, among accounts of their own."""
    per_book = ACCOUNTS // books
    ready = transfers // (books * BATCH)
    return [
        _Load(shard, await _open_accounts(database, shard, of, per_book), ready)
        for shard in range(books)
    ]


async def _open_accounts(database: Database, shard: int, of: str, count: int) -> list[UUID]:
    source = derived_id(SYSTEM_ID, shard, f"bench.{of}.source")
    ids = [derived_id(SYSTEM_ID, shard, f"bench.{of}.{number}") for number in range(count)]
    async with database.transaction() as tx:
        await service.open_accounts(
            tx, [NewAccount(source, shard, AccountKind.BANK_SETTLEMENT, SYSTEM_ID)]
        )
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        async with database.transaction() as tx:
            await service.open_accounts(
                tx,
                [
                    NewAccount(
                        each,
                        shard,
                        AccountKind.WALLET_BALANCE,
                        SYSTEM_ID,
                        debits_must_not_exceed_credits=True,
                    )
                    for each in part
                ],
            )
            funding = [
                _transfer(derived_id(each, shard, "in"), shard, source, each, _FUNDS_FEN)
                for each in part
            ]
            results = await service.submit(tx, funding)
            invariant(all(result.done for result in results), "every account is funded")
    return ids


def _transfer(
    transfer_id: UUID, shard: int, debit: UUID, credit: UUID, amount_fen: int = 1
) -> Transfer:
    return posted(
        transfer_id,
        shard,
        debit=debit,
        credit=credit,
        amount_fen=amount_fen,
        reason=Reason.TRANSFER,
        business="bench",
    )


class _Load:
    """Transfers among the accounts of one book; every other leg is in a hot account.

    `ready` batches are made before the measurement, more of them when they are wanted.
    """

    def __init__(self, shard: int, accounts: list[UUID], ready: int) -> None:
        self.shard = shard
        self._accounts = accounts
        self._chance = SeededChance(_SEED * SHARDS_MAX + shard)
        self._ready = [self._make() for _ in range(ready)]

    def batch(self) -> list[Transfer]:
        """A thousand transfers that nobody had yet."""
        return self._ready.pop() if self._ready else self._make()

    def _make(self) -> list[Transfer]:
        accounts, shard, count = self._accounts, self.shard, len(self._accounts)
        debits, credits = self._picks(), self._picks()
        return [
            _transfer(
                transfer_id,
                shard,
                accounts[debit],
                accounts[credit if credit != debit else (credit + 1) % count],
            )
            for transfer_id, debit, credit in zip(self._ids(), debits, credits, strict=True)
        ]

    def _picks(self) -> list[int]:
        drawn = array("I", self._chance.octets(4 * BATCH))
        count = len(self._accounts)
        hot = count // HOT_ONE_IN
        return [  # the bias is below 1e-5
            value % hot if value & _HOT_BIT else value % count for value in drawn
        ]

    def _ids(self) -> list[UUID]:
        """Fresh ids as `kit.ids.new_id` makes them: time-ordered, with the shard inside."""
        milliseconds = time.time_ns() // 1_000_000
        head = (milliseconds << 80) | (0x7 << 76) | (self.shard << 64) | (0b10 << 62)
        noise = array("Q", self._chance.octets(8 * BATCH))
        return [UUID(int=head | (value >> 2)) for value in noise]


async def _measure_callers(
    database: Database, loads: list[_Load], seconds: int, tick: Callable[[float], None]
) -> tuple[int, float]:
    """Each caller sends its next transfer once the one before is committed."""
    desk = LedgerDesk(database)
    started = time.perf_counter()
    done = 0

    async def caller(load: _Load, waiting: list[Transfer]) -> None:
        nonlocal done
        while time.perf_counter() - started < seconds:
            if not waiting:
                waiting.extend(load.batch())
            result = await desk.post(waiting.pop())
            invariant(result is TransferResult.CREATED, "every account is rich enough")
            done += 1

    async def watch() -> None:
        while (elapsed_s := time.perf_counter() - started) < seconds:
            tick(elapsed_s / seconds)
            await asyncio.sleep(0.2)

    ready: list[list[Transfer]] = [[] for _ in loads]
    books = len(loads)
    callers = (caller(loads[number % books], ready[number % books]) for number in range(CALLERS))
    await asyncio.gather(watch(), *callers)
    elapsed_s = time.perf_counter() - started
    await desk.close()
    return done, elapsed_s


async def _measure_batches(
    database: Database, loads: list[_Load], seconds: int, tick: Callable[[float], None]
) -> tuple[int, float]:
    """A batch at a time for each book. Only commits count."""
    started = time.perf_counter()
    done = 0

    async def book(load: _Load) -> None:
        nonlocal done
        while (elapsed_s := time.perf_counter() - started) < seconds:
            tick(min(1.0, elapsed_s / seconds))
            posted_now = await _post(database, load.batch())
            done += posted_now  # not `done += await …`: that reads `done` before it waits

    await asyncio.gather(*(book(load) for load in loads))
    return done, time.perf_counter() - started


async def _post(database: Database, batch: list[Transfer]) -> int:
    async with database.transaction() as tx:
        results = await service.submit(tx, batch)
    return sum(result.done for result in results)


async def _audit(ground: Ground) -> int:
    async with ground.database.reading(patience_s=600) as tx:
        return len(await audit.audit(tx))
