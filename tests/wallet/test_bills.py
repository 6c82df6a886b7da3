"""Bills: one for each key, newest first, page by page, each person their own."""

import asyncio
from dataclasses import replace

import pytest

from farewave.kit.invariant import InvariantBroken
from farewave.kit.outcome import Refused
from farewave.wallet import service
from farewave.wallet.errors import WalletRefusal
from farewave.wallet.model import (
    BillKey,
    BillKind,
    BillStatus,
    Direction,
    NewBill,
    Wording,
)
from tests.support.people import signed_up_person

NOTE = Wording("已全额退款", "Refunded in full")


@pytest.fixture
async def person(database, sealer):
    someone = await signed_up_person(database, sealer, real_name=False, pay_password=None)
    return someone.person


def payment(person, number: int = 1) -> NewBill:
    return NewBill(
        key=BillKey(person.shard, person.person_id, BillKind.PAYMENT, "trade", f"2013{number:024}"),
        direction=Direction.OUT,
        amount_fen=553_00,
        status=BillStatus.SUCCEEDED,
        title=Wording("火车票 G1", "Train G1"),
        counterparty=Wording("中国铁路", "China Railway"),
        fund_label=Wording("余额", "Balance"),
    )


async def page(database, person, before=None, limit=10):
    async with database.reading() as tx:
        return await service.bills(tx, person, before=before, limit=limit)


async def test_a_bill_is_written_once_for_its_key(database, person):
    bills = await asyncio.gather(
        *(database.run(lambda tx: service.write_bill(tx, payment(person))) for _ in range(6))
    )
    assert len({bill.bill_id for bill in bills}) == 1
    listed, next_before = await page(database, person)
    assert listed == [bills[0]]
    assert next_before is None
    assert bills[0].title == Wording("火车票 G1", "Train G1")


async def test_kinds_and_parts_of_one_reference_have_bills_of_their_own(database, person):
    paid = payment(person)
    refund = replace(paid.key, kind=BillKind.REFUND)
    wanted = [
        paid,
        *(
            replace(paid, key=replace(refund, part=part), direction=Direction.IN)
            for part in ("one", "two")
        ),
    ]
    for bill in [*wanted, *wanted]:
        await database.run(lambda tx, bill=bill: service.write_bill(tx, bill))
    assert len((await page(database, person))[0]) == 3


async def test_a_key_stands_for_one_amount(database, person):
    await database.run(lambda tx: service.write_bill(tx, payment(person)))
    other = replace(payment(person), amount_fen=1)
    with pytest.raises(InvariantBroken):
        await database.run(lambda tx: service.write_bill(tx, other))


async def test_a_bill_is_brought_on_and_again_is_the_same(database, person):
    key = payment(person).key
    await database.run(lambda tx: service.write_bill(tx, payment(person)))
    for _ in range(2):
        closed = await database.run(
            lambda tx: service.update_bill(tx, key, BillStatus.CLOSED, NOTE)
        )
        assert (closed.status, closed.note) == (BillStatus.CLOSED, NOTE)
    with pytest.raises(InvariantBroken):
        await database.run(lambda tx: service.update_bill(tx, key, BillStatus.SUCCEEDED))
    missing = replace(key, part="missing")
    with pytest.raises(InvariantBroken):
        await database.run(lambda tx: service.update_bill(tx, missing, BillStatus.CLOSED))


async def test_pages_follow_each_other_newest_first_without_gaps(database, person):
    for number in range(7):
        await database.run(lambda tx, n=number: service.write_bill(tx, payment(person, n)))
    everything, _ = await page(database, person)
    assert [bill.key.reference_id for bill in everything] == [
        payment(person, number).key.reference_id for number in reversed(range(7))
    ]
    paged, before = [], None
    while True:
        some, before = await page(database, person, before, limit=3)
        paged += some
        # What comes in meanwhile is newer than the page: it shifts nothing.
        newer = payment(person, 100 + len(paged))
        await database.run(lambda tx, newer=newer: service.write_bill(tx, newer))
        if before is None:
            break
    assert paged == everything


async def test_a_page_that_ends_the_list_exactly_has_no_next_one(database, person):
    for number in range(3):
        await database.run(lambda tx, n=number: service.write_bill(tx, payment(person, n)))
    assert (await page(database, person, limit=3))[1] is None


async def test_bills_are_seen_by_their_person_only(database, sealer, person):
    bill = await database.run(lambda tx: service.write_bill(tx, payment(person)))
    other = (await signed_up_person(database, sealer)).person
    assert await page(database, other) == ([], None)
    async with database.reading() as tx:
        assert await service.bill(tx, person, bill.bill_id) == bill
        assert await service.bill(tx, other, bill.bill_id) == Refused(WalletRefusal.BILL_UNKNOWN)


async def test_an_account_is_opened_once_by_whoever_needs_it(database, person):
    opened = await asyncio.gather(
        *(database.run(lambda tx: service.ensure_account(tx, person)) for _ in range(6))
    )
    assert len(set(opened)) == 1
