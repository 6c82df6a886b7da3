"""Codes of a thousand phones, made offline by somebody else's code, are each found right."""

from collections.abc import Iterator

import pytest

from farewave.bench.people import named_people
from farewave.db import Database
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.payments import code_devices, paycode, store
from farewave.payments.paycode import PayCode
from farewave.people.model import Actor
from farewave.people.token import SessionToken
from farewave.wallet import service as wallet
from tests.support.phones import ScriptedPhones, base64_of, scripted_phones, slot_now

PHONES, CODES_EACH = 1_000, 10
BENCH_PAY_PASSWORD = "135246"


@pytest.fixture
def phones() -> Iterator[ScriptedPhones]:
    with scripted_phones() as started:
        yield started


async def found(database: Database, sealer: Sealer, shown: set[str]) -> dict[str, PayCode]:
    """Those of `shown` that stand for somebody now."""
    good: dict[str, PayCode] = {}
    for shard in range(database.shards):
        here = {code for code in shown if paycode.shard_of_code(code) == shard}
        async with database.transaction() as tx:
            kept = await store.lock_codes(tx, shard, {paycode.kept_as(code) for code in here})
            unproved = await code_devices.unproved(tx, sealer, kept, here)
            for code in here - unproved:
                judged = paycode.judge(kept.get(paycode.kept_as(code)), tx.now)
                if not isinstance(judged, Refused):
                    good[code] = judged
    return good


async def a_thousand(database: Database, sealer: Sealer) -> list[Actor]:
    """People, each signed in on one phone."""
    people = await named_people(database, sealer, PHONES, wallet.ensure_account)
    async with database.transaction() as tx:
        tokens = [SessionToken.make(each.shard, tx.chance) for each in people]
        await tx.execute(
            "INSERT INTO people.session (shard, session_id, person_id, token_sha256, device,"
            " created_at, seen_at, expires_at)"
            " SELECT n.*, 'phone', $5::timestamptz, $5, $5 + interval '9 days'"
            " FROM unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::bytea[]) AS n",
            [each.shard for each in people],
            [each.session_id for each in people],
            [each.person_id for each in people],
            [token.sha256 for token in tokens],
            tx.now,
        )
    return people


async def test_ten_thousand_codes_made_offline_are_found_right_and_others_never(
    database: Database, sealer: Sealer, phones: ScriptedPhones
) -> None:
    people = await a_thousand(database, sealer)
    made = 0
    for start in range(0, PHONES, 250):
        keys = phones.keys(250)
        wanted: dict[str, Actor] = {}
        never: set[str] = set()
        slot = await slot_now(database)
        for nr, (actor, key) in enumerate(zip(people[start : start + 250], keys, strict=True)):
            async with database.transaction() as tx:
                server = await code_devices.enrol(tx, sealer, actor, key, BENCH_PAY_PASSWORD)
                assert not isinstance(server, Refused)
                fetched = await code_devices.fetch_tickets(tx, actor)
                assert not isinstance(fetched, Refused)
            tickets = [each.code for each in fetched]
            phone = {"phone": start + nr}
            codes = phones.ask(
                "codes",
                **phone,
                server_key=base64_of(server),
                tickets=tickets[:CODES_EACH],
                slot=slot,
            )
            wanted |= dict.fromkeys(codes, actor)
            # What is of another time, another's ticket, or made up, with this phone's own key.
            foreign = never_mine(wanted, actor)[:2]
            invented = [tickets[0][:5] + f"{chosen:09d}" for chosen in (0, 999_999_999)]
            for off, of in ((-2, tickets[10:12]), (4, tickets[12:14]), (0, foreign + invented)):
                never |= set(phones.ask("codes", **phone, tickets=of, slot=slot + off))
        good = await found(database, sealer, wanted.keys() | never)
        assert {code: each.person_id for code, each in good.items()} == {
            code: actor.person_id for code, actor in wanted.items()
        }
        made += len(good)
        await use_up(database, good)
        assert await found(database, sealer, set(good)) == {}
    assert made == PHONES * CODES_EACH


def never_mine(wanted: dict[str, Actor], actor: Actor) -> list[str]:
    """Tickets of other phones."""
    return [paycode.kept_as(code) for code, whose in wanted.items() if whose != actor]


async def use_up(database: Database, good: dict[str, PayCode]) -> None:
    for shard in range(database.shards):
        used = [(each.code, "2026") for each in good.values() if each.shard == shard]
        async with database.transaction() as tx:
            await store.use_codes(tx, shard, used)
