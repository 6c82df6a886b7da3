"""Tickets at the gates."""

from dataclasses import replace
from datetime import timedelta

from farewave.rail import service
from farewave.rail.code import code_of, write_code
from farewave.rail.rules.gates import GateReason
from tests.support.database import move_clock
from tests.support.rail import RailWorld


async def passes(world: RailWorld, text: str, station: str) -> GateReason | None:
    async with world.database.transaction() as tx:
        answer = await service.check_gate(tx, world.deps.signer, text, station)
    return answer.reason


async def test_a_ticket_passes_in_once_and_out_once(world: RailWorld) -> None:
    order, text = await world.issued()
    assert await passes(world, text, "VNP") is GateReason.TOO_EARLY
    await move_clock(world.database, order.depart_at - await world.now() - timedelta(hours=1))
    assert await passes(world, text, "AOH") is GateReason.NOT_ENTERED
    assert await passes(world, text, "VNP") is None
    assert await passes(world, text, "VNP") is GateReason.USED
    await move_clock(world.database, timedelta(hours=6))
    assert await passes(world, text, "AOH") is None
    assert await passes(world, text, "AOH") is GateReason.USED
    async with world.database.reading() as tx:
        count = await tx.fetchval("SELECT count(*) FROM db.event WHERE name = 'rail.travelled'")
    assert count == 1
    await world.audited()


async def test_forged_and_unknown_codes_open_nothing(world: RailWorld) -> None:
    order, text = await world.issued()
    assert await passes(world, text[:9] + "%" + text[10:], "VNP") is GateReason.FORGED
    code = code_of(order, order.tickets[0], world.sealer)
    other = write_code(replace(code, ticket_no="E00000000001"), world.deps.signer)
    assert await passes(world, other, "VNP") is GateReason.UNKNOWN
