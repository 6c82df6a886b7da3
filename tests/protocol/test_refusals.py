"""What a platform must refuse once there is a trade, told to each SDK alike; nothing moves."""

from typing import Any

from tests.protocol.conftest import Ask, Buyers
from tests.protocol.merchant import Merchant


def sub_code(node: dict[str, Any]) -> str:
    assert node["code"] == "40004", node
    return str(node["sub_code"])


async def test_a_paid_trade(ask: Ask, merchant: Merchant, rival: Merchant, buyers: Buyers) -> None:
    number, code = merchant.number(), await buyers.code()
    sale = {"out_trade_no": number, "subject": "咖啡", "total_amount": "3.00"}
    stranger = {"buyer_id": "2088000000000000"}
    ours = {"seller_id": merchant.told["seller_id"]}
    for wrong, refused in (
        (stranger, "ACQ.TRADE_BUYER_NOT_MATCH"),
        ({"seller_id": rival.told["seller_id"]}, "ACQ.SELLER_NOT_EXIST"),
    ):
        assert sub_code(ask("alipay.trade.pay", **sale, auth_code=code, **wrong)) == refused
    assert ask("alipay.trade.pay", **sale, auth_code=code, **ours)["code"] == "10000"
    another = await buyers.code()
    which = {"out_trade_no": number}
    refund = "alipay.trade.refund"
    assert sub_code(ask("alipay.trade.pay", **sale, auth_code=another)) == "ACQ.TRADE_HAS_SUCCESS"
    assert sub_code(ask("alipay.trade.close", **which)) == "ACQ.TRADE_STATUS_ERROR"
    assert sub_code(ask(refund, **which, refund_amount="3.01")) == (
        "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"
    )
    assert sub_code(ask(refund, **which, refund_amount="0")) == "ACQ.INVALID_PARAMETER"
    for method, more in (
        ("alipay.trade.query", {}),
        ("alipay.trade.close", {}),
        (refund, {"refund_amount": "1"}),
        ("alipay.trade.fastpay.refund.query", {"out_request_no": "R"}),
    ):
        foreign = ask(method, rival, **which, **more)
        assert sub_code(foreign) == "ACQ.TRADE_NOT_EXIST"
    part = {**which, "out_request_no": "R"}
    assert ask(refund, **part, refund_amount="1")["fund_change"] == "Y"
    assert ask(refund, **part, refund_amount="1")["fund_change"] == "N"
    assert sub_code(ask(refund, **part, refund_amount="2")) == "ACQ.DISCORDANT_REPEAT_REQUEST"
    rest = {**which, "out_request_no": "S"}
    assert sub_code(ask(refund, **rest, refund_amount="2.01")) == "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"
    seen = ask("alipay.trade.query", **which)
    assert (seen["trade_status"], seen["total_amount"]) == ("TRADE_SUCCESS", "3.00")
    asked = ask("alipay.trade.fastpay.refund.query", **rest)
    assert (asked["code"], asked.get("refund_status")) == ("10000", None)


async def test_a_trade_that_waits_and_is_closed(
    ask: Ask, merchant: Merchant, buyers: Buyers
) -> None:
    number = merchant.number()
    which = {"out_trade_no": number}
    sale = {**which, "subject": "《远行》", "total_amount": "9.90", "buyer_id": buyers.user_no}
    create, refund = "alipay.trade.create", "alipay.trade.refund"
    made = ask(create, **sale)
    assert ask(create, **sale)["trade_no"] == made["trade_no"]
    assert sub_code(ask(create, **{**sale, "total_amount": "9.91"})) == "ACQ.CONTEXT_INCONSISTENT"
    assert sub_code(ask(refund, **which, refund_amount="1")) == "ACQ.TRADE_STATUS_ERROR"
    assert ask("alipay.trade.close", **which)["code"] == "10000"
    code = {"auth_code": await buyers.code()}
    late = ask("alipay.trade.pay", **{**sale, **code})
    assert sub_code(late) in ("ACQ.TRADE_HAS_CLOSE", "ACQ.CONTEXT_INCONSISTENT")
    assert ask("alipay.trade.query", **which)["trade_status"] == "TRADE_CLOSED"


async def test_a_code_pays_once(ask: Ask, merchant: Merchant, buyers: Buyers) -> None:
    code = await buyers.code()
    sale = {"auth_code": code, "subject": "咖啡", "total_amount": "0.01"}
    assert ask("alipay.trade.pay", **sale, out_trade_no=merchant.number())["code"] == "10000"
    number = merchant.number()
    again = ask("alipay.trade.pay", **sale, out_trade_no=number)
    assert sub_code(again) == "ACQ.PAYMENT_AUTH_CODE_INVALID"
    assert sub_code(ask("alipay.trade.query", out_trade_no=number)) == "ACQ.TRADE_NOT_EXIST"


async def test_more_than_the_buyer_may_pay(ask: Ask, merchant: Merchant, buyers: Buyers) -> None:
    for amount, expected in (
        ("1500.00", "ACQ.BUYER_BALANCE_NOT_ENOUGH"),
        ("99999999.00", "ACQ.BEYOND_PER_RECEIPT_RESTRICTION"),
    ):
        refused = ask(
            "alipay.trade.pay",
            out_trade_no=merchant.number(),
            auth_code=await buyers.code(),
            subject="一艘船",
            total_amount=amount,
        )
        assert sub_code(refused) == expected
