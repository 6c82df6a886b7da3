"""SMS codes: sent, judged, and what the sandbox shows of them."""

import hmac
from dataclasses import dataclass, replace
from datetime import datetime

from farewave.db.transaction import ReadTx, Tx
from farewave.kit.chance import digits
from farewave.kit.clock import shanghai_day
from farewave.kit.outcome import Language, Refused
from farewave.kit.sealing import Sealer
from farewave.people import rules, store
from farewave.people.errors import PeopleRefusal
from farewave.people.model import CodePurpose, PhoneNumber
from farewave.people.proofs import Quota, SmsCode
from farewave.people.sms import SANDBOX_KIND, code_text, enqueue_sms


@dataclass(frozen=True, slots=True)
class CodeSent:
    """`code` leaves the process by SMS; only the sandbox may answer it."""

    expires_at: datetime
    resend_at: datetime
    code: str


async def send_code(
    tx: Tx, sealer: Sealer, phone: PhoneNumber, purpose: CodePurpose, language: Language
) -> CodeSent | Refused:
    """Make a code for `purpose`, in place of the one before, and have it sent after the commit.

    Alike for numbers with and without an account: whoever asks learns nothing.
    """
    phone_index = phone.index(sealer)
    # The quota's row is locked for all purposes, so parallel requests count one by one.
    quota = await store.lock_quota(tx, phone_index, Quota(shanghai_day(tx.now), 0))
    newest = await store.lock_code(tx, phone_index, purpose)
    counted = rules.may_send_code(quota, newest, tx.now)
    if isinstance(counted, Refused):
        return counted
    code = digits(tx.chance, rules.CODE_DIGITS)
    fresh = SmsCode(
        code_hash=_code_hash(sealer, phone, purpose, code),
        sent_at=tx.now,
        expires_at=tx.now + rules.CODE_VALID,
        wrong_tries=0,
        used_at=None,
    )
    await store.save_quota(tx, phone_index, counted)
    await store.save_code(tx, phone_index, purpose, fresh)
    text = code_text(purpose, code, language)
    await enqueue_sms(tx, sealer, phone, text, too_late_at=fresh.expires_at)
    return CodeSent(fresh.expires_at, tx.now + rules.CODE_RESEND_AFTER, code)


async def use_code(
    tx: Tx, sealer: Sealer, phone: PhoneNumber, purpose: CodePurpose, code: str
) -> Refused | None:
    """Use up the code of `purpose`, or refuse and count the wrong try (`keep_changes`)."""
    phone_index = phone.index(sealer)
    newest = await store.lock_code(tx, phone_index, purpose)
    matches = newest is not None and hmac.compare_digest(
        newest.code_hash, _code_hash(sealer, phone, purpose, code)
    )
    judged = rules.judge_code(newest, matches, tx.now)
    if not isinstance(judged, Refused):
        await store.save_code(tx, phone_index, purpose, judged)
        return None
    if judged.reason in (PeopleRefusal.CODE_WRONG, PeopleRefusal.CODE_DEAD) and judged.keep_changes:
        assert newest is not None
        counted = replace(newest, wrong_tries=newest.wrong_tries + 1)
        await store.save_code(tx, phone_index, purpose, counted)
    return judged


async def sandbox_messages(
    tx: ReadTx, sealer: Sealer, phone: PhoneNumber, limit: int = 10
) -> list[tuple[datetime, str]]:
    """When and what the sandbox "sent" to `phone`, newest first."""
    rows = await store.sandbox_sms(tx, phone.index(sealer), limit)
    return [(sent_at, sealer.unseal(SANDBOX_KIND, sealed)) for sent_at, sealed in rows]


def _code_hash(sealer: Sealer, phone: PhoneNumber, purpose: CodePurpose, code: str) -> bytes:
    """Keyed and bound to number and purpose: six digits alone would be found by trying them all."""
    return sealer.blind_index(f"sms_code.{purpose.value}", f"{phone.digits}:{code}")
