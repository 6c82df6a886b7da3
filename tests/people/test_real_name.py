"""Real names on PostgreSQL: set once, one account for each identity number."""

import asyncio

import pytest

from farewave.kit.outcome import Refused
from farewave.people.errors import PeopleRefusal as R
from tests.people.doors import reasons, set_name
from tests.support.people import signed_up_person, some_identity_number

pytestmark = pytest.mark.usefixtures("sound")


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
    for name, identity in [("李鸣", someone.identity_number), ("李明", some_identity_number())]:
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
