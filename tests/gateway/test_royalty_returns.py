"""alipay.trade.refund with refund_royalty_parameters: receivers give back, all of it at once."""

from datetime import timedelta

import pytest

from farewave.kit.outcome import Refused
from farewave.payments import jobs, merchant_money, statements
from farewave.payments import service as payments
from farewave.payments.model import Fund
from farewave.payments.statement import MovementKind
from farewave.wallet import service as wallet
from farewave.wallet.model import Direction
from tests.gateway.shop import Node
from tests.gateway.splitting import Split, balance_fen, numbers_of
from tests.gateway.test_trades import REFUND, sub_code
from tests.support.payments import audited
from tests.support.people import PAY_PASSWORD

REFUND_QUERY = "alipay.trade.fastpay.refund.query"


class Returning:
    """A trade of 40 yuan that was split among people on several shards and another merchant."""

    def __init__(self, split: Split) -> None:
        self.split = split
        self.receivers = [*numbers_of(split.people), split.other.seller_id]

    async def begin(self) -> None:
        await self.split.bind(*self.receivers)
        done = await self.split.settle(*[(each, "3.50") for each in self.receivers])
        assert done["code"] == "10000", done

    async def refund(
        self, whole: str, *backs: tuple[str, str], number: str = "R1", **extra: str
    ) -> Node:
        listed = [{"trans_out": each, "amount": amount, **extra} for each, amount in backs]
        return await self.split.call(
            REFUND,
            trade_no=self.split.trade_no,
            refund_amount=whole,
            out_request_no=number,
            refund_royalty_parameters=listed,
        )

    async def money(self) -> tuple[int, ...]:
        """What the seller, the other merchant, the people and the buyer have."""
        database = self.split.database
        async with database.reading() as tx:
            own = await merchant_money.money_of(tx, self.split.app.merchant_id)
            other = await merchant_money.money_of(tx, self.split.other.merchant_id)
        people = [await balance_fen(database, each) for each in self.split.people]
        buyer = await balance_fen(database, self.split.buyer)
        return own.total_fen, other.total_fen, *people, buyer


@pytest.fixture
async def returning(split: Split) -> Returning:
    made = Returning(split)
    await made.begin()
    return made


async def test_a_refund_takes_back_what_was_split_from_everybody_at_once(
    returning: Returning,
) -> None:
    split, receivers = returning.split, returning.receivers
    assert await returning.money() == (15_50, 3_50, *[3_50] * 6, 60_00)
    backs = [(each, "3.50") for each in receivers]
    done = await returning.refund("40", *backs, desc="退货")
    assert (done["code"], done["fund_change"]) == ("10000", "Y")
    assert (await returning.refund("40", *backs, desc="退货"))["fund_change"] == "N"
    assert await returning.money() == (0, 0, *[0] * 6, 100_00)
    told = await split.call(REFUND_QUERY, trade_no=split.trade_no, out_request_no="R1")
    assert [each["trans_out"] for each in told["refund_royaltys"]] == receivers
    assert {each["refund_amount"] for each in told["refund_royaltys"]} == {"3.50"}
    for someone in split.people:
        async with split.database.reading() as tx:
            (bill, _), _ = await wallet.bills(tx, someone.actor, before=None, limit=5)
        assert (bill.direction, bill.amount_fen) == (Direction.OUT, 3_50)
    assert await audited(split.database) == []


async def test_nobody_gives_back_more_than_they_got_nor_more_than_is_refunded(
    returning: Returning,
) -> None:
    split, (first, second, *_) = returning.split, returning.receivers
    before = await returning.money()
    exceeds = "ACQ.ALLOC_AMOUNT_VALIDATE_ERROR"
    for amount, *backs in (
        ("10", (first, "3.51")),
        ("10", (first, "2"), (first, "1.51")),
        ("10", (split.buyer.person.user_no, "1")),
        ("3", (first, "2"), (second, "1.01")),
    ):
        assert sub_code(await returning.refund(amount, *backs)) == exceeds
    assert await returning.money() == before
    assert (await returning.refund("3", (first, "2")))["code"] == "10000"
    assert sub_code(await returning.refund("3", (first, "1.99"))) == (
        "ACQ.DISCORDANT_REPEAT_REQUEST"
    )
    assert sub_code(await returning.refund("3")) == "ACQ.DISCORDANT_REPEAT_REQUEST"
    assert sub_code(await returning.refund("3", (first, "1.51"), number="R2")) == exceeds
    assert (await returning.refund("3", (first, "1.50"), number="R2"))["code"] == "10000"
    # What came back may be split again, as far as it wasn't refunded: 40 - 6 - (24.50 - 3.50).
    over = await split.settle((first, "13.01"), number="S2")
    assert sub_code(over) == exceeds
    assert (await split.settle((first, "13"), number="S2"))["code"] == "10000"
    assert await audited(split.database) == []


