"""The pay password on PostgreSQL: its lock counts every guess, alone and at once."""

import asyncio
from datetime import timedelta

import pytest

from farewave.kit.outcome import Refused
from farewave.people import service, store
from farewave.people.errors import PeopleRefusal as R
from farewave.people.proofs import Tries
from tests.people.doors import check, reasons, set_pay, sign_in
from tests.support.database import move_clock
from tests.support.people import PAY_PASSWORD, signed_up_person, some_identity_number

pytestmark = pytest.mark.usefixtures("sound")


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
