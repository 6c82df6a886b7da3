"""Accounts: signing up, signing in, and reading a person."""

from dataclasses import dataclass
from uuid import UUID

from farewave.db.events import record_event
from farewave.db.transaction import ReadTx, Tx
from farewave.kit.ids import new_id
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.people import rules, store
from farewave.people.errors import PeopleRefusal
from farewave.people.hashing import SERVICE_HASHING, PasswordHashing
from farewave.people.model import (
    SHARDS_OF_USER_NO_MAX,
    UNKNOWN_DEVICE,
    CodePurpose,
    Person,
    PhoneNumber,
    new_user_no,
    shard_of_user_no,
)
from farewave.people.service.codes import use_code
from farewave.people.service.passwords import check_password
from farewave.people.service.real_name import write_real_name
from farewave.people.service.sessions import start_session
from farewave.people.store import Owner
from farewave.people.token import SessionToken

_USER_NO_TRIES = 16
"""A billion numbers a shard: sixteen collisions in a row mean a broken source of chance."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person with a fresh session; the token goes into the cookie and nowhere else."""

    person: Person
    token: SessionToken


async def person(tx: ReadTx, shard: int, person_id: UUID) -> Person:
    """The person; one who isn't there is a bug of the caller's."""
    found = await store.load_person(tx, shard, person_id)
    invariant(found is not None, "a person that is referred to exists")
    assert found is not None
    return found


async def person_by_user_no(tx: ReadTx, user_no: str) -> Person | None:
    """The person with this user number (`2088…`, 16 digits), or None."""
    shard = shard_of_user_no(user_no)
    if shard is None or shard >= tx.shards:
        return None
    return await store.load_person_by_user_no(tx, shard, user_no)


async def person_by_phone(tx: ReadTx, sealer: Sealer, phone: PhoneNumber) -> Person | None:
    """The person whose number `phone` is, or None.

    For callers who are signed in and counted: the answer tells whether a number is registered.
    """
    owner = await store.phone_owner(tx, phone.index(sealer))
    return None if owner is None else await person(tx, owner.shard, owner.person_id)


async def sign_up(
    tx: Tx,
    sealer: Sealer,
    hashing: PasswordHashing,
    *,
    phone: PhoneNumber,
    code: str,
    password: str,
    device: str = UNKNOWN_DEVICE,
) -> SignedIn | Refused:
    """Open an account for `phone`. That it has one already is told only after the right code."""
    if not rules.is_strong_password(password):
        return Refused(PeopleRefusal.PASSWORD_WEAK)
    refused = await use_code(tx, sealer, phone, CodePurpose.SIGN_UP, code)
    if refused:
        return refused
    owner = await _open_account(tx, sealer, hashing, phone, password)
    if owner is None:
        return Refused(PeopleRefusal.PHONE_TAKEN, keep_changes=True)  # the code is used up
    return await _signed_in(tx, owner, device, by="sign_up")


async def sign_in(
    tx: Tx,
    sealer: Sealer,
    hashing: PasswordHashing,
    *,
    phone: PhoneNumber,
    password: str,
    device: str = UNKNOWN_DEVICE,
) -> SignedIn | Refused:
    """Sign in by password. A number without an account is refused as a wrong password is."""
    phone_index = phone.index(sealer)
    owner = await store.phone_owner(tx, phone_index)
    refused = await check_password(
        tx, hashing, phone_index, owner, password, wrong=PeopleRefusal.SIGN_IN_WRONG
    )
    if refused:
        return refused
    assert owner is not None
    return await _signed_in(tx, owner, device, by="password")


async def sign_in_by_code(
    tx: Tx,
    sealer: Sealer,
    *,
    phone: PhoneNumber,
    code: str,
    device: str = UNKNOWN_DEVICE,
) -> SignedIn | Refused:
    """Sign in by SMS code; it also ends a lock that wrong passwords made."""
    owner = await _owner_by_code(tx, sealer, phone, CodePurpose.SIGN_IN, code)
    if isinstance(owner, Refused):
        return owner
    return await _signed_in(tx, owner, device, by="code")


