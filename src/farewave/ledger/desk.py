"""The ledger's desk: transfers of many callers, judged together and committed once.

For callers that want a transfer and nothing else in its transaction. Whoever writes rows of its own
beside it (payments, top-ups) calls `service.submit` in its own transaction.
"""

from collections.abc import Sequence
from itertools import islice

from farewave.db import Database, DatabaseAway
from farewave.kit.desk import Desk
from farewave.kit.invariant import invariant
from farewave.kit.limits import TRANSFERS_PER_BATCH_MAX
from farewave.kit.outcome import Refused
from farewave.ledger import service
from farewave.ledger.model import Transfer, TransferResult

COMMANDS_PER_BATCH_MAX = 1_000
TRANSFERS_PER_COMMAND_MAX = TRANSFERS_PER_BATCH_MAX // COMMANDS_PER_BATCH_MAX
QUEUE_MAX = 20_000

Command = tuple[Transfer, ...]
Results = list[TransferResult]


class LedgerDesk:
    """A desk for each shard: a batch holds its book's head, so a second one would only wait."""

    def __init__(self, database: Database, *, queue_max: int = QUEUE_MAX) -> None:
        self._database = database
        self._desks: list[Desk[Command, Results]] = [
            Desk(
                self._carry_out,
                name=f"ledger.{shard}",
                batch_max=COMMANDS_PER_BATCH_MAX,
                queue_max=queue_max,
                outages=(DatabaseAway,),
            )
            for shard in range(database.shards)
        ]

    async def post(self, transfer: Transfer) -> TransferResult:
        """One transfer: its result, once it is committed.

        Raises DatabaseAway when nobody knows whether it was: ask again with the same id. Raises
        kit.desk.DeskFull when too many wait already.
        """
        (result,) = await self._desks[transfer.shard].enqueue((transfer,))
        return result

    async def post_chain(self, chain: Sequence[Transfer]) -> Results:
        """A few transfers of one shard that are judged next to each other, as a chain if linked."""
        invariant(0 < len(chain) <= TRANSFERS_PER_COMMAND_MAX, "a command holds a few transfers")
        invariant(not chain[-1].linked, "a chain ends where its command ends")
        return await self._desks[chain[0].shard].enqueue(tuple(chain))

    async def close(self) -> None:
        """Answer what was taken, take nothing more."""
        for desk in self._desks:
            await desk.close()

    async def _carry_out(self, commands: list[Command]) -> list[Results]:
        transfers = [transfer for command in commands for transfer in command]
        results = await self._database.run(lambda tx: service.submit(tx, transfers))
        assert not isinstance(results, Refused), "the ledger tells results, it refuses nothing"
        left = iter(results)
        return [list(islice(left, len(command))) for command in commands]
