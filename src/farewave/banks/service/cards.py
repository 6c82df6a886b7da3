"""Bound cards: listed, unbound, debited by the contexts above."""

from base64 import b64encode
from uuid import UUID

from farewave.banks import rules, store
from farewave.banks.errors import BanksRefusal
from farewave.banks.model import (
    BankInfo,
    Card,
    in_transit_account_id,
    payout_account_id,
    settlement_account_id,
)
from farewave.banks.service.calls import Banks
from farewave.db.events import record_event
from farewave.db.outbox import enqueue
from farewave.db.transaction import ReadTx, Tx
from farewave.kit.ids import SYSTEM_ID
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.ledger import service as ledger
from farewave.ledger.model import AccountKind, NewAccount
from farewave.people.model import Actor, SealedText

RELEASE_TOPIC = "banks.release"


def bank_info(bank_code: str) -> BankInfo:
    """The bank of a card that was bound. Raises InvariantBroken for a code that is none."""
    bank = rules.bank_info(bank_code)
    invariant(bank is not None, "a bank that a card was bound at stays known")
    assert bank is not None
    return bank


def known_banks() -> list[BankInfo]:
    """Every bank that can be told by its cards, offered here or not."""
    return list(rules.BANKS)


def offered_banks(banks: Banks) -> list[BankInfo]:
    """The banks whose cards can be bound here."""
    return [bank for bank in rules.BANKS if bank.bank_code in banks]


async def cards(tx: ReadTx, shard: int, person_id: UUID) -> list[Card]:
    """The bound cards of a person; the first one is the default."""
    return await store.cards_of(tx, shard, person_id)


async def card_in_use(tx: Tx, actor: Actor, card_id: UUID) -> Card | Refused:
    """A card that the actor has bound and keeps until the transaction ends, or CARD_UNKNOWN."""
    card = await store.keep_card(tx, actor.shard, card_id)
    if card is None or card.person_id != actor.person_id or card.unbound_at is not None:
        return Refused(BanksRefusal.CARD_UNKNOWN)
    return card


async def card(tx: ReadTx, shard: int, card_id: UUID) -> Card:
    """A card that was bound once, for an instruction that was given while it was."""
    found = await store.load_card(tx, shard, card_id)
    invariant(found is not None, "cards are never deleted")
    assert found is not None
    return found


async def unbind(tx: Tx, actor: Actor, card_id: UUID) -> Refused | None:
    """Unbind a card, at once here and soon at the bank. Again is done already.

    Refused: CARD_UNKNOWN, CARD_BUSY while its bank hasn't answered about money of this card.
    """
    bound = await store.lock_card(tx, actor.shard, card_id)
    if bound is None or bound.person_id != actor.person_id:
        return Refused(BanksRefusal.CARD_UNKNOWN)
    if bound.unbound_at is None and await store.is_under_way(
        tx, actor.shard, actor.person_id, card_id
    ):
        return Refused(BanksRefusal.CARD_BUSY)
    if not await store.unbind_card(tx, actor.shard, card_id):
        return None
    await release_later(tx, actor.shard, bound.bank_code, bound.token)
    await record_event(
        tx,
        shard=actor.shard,
        name="banks.card_unbound",
        actor_id=actor.person_id,
        attributes={"bank_code": bound.bank_code},
    )
    return None


async def prefer(tx: Tx, actor: Actor, card_id: UUID) -> list[Card] | Refused:
    """Make a card the default; the cards in their new order. Refused: CARD_UNKNOWN."""
    bound = await store.lock_card(tx, actor.shard, card_id)
    if bound is None or bound.person_id != actor.person_id or bound.unbound_at is not None:
        return Refused(BanksRefusal.CARD_UNKNOWN)
    await store.prefer_card(tx, actor.shard, card_id)
    return await cards(tx, actor.shard, actor.person_id)


async def release_later(tx: Tx, shard: int, bank_code: str, token: SealedText) -> None:
    """Have a token given back after the commit; sealed while it waits."""
    payload = {"bank_code": bank_code, "sealed": b64encode(token.sealed).decode()}
    await enqueue(tx, shard=shard, topic=RELEASE_TOPIC, payload=payload)


async def ensure_accounts(tx: Tx, shard: int, bank_code: str) -> None:
    """Open the ledger accounts between us and a bank in `shard`, as far as they aren't yet."""
    wanted = (
        (settlement_account_id(bank_code, shard), AccountKind.BANK_SETTLEMENT),
        (in_transit_account_id(bank_code, shard), AccountKind.BANK_IN_TRANSIT),
        (payout_account_id(bank_code, shard), AccountKind.BANK_PAYOUT),
    )
    accounts = [
        NewAccount(
            account_id=account_id,
            shard=shard,
            kind=kind,
            owner_id=SYSTEM_ID,
            debits_must_not_exceed_credits=kind is not AccountKind.BANK_SETTLEMENT,
            # Not more goes back to a bank than it was asked for.
            credits_must_not_exceed_debits=kind is AccountKind.BANK_SETTLEMENT,
        )
        for account_id, kind in wanted
    ]
    await ledger.ensure_accounts(tx, accounts)