async def test_one_receiver_without_money_keeps_all_of_a_refund_from_happening(
    returning: Returning,
) -> None:
    split = returning.split
    poor = split.people[-1]
    trade_no = (await split.create("SPENT", total_amount="3", buyer_id=poor.person.user_no))[
        "trade_no"
    ]
    async with split.database.transaction() as tx:
        spent = await payments.pay(tx, poor.actor, trade_no, Fund.BALANCE, PAY_PASSWORD)
        assert not isinstance(spent, Refused)
    before = await returning.money()
    backs = [(each, "3.50") for each in returning.receivers]
    refused = await returning.refund("40", *backs)
    assert sub_code(refused) == "ACQ.SELLER_BALANCE_NOT_ENOUGH"
    assert refused["sub_msg"] == "分账收入方余额不足"
    assert await returning.money() == before
    others = [back for back in backs if back[0] != poor.person.user_no]
    assert (await returning.refund("36", *others))["code"] == "10000"
    assert await audited(split.database) == []


async def test_what_merchants_swept_home_comes_back_to_be_given_back(returning: Returning) -> None:
    await jobs.sweep_home(returning.split.database)
    other = returning.split.other.seller_id
    assert (await returning.refund("15", (other, "3.50")))["code"] == "10000"
    own, others, *_ = await returning.money()
    assert (own, others) == (15_50 + 3_50 - 15_00, 0)
    assert await audited(returning.split.database) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"trans_out": ""},
        {"trans_out_type": "loginName"},
        {"trans_in": "2088000000000000"},
        {"royalty_type": "replenish"},
        {"amount": "0"},
        {"amount": "", "amount_percentage": "10"},
    ],
)
async def test_a_malformed_return_takes_nothing(
    returning: Returning, wrong: dict[str, str]
) -> None:
    before = await returning.money()
    back = (returning.receivers[0], "1")
    assert sub_code(await returning.refund("10", back, **wrong)) == "ACQ.INVALID_PARAMETER"
    assert await returning.money() == before


async def test_both_merchants_statements_tell_what_was_given_back(returning: Returning) -> None:
    split = returning.split
    seller_id = split.other.seller_id
    assert (await returning.refund("10", (seller_id, "2"), desc="退货"))["code"] == "10000"
    async with split.database.reading() as tx:
        begin, end = tx.now - timedelta(hours=1), tx.now + timedelta(hours=1)
        own = await statements.statement(tx, split.app.merchant_id, begin, end)
        theirs = await statements.statement(tx, split.other.merchant_id, begin, end)
    (came,) = [each for each in own.movements if each.kind is MovementKind.ROYALTY_RETURN]
    assert (came.amount_fen, came.out_no, came.memo) == (2_00, "SOLD", "退货")
    went = theirs.movements[-1]
    assert (went.kind, went.amount_fen) == (MovementKind.ROYALTY_RETURN, -2_00)
    assert (went.out_no, went.balance_fen) == ("", 1_50)


@pytest.mark.parametrize(
    ("spoilt", "check"),
    [
        ("UPDATE payments.royalty_return SET amount_fen = 1", "return_is_transferred"),
        ("UPDATE payments.royalty_return SET amount_fen = 351", "returned_what_it_got"),
    ],
)
async def test_the_audit_sees_a_return_that_is_not_in_the_books(
    returning: Returning, spoilt: str, check: str
) -> None:
    database = returning.split.database
    assert (await returning.refund("10", (returning.receivers[0], "3.50")))["code"] == "10000"
    async with database.transaction() as tx:
        await tx.execute(spoilt)
    assert check in {each.check for each in await audited(database)}