async def reset_password(
    tx: Tx,
    sealer: Sealer,
    hashing: PasswordHashing,
    *,
    phone: PhoneNumber,
    code: str,
    password: str,
    device: str = UNKNOWN_DEVICE,
) -> SignedIn | Refused:
    """Set a new login password by SMS code; every session of before ends."""
    if not rules.is_strong_password(password):
        return Refused(PeopleRefusal.PASSWORD_WEAK)
    owner = await _owner_by_code(tx, sealer, phone, CodePurpose.RESET_PASSWORD, code)
    if isinstance(owner, Refused):
        return owner
    await store.set_password_hash(tx, owner, await hashing.hash(password, tx.chance))
    await store.delete_sessions_of(tx, owner)
    return await _signed_in(tx, owner, device, by="reset_password")


async def ensure_demo_person(
    tx: Tx,
    sealer: Sealer,
    *,
    phone: PhoneNumber,
    password: str,
    pay_password: str,
    name: str,
    identity_number: str,
    hashing: PasswordHashing = SERVICE_HASHING,
) -> Person:
    """The demonstration person, opened if `phone` has no account yet; otherwise left as it is.

    For a sandbox: no code is asked for. Raises InvariantBroken for a name or number out of rules.
    """
    owner = await _open_account(tx, sealer, hashing, phone, password)
    if owner is None:
        owner = await store.phone_owner(tx, phone.index(sealer))
        assert owner is not None
        return await person(tx, owner.shard, owner.person_id)
    written = await write_real_name(tx, sealer, owner, name, identity_number)
    invariant(not isinstance(written, Refused), "a demonstration person has a free, valid identity")
    pay_hash = await hashing.hash(pay_password, tx.chance)
    await store.set_pay_password(tx, owner.shard, owner.person_id, pay_hash)
    return await person(tx, owner.shard, owner.person_id)


async def _open_account(
    tx: Tx, sealer: Sealer, hashing: PasswordHashing, phone: PhoneNumber, password: str
) -> Owner | None:
    """Claim `phone` and write a person on a shard by chance; None when it has an account."""
    invariant(tx.shards <= SHARDS_OF_USER_NO_MAX, "a user number names every shard")
    shard = tx.chance.below(tx.shards)
    owner = Owner(shard, new_id(shard, tx.now, tx.chance))
    phone_index = phone.index(sealer)
    if not await store.claim_phone(tx, phone_index, owner):
        return None
    password_hash = await hashing.hash(password, tx.chance)
    for _ in range(_USER_NO_TRIES):
        written = await store.insert_person(
            tx,
            owner,
            user_no=new_user_no(shard, tx.chance),
            phone=phone.seal(sealer, tx.chance),
            phone_index=phone_index,
            phone_masked=phone.masked,
            password_hash=password_hash,
        )
        if written:
            await record_event(tx, shard=shard, name="people.signed_up", actor_id=owner.person_id)
            return owner
    raise RuntimeError(f"no free user number on shard {shard} in {_USER_NO_TRIES} tries")


async def _owner_by_code(
    tx: Tx, sealer: Sealer, phone: PhoneNumber, purpose: CodePurpose, code: str
) -> Owner | Refused:
    """Whose number `phone` is, proved by `code`; a proof by code ends a lock of the password."""
    refused = await use_code(tx, sealer, phone, purpose, code)
    if refused:
        return refused
    phone_index = phone.index(sealer)
    owner = await store.phone_owner(tx, phone_index)
    if owner is None:
        return Refused(PeopleRefusal.NOT_REGISTERED, keep_changes=True)  # the code is used up
    # Waits for a sign-in by password in flight, so that a reset ends its session too.
    await store.lock_guard(tx, phone_index)
    await store.delete_guard(tx, phone_index)
    return owner


async def _signed_in(tx: Tx, owner: Owner, device: str, *, by: str) -> SignedIn:
    found = await person(tx, owner.shard, owner.person_id)
    token = await start_session(tx, found, device)
    await record_event(
        tx,
        shard=owner.shard,
        name="people.signed_in",
        actor_id=owner.person_id,
        attributes={"by": by},
    )
    return SignedIn(found, token)
