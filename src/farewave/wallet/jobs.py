"""What runs by the clock: transfers under way between shards are brought to their end."""

from datetime import timedelta

import structlog

from farewave.db.errors import DatabaseAway
from farewave.db.pool import Database
from farewave.kit.outcome import Refused
from farewave.wallet import sending, service

CARRY_ON_EVERY = timedelta(seconds=2)
_AT_ONCE_MAX = 50

log = structlog.get_logger("farewave.wallet")


async def carry_on_due(database: Database) -> int:
    """Bring transfers that stopped half way to their end; how many came there.

    May run in any number of processes at once, and beside whoever sent them. One that fails for a
    bug is told to the operator and doesn't keep the others from their turn.
    """
    carried = 0
    while True:
        leased = await database.run(lambda tx: service.lease_under_way(tx, _AT_ONCE_MAX))
        assert not isinstance(leased, Refused)
        for sent in leased:
            try:
                await sending.carry_on(database, sent)
                carried += 1
            except DatabaseAway:
                raise
            except Exception as bug:
                log.error("wallet.not_carried_on", transfer=sent.text, error=type(bug).__name__)
        if len(leased) < _AT_ONCE_MAX:
            return carried
