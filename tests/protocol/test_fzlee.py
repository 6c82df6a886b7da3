"""fzlee's Python SDK (python-alipay-sdk), unmodified: all of it by GET."""

import json
from typing import Any

import pytest

from tests.protocol.browser import fetched, posted
from tests.protocol.cases import ERRORS
from tests.protocol.conftest import Buyers
from tests.protocol.merchant import Merchant
from tests.support.sdks import Raised, Sdk

SIGN_TYPES = pytest.mark.parametrize("sign_type", ["RSA2", "RSA"])


@SIGN_TYPES
async def test_a_trade_is_paid_queried_and_refunded(
    fzlee: Sdk, merchant: Merchant, buyers: Buyers, sign_type: str
) -> None:
    config, number = merchant.fzlee(sign_type=sign_type), merchant.number()

    def done(name: str, **kwargs: object) -> dict[str, Any]:
        answer = fzlee.ask("call", config=config, name=f"api_alipay_trade_{name}", kwargs=kwargs)
        assert answer["code"] == "10000", answer
        assert isinstance(answer, dict)
        return answer

    paid = done(
        "pay",
        out_trade_no=number,
        scene="wave_code",
        auth_code=await buyers.code(),
        subject="一杯咖啡 & 50% {加糖",
        total_amount=0.30,  # its users pass numbers
        notify_url="http://127.0.0.1:9/notify?a=1&b=2",
    )
    assert (paid["out_trade_no"], paid["total_amount"]) == (number, "0.30")
    seen = done("query", out_trade_no=number)
    assert (seen["trade_status"], seen["subject"]) == ("TRADE_SUCCESS", "一杯咖啡 & 50% {加糖")
    back = done("refund", refund_amount=0.1, trade_no=paid["trade_no"], out_request_no="R 1")
    assert (back["fund_change"], back["refund_fee"]) == ("Y", "0.10")
    asked = done("fastpay_refund_query", out_request_no="R 1", out_trade_no=number)
    assert asked["refund_amount"] == "0.10"


@SIGN_TYPES
def test_a_trade_is_created_and_closed(
    fzlee: Sdk, merchant: Merchant, buyers: Buyers, sign_type: str
) -> None:
    config, number = merchant.fzlee(sign_type=sign_type), merchant.number()
    content = {
        "out_trade_no": number,
        "subject": "《远行》一册",
        "total_amount": 99,
        "buyer_id": buyers.user_no,
    }
    create = {"name": "server_api", "args": ["alipay.trade.create", content]}
    made = fzlee.ask("call", config=config, **create)
    assert (made["code"], made["out_trade_no"]) == ("10000", number)
    which = {"kwargs": {"out_trade_no": number}}
    closed = fzlee.ask("call", config=config, name="api_alipay_trade_close", **which)
    assert (closed["code"], closed["trade_no"]) == ("10000", made["trade_no"])
    seen = fzlee.ask("call", config=config, name="api_alipay_trade_query", **which)
    assert seen["trade_status"] == "TRADE_CLOSED"


@pytest.mark.parametrize(("method", "content", "sub_code", "sub_msg"), ERRORS)
def test_a_business_error_is_returned_with_its_sentence(
    fzlee: Sdk,
    merchant: Merchant,
    method: str,
    content: dict[str, str],
    sub_code: str,
    sub_msg: str,
) -> None:
    node = fzlee.ask("call", config=merchant.fzlee(), name="server_api", args=[method, content])
    assert (node["code"], node["msg"]) == ("40004", "Business Failed")
    assert (node["sub_code"], node["sub_msg"]) == (sub_code, sub_msg)


@SIGN_TYPES
def test_a_foreign_key_is_refused_in_a_signed_answer(
    fzlee: Sdk, merchant: Merchant, stranger: Merchant, sign_type: str
) -> None:
    config = {
        **merchant.fzlee(sign_type=sign_type),
        "app_private_key_string": stranger.fzlee()["app_private_key_string"],
    }
    node = fzlee.ask(
        "call", config=config, name="api_alipay_trade_query", kwargs={"out_trade_no": "{书}"}
    )
    assert (node["code"], node["sub_code"]) == ("40002", "isv.invalid-signature")
    assert "网关生成的验签字符串为：app_id=" in node["sub_msg"]


def test_the_sdk_refuses_an_answer_that_another_platform_signed(
    fzlee: Sdk, merchant: Merchant, stranger: Merchant
) -> None:
    config = {
        **merchant.fzlee(),
        "alipay_public_key_string": stranger.fzlee()["app_private_key_string"],
    }
    raised = fzlee.tried(
        "call", config=config, name="api_alipay_trade_query", kwargs={"out_trade_no": "1"}
    )
    assert isinstance(raised, Raised)
    assert raised.kind == "AliPayValidationError"


def test_an_unknown_method_is_returned_in_its_own_node(fzlee: Sdk, merchant: Merchant) -> None:
    node = fzlee.ask("call", config=merchant.fzlee(), name="server_api", args=["alipay.no.such"])
    assert (node["code"], node["sub_code"]) == ("40002", "isv.invalid-method")


@SIGN_TYPES
@pytest.mark.parametrize("how", ["query", "body"])
def test_the_strings_for_apps_are_verified(
    fzlee: Sdk, merchant: Merchant, sign_type: str, how: str
) -> None:
    made = fzlee.ask(
        "call",
        config=merchant.fzlee(sign_type=sign_type),
        name="client_api",
        args=["alipay.trade.query", {"out_trade_no": '没有 "这笔" & 那笔'}],
    )
    answer = (
        fetched(f"{merchant.gateway}?{made}") if how == "query" else posted(merchant.gateway, made)
    )
    node = json.loads(answer.text)["alipay_trade_query_response"]
    assert node["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    changed = fetched(f"{merchant.gateway}?{made.replace('trade.query', 'trade.close')}")
    assert '"isv.invalid-signature"' in changed.text
