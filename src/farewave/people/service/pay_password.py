"""The six-digit pay password: set by the login password, checked with a lock."""

from farewave.db.transaction import Tx
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.people import rules, store
from farewave.people.errors import PeopleRefusal
from farewave.people.hashing import SERVICE_HASHING, PasswordHashing
from farewave.people.model import Actor, IdentityNumber, Person, PhoneNumber
from farewave.people.proofs import Tries
from farewave.people.service.passwords import check_password
from farewave.people.store import Owner


async def set_pay_password(
    tx: Tx,
    sealer: Sealer,
    hashing: PasswordHashing,
    actor: Actor,
    *,
    pay_password: str,
    password: str,
) -> Person | Refused:
    """Set or change the pay password; the login password proves the person and ends a lock."""
    person = await store.load_person(tx, actor.shard, actor.person_id)
    assert person is not None
    phone = PhoneNumber.parse(person.phone.reveal(sealer))
    assert phone is not None
    identity = IdentityNumber.parse(person.identity.reveal(sealer)) if person.identity else None
    refused = rules.judge_pay_password(pay_password, phone, identity)
    if refused:
        return refused
    refused = await check_password(
        tx,
        hashing,
        person.phone_index,
        Owner(actor.shard, actor.person_id),
        password,
        wrong=PeopleRefusal.PASSWORD_WRONG,
    )
    if refused:
        return refused
    pay_hash = await hashing.hash(pay_password, tx.chance)
    await store.set_pay_password(tx, actor.shard, actor.person_id, pay_hash)
    changed = await store.load_person(tx, actor.shard, actor.person_id)
    assert changed is not None
    return changed


async def check_pay_password(tx: Tx, actor: Actor, pay_password: str) -> Refused | None:
    """None when `pay_password` is right; refused otherwise, with the wrong try counted.

    Takes the lock of the pay password's row, so parallel guesses count one by one. Call it before
    anything is written: a counted refusal has `keep_changes`, and must be handed on as it is. A
    right one clears the count, unless the caller's transaction is rolled back.

    Refusals: PAY_PASSWORD_NOT_SET, PAY_PASSWORD_LOCKED {minutes}, PAY_PASSWORD_FORM (not counted),
    PAY_PASSWORD_WRONG {tries_left}.
    """
    locked = await store.lock_pay_password(tx, actor.shard, actor.person_id)
    if locked is None:
        return Refused(PeopleRefusal.PAY_PASSWORD_NOT_SET)
    pay_hash, tries = locked
    minutes = rules.locked_minutes(tries, tx.now)
    if minutes:
        return Refused(PeopleRefusal.PAY_PASSWORD_LOCKED, {"minutes": minutes})
    if not rules.is_pay_password_form(pay_password):
        return Refused(PeopleRefusal.PAY_PASSWORD_FORM)
    if await SERVICE_HASHING.verify(pay_hash, pay_password):
        if tries.wrong or tries.locked_until:
            await store.save_pay_tries(tx, actor.shard, actor.person_id, Tries())
        return None
    tries = rules.after_wrong(rules.PAY_POLICY, tries, tx.now)
    await store.save_pay_tries(tx, actor.shard, actor.person_id, tries)
    minutes = rules.locked_minutes(tries, tx.now)
    if minutes:
        return Refused(PeopleRefusal.PAY_PASSWORD_LOCKED, {"minutes": minutes}, keep_changes=True)
    tries_left = rules.PAY_POLICY.tries - tries.wrong
    invariant(0 < tries_left < rules.PAY_POLICY.tries, "a wrong try leaves fewer, and some")
    return Refused(PeopleRefusal.PAY_PASSWORD_WRONG, {"tries_left": tries_left}, keep_changes=True)
