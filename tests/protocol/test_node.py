"""The official Node SDK (alipay-sdk), unmodified, through every method there is; it signs UTF-8."""

from typing import Any

import pytest

from tests.protocol.browser import fetched, posted, submitted
from tests.protocol.cases import ERRORS
from tests.protocol.conftest import Buyers
from tests.protocol.merchant import Merchant
from tests.support.sdks import Raised, Sdk

WAYS = [
    pytest.param({"signType": "RSA2"}, id="RSA2"),
    pytest.param({"signType": "RSA"}, id="RSA"),
    pytest.param({"keyType": "PKCS8"}, id="PKCS8"),
]
VERIFY = {"validateSign": True}


def config_of(merchant: Merchant, way: dict[str, str]) -> dict[str, Any]:
    config = merchant.node(**way)
    if way.get("keyType") == "PKCS8":
        config["privateKey"] = merchant.told["private_key_pkcs8"]
    return config


@pytest.mark.parametrize("way", WAYS)
async def test_a_trade_is_paid_queried_and_refunded(
    node: Sdk, merchant: Merchant, buyers: Buyers, way: dict[str, str]
) -> None:
    config, number = config_of(merchant, way), merchant.number()

    def done(method: str, **content: object) -> dict[str, Any]:
        params = {"notifyUrl": "http://127.0.0.1:9/notify?a=1", "bizContent": content}
        answer = node.ask("exec", config=config, method=method, params=params, options=VERIFY)
        assert answer["code"] == "10000", answer
        assert isinstance(answer, dict)
        return answer

    paid = done(
        "alipay.trade.pay",
        outTradeNo=number,
        scene="bar_code",
        authCode=await buyers.code(),
        subject="一杯咖啡 & 50% {加糖 🍵",
        totalAmount=0.3,
    )
    assert (paid["out_trade_no"], paid["total_amount"]) == (number, "0.30")
    seen = done("alipay.trade.query", outTradeNo=number)
    assert seen["trade_status"] == "TRADE_SUCCESS"
    assert seen["subject"] == "一杯咖啡 & 50% {加糖 🍵"
    part = {"tradeNo": paid["trade_no"], "outRequestNo": "R 1"}
    back = done("alipay.trade.refund", **part, refundAmount="0.10")
    assert (back["fund_change"], back["refund_fee"]) == ("Y", "0.10")
    assert done("alipay.trade.fastpay.refund.query", **part)["refund_amount"] == "0.10"


@pytest.mark.parametrize("way", WAYS)
def test_a_trade_is_created_and_closed(
    node: Sdk, merchant: Merchant, buyers: Buyers, way: dict[str, str]
) -> None:
    config, number = config_of(merchant, way), merchant.number()

    def done(method: str, **content: object) -> dict[str, Any]:
        params = {"bizContent": {"outTradeNo": number, **content}}
        answer = node.ask("exec", config=config, method=method, params=params, options=VERIFY)
        assert answer["code"] == "10000", answer
        assert isinstance(answer, dict)
        return answer

    made = done("alipay.trade.create", subject="一册", totalAmount="99.00", buyerId=buyers.user_no)
    assert done("alipay.trade.close")["trade_no"] == made["trade_no"]
    assert done("alipay.trade.query")["trade_status"] == "TRADE_CLOSED"


@pytest.mark.parametrize(("method", "content", "sub_code", "sub_msg"), ERRORS)
def test_a_business_error_is_returned_with_its_sentence(
    node: Sdk,
    merchant: Merchant,
    method: str,
    content: dict[str, str],
    sub_code: str,
    sub_msg: str,
) -> None:
    asked = {"method": method, "params": {"bizContent": content}, "options": VERIFY}
    answer = node.ask("exec", config=merchant.node(camelcase=True), **asked)
    assert (answer["code"], answer["msg"]) == ("40004", "Business Failed")
    assert (answer["subCode"], answer["subMsg"]) == (sub_code, sub_msg)


@pytest.mark.parametrize("sign_type", ["RSA2", "RSA"])
def test_a_foreign_key_is_refused_in_a_signed_answer(
    node: Sdk, merchant: Merchant, stranger: Merchant, sign_type: str
) -> None:
    answer = node.ask(
        "exec",
        config=merchant.node(privateKey=stranger.told["private_key_pkcs1"], signType=sign_type),
        method="alipay.trade.query",
        params={"bizContent": {"outTradeNo": "{书}"}},
        options=VERIFY,
    )
    assert (answer["code"], answer["sub_code"]) == ("40002", "isv.invalid-signature")


def test_the_sdk_refuses_an_answer_that_another_platform_signed(
    node: Sdk, merchant: Merchant, stranger: Merchant
) -> None:
    raised = node.tried(
        "exec",
        config=merchant.node(alipayPublicKey=stranger.app_public_key),
        method="alipay.trade.query",
        params={"bizContent": {"outTradeNo": "1"}},
        options=VERIFY,
    )
    assert isinstance(raised, Raised)
    assert "验签失败" in raised.said


def test_an_unknown_method_is_returned_in_its_own_node(node: Sdk, merchant: Merchant) -> None:
    asked = {"method": "alipay.no.such", "params": {}, "options": VERIFY}
    answer = node.ask("exec", config=merchant.node(), **asked)
    assert (answer["code"], answer["sub_code"]) == ("40002", "isv.invalid-method")


@pytest.mark.parametrize("way", WAYS)
def test_a_file_beside_the_parameters_is_no_part_of_the_signature(
    node: Sdk, merchant: Merchant, way: dict[str, str]
) -> None:
    """Its file methods aren't known here: that is told only once the signature has held."""
    answer = node.ask(
        "multipart",
        config=config_of(merchant, way),
        method="alipay.offline.material.image.upload",
        fields={"imageType": "jpg", "imageName": "店面 1"},
        options=VERIFY,
    )
    assert answer["sub_code"] == "isv.invalid-method"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", ["GET", "POST", "app"])
def test_the_forms_for_browsers_and_apps_are_verified(
    node: Sdk, merchant: Merchant, form: str, way: dict[str, str]
) -> None:
    asked = {
        "config": config_of(merchant, way),
        "method": "alipay.trade.query",
        "params": {
            "notifyUrl": "http://127.0.0.1:9/n?a=1&b=2",
            "bizContent": {"outTradeNo": '没有 "这笔" & 那笔'},
        },
    }
    if form == "app":
        answer = posted(merchant.gateway, node.ask("sdk", **asked))
    elif form == "GET":
        answer = fetched(node.ask("page", verb="GET", **asked))
    else:
        answer = submitted(node.ask("page", verb="POST", **asked))
    assert "ACQ.TRADE_NOT_EXIST" in answer.text
