"""Sending money to a phone number: who that is, the payer's step, the payee's, the end."""

from dataclasses import replace
from uuid import UUID

from farewave.db.events import record_event
from farewave.db.leases import lease_from_shards
from farewave.db.transaction import ReadTx, Tx
from farewave.kit.clock import shanghai_day
from farewave.kit.ids import new_id
from farewave.kit.invariant import invariant
from farewave.kit.outcome import KitRefusal, Refused
from farewave.kit.sealing import Sealer
from farewave.ledger import service as ledger
from farewave.ledger.model import TransferResult
from farewave.people import service as people
from farewave.people.errors import PeopleRefusal
from farewave.people.model import Actor, Person, PhoneNumber
from farewave.wallet import rules, store, transfer
from farewave.wallet.errors import WalletRefusal
from farewave.wallet.model import BillStatus, Owner
from farewave.wallet.service.accounts import balance, ensure_account
from farewave.wallet.service.bills import update_bill, write_bill
from farewave.wallet.transfer import Sent

_SHORT = (TransferResult.EXCEEDS_CREDITS, TransferResult.DEBIT_ACCOUNT_NOT_FOUND)


async def payee(tx: Tx, sealer: Sealer, actor: Actor, phone: str) -> Person | Refused:
    """Who would get money that `actor` sends to `phone`. Counted, so that nobody collects numbers.

    Refusals: people.phone_invalid, LOOK_UPS_SPENT, PAYEE_UNKNOWN, PAYEE_SELF.
    """
    number = PhoneNumber.parse(phone)
    if number is None:
        return Refused(PeopleRefusal.PHONE_INVALID)
    day = shanghai_day(tx.now)
    counted = await store.count_look_up(tx, actor.shard, actor.person_id, day)
    if counted > transfer.LOOK_UPS_A_DAY:
        return Refused(WalletRefusal.LOOK_UPS_SPENT)
    found = await people.person_by_phone(tx, sealer, number)
    if found is None:
        return Refused(WalletRefusal.PAYEE_UNKNOWN, keep_changes=True)  # it was counted
    if found.person_id == actor.person_id:
        return Refused(WalletRefusal.PAYEE_SELF, keep_changes=True)
    return found


async def send(
    tx: Tx,
    sealer: Sealer,
    actor: Actor,
    *,
    phone: str,
    amount_fen: int,
    note: str,
    pay_password: str,
    key: str,
) -> Sent | Refused:
    """The payer's step: the money leaves the balance. The same key again gives the same transfer.

    Refusals: TRANSFER_AMOUNT, people.pay_password_…, request.key_conflict, those of `payee`,
    BALANCE_NOT_ENOUGH.
    """
    refused = rules.judge_transfer(amount_fen) or await people.check_pay_password(
        tx, actor, pay_password
    )
    if refused is not None:
        return refused
    # The pay password's row is locked now: of two with one key, the second finds the first here.
    before = await store.sent_of_key(tx, actor.shard, actor.person_id, key)
    if before is not None:
        sent, given = before
        same = given == await _digest_again(tx, sealer, phone, amount_fen, note)
        return sent if same else Refused(KitRefusal.KEY_CONFLICT)
    to = await payee(tx, sealer, actor, phone)
    if isinstance(to, Refused):
        return to
    if (await balance(tx, actor.shard, actor.person_id)).available_fen < amount_fen:
        # Nothing is written yet but the look-up, which counts: else numbers could be tried out for
        # nothing. The ledger judges again, under its lock.
        return Refused(WalletRefusal.BALANCE_NOT_ENOUGH, keep_changes=True)
    me = await people.person(tx, actor.shard, actor.person_id)
    sent = Sent(
        shard=actor.shard,
        transfer_id=new_id(actor.shard, tx.now, tx.chance),
        payer_id=actor.person_id,
        payee_shard=to.shard,
        payee_id=to.person_id,
        amount_fen=amount_fen,
        note=note,
        payer_name=me.name_masked,
        payee_name=to.name_masked,
        created_at=tx.now,
        arrived_at=tx.now if to.shard == actor.shard else None,
    )
    try:
        async with tx.savepoint():
            await _leave(tx, sent, key, transfer.digest(to, amount_fen, note))
    except _Short:  # spent by a payment meanwhile; the look-up counts all the same
        return Refused(WalletRefusal.BALANCE_NOT_ENOUGH, keep_changes=True)
    return sent


