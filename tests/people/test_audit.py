"""The audit finds each way in which claims, people and proofs can disagree."""

import pytest

from farewave.people import audit
from tests.support.people import signed_up_person


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("DELETE FROM people.phone_claim", "claims"),
        ("DELETE FROM people.identity_claim", "claims"),
        (
            "INSERT INTO people.phone_claim SELECT sha256('x'), shard, person_id, created_at"
            " FROM people.person",
            "claimants",
        ),
        (
            "INSERT INTO people.identity_claim SELECT sha256('x'), shard, person_id, created_at"
            " FROM people.person",
            "claimants",
        ),
        (
            "UPDATE people.pay_password SET person_id = '01920000-0000-7000-8000-000000000000'",
            "proofs",
        ),
        ("UPDATE people.session SET person_id = '01920000-0000-7000-8000-000000000000'", "proofs"),
    ],
)
async def test_damage_is_found_by_name(database, sealer, damage, check):
    await signed_up_person(database, sealer)
    async with database.reading() as tx:
        assert await audit.findings(tx) == []
    async with database.transaction() as tx:
        await tx.execute(damage)
    async with database.reading() as tx:
        assert [finding.check for finding in await audit.findings(tx)] == [check]
