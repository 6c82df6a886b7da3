"""People with real names, made quickly, for benchmarks."""

from collections.abc import Awaitable, Callable

from farewave.db import Database, Tx
from farewave.kit.sealing import Sealer
from farewave.people import service as people
from farewave.people.hashing import HashCost, PasswordHashing
from farewave.people.model import Actor, PhoneNumber, check_character

PER_COMMIT = 100
_CHEAP = PasswordHashing(HashCost(passes=1, memory_kib=8, lanes=1))
"""Nobody signs in here; the service's cost would take a minute."""


async def named_people(
    database: Database,
    sealer: Sealer,
    count: int,
    prepare: Callable[[Tx, Actor], Awaitable[object]],
) -> list[Actor]:
    """So many people, each with an identity number of their own and ready after `prepare`."""
    made: list[Actor] = []
    for start in range(0, count, PER_COMMIT):
        async with database.transaction() as tx:
            for number in range(start, min(start + PER_COMMIT, count)):
                phone = PhoneNumber.parse(f"139{number:08d}")
                assert phone is not None
                area, serial = divmod(number, 1000)
                first_17 = f"{110101 + area}19900101{serial:03d}"
                person = await people.ensure_demo_person(
                    tx,
                    sealer,
                    phone=phone,
                    password="benchmark2013",  # noqa: S106 - nobody signs in
                    pay_password="135246",  # noqa: S106
                    name="某某人",
                    identity_number=first_17 + check_character(first_17),
                    hashing=_CHEAP,
                )
                actor = Actor(person.person_id, person.shard, person.user_no, person.person_id)
                await prepare(tx, actor)
                made.append(actor)
    return made
