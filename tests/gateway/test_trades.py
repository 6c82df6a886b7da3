"""The whole life of a trade over signed calls, and every way its fields can be wrong."""

import json
from datetime import timedelta

import pytest

from farewave.gateway import service
from farewave.gateway.keys import public_key_text
from farewave.gateway.methods.refusals import PROBLEM_OF
from farewave.kit.clock import from_shanghai, shanghai_day, shanghai_text
from farewave.payments import closing
from farewave.payments.errors import PaymentsRefusal
from tests.gateway.calls import APP_KEY
from tests.gateway.shop import Node, Shop
from tests.support.database import move_clock

QUERY = "alipay.trade.query"
CLOSE = "alipay.trade.close"
REFUND = "alipay.trade.refund"
REFUND_QUERY = "alipay.trade.fastpay.refund.query"


def sub_code(node: Node) -> str:
    assert node["code"] == "40004", node
    return str(node["sub_code"])


async def test_a_trade_is_made_paid_queried_refunded_in_parts_and_closed(shop: Shop) -> None:
    made = await shop.create(body="两张", passback_params="a%3D1")
    assert made.keys() == {"code", "msg", "trade_no", "out_trade_no"}
    assert made["code"] == "10000"
    trade_no = made["trade_no"]

    waiting = await shop.call(QUERY, out_trade_no="T 1.a")
    assert (waiting["trade_status"], waiting["total_amount"]) == ("WAIT_BUYER_PAY", "9.50")
    assert waiting["receipt_amount"] == "0.00"
    assert "send_pay_date" not in waiting

    await shop.pay(trade_no)
    paid = await shop.call(QUERY, trade_no=trade_no, out_trade_no="ignored")
    trade = await shop.trade(trade_no)
    assert trade.paid_at is not None
    assert paid == {
        "code": "10000",
        "msg": "Success",
        "trade_no": trade_no,
        "out_trade_no": "T 1.a",
        "trade_status": "TRADE_SUCCESS",
        "total_amount": "9.50",
        "receipt_amount": "9.50",
        "buyer_pay_amount": "9.50",
        "point_amount": "0.00",
        "invoice_amount": "9.50",
        "buyer_user_id": shop.buyer.person.user_no,
        "buyer_logon_id": shop.buyer.phone.masked,
        "fund_bill_list": [{"fund_channel": "ALIPAYACCOUNT", "amount": "9.50"}],
        "subject": "D301 {北京}",
        "body": "两张",
        "passback_params": "a%3D1",
        "send_pay_date": shanghai_text(trade.paid_at),
    }
    assert sub_code(await shop.call(CLOSE, trade_no=trade_no)) == "ACQ.TRADE_STATUS_ERROR"

    part = {"out_trade_no": "T 1.a", "refund_amount": 4, "out_request_no": "R1"}
    first = await shop.call(REFUND, **part, refund_reason="少一人")
    assert (first["fund_change"], first["refund_fee"]) == ("Y", "4.00")
    again = await shop.call(REFUND, **part)
    assert (again["fund_change"], again["refund_fee"]) == ("N", "4.00")
    other = await shop.call(REFUND, **{**part, "refund_amount": "4.01"})
    assert sub_code(other) == "ACQ.DISCORDANT_REPEAT_REQUEST"

    told = await shop.call(REFUND_QUERY, trade_no=trade_no, out_request_no="R1")
    assert told["refund_status"] == "REFUND_SUCCESS"
    assert (told["refund_amount"], told["total_amount"]) == ("4.00", "9.50")
    assert told["refund_reason"] == "少一人"
    unknown = await shop.call(REFUND_QUERY, trade_no=trade_no, out_request_no="R2")
    assert unknown == {"code": "10000", "msg": "Success"}

    rest = await shop.call(REFUND, trade_no=trade_no, refund_amount="5.5", out_request_no="R2")
    assert rest["refund_fee"] == "9.50"
    assert (await shop.call(QUERY, trade_no=trade_no))["trade_status"] == "TRADE_CLOSED"
    assert sub_code(await shop.create()) == "ACQ.TRADE_HAS_CLOSE"


async def test_a_refund_without_a_number_is_the_trades_only_one(shop: Shop) -> None:
    made = await shop.create()
    await shop.pay(made["trade_no"])
    for expected in ("Y", "N"):
        node = await shop.call(REFUND, trade_no=made["trade_no"], refund_amount="9.5")
        assert node["fund_change"] == expected
    told = await shop.call(REFUND_QUERY, out_trade_no="T 1.a", out_request_no="T 1.a")
    assert told["refund_amount"] == "9.50"


async def test_a_trade_is_made_once_for_its_number(shop: Shop) -> None:
    made = await shop.create()
    assert await shop.create() == made
    assert sub_code(await shop.create(total_amount="9.51")) == "ACQ.CONTEXT_INCONSISTENT"
    await shop.pay(made["trade_no"])
    assert sub_code(await shop.create()) == "ACQ.TRADE_HAS_SUCCESS"


