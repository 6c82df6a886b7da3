"""The official Python SDK (alipay-sdk-python), unmodified, through every method there is.

It knows no port but 80: where that isn't allowed, these tests are skipped by name.
"""

import pytest

from tests.protocol.browser import fetched, posted, submitted
from tests.protocol.cases import ERRORS
from tests.protocol.conftest import HTTP_PORT, Buyers
from tests.protocol.merchant import Merchant
from tests.support.sdks import Raised, Sdk
from tests.support.server import Server

SIGNED_WAYS = [
    pytest.param({"sign_type": sign_type, "charset": charset}, id=f"{sign_type}-{charset}")
    for sign_type in ("RSA2", "RSA")
    for charset in ("utf-8", "GBK")
]


@pytest.fixture(autouse=True)
def _reached_at_port_80(server: Server) -> None:
    if server.port != HTTP_PORT:
        pytest.skip("port 80 isn't allowed here, and the official Python SDK can't take another")


@pytest.mark.parametrize("way", SIGNED_WAYS)
async def test_a_trade_is_paid_queried_and_refunded(
    official_python: Sdk, merchant: Merchant, buyers: Buyers, way: dict[str, str]
) -> None:
    config, number = merchant.official(**way), merchant.number()

    def done(method: str, **content: str) -> dict[str, str]:
        answer = official_python.ask("execute", config=config, method=method, content=content)
        assert answer["success"], answer
        assert answer["node"]["code"] == "10000"
        assert isinstance(answer["read"], dict)
        return answer["read"]

    paid = done(
        "alipay.trade.pay",
        out_trade_no=number,
        scene="bar_code",
        auth_code=await buyers.code(),
        subject="一杯咖啡 & 50% {加糖",
        total_amount="0.30",
    )
    assert (paid["out_trade_no"], paid["total_amount"]) == (number, "0.30")
    seen = done("alipay.trade.query", out_trade_no=number)
    assert seen["trade_status"] == "TRADE_SUCCESS"
    assert seen["subject"] == "一杯咖啡 & 50% {加糖"
    part = {"trade_no": paid["trade_no"], "out_request_no": "R 1"}
    back = done("alipay.trade.refund", **part, refund_amount="0.10", refund_reason="太甜")
    assert (back["fund_change"], back["refund_fee"]) == ("Y", "0.10")
    assert done("alipay.trade.fastpay.refund.query", **part)["refund_amount"] == "0.10"


@pytest.mark.parametrize("way", SIGNED_WAYS)
def test_a_trade_is_created_and_closed(
    official_python: Sdk, merchant: Merchant, buyers: Buyers, way: dict[str, str]
) -> None:
    config, number = merchant.official(**way), merchant.number()
    content = {
        "out_trade_no": number,
        "subject": "《远行》一册",
        "total_amount": "99.00",
        "buyer_id": buyers.user_no,
    }
    asked = {"config": config, "method": "alipay.trade.create", "content": content}
    public = {"notify_url": "http://127.0.0.1:9/notify"}
    made = official_python.ask("execute", **asked, public=public)["read"]
    assert made["out_trade_no"] == number
    asked = {"config": config, "content": {"out_trade_no": number}}
    seen = official_python.ask("execute", method="alipay.trade.query", **asked)["read"]
    assert (seen["trade_no"], seen["trade_status"]) == (made["trade_no"], "WAIT_BUYER_PAY")
    assert official_python.ask("execute", method="alipay.trade.close", **asked)["success"]
    seen = official_python.ask("execute", method="alipay.trade.query", **asked)["read"]
    assert seen["trade_status"] == "TRADE_CLOSED"


@pytest.mark.parametrize("charset", ["utf-8", "GBK"])
@pytest.mark.parametrize(("method", "content", "sub_code", "sub_msg"), ERRORS)
def test_a_business_error_is_read_with_its_sentence(
    official_python: Sdk,
    merchant: Merchant,
    method: str,
    content: dict[str, str],
    sub_code: str,
    sub_msg: str,
    charset: str,
) -> None:
    answer = official_python.ask(
        "execute", config=merchant.official(charset=charset), method=method, content=content
    )
    assert not answer["success"]
    read = answer["read"]
    node = answer["node"]
    assert (node["code"], node["msg"]) == ("40004", "Business Failed")
    assert (node["sub_code"], node["sub_msg"]) == (sub_code, sub_msg)
    assert "trade_no" not in read


@pytest.mark.parametrize("way", SIGNED_WAYS)
def test_a_foreign_key_is_refused_in_a_signed_answer(
    official_python: Sdk, merchant: Merchant, stranger: Merchant, way: dict[str, str]
) -> None:
    config = merchant.official(app_private_key=stranger.told["private_key_pkcs1"], **way)
    answer = official_python.ask(
        "execute", config=config, method="alipay.trade.query", content={"out_trade_no": "书"}
    )
    node = answer["node"]
    assert (node["code"], node["sub_code"]) == ("40002", "isv.invalid-signature")
    assert "网关生成的验签字符串为：app_id=" in node["sub_msg"]
    assert "书" in node["sub_msg"]


def test_the_sdk_refuses_an_answer_that_another_platform_signed(
    official_python: Sdk, merchant: Merchant, stranger: Merchant
) -> None:
    config = merchant.official(alipay_public_key=stranger.app_public_key)
    raised = official_python.tried(
        "execute", config=config, method="alipay.trade.query", content={"out_trade_no": "1"}
    )
    assert isinstance(raised, Raised)
    assert raised.kind == "ResponseException"
    assert "sign verify failed" in raised.said


@pytest.mark.parametrize("way", SIGNED_WAYS)
def test_a_file_beside_the_parameters_is_no_part_of_the_signature(
    official_python: Sdk, merchant: Merchant, way: dict[str, str]
) -> None:
    """Its file methods aren't known here: that is told only once the signature has held."""
    answer = official_python.ask(
        "execute",
        config=merchant.official(**way),
        method="alipay.offline.material.image.upload",
        public={"image_type": "jpg", "image_name": "店面"},
        files={"image_content": "a picture"},
    )
    assert answer["node"]["sub_code"] == "isv.invalid-method"


@pytest.mark.parametrize("way", SIGNED_WAYS)
@pytest.mark.parametrize("do", ["page_get", "page_post", "sdk"])
def test_the_forms_for_browsers_and_apps_are_verified(
    official_python: Sdk, merchant: Merchant, do: str, way: dict[str, str]
) -> None:
    made = official_python.ask(
        do,
        config=merchant.official(**way),
        method="alipay.trade.query",
        content={"out_trade_no": '没有 "这笔" & 那笔'},
        public={"notify_url": "http://127.0.0.1:9/n?a=1&b=2"},
    )
    if do == "page_get":
        answer = fetched(made)
    elif do == "page_post":
        answer = submitted(made, way["charset"])
    else:
        answer = posted(merchant.gateway, made)
    assert "ACQ.TRADE_NOT_EXIST" in answer.text
    assert "交易不存在".encode(way["charset"]) in answer.content
