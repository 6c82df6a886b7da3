"""Text messages on their way out: sealed into the outbox, opened again by its handler."""

from base64 import b64decode, b64encode
from datetime import datetime

from farewave.db.outbox import (
    Delivered,
    GaveUp,
    Handler,
    Message,
    Outcome,
    RetryAt,
    back_off,
    enqueue,
)
from farewave.db.transaction import Tx
from farewave.kit.invariant import invariant
from farewave.kit.outcome import Language
from farewave.kit.sealing import Sealer
from farewave.people.model import CodePurpose, PhoneNumber
from farewave.people.ports import SmsSender

TOPIC = "people.sms"
_KIND = "sms"
SANDBOX_KIND = "sandbox_sms"
_TEXTS: dict[Language, dict[CodePurpose, str]] = {
    "zh": {
        CodePurpose.SIGN_UP: "【Farewave】注册验证码 {code}，5 分钟内有效。请勿告诉任何人。",
        CodePurpose.SIGN_IN: "【Farewave】登录验证码 {code}，5 分钟内有效。请勿告诉任何人。",
        CodePurpose.RESET_PASSWORD: (
            "【Farewave】重置登录密码的验证码 {code}，5 分钟内有效。请勿告诉任何人。"
        ),
    },
    "en": {
        CodePurpose.SIGN_UP: "[Farewave] {code} is your sign-up code, valid 5 min. Tell nobody.",
        CodePurpose.SIGN_IN: "[Farewave] {code} is your sign-in code, valid 5 min. Tell nobody.",
        CodePurpose.RESET_PASSWORD: (
            "[Farewave] {code} resets your password, valid 5 min. Tell nobody."
        ),
    },
}


def code_text(purpose: CodePurpose, code: str, language: Language) -> str:
    """The message that carries `code`."""
    return _TEXTS[language][purpose].format(code=code)


async def enqueue_sms(
    tx: Tx, sealer: Sealer, phone: PhoneNumber, text: str, *, too_late_at: datetime
) -> None:
    """Have `text` sent to `phone` after the commit. Neither is readable in the outbox."""
    # One SMS belongs to no person's shard: it goes where the number's index points.
    shard = int.from_bytes(phone.index(sealer)[:2], "big") % tx.shards
    sealed = sealer.seal(_KIND, f"{phone.digits}\n{text}", tx.chance)
    payload = {"sealed": b64encode(sealed).decode(), "too_late_at": too_late_at.isoformat()}
    await enqueue(tx, shard=shard, topic=TOPIC, payload=payload)


def sms_handler(sealer: Sealer, sender: SmsSender) -> Handler:
    """The outbox's handler for `TOPIC`."""

    async def handle(message: Message) -> Outcome:
        if message.now >= datetime.fromisoformat(message.payload["too_late_at"]):
            return GaveUp("the code in it is no longer valid")
        plain = sealer.unseal(_KIND, b64decode(message.payload["sealed"]))
        digits, _, text = plain.partition("\n")
        phone = PhoneNumber.parse(digits)
        invariant(phone is not None, "a sealed message names a phone number")
        assert phone is not None
        try:
            await sender.send(phone, text)
        except Exception as failure:  # its words may hold the number: only its kind is kept
            return RetryAt(message.now + back_off(message.attempts), type(failure).__name__)
        return Delivered()

    return handle
