"""What runs by the clock and by the outbox: tokens given back, old bindings forgotten."""

from base64 import b64decode
from datetime import timedelta

from farewave.banks import service, store
from farewave.banks.deps import BanksDeps
from farewave.banks.model import TOKEN_KIND, Released
from farewave.banks.service import RELEASE_TOPIC
from farewave.db.outbox import Delivered, Handler, Message, Outcome, RetryAt, back_off
from farewave.db.pool import Database
from farewave.kit.limits import IDEMPOTENCY_KEPT_DAYS

__all__ = ["PURGE_EVERY", "RELEASE_TOPIC", "purge", "release_handler"]

PURGE_EVERY = timedelta(hours=1)
BINDINGS_KEPT = timedelta(days=IDEMPOTENCY_KEPT_DAYS)
_PURGE_BATCH_MAX = 1000


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
