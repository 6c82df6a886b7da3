"""What runs by the clock: pending top-ups are asked about until the bank answers."""

import asyncio
from datetime import timedelta

import structlog

from farewave.db.errors import DatabaseAway
from farewave.db.pool import Database
from farewave.kit.outcome import Refused
from farewave.wallet import service, topping_up
from farewave.wallet.deps import WalletDeps

SETTLE_EVERY = timedelta(seconds=2)
_AT_ONCE_MAX = 8

log = structlog.get_logger("farewave.wallet")


async def settle_due(database: Database, deps: WalletDeps) -> int:
    """Ask about every pending top-up that is due; how many were settled comes back.

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
            *(topping_up.settle(database, deps, each, token) for each, token in leased),
            return_exceptions=True,
        )
        for (top_up, _), outcome in zip(leased, outcomes, strict=True):
            if isinstance(outcome, DatabaseAway):
                raise outcome
            if isinstance(outcome, BaseException):
                log.error("wallet.not_settled", top_up=top_up.text, error=type(outcome).__name__)
            else:
                settled += outcome
