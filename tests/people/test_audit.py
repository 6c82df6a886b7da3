"""The audit finds each way in which claims, people and proofs can disagree."""

import pytest
from tests.support.people import signed_up_person

from farewave.people import audit


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        ("DELETE FROM people.phone_claim", "a person's phone and identity numbers are claimed"),
        ("DELETE FROM people.identity_claim", "a person's phone and identity numbers are claimed"),
        (
            "INSERT INTO people.phone_claim SELECT sha256('x'), shard, person_id, created_at"
            " FROM people.person",
            "a claim is held by the person with that number",
        ),
        (
            "INSERT INTO people.identity_claim SELECT sha256('x'), shard, person_id, created_at"
            " FROM people.person",
            "a claim is held by the person with that number",
        ),
        (
            "UPDATE people.pay_password SET person_id = '01920000-0000-7000-8000-000000000000'",
            "pay passwords and sessions belong to a person",
        ),
        (
            "UPDATE people.session SET person_id = '01920000-0000-7000-8000-000000000000'",
            "pay passwords and sessions belong to a person",
        ),
    ],
)
async def test_damage_is_found_by_name(database, sealer, damage, rule):
    await signed_up_person(database, sealer)
    async with database.reading() as tx:
        assert await audit.findings(tx) == []
    async with database.transaction() as tx:
        await tx.execute(damage)
    async with database.reading() as tx:
        assert [finding.rule for finding in await audit.findings(tx)] == [rule]
