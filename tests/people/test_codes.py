"""SMS codes on PostgreSQL: their tries and limits, and their way to the phone."""

import asyncio
import json
from datetime import timedelta

import pytest

from farewave.db.outbox import Courier
from farewave.kit.outcome import Refused
from farewave.people import service
from farewave.people.errors import PeopleRefusal as R
from farewave.people.model import CodePurpose, PhoneNumber
from farewave.people.sandbox import SandboxSms
from farewave.people.sms import TOPIC, sms_handler
from tests.people.doors import reasons, send_code, sign_up, wrong_code
from tests.support.database import move_clock
from tests.support.people import signed_up_person, some_phone

pytestmark = pytest.mark.usefixtures("sound")


async def test_five_wrong_codes_kill_it_also_when_they_come_at_once(database, sealer):
    phone = some_phone()
    sent = await send_code(database, sealer, phone)
    guess = wrong_code(sent.code)
    outcomes = await asyncio.gather(*(sign_up(database, sealer, phone, guess) for _ in range(10)))
    assert sorted(map(str, reasons(outcomes))) == sorted(
        [str(R.CODE_WRONG)] * 4 + [str(R.CODE_DEAD)] * 6
    )
    right = await sign_up(database, sealer, phone, sent.code)
    assert right.reason is R.CODE_DEAD


async def test_a_code_opens_one_purpose_only(database, sealer):
    someone = await signed_up_person(database, sealer)
    sent = await send_code(database, sealer, someone.phone, CodePurpose.RESET_PASSWORD)
    by_code = await database.run(
        lambda tx: service.sign_in_by_code(tx, sealer, phone=someone.phone, code=sent.code)
    )
    assert by_code.reason is R.CODE_EXPIRED


async def test_a_code_ends_after_five_minutes(database, sealer):
    phone = some_phone()
    sent = await send_code(database, sealer, phone)
    await move_clock(database, timedelta(minutes=5))
    assert (await sign_up(database, sealer, phone, sent.code)).reason is R.CODE_EXPIRED


async def test_the_newest_code_alone_counts(database, sealer):
    phone = some_phone()
    first = await send_code(database, sealer, phone)
    await move_clock(database, timedelta(seconds=60))
    second = await send_code(database, sealer, phone)
    assert first.code != second.code
    assert (await sign_up(database, sealer, phone, first.code)).reason is R.CODE_WRONG
    assert not isinstance(await sign_up(database, sealer, phone, second.code), Refused)


async def test_of_ten_requests_at_once_one_sends_a_code(database, sealer):
    phone = some_phone()
    outcomes = await asyncio.gather(*(send_code(database, sealer, phone) for _ in range(10)))
    assert reasons(outcomes).count(None) == 1
    assert reasons(outcomes).count(R.CODE_TOO_SOON) == 9
    async with database.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM db.outbox WHERE topic = $1", TOPIC) == 1


async def test_the_daily_limit_counts_all_purposes(database, sealer):
    phone = some_phone()
    for turn in range(10):
        purpose = list(CodePurpose)[turn % 3]
        assert not isinstance(await send_code(database, sealer, phone, purpose), Refused)
        await move_clock(database, timedelta(seconds=61))
    assert (await send_code(database, sealer, phone)).reason is R.CODE_DAILY_LIMIT
    await move_clock(database, timedelta(days=1))
    assert not isinstance(await send_code(database, sealer, phone), Refused)


# --- the way of a message ------------------------------------------------------------------------


async def test_a_code_reaches_the_phone_through_the_outbox_unreadable_on_its_way(database, sealer):
    phone = some_phone()
    sent = await send_code(database, sealer, phone)
    async with database.reading() as tx:
        payload = json.dumps(
            await tx.fetchval("SELECT payload FROM db.outbox WHERE topic = $1", TOPIC)
        )
        assert phone.digits not in payload
        assert sent.code not in payload
    sandbox = SandboxSms(database, sealer)
    assert await Courier(database, {TOPIC: sms_handler(sealer, sandbox)}).deliver_due() == 1
    async with database.reading() as tx:
        [(_, text)] = await service.sandbox_messages(tx, sealer, phone)
    assert text == f"【Farewave】注册验证码 {sent.code}，5 分钟内有效。请勿告诉任何人。"


class FailingSms:
    """Fails as often as it is told, with the number in its words."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.sent: list[str] = []

    async def send(self, phone: PhoneNumber, text: str) -> None:
        if self.failures > 0:
            self.failures -= 1
            raise ConnectionError(f"no route to {phone.digits}")
        self.sent.append(text)


async def test_a_message_that_fails_is_tried_again_and_the_failure_names_no_number(
    database, sealer
):
    phone = some_phone()
    await send_code(database, sealer, phone)
    sender = FailingSms(failures=1)
    courier = Courier(database, {TOPIC: sms_handler(sealer, sender)})
    await courier.deliver_due()
    async with database.reading() as tx:
        error = await tx.fetchval("SELECT last_error FROM db.outbox")
    assert error == "ConnectionError"
    await move_clock(database, timedelta(seconds=5))
    await courier.deliver_due()
    assert len(sender.sent) == 1


async def test_a_message_whose_code_is_over_is_given_up(database, sealer):
    await send_code(database, sealer, some_phone())
    sender = FailingSms(failures=0)
    await move_clock(database, timedelta(minutes=5))
    await Courier(database, {TOPIC: sms_handler(sealer, sender)}).deliver_due()
    async with database.reading() as tx:
        row = await tx.fetchrow("SELECT done_at, last_error FROM db.outbox")
    assert sender.sent == []
    assert row["done_at"] is not None
    assert row["last_error"] == "the code in it is no longer valid"
