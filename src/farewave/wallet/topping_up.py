"""A top-up carried through: written down, asked for at the bank, concluded; and asked for again.

Between the three no transaction is open. Wherever it stops, the top-up is pending, and `ask_again`
brings it to its end: first it asks the bank what became of the instruction. If the bank never heard
of it, the same instruction is sent again under the same id. It isn't failed then, because it may
still be on its way: the bank carries an id out once, so sending it twice is safe, and giving it up
isn't.
"""

from uuid import UUID

from farewave.banks import service as banks
from farewave.banks.model import BankUnknown, MoneyAnswer, NeverHeard
from farewave.db.pool import Database
from farewave.db.transaction import Tx
from farewave.kit.outcome import Refused
from farewave.people.model import Actor, SealedText
from farewave.wallet import service
from farewave.wallet.deps import WalletDeps
from farewave.wallet.model import TopUp
from farewave.wallet.service import TopUpBegun

MEMO = "Farewave"


async def top_up(
    database: Database,
    deps: WalletDeps,
    actor: Actor,
    *,
    card_id: UUID,
    amount_fen: int,
    pay_password: str,
    key: str,
    digest: bytes,
) -> TopUp | Refused:
    """Top a balance up from a card. It comes back pending when the bank didn't answer."""

    async def begin(tx: Tx) -> TopUpBegun | Refused:
        return await service.begin_top_up(
            tx,
            actor,
            card_id=card_id,
            amount_fen=amount_fen,
            pay_password=pay_password,
            key=key,
            digest=digest,
        )

    begun = await database.run(begin)
    if isinstance(begun, Refused):
        return begun
    if begun.token is None:
        return begun.top_up
    answer = await ask(deps, begun.top_up, begun.token)
    return await conclude(database, begun.top_up, answer)


async def ask(deps: WalletDeps, top_up: TopUp, token: SealedText) -> MoneyAnswer:
    """Send the instruction to the bank, for the first time or once more."""
    return await banks.debit(
        deps.banks,
        top_up.bank_code,
        top_up.top_up_id,
        token.reveal(deps.sealer),
        top_up.amount_fen,
        MEMO,
    )


async def ask_again(deps: WalletDeps, top_up: TopUp, token: SealedText) -> MoneyAnswer:
    """What became of the instruction; it is sent again when the bank never heard of it."""
    answer = await banks.query(deps.banks, top_up.bank_code, top_up.top_up_id)
    return await ask(deps, top_up, token) if isinstance(answer, NeverHeard) else answer


async def conclude(database: Database, top_up: TopUp, answer: MoneyAnswer) -> TopUp:
    """Write the bank's answer down."""
    concluded = await database.run(lambda tx: service.conclude_top_up(tx, top_up, answer))
    assert not isinstance(concluded, Refused)
    return concluded


async def settle(database: Database, deps: WalletDeps, top_up: TopUp, token: SealedText) -> bool:
    """Ask the bank about a pending top-up and write down what it says; whether it said anything."""
    answer = await ask_again(deps, top_up, token)
    if isinstance(answer, BankUnknown):
        return False
    await conclude(database, top_up, answer)
    return True
