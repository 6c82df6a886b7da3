"""Top-ups, in two halves: before the bank is asked, and after it answered."""

from dataclasses import dataclass
from uuid import UUID

import structlog

from farewave.banks import service as banks
from farewave.banks.model import Card, MoneyAnswer
from farewave.db.events import record_event
from farewave.db.transaction import ReadTx, Tx
from farewave.kit.ids import new_id
from farewave.kit.invariant import invariant
from farewave.kit.outcome import KitRefusal, Refused
from farewave.ledger import service as ledger
from farewave.people import service as people
from farewave.people.model import Actor, SealedText
from farewave.wallet import rules, store
from farewave.wallet.errors import WalletRefusal
from farewave.wallet.model import Holder, TopUp, TopUpStatus, Wording
from farewave.wallet.service.accounts import ensure_account
from farewave.wallet.service.bills import update_bill, write_bill

log = structlog.get_logger("farewave.wallet")


@dataclass(frozen=True, slots=True)
class TopUpBegun:
    """`token` is what the bank is to be asked with; None for a top-up that was begun before."""

    top_up: TopUp
    token: SealedText | None


async def begin_top_up(
    tx: Tx,
    actor: Actor,
    *,
    card_id: UUID,
    amount_fen: int,
    pay_password: str,
    key: str,
    digest: bytes,
) -> TopUpBegun | Refused:
    """Write a top-up down before the bank is asked. The same key again gives the same top-up.

    Refusals: request.key_conflict, AMOUNT, banks.card_unknown, people.pay_password_….
    """
    begun = await _begun_before(tx, actor, key, digest)
    if begun is not None:
        return begun
    refused = rules.judge_amount(amount_fen)
    if refused is not None:
        return refused
    card = await banks.card_for_debit(tx, actor, card_id)
    if isinstance(card, Refused):
        return card
    refused = await people.check_pay_password(tx, actor, pay_password)
    if refused is not None:
        return refused
    # The pay password's row is locked now: of two with one key, the second finds the first here.
    begun = await _begun_before(tx, actor, key, digest)
    if begun is not None:
        return begun
    top_up = await write_top_up(tx, actor, card, amount_fen, key, digest)
    return TopUpBegun(top_up, card.token)


async def _begun_before(
    tx: ReadTx, actor: Actor, key: str, digest: bytes
) -> TopUpBegun | Refused | None:
    before = await store.top_up_of_key(tx, actor.shard, actor.person_id, key)
    if before is None:
        return None
    top_up, given = before
    return TopUpBegun(top_up, None) if given == digest else Refused(KitRefusal.KEY_CONFLICT)


async def write_top_up(
    tx: Tx, holder: Holder, card: Card, amount_fen: int, key: str, digest: bytes
) -> TopUp:
    """Write a top-up with its bill and its pending transfer. Everything was judged before."""
    invariant(rules.judge_amount(amount_fen) is None, "a top-up is within its limits")
    invariant(card.person_id == holder.person_id, "a top-up comes from the person's own card")
    top_up = TopUp(
        shard=holder.shard,
        top_up_id=new_id(holder.shard, tx.now, tx.chance),
        person_id=holder.person_id,
        card_id=card.card_id,
        bank_code=card.bank_code,
        last4=card.last4,
        amount_fen=amount_fen,
        status=TopUpStatus.PENDING,
        failure=None,
        bank_serial=None,
        created_at=tx.now,
        finished_at=None,
    )
    written = await store.insert_top_up(tx, top_up, key, digest, tx.now + rules.FIRST_CHECK)
    invariant(written, "a key is looked up under the lock that its top-up is written under")
    await write_bill(tx, rules.bill(top_up, banks.bank_info(card.bank_code)))
    balance = await ensure_account(tx, holder)
    settlement = await banks.ensure_settlement_account(tx, holder.shard, card.bank_code)
    # Last, because the book's head stays locked from here on.
    planned = rules.plan(top_up, balance=balance, settlement=settlement)
    (result,) = await ledger.submit(tx, [planned])
    invariant(result.done, "money that comes in is always accepted")
    return top_up


async def conclude_top_up(tx: Tx, begun: TopUp, answer: MoneyAnswer) -> TopUp:
    """Post or void a top-up by the bank's answer; without one it stays pending. Again is safe."""
    top_up = await store.lock_top_up(tx, begun.shard, begun.top_up_id)
    assert top_up is not None, "top-ups are never deleted"
    if top_up.status is not TopUpStatus.PENDING:
        if rules.contradicts(top_up, answer):
            # Money is not moved back and forth on a bank's second thoughts: the comparison of the
            # books shows it, and a person decides.
            log.error("wallet.bank_contradicts_itself", top_up=top_up.text)
        return top_up
    settlement = rules.settle(top_up, answer, tx.now)
    if settlement is None:
        await store.set_check(tx, top_up, tx.now + rules.CHECK_SOON, counted=False)
        return top_up
    await store.end_top_up(tx, settlement.top_up)
    await update_bill(tx, rules.bill_key(top_up), settlement.bill_status, settlement.note)
    if settlement.top_up.status is TopUpStatus.SUCCEEDED:
        await record_event(
            tx,
            shard=top_up.shard,
            name="wallet.topped_up",
            actor_id=top_up.person_id,
            attributes={"bank_code": top_up.bank_code, "amount_fen": top_up.amount_fen},
        )
    (result,) = await ledger.submit(tx, [settlement.transfer])
    invariant(result.done, "a pending top-up can be posted and voided")
    return settlement.top_up


async def top_up(tx: ReadTx, holder: Holder, top_up_id: UUID) -> TopUp | Refused:
    """One of `holder`'s top-ups. Refused: TOP_UP_UNKNOWN."""
    found = await store.load_top_up(tx, holder.shard, top_up_id)
    if found is None or found.person_id != holder.person_id:
        return Refused(WalletRefusal.TOP_UP_UNKNOWN)
    return found


def note_of(top_up: TopUp) -> Wording | None:
    """What a person is told of a top-up while it is pending."""
    return rules.PENDING_NOTE if top_up.status is TopUpStatus.PENDING else None


async def lease_due(tx: Tx, at_most: int) -> list[tuple[TopUp, SealedText]]:
    """Pending top-ups to ask the bank about now, with their cards' tokens; nobody else gets them
    for a while.
    """
    leased: list[tuple[TopUp, SealedText]] = []
    for shard in range(tx.shards):
        due = await store.due_top_ups(tx, shard, rules.CHECK_MAX, at_most - len(leased))
        for each, checks in due:
            await store.set_check(tx, each, tx.now + rules.check_after(checks), counted=True)
            card = await banks.card(tx, shard, each.card_id)
            leased.append((each, card.token))
    return leased