async def test_a_trade_that_waits_can_be_closed(shop: Shop) -> None:
    made = await shop.create()
    closed = await shop.call(CLOSE, out_trade_no="T 1.a")
    assert closed == made
    assert await shop.call(CLOSE, trade_no=made["trade_no"]) == made
    refund = await shop.call(REFUND, trade_no=made["trade_no"], refund_amount="1")
    assert sub_code(refund) == "ACQ.TRADE_HAS_CLOSE"


@pytest.mark.parametrize("method", [QUERY, CLOSE, REFUND, REFUND_QUERY])
async def test_an_unknown_trade_doesnt_exist(shop: Shop, method: str) -> None:
    more = {"refund_amount": "1", "out_request_no": "R1"}
    for numbers in ({"trade_no": "2" * 28}, {"trade_no": "x"}, {"out_trade_no": "none"}):
        node = await shop.call(method, **numbers, **more)
        assert sub_code(node) == "ACQ.TRADE_NOT_EXIST"
        assert node["sub_msg"] == "交易不存在"


@pytest.mark.parametrize("method", [QUERY, CLOSE, REFUND, REFUND_QUERY])
async def test_a_trade_without_a_number_is_an_invalid_parameter(shop: Shop, method: str) -> None:
    node = await shop.call(method, refund_amount="1", out_request_no="R1", trade_no="")
    assert sub_code(node) == "ACQ.INVALID_PARAMETER"


async def test_another_merchants_trade_doesnt_exist(shop: Shop) -> None:
    made = await shop.create()
    async with shop.database.transaction() as tx:
        other = await service.ensure_app(
            tx, name="别家", name_en="Other", public_key=public_key_text(APP_KEY.public_key())
        )
    shop.client._app_id = other.app_id
    for numbers in ({"trade_no": made["trade_no"]}, {"out_trade_no": "T 1.a"}):
        for method in (QUERY, CLOSE):
            assert sub_code(await shop.call(method, **numbers)) == "ACQ.TRADE_NOT_EXIST"


async def test_fields_at_their_bounds_are_taken(shop: Shop) -> None:
    made = await shop.create("票" * 64, subject="票" * 256, body="x" * 128, timeout_express="15d")
    assert made["code"] == "10000"
    assert (await shop.create(12345))["out_trade_no"] == "12345"  # type: ignore[arg-type]


async def test_the_deadline_is_absolute_or_counted_from_now(shop: Shop) -> None:
    async with shop.database.reading() as tx:
        now = tx.now
    expire = shanghai_text(now + timedelta(minutes=30))
    for fields, expected in (
        ({"time_expire": expire}, now + timedelta(minutes=30)),
        ({"time_expire": expire, "timeout_express": "1h"}, now + timedelta(minutes=30)),
        ({"timeout_express": "20m"}, now + timedelta(minutes=20)),
        ({"timeout_express": "2h"}, now + timedelta(hours=2)),
        ({"timeout_express": "1d"}, now + timedelta(days=1)),
        ({"timeout_express": "1c"}, from_shanghai(shanghai_day(now), 24 * 60)),
    ):
        made = await shop.create(json.dumps(fields), **fields)
        trade = await shop.trade(made["trade_no"])
        assert abs(trade.expires_at - expected) < timedelta(seconds=30)


async def test_a_deadline_that_is_over_and_strangers_are_refused(shop: Shop) -> None:
    late = await shop.create(time_expire="2020-01-01 00:00:00")
    assert sub_code(late) == "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR"
    assert sub_code(await shop.create(buyer_id="2088000000000000")) == "ACQ.BUYER_NOT_EXIST"
    assert sub_code(await shop.create(buyer_id="nobody")) == "ACQ.BUYER_NOT_EXIST"
    assert sub_code(await shop.create(seller_id="2088999")) == "ACQ.SELLER_NOT_EXIST"
    assert (await shop.create(seller_id=shop.app.seller_id))["code"] == "10000"


async def test_a_finished_trade_cant_be_refunded(shop: Shop) -> None:
    made = await shop.create()
    await shop.pay(made["trade_no"])
    exceeds = await shop.call(REFUND, trade_no=made["trade_no"], refund_amount="9.51")
    assert sub_code(exceeds) == "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"
    await move_clock(shop.database, timedelta(days=100))
    async with shop.database.transaction() as tx:
        assert await closing.finish_due(tx, shop.buyer.actor.shard) == 1
    late = await shop.call(REFUND, trade_no=made["trade_no"], refund_amount="1")
    assert sub_code(late) == "ACQ.TRADE_HAS_FINISHED"


def test_every_refusal_of_payments_has_its_business_code() -> None:
    assert set(PROBLEM_OF) == set(PaymentsRefusal)
    for problem in PROBLEM_OF.values():
        assert problem.code == "40004"
        assert problem.sub_code.startswith("ACQ.")
