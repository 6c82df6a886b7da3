"""The use cases of people on PostgreSQL: claims, codes, locks, sessions, real names."""

import asyncio
import json
from datetime import timedelta

import pytest
from tests.support.database import move_clock
from tests.support.people import (
    CHEAP_HASHING,
    PASSWORD,
    PAY_PASSWORD,
    signed_up_person,
    some_identity_number,
    some_phone,
)

from farewave.db import Database
from farewave.db.outbox import Courier
from farewave.kit.outcome import Refused
from farewave.people import audit, jobs, service, store
from farewave.people.errors import PeopleRefusal as R
from farewave.people.hashing import SERVICE_COST, SERVICE_HASHING
from farewave.people.model import CodePurpose, PhoneNumber
from farewave.people.proofs import Tries
from farewave.people.sandbox import SandboxSms
from farewave.people.sms import TOPIC, sms_handler
from farewave.people.token import SessionToken

SIGN_UP, SIGN_IN = CodePurpose.SIGN_UP, CodePurpose.SIGN_IN


@pytest.fixture
async def sound(database):
    """The tables agree with each other when the test is over."""
    yield
    async with database.reading() as tx:
        assert await audit.findings(tx) == []


pytestmark = pytest.mark.usefixtures("sound")


async def send_code(database: Database, sealer, phone, purpose=SIGN_UP):
    return await database.run(lambda tx: service.send_code(tx, sealer, phone, purpose, "zh"))


async def sign_up(database: Database, sealer, phone, code, password=PASSWORD):
    return await database.run(
        lambda tx: service.sign_up(
            tx, sealer, CHEAP_HASHING, phone=phone, code=code, password=password
        )
    )


async def sign_in(database: Database, sealer, phone, password=PASSWORD):
    return await database.run(
        lambda tx: service.sign_in(tx, sealer, CHEAP_HASHING, phone=phone, password=password)
    )


async def check(database: Database, someone, pay_password):
    return await database.run(
        lambda tx: service.check_pay_password(tx, someone.actor, pay_password)
    )


async def actor_of(database: Database, token: SessionToken):
    async with database.reading() as tx:
        return await service.actor_of_token(tx, token)


