"""The payments desk: payments by code of many merchants, decided together and committed once."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from farewave.db import Database, DatabaseAway, Tx
from farewave.kit.desk import Desk, DeskClosed, DeskFull
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.payments import code_payments
from farewave.payments.code_payment import CodePayment, Outcome
from farewave.payments.errors import PaymentsRefusal
from farewave.payments.model import Trade
from farewave.payments.paycode import shard_of_code

BATCH_MAX = 500
QUEUE_MAX = 5_000


class PayDesk:
    """A desk for each shard, where the code's person has the money."""

    def __init__(self, database: Database, sealer: Sealer, *, queue_max: int = QUEUE_MAX) -> None:
        self._database = database
        shards = range(database.shards)
        self._lanes = [_Lane(database, sealer, shard, queue_max) for shard in shards]

    async def pay(self, asked: CodePayment) -> Outcome:
        """The trade, paid or waiting for its person to confirm; or a refusal that changed nothing.

        Raises DatabaseAway when nobody knows whether it was paid (ask again with the same number)
        or when too many wait already (nothing was done).
        """
        shard = shard_of_code(asked.auth_code)
        if shard is None or shard >= len(self._lanes):
            return Refused(PaymentsRefusal.AUTH_CODE_INVALID)
        try:
            return await self._lanes[shard].desk.ask(asked)
        except (DeskFull, DeskClosed) as busy:
            raise DatabaseAway("too many payments wait already") from busy

    async def pay_apart(self, work: Callable[[Tx], Awaitable[Outcome]]) -> Outcome:
        """A payment that needs no code, and so no place in a batch: in a transaction of its own."""
        return await self._database.run(work)

    async def close(self) -> None:
        """Answer what was taken, take nothing more."""
        for lane in self._lanes:
            await lane.desk.close()


class _Lane:
    def __init__(self, database: Database, sealer: Sealer, shard: int, queue_max: int) -> None:
        self._database = database
        self._sealer = sealer
        self._shard = shard
        # Accounts are never deleted, so a merchant seen with one needn't be looked at again.
        self._opened: set[UUID] = set()
        self.desk: Desk[CodePayment, Outcome] = Desk(
            self._carry_out,
            name=f"payments.{shard}",
            batch_max=min(BATCH_MAX, queue_max),
            queue_max=queue_max,
            outages=(DatabaseAway,),
        )

    async def _carry_out(self, asked: list[CodePayment]) -> list[Outcome]:
        outcomes = await self._database.run(
            lambda tx: code_payments.pay_batch(tx, self._sealer, self._shard, asked, self._opened)
        )
        assert not isinstance(outcomes, Refused), "a batch tells outcomes, it isn't refused"
        self._opened |= {each.merchant_id for each in outcomes if isinstance(each, Trade)}
        return outcomes
