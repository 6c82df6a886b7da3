"""Accounts and sessions on PostgreSQL: claims, passwords, locks, upkeep."""

import asyncio
import json
from datetime import timedelta

import pytest

from farewave.kit.outcome import Refused
from farewave.people import jobs, service
from farewave.people.errors import PeopleRefusal as R
from farewave.people.hashing import SERVICE_COST, SERVICE_HASHING
from farewave.people.model import CodePurpose
from farewave.people.token import SessionToken
from tests.people.doors import SIGN_IN, actor_of, reasons, send_code, sign_in, sign_up, wrong_code
from tests.support.database import move_clock
from tests.support.people import (
    CHEAP_HASHING,
    PASSWORD,
    signed_up_person,
    some_identity_number,
    some_phone,
)

pytestmark = pytest.mark.usefixtures("sound")


# --- signing up ----------------------------------------------------------------------------------


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


# --- signing in ----------------------------------------------------------------------------------


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
            tx, sealer, CHEAP_HASHING, phone=someone.phone, code=sent.code, password="another7river"
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


# --- demonstration, events, upkeep, audit --------------------------------------------------------


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