def wrong_code(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def reasons(outcomes) -> list:
    return [each.reason if isinstance(each, Refused) else None for each in outcomes]


# --- signing up --------------------------------------------------------------------------------


async def test_a_person_has_a_user_number_with_the_shard_in_it_and_is_found_by_it(database, sealer):
    someone = await signed_up_person(database, sealer, real_name=False, pay_password=None)
    person = someone.person
    assert person.user_no.startswith(f"2088{person.shard:03d}")
    assert person.real_name_level == 0
    assert not person.has_pay_password
    assert person.name_masked == person.phone_masked == someone.phone.masked
    async with database.reading() as tx:
        assert await service.person_by_user_no(tx, person.user_no) == person
        assert await service.person(tx, person.shard, person.person_id) == person
        nobody = f"2088{person.shard:03d}{(int(person.user_no[7:]) + 1) % 10**9:09d}"
        assert await service.person_by_user_no(tx, nobody) is None
        assert await service.person_by_user_no(tx, "2088999123456789") is None
        assert await service.person_by_user_no(tx, "nonsense") is None


async def test_people_are_spread_over_the_shards(database, sealer):
    made = [
        await signed_up_person(database, sealer, real_name=False, pay_password=None)
        for _ in range(60)
    ]
    assert {someone.person.shard for someone in made} == set(range(database.shards))


async def test_ten_sign_ups_of_one_phone_at_once_open_one_account(database, sealer):
    phone = some_phone()
    sent = await send_code(database, sealer, phone)
    outcomes = await asyncio.gather(
        *(sign_up(database, sealer, phone, sent.code) for _ in range(10))
    )
    assert sorted(map(str, reasons(outcomes))) == ["None"] + [str(R.CODE_EXPIRED)] * 9


async def test_a_user_number_that_is_taken_is_drawn_again(database, sealer, monkeypatch):
    drawn = iter([123456789, 123456789, 123456789, 987654321])
    made = "farewave.people.service.accounts.new_user_no"
    monkeypatch.setattr(made, lambda shard, chance: f"2088{shard:03d}{next(drawn):09d}")
    monkeypatch.setattr(type(database._chance), "below", lambda self, bound: bound - 1)
    first = await signed_up_person(database, sealer, real_name=False, pay_password=None)
    second = await signed_up_person(database, sealer, real_name=False, pay_password=None)
    assert first.person.user_no.endswith("123456789")
    assert second.person.user_no.endswith("987654321")


async def test_a_weak_password_does_not_use_the_code_up(database, sealer):
    phone = some_phone()
    sent = await send_code(database, sealer, phone)
    weak = await sign_up(database, sealer, phone, sent.code, "short1")
    assert weak == Refused(R.PASSWORD_WEAK)
    assert not isinstance(await sign_up(database, sealer, phone, sent.code), Refused)


async def test_that_a_phone_has_an_account_is_told_after_the_right_code_only(database, sealer):
    someone = await signed_up_person(database, sealer)
    await move_clock(database, timedelta(minutes=2))
    sent = await send_code(database, sealer, someone.phone)
    assert not isinstance(sent, Refused)
    guess = await sign_up(database, sealer, someone.phone, wrong_code(sent.code))
    assert guess.reason is R.CODE_WRONG
    told = await sign_up(database, sealer, someone.phone, sent.code)
    assert told.reason is R.PHONE_TAKEN
    again = await sign_up(database, sealer, someone.phone, sent.code)
    assert again.reason is R.CODE_EXPIRED


async def test_nothing_readable_of_a_person_lies_in_the_tables(database, sealer):
    someone = await signed_up_person(database, sealer, name="欧阳娜娜")
    await send_code(database, sealer, someone.phone, SIGN_IN)
    async with database.reading() as tx:
        tables = await tx.fetch(
            "SELECT table_schema || '.' || table_name AS name FROM information_schema.tables"
            " WHERE table_schema IN ('people', 'db')"
        )
        dump = "".join(
            [
                (await tx.fetchval(f"SELECT coalesce(json_agg(t), '[]')::text FROM {row[0]} AS t"))
                for row in tables
            ]
        )
    secrets = ["欧阳娜娜", someone.identity_number, PASSWORD, someone.token.text]
    secrets += [someone.phone.digits]
    for secret in secrets:
        assert secret not in dump
        assert secret.encode().hex() not in dump


# --- codes -------------------------------------------------------------------------------------


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


# --- the way of a message ----------------------------------------------------------------------


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


# --- signing in --------------------------------------------------------------------------------


async def test_a_password_opens_a_session_and_signing_out_ends_it(database, sealer):
    someone = await signed_up_person(database, sealer)
    entered = await sign_in(database, sealer, someone.phone)
    assert entered.person.person_id == someone.person.person_id
    assert entered.token != someone.token
    seen = await actor_of(database, entered.token)
    assert seen.actor.person_id == someone.person.person_id
    assert seen.actor.user_no == someone.person.user_no
    await database.run(lambda tx: service.sign_out(tx, entered.token))
    assert await actor_of(database, entered.token) is None
    assert await actor_of(database, someone.token) is not None


@pytest.mark.parametrize("registered", [True, False])
async def test_wrong_passwords_lock_alike_with_and_without_an_account(database, sealer, registered):
    someone = await signed_up_person(database, sealer)
    phone = someone.phone if registered else some_phone()
    outcomes = [await sign_in(database, sealer, phone, "wrong4horse") for _ in range(6)]
    assert outcomes[:4] == [
        Refused(R.SIGN_IN_WRONG, {"tries_left": left}, keep_changes=True) for left in (4, 3, 2, 1)
    ]
    assert outcomes[4] == Refused(R.SIGN_IN_LOCKED, {"minutes": 15}, keep_changes=True)
    assert outcomes[5] == Refused(R.SIGN_IN_LOCKED, {"minutes": 15})
    assert (await sign_in(database, sealer, phone)).reason is R.SIGN_IN_LOCKED
    await move_clock(database, timedelta(minutes=15))
    outcomes = [await sign_in(database, sealer, phone, "wrong4horse") for _ in range(5)]
    assert outcomes[4].details == {"minutes": 30}


async def test_ten_wrong_passwords_at_once_count_ten(database, sealer):
    someone = await signed_up_person(database, sealer)
    outcomes = await asyncio.gather(
        *(sign_in(database, sealer, someone.phone, "wrong4horse") for _ in range(10))
    )
    assert reasons(outcomes).count(R.SIGN_IN_WRONG) == 4
    assert reasons(outcomes).count(R.SIGN_IN_LOCKED) == 6


async def test_a_right_password_clears_what_went_wrong_before(database, sealer):
    someone = await signed_up_person(database, sealer)
    for _ in range(3):
        for _ in range(4):
            await sign_in(database, sealer, someone.phone, "wrong4horse")
        assert not isinstance(await sign_in(database, sealer, someone.phone), Refused)


async def test_a_code_signs_in_and_ends_the_lock(database, sealer):
    someone = await signed_up_person(database, sealer)
    for _ in range(5):
        await sign_in(database, sealer, someone.phone, "wrong4horse")
    sent = await send_code(database, sealer, someone.phone, SIGN_IN)
    entered = await database.run(
        lambda tx: service.sign_in_by_code(tx, sealer, phone=someone.phone, code=sent.code)
    )
    assert entered.person.person_id == someone.person.person_id
    assert not isinstance(await sign_in(database, sealer, someone.phone), Refused)


async def test_that_a_phone_has_no_account_is_told_after_the_right_code_only(database, sealer):
    phone = some_phone()
    sent = await send_code(database, sealer, phone, SIGN_IN)
    outcomes = [
        await database.run(lambda tx: service.sign_in_by_code(tx, sealer, phone=phone, code=code))  # noqa: B023
        for code in (wrong_code(sent.code), sent.code)
    ]
    assert reasons(outcomes) == [R.CODE_WRONG, R.NOT_REGISTERED]


async def test_a_new_password_by_code_ends_every_session(database, sealer):
    someone = await signed_up_person(database, sealer)
    sent = await send_code(database, sealer, someone.phone, CodePurpose.RESET_PASSWORD)
    entered = await database.run(
        lambda tx: service.reset_password(
            tx,
            sealer,
            CHEAP_HASHING,
            phone=someone.phone,
            code=sent.code,
            password="another7river",
        )
    )
    assert await actor_of(database, someone.token) is None
    assert await actor_of(database, entered.token) is not None
    assert (await sign_in(database, sealer, someone.phone)).reason is R.SIGN_IN_WRONG
    fresh = await sign_in(database, sealer, someone.phone, "another7river")
    assert not isinstance(fresh, Refused)


async def test_a_session_lasts_thirty_days_from_its_last_use(database, sealer):
    someone = await signed_up_person(database, sealer)
    assert not (await actor_of(database, someone.token)).is_stale
    await move_clock(database, timedelta(days=29, hours=23))
    seen = await actor_of(database, someone.token)
    assert seen.is_stale
    await database.run(lambda tx: service.renew_session(tx, seen.actor))
    await move_clock(database, timedelta(days=29, hours=23))
    assert await actor_of(database, someone.token) is not None
    await move_clock(database, timedelta(hours=1))
    assert await actor_of(database, someone.token) is None


async def test_a_token_for_another_shard_or_of_nobody_opens_nothing(database, sealer):
    someone = await signed_up_person(database, sealer)
    secret = someone.token.text.partition(".")[2]
    for shard in ((someone.person.shard + 1) % database.shards, database.shards, 999):
        assert await actor_of(database, SessionToken(f"{shard}.{secret}")) is None


async def test_hashes_are_made_at_service_cost_unless_another_is_handed_in(database, sealer):
    assert (SERVICE_COST.passes, SERVICE_COST.memory_kib, SERVICE_COST.lanes) == (3, 32768, 1)
    someone = await signed_up_person(database, sealer, real_name=False, pay_password=None)
    entered = await database.run(
        lambda tx: service.sign_in(
            tx, sealer, SERVICE_HASHING, phone=someone.phone, password=PASSWORD
        )
    )
    assert not isinstance(entered, Refused)
    async with database.reading() as tx:
        renewed = await tx.fetchval("SELECT password_hash FROM people.person")
    assert renewed.startswith("$argon2id$v=19$m=32768,t=3,p=1$")


# --- the pay password --------------------------------------------------------------------------


async def set_pay(database, sealer, someone, pay_password, password=PASSWORD):
    return await database.run(
        lambda tx: service.set_pay_password(
            tx,
            sealer,
            CHEAP_HASHING,
            someone.actor,
            pay_password=pay_password,
            password=password,
        )
    )


async def test_ten_wrong_pay_passwords_at_once_lock_exactly_after_five(database, sealer):
    someone = await signed_up_person(database, sealer)
    outcomes = await asyncio.gather(*(check(database, someone, "135790") for _ in range(10)))
    wrong = [each for each in outcomes if each.reason is R.PAY_PASSWORD_WRONG]
    assert sorted(each.details["tries_left"] for each in wrong) == [1, 2, 3, 4]
    assert reasons(outcomes).count(R.PAY_PASSWORD_LOCKED) == 6
    assert [each.keep_changes for each in outcomes].count(True) == 5
    async with database.reading() as tx:
        person = await service.person(tx, someone.actor.shard, someone.actor.person_id)
    assert person.pay_password_locked_until is not None


async def test_the_control_without_the_rows_lock_counts_ten_guesses_as_one(
    database, sealer, monkeypatch
):
    someone = await signed_up_person(database, sealer)
    all_have_read = asyncio.Barrier(10)

    async def read_without_lock(tx, shard, person_id):
        row = await tx.fetchrow("SELECT password_hash, wrong_tries FROM people.pay_password")
        await all_have_read.wait()
        return row["password_hash"], Tries(wrong=row["wrong_tries"])

    monkeypatch.setattr(store, "lock_pay_password", read_without_lock)
    outcomes = await asyncio.gather(*(check(database, someone, "135790") for _ in range(10)))
    assert reasons(outcomes) == [R.PAY_PASSWORD_WRONG] * 10


async def test_the_lock_of_the_pay_password_holds_against_the_right_one_for_three_hours(
    database, sealer
):
    someone = await signed_up_person(database, sealer)
    for _ in range(5):
        await check(database, someone, "135790")
    locked = await check(database, someone, PAY_PASSWORD)
    assert locked == Refused(R.PAY_PASSWORD_LOCKED, {"minutes": 180})
    await move_clock(database, timedelta(hours=3) - timedelta(minutes=1))
    assert (await check(database, someone, PAY_PASSWORD)).reason is R.PAY_PASSWORD_LOCKED
    await move_clock(database, timedelta(minutes=1))
    assert await check(database, someone, PAY_PASSWORD) is None


async def test_a_right_pay_password_clears_the_count(database, sealer):
    someone = await signed_up_person(database, sealer)
    for _ in range(3):
        for _ in range(4):
            await check(database, someone, "135790")
        assert await check(database, someone, PAY_PASSWORD) is None


async def test_what_is_not_six_digits_is_no_try(database, sealer):
    someone = await signed_up_person(database, sealer)
    for text in ("", "12345", "1234567", "abcdef", "１２３４５６", "1" * 10_000):
        assert await check(database, someone, text) == Refused(R.PAY_PASSWORD_FORM)
    first = await check(database, someone, "135790")
    assert first.details == {"tries_left": 4}


async def test_without_a_pay_password_nothing_can_be_checked(database, sealer):
    someone = await signed_up_person(database, sealer, pay_password=None)
    assert await check(database, someone, "135790") == Refused(R.PAY_PASSWORD_NOT_SET)


async def test_trivial_pay_passwords_are_refused_by_name(database, sealer):
    identity = some_identity_number("19880214")
    someone = await signed_up_person(database, sealer, identity_number=identity, pay_password=None)
    for text in ("111111", "234567", "880214", someone.phone.digits[-6:]):
        assert await set_pay(database, sealer, someone, text) == Refused(R.PAY_PASSWORD_TRIVIAL)
    assert (await set_pay(database, sealer, someone, "880215")).has_pay_password


async def test_the_pay_password_changes_by_the_login_password_only(database, sealer):
    someone = await signed_up_person(database, sealer)
    refused = await set_pay(database, sealer, someone, "864209", "wrong4horse")
    assert refused == Refused(R.PASSWORD_WRONG, {"tries_left": 4}, keep_changes=True)
    assert await check(database, someone, PAY_PASSWORD) is None
    await set_pay(database, sealer, someone, "864209")
    assert (await check(database, someone, PAY_PASSWORD)).reason is R.PAY_PASSWORD_WRONG
    assert await check(database, someone, "864209") is None


async def test_guessing_the_login_password_by_that_door_locks_it_for_every_door(database, sealer):
    someone = await signed_up_person(database, sealer)
    for _ in range(5):
        await set_pay(database, sealer, someone, "864209", "wrong4horse")
    assert (await set_pay(database, sealer, someone, "864209")).reason is R.SIGN_IN_LOCKED
    assert (await sign_in(database, sealer, someone.phone)).reason is R.SIGN_IN_LOCKED


async def test_a_new_pay_password_ends_the_lock(database, sealer):
    someone = await signed_up_person(database, sealer)
    for _ in range(5):
        await check(database, someone, "135790")
    changed = await set_pay(database, sealer, someone, "864209")
    assert changed.pay_password_locked_until is None
    assert await check(database, someone, "864209") is None


# --- real names --------------------------------------------------------------------------------


async def set_name(database, sealer, someone, name, identity_number):
    return await database.run(
        lambda tx: service.set_real_name(
            tx, sealer, someone.actor, name=name, identity_number=identity_number
        )
    )


async def test_a_real_name_is_sealed_shown_masked_and_found_by_its_index(database, sealer):
    someone = await signed_up_person(database, sealer, name="欧阳娜娜")
    person = someone.person
    assert person.real_name_level == 1
    assert person.name_masked == "***娜"
    assert person.real_name.reveal(sealer) == "欧阳娜娜"
    assert person.identity.reveal(sealer) == someone.identity_number
    assert person.identity_index == sealer.blind_index("identity", someone.identity_number)
    assert person.identity_masked == f"1101{'*' * 11}{someone.identity_number[-3:]}"


async def test_the_same_real_name_again_changes_nothing_another_is_refused(database, sealer):
    someone = await signed_up_person(database, sealer, name="李明")
    again = await set_name(database, sealer, someone, "李明", someone.identity_number.lower())
    assert again.identity_index == someone.person.identity_index
    for name, identity in [
        ("李鸣", someone.identity_number),
        ("李明", some_identity_number()),
    ]:
        refused = await set_name(database, sealer, someone, name, identity)
        assert refused == Refused(R.REAL_NAME_SET)
    async with database.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM people.identity_claim") == 1
        events = "SELECT count(*) FROM db.event WHERE name = 'people.real_name_set'"
        assert await tx.fetchval(events) == 1


async def test_ten_accounts_at_once_share_no_identity_number(database, sealer):
    identity = some_identity_number()
    people = [
        await signed_up_person(database, sealer, real_name=False, pay_password=None)
        for _ in range(10)
    ]
    outcomes = await asyncio.gather(
        *(set_name(database, sealer, each, "李明", identity) for each in people)
    )
    assert reasons(outcomes).count(None) == 1
    assert reasons(outcomes).count(R.IDENTITY_TAKEN) == 9


async def test_one_account_takes_one_of_ten_identity_numbers_at_once(database, sealer):
    someone = await signed_up_person(database, sealer, real_name=False, pay_password=None)
    outcomes = await asyncio.gather(
        *(set_name(database, sealer, someone, "李明", some_identity_number()) for _ in range(10))
    )
    assert reasons(outcomes).count(None) == 1
    assert reasons(outcomes).count(R.REAL_NAME_SET) == 9


# --- demonstration, events, upkeep, audit ------------------------------------------------------


async def test_the_demonstration_person_is_opened_once_and_can_do_everything(database, sealer):
    fields = {
        "phone": some_phone(),
        "password": "farewave2013",
        "pay_password": "201311",
        "name": "演示",
        "identity_number": some_identity_number(),
    }
    first, second = [
        await database.run(
            lambda tx: service.ensure_demo_person(tx, sealer, **fields, hashing=CHEAP_HASHING)
        )
        for _ in range(2)
    ]
    assert first == second
    assert first.has_pay_password
    assert first.real_name_level == 1
    entered = await sign_in(database, sealer, fields["phone"], "farewave2013")
    assert not isinstance(entered, Refused)


async def test_events_tell_what_happened_and_nothing_of_whom(database, sealer):
    someone = await signed_up_person(database, sealer)
    await sign_in(database, sealer, someone.phone)
    async with database.reading() as tx:
        rows = await tx.fetch("SELECT name, actor_id, attributes FROM db.event ORDER BY event_id")
    assert sorted((row["name"], json.dumps(row["attributes"])) for row in rows) == [
        ("people.real_name_set", "{}"),
        ("people.signed_in", '{"by": "password"}'),
        ("people.signed_in", '{"by": "sign_up"}'),
        ("people.signed_up", "{}"),
    ]
    assert {row["actor_id"] for row in rows} == {someone.person.person_id}


async def test_the_purge_forgets_what_is_over_and_keeps_the_rest(database, sealer):
    someone = await signed_up_person(database, sealer)
    await send_code(database, sealer, some_phone())
    await sign_in(database, sealer, someone.phone, "wrong4horse")
    assert await jobs.purge(database) == 0
    await move_clock(database, timedelta(days=3))
    await jobs.purge(database)
    assert await counts(database) == {
        "sms_code": 0,
        "sms_quota": 0,
        "sign_in_guard": 0,
        "session": 1,
    }
    await move_clock(database, timedelta(days=28))
    assert await jobs.purge(database) == 1
    assert (await counts(database))["session"] == 0


async def counts(database):
    names = ["sms_code", "sms_quota", "sign_in_guard", "session"]
    async with database.reading() as tx:
        return {name: await tx.fetchval(f"SELECT count(*) FROM people.{name}") for name in names}
