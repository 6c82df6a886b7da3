"""The login password, with the lock that grows: for signing in and for proving oneself again."""

from farewave.db.transaction import Tx
from farewave.kit.outcome import Refused
from farewave.people import rules, store
from farewave.people.errors import PeopleRefusal
from farewave.people.hashing import PasswordHashing
from farewave.people.store import Owner


async def check_password(
    tx: Tx,
    hashing: PasswordHashing,
    phone_index: bytes,
    owner: Owner | None,
    password: str,
    *,
    wrong: PeopleRefusal,
) -> Refused | None:
    """Check `password` of `owner`, or of nobody, which takes as long and is refused alike.

    Wrong tries are counted by phone number under its row's lock, also for numbers without an
    account, and refused as `wrong {tries_left}`; five in a row lock (SIGN_IN_LOCKED {minutes}).
    """
    tries = rules.remembered(rules.SIGN_IN_POLICY, await store.lock_guard(tx, phone_index), tx.now)
    minutes = rules.locked_minutes(tries, tx.now)
    if minutes:
        return Refused(PeopleRefusal.SIGN_IN_LOCKED, {"minutes": minutes})
    if owner is not None:
        password_hash = await store.password_hash(tx, owner)
        if await hashing.verify(password_hash, password):
            await store.delete_guard(tx, phone_index)
            if hashing.is_outdated(password_hash):
                renewed = await hashing.hash(password, tx.chance)
                await store.renew_password_hash(tx, owner, password_hash, renewed)
            return None
    else:
        await hashing.verify_nobody(password)
    tries = rules.after_wrong(rules.SIGN_IN_POLICY, tries, tx.now)
    await store.save_guard(tx, phone_index, tries)
    minutes = rules.locked_minutes(tries, tx.now)
    if minutes:
        return Refused(PeopleRefusal.SIGN_IN_LOCKED, {"minutes": minutes}, keep_changes=True)
    tries_left = rules.SIGN_IN_POLICY.tries - tries.wrong
    return Refused(wrong, {"tries_left": tries_left}, keep_changes=True)
