"""A transfer to another person carried through: it leaves, it arrives, it is concluded.

Each is its own commit, since payer and payee may be on different servers one day. Wherever it
stops, the money is in transit between the two shards, and `carry_on` brings it to its end.
"""

from farewave.db.pool import Database
from farewave.db.transaction import Tx
from farewave.kit.outcome import Refused
from farewave.people.model import Actor
from farewave.wallet import service
from farewave.wallet.deps import WalletDeps
from farewave.wallet.transfer import Sent


async def send(
    database: Database,
    deps: WalletDeps,
    actor: Actor,
    *,
    phone: str,
    amount_fen: int,
    note: str,
    pay_password: str,
    key: str,
) -> Sent | Refused:
    """Send money to whoever has `phone`. Refusals are those of `service.send`."""

    async def leave(tx: Tx) -> Sent | Refused:
        return await service.send(
            tx,
            deps.sealer,
            actor,
            phone=phone,
            amount_fen=amount_fen,
            note=note,
            pay_password=pay_password,
            key=key,
        )

    left = await database.run(leave)
    if isinstance(left, Refused) or left.arrived_at is not None:
        return left
    return await carry_on(database, left)


async def carry_on(database: Database, sent: Sent) -> Sent:
    """Let money that left arrive, and write that down. Again is safe."""
    await database.run(lambda tx: service.arrive(tx, sent))
    concluded = await database.run(lambda tx: service.conclude_sent(tx, sent))
    assert not isinstance(concluded, Refused)
    return concluded
