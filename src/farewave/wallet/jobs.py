"""What runs by the clock: transfers under way between shards are brought to their end."""

from datetime import timedelta

import structlog

from farewave.db.leases import carry_on_leased
from farewave.db.pool import Database
from farewave.wallet import sending, service
from farewave.wallet.transfer import Sent

CARRY_ON_EVERY = timedelta(seconds=2)

log = structlog.get_logger("farewave.wallet")


async def carry_on_due(database: Database) -> int:
    """Bring transfers that stopped half way to their end; how many came there.

    May run beside whoever sent them, too.
    """
    return await carry_on_leased(
        database,
        service.lease_under_way,
        lambda sent: sending.carry_on(database, sent),
        failed=_not_carried_on,
    )


def _not_carried_on(sent: Sent, bug: Exception) -> None:
    log.error("wallet.not_carried_on", transfer=sent.text, error=type(bug).__name__)