class _Short(Exception):  # noqa: N818
    """The ledger refused: undoes the transfer that was written, and nothing before it."""


async def _digest_again(
    tx: ReadTx, sealer: Sealer, phone: str, amount_fen: int, note: str
) -> bytes | None:
    """The digest of a wish under a key that was used; None when nobody has the number.

    Not counted as a look-up: it tells no more than whether it is the payee of then.
    """
    number = PhoneNumber.parse(phone)
    to = None if number is None else await people.person_by_phone(tx, sealer, number)
    return None if to is None else transfer.digest(to, amount_fen, note)


async def _leave(tx: Tx, sent: Sent, key: str, digest: bytes) -> None:
    written = await store.insert_sent(tx, sent, key, digest, tx.now + transfer.CHECK_AFTER)
    invariant(written, "a key is looked up under the lock that its transfer is written under")
    await write_bill(tx, transfer.payer_bill(sent))
    if sent.on_one_shard:
        await write_bill(tx, transfer.payee_bill(sent))
        await ensure_account(tx, Owner(sent.payee_id, sent.payee_shard))
    else:
        await ledger.ensure_accounts(tx, [sent.crossing.outgoing])
    await record_event(
        tx,
        shard=sent.shard,
        name="wallet.sent",
        actor_id=sent.payer_id,
        attributes={"amount_fen": sent.amount_fen},
    )
    # Last, because the book's head stays locked from here on.
    (result,) = await ledger.submit(tx, [transfer.leaving(sent)])
    if result in _SHORT:
        raise _Short
    invariant(result is TransferResult.CREATED, "a transfer leaves once")


async def arrive(tx: Tx, sent: Sent) -> None:
    """The payee's step, on the payee's shard. Again changes nothing."""
    invariant(not sent.on_one_shard, "on one shard the money arrives as it leaves")
    await write_bill(tx, transfer.payee_bill(sent))
    await ensure_account(tx, Owner(sent.payee_id, sent.payee_shard))
    await ledger.ensure_accounts(tx, [sent.crossing.incoming])
    (result,) = await ledger.submit(tx, [sent.crossing.arriving()])
    invariant(result.done, "money that comes in is always accepted")


async def conclude_sent(tx: Tx, sent: Sent) -> Sent:
    """The end, on the payer's shard, after `arrive` has been committed. Again changes nothing."""
    there = await store.lock_sent(tx, sent.shard, sent.transfer_id)
    assert there is not None, "transfers are never deleted"
    if there.arrived_at is not None:
        return there
    await store.set_arrived(tx, there)
    key, note = transfer.payer_key(there), transfer.note_of(there)
    await update_bill(tx, key, BillStatus.SUCCEEDED, note)
    return replace(there, arrived_at=tx.now)


async def sent(tx: ReadTx, actor: Actor, transfer_id: UUID) -> Sent | Refused:
    """One of the transfers that `actor` sent. Refused: TRANSFER_UNKNOWN."""
    found = await store.load_sent(tx, actor.shard, transfer_id)
    if found is None or found.payer_id != actor.person_id:
        return Refused(WalletRefusal.TRANSFER_UNKNOWN)
    return found


async def lease_under_way(tx: Tx, at_most: int) -> list[Sent]:
    """Transfers to carry on now; nobody else gets them for a while."""
    until = tx.now + transfer.CHECK_AFTER
    return await lease_from_shards(
        tx, at_most, lambda shard, limit: store.lease_under_way(tx, shard, until, limit)
    )
