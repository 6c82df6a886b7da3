"""What runs by the clock and by the outbox: banks asked what became of instructions, tokens given
back, old bindings forgotten.
"""

import asyncio
from base64 import b64decode
from collections.abc import Mapping
from datetime import timedelta

import structlog

from farewave.banks import service, store
from farewave.banks.carrying import Conclude
from farewave.banks.deps import BanksDeps
from farewave.banks.instruction import Instruction, Purpose
from farewave.banks.model import TOKEN_KIND, BankUnknown, Released
from farewave.banks.service import RELEASE_TOPIC
from farewave.db.errors import DatabaseAway
from farewave.db.outbox import Delivered, Handler, Message, Outcome, RetryAt, back_off
from farewave.db.pool import Database
from farewave.kit.limits import IDEMPOTENCY_KEPT_DAYS
from farewave.kit.outcome import Refused
from farewave.people.model import SealedText

__all__ = [
    "PURGE_EVERY",
    "RELEASE_TOPIC",
    "SETTLE_EVERY",
    "Conclusions",
    "purge",
    "release_handler",
    "settle",
    "settle_due",
]

Conclusions = Mapping[Purpose, Conclude]
"""Who concludes what: the contexts above, each its own purposes; `app` puts them together."""

SETTLE_EVERY = timedelta(seconds=2)
_AT_ONCE_MAX = 8
PURGE_EVERY = timedelta(hours=1)
BINDINGS_KEPT = timedelta(days=IDEMPOTENCY_KEPT_DAYS)
_PURGE_BATCH_MAX = 1000

log = structlog.get_logger("farewave.banks")


def release_handler(deps: BanksDeps) -> Handler:
    """The outbox's handler for `RELEASE_TOPIC`."""

    async def handle(message: Message) -> Outcome:
        sealed = b64decode(message.payload["sealed"])
        token = deps.sealer.unseal(TOKEN_KIND, sealed)
        said = await service.release(deps.banks, message.payload["bank_code"], token)
        if isinstance(said, Released):
            return Delivered()
        return RetryAt(message.now + back_off(message.attempts), said.why)

    return handle


async def purge(database: Database) -> int:
    """Delete bindings whose keys no longer count; how many went. Any number may run at once."""
    async with database.transaction() as tx:
        return sum(
            [
                await store.purge_bindings(tx, shard, tx.now - BINDINGS_KEPT, _PURGE_BATCH_MAX)
                for shard in range(tx.shards)
            ]
        )


async def settle_due(database: Database, deps: BanksDeps, conclusions: Conclusions) -> int:
    """Ask about every pending instruction that is due; how many were settled comes back.

    May run in any number of processes at once. One that can't be settled for a bug is told to the
    operator and doesn't keep the others from their turn.
    """
    settled = 0
    while True:
        leased = await database.run(lambda tx: service.lease_due(tx, _AT_ONCE_MAX))
        assert not isinstance(leased, Refused)
        if not leased:
            return settled
        outcomes = await asyncio.gather(
            *(settle(database, deps, conclusions, each, token) for each, token in leased),
            return_exceptions=True,
        )
        for (each, _), outcome in zip(leased, outcomes, strict=True):
            if isinstance(outcome, DatabaseAway):
                raise outcome
            if isinstance(outcome, BaseException):
                log.error("banks.not_settled", instruction=each.text, error=type(outcome).__name__)
            else:
                settled += outcome


async def settle(
    database: Database,
    deps: BanksDeps,
    conclusions: Conclusions,
    instruction: Instruction,
    token: SealedText,
) -> bool:
    """Ask the bank about a pending instruction and conclude what it says; whether it said it."""
    answer = await service.ask_again(deps.banks, deps.sealer, instruction, token)
    if isinstance(answer, BankUnknown):
        return False
    conclude = conclusions[instruction.purpose]
    await database.run(lambda tx: conclude(tx, instruction, answer))
    return True
