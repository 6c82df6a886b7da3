"""Protocol v3 by the official Node SDK's `curl`, the only one of the three that speaks it."""

import base64
from typing import Any

import pytest

from tests.protocol.cases import ERRORS
from tests.protocol.conftest import Buyers
from tests.protocol.merchant import Merchant
from tests.support.sdks import Raised, Sdk

MODES = ["key", "certificate", "encrypted"]


@pytest.fixture
def config(mode: str, merchant: Merchant, certified: Merchant) -> dict[str, Any]:
    if mode == "key":
        return merchant.node()
    return certified.node_certified(encryptKey=certified.told["content_key"])


def path_of(method: str) -> str:
    return "/v3/" + method.replace(".", "/")


@pytest.mark.parametrize("mode", MODES)
async def test_a_trade_is_paid_queried_and_refunded(
    node: Sdk, config: dict[str, Any], mode: str, merchant: Merchant, buyers: Buyers
) -> None:
    number = merchant.number()

    def done(method: str, **content: object) -> dict[str, Any]:
        body = {"out_trade_no": number, **content}
        options = {"body": body, "needEncrypt": mode == "encrypted"}
        answer = node.ask("curl", config=config, verb="POST", path=path_of(method), options=options)
        assert answer["responseHttpStatus"] == 200
        assert answer["traceId"]
        assert isinstance(answer["data"], dict)
        return answer["data"]

    paid = done(
        "alipay.trade.pay",
        auth_code=await buyers.code(),
        subject="一杯 {咖啡} 🍵",
        total_amount="0.30",
        notify_url="http://127.0.0.1:9/notify?a=1",
    )
    assert "code" not in paid
    assert (paid["out_trade_no"], paid["total_amount"]) == (number, "0.30")
    seen = done("alipay.trade.query")
    assert (seen["trade_status"], seen["subject"]) == ("TRADE_SUCCESS", "一杯 {咖啡} 🍵")
    back = done("alipay.trade.refund", refund_amount="0.10", out_request_no="R 1")
    assert (back["fund_change"], back["refund_fee"]) == ("Y", "0.10")
    asked = done("alipay.trade.fastpay.refund.query", out_request_no="R 1")
    assert asked["refund_amount"] == "0.10"


@pytest.mark.parametrize("mode", MODES)
def test_a_trade_is_created_asked_for_by_get_and_closed(
    node: Sdk, config: dict[str, Any], mode: str, merchant: Merchant, buyers: Buyers
) -> None:
    encrypt = mode == "encrypted"
    content = {"out_trade_no": merchant.number(), "subject": "一册", "total_amount": "9.90"}
    made = node.ask(
        "curl",
        config=config,
        verb="POST",
        path=path_of("alipay.trade.create"),
        options={"body": {**content, "buyer_id": buyers.user_no}, "needEncrypt": encrypt},
    )["data"]
    asked = {"config": config, "verb": "GET", "path": path_of("alipay.trade.query")}
    options = {"query": {"out_trade_no": content["out_trade_no"]}}
    seen = node.ask("curl", **asked, options=options)["data"]
    assert (seen["trade_no"], seen["trade_status"]) == (made["trade_no"], "WAIT_BUYER_PAY")
    closed = node.ask(
        "curl",
        config=config,
        verb="POST",
        path=path_of("alipay.trade.close"),
        options={"body": {"trade_no": made["trade_no"]}, "needEncrypt": encrypt},
    )["data"]
    assert closed == {"trade_no": made["trade_no"], "out_trade_no": content["out_trade_no"]}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("method", "content", "sub_code", "sub_msg"), ERRORS)
def test_a_business_error_is_raised_with_its_code_and_sentence(
    node: Sdk,
    config: dict[str, Any],
    mode: str,
    method: str,
    content: dict[str, str],
    sub_code: str,
    sub_msg: str,
) -> None:
    options = {"body": content, "needEncrypt": mode == "encrypted"}
    raised = node.tried("curl", config=config, verb="POST", path=path_of(method), options=options)
    assert isinstance(raised, Raised)
    assert raised.kind == "AlipayRequestError"
    assert (raised.status, raised.code) == (400, sub_code)
    assert raised.said.startswith(sub_msg)


def test_of_a_file_beside_the_content_nothing_is_signed(node: Sdk, merchant: Merchant) -> None:
    raised = node.tried(
        "curlMultipart",
        config=merchant.node(),
        verb="POST",
        path=path_of("alipay.trade.query"),
        fields={"out_trade_no": "没有 这笔"},
    )
    assert isinstance(raised, Raised)
    assert raised.code == "ACQ.TRADE_NOT_EXIST"


def test_a_foreign_key_and_a_foreign_certificate_are_refused(
    node: Sdk, merchant: Merchant, certified: Merchant, stranger: Merchant
) -> None:
    asked = {"verb": "POST", "path": path_of("alipay.trade.query")}
    options = {"body": {"out_trade_no": "1"}}
    foreign = stranger.told["private_key_pkcs1"]
    for config, code in (
        (merchant.node(privateKey=foreign), "invalid-signature"),
        (certified.node_certified(privateKey=foreign), "invalid-signature"),
        (
            certified.node_certified(appCertContent=stranger.told["app_certificate"]),
            "app-cert-not-exist",
        ),
        (certified.node(), "missing-app-cert-sn"),
    ):
        raised = node.tried("curl", config=config, options=options, **asked)
        assert isinstance(raised, Raised)
        assert (raised.status, raised.code) == (400, code)


def test_the_sdk_refuses_an_answer_that_another_platform_signed(
    node: Sdk, certified: Merchant, stranger: Merchant
) -> None:
    raised = node.tried(
        "curl",
        config=certified.node_certified(alipayPublicCertContent=stranger.told["app_certificate"]),
        verb="GET",
        path=path_of("alipay.open.app.alipaycert.download"),
        options={"query": {"alipay_cert_sn": certified.told["alipay_cert_sn"]}},
    )
    assert isinstance(raised, Raised)
    assert raised.code == "response-alipay-sn-verify-error"


def test_the_platforms_certificate_is_downloaded(node: Sdk, certified: Merchant) -> None:
    said = node.ask(
        "curl",
        config=certified.node_certified(),
        verb="GET",
        path=path_of("alipay.open.app.alipaycert.download"),
        options={"query": {"alipay_cert_sn": certified.told["alipay_cert_sn"]}},
    )
    content = base64.b64decode(said["data"]["alipay_cert_content"]).decode()
    assert content == certified.told["platform_certificate"]
