"""Certificate mode, by the official Node SDK and fzlee's; the official Python SDK has none."""

import base64
from typing import Any

import pytest

from tests.protocol.browser import fetched, posted
from tests.protocol.conftest import Buyers
from tests.protocol.merchant import Merchant
from tests.support.sdks import Sdk

VERIFY = {"validateSign": True}
QUERY = {"method": "alipay.trade.query", "params": {"bizContent": {"outTradeNo": "没有"}}}


@pytest.mark.parametrize("sign_type", ["RSA2", "RSA"])
async def test_node_pays_queries_and_refunds(
    node: Sdk, certified: Merchant, buyers: Buyers, sign_type: str
) -> None:
    config, number = certified.node_certified(signType=sign_type), certified.number()

    def done(method: str, **content: object) -> dict[str, Any]:
        params = {"bizContent": {"outTradeNo": number, **content}}
        answer = node.ask("exec", config=config, method=method, params=params, options=VERIFY)
        assert answer["code"] == "10000", answer
        assert isinstance(answer, dict)
        return answer

    code = await buyers.code()
    done("alipay.trade.pay", authCode=code, subject="一杯咖啡", totalAmount="0.30")
    assert done("alipay.trade.query")["trade_status"] == "TRADE_SUCCESS"
    assert done("alipay.trade.refund", refundAmount="0.30")["fund_change"] == "Y"
    assert done("alipay.trade.query")["trade_status"] == "TRADE_CLOSED"


@pytest.mark.parametrize("sign_type", ["RSA2", "RSA"])
async def test_fzlee_pays_queries_and_refunds(
    fzlee: Sdk, certified: Merchant, buyers: Buyers, sign_type: str
) -> None:
    config, number = certified.fzlee_certified(sign_type=sign_type), certified.number()

    def done(name: str, **kwargs: object) -> dict[str, Any]:
        asked = {"out_trade_no": number, **kwargs}
        answer = fzlee.ask("call", config=config, name=f"api_alipay_trade_{name}", kwargs=asked)
        assert answer["code"] == "10000", answer
        assert isinstance(answer, dict)
        return answer

    code = await buyers.code()
    done("pay", auth_code=code, subject="一杯咖啡", scene="bar_code", total_amount=0.3)
    assert done("query")["trade_status"] == "TRADE_SUCCESS"
    assert done("refund", refund_amount=0.3)["fund_change"] == "Y"
    assert done("query")["trade_status"] == "TRADE_CLOSED"


def test_both_sdks_find_the_numbers_that_are_told(
    node: Sdk, fzlee: Sdk, certified: Merchant
) -> None:
    told = certified.told
    own, platform, root = (
        told[name] for name in ("app_cert_sn", "alipay_cert_sn", "alipay_root_cert_sn")
    )
    assert node.ask("numbers", config=certified.node_certified()) == [own, platform, root]
    certificates = {"certificate": told["app_certificate"], "root": told["root_certificate"]}
    assert fzlee.ask("numbers", **certificates) == [own, root]
    certificates["certificate"] = told["platform_certificate"]
    assert fzlee.ask("numbers", **certificates) == [platform, root]


def test_the_platforms_number_is_in_the_answer_to_certificates_only(
    node: Sdk, certified: Merchant, merchant: Merchant
) -> None:
    named = f'"alipay_cert_sn":"{certified.told["alipay_cert_sn"]}","sign":"'
    for config, is_named in ((certified.node_certified(), True), (merchant.node(), False)):
        call = node.ask("sdk", config=config, **QUERY)
        answer = posted(certified.gateway, call).text
        assert "ACQ.TRADE_NOT_EXIST" in answer
        assert (named in answer) is is_named


def test_the_platforms_certificate_is_downloaded(
    node: Sdk, fzlee: Sdk, certified: Merchant
) -> None:
    number, pem = certified.told["alipay_cert_sn"], certified.told["platform_certificate"]
    method = "alipay.open.app.alipaycert.download"
    params = {"bizContent": {"alipayCertSn": number}}
    asked = {"config": certified.node_certified(), "method": method, "options": VERIFY}
    said = node.ask("exec", **asked, params=params)
    assert base64.b64decode(said["alipay_cert_content"]).decode() == pem
    call = fzlee.ask(
        "call",
        config=certified.fzlee_certified(),
        name="api_alipay_open_app_alipaycert_download",
        args=[number],
    )
    answer = fetched(f"{certified.gateway}?{call}").json()
    assert (
        answer["alipay_open_app_alipaycert_download_response"]["alipay_cert_content"]
        == (said["alipay_cert_content"])
    )
    for unknown, sub_code in (
        ({"alipayCertSn": "0" * 32}, "isv.alipay-cert-not-exist"),
        ({}, "isv.missing-alipay-cert-sn"),
    ):
        said = node.ask("exec", **asked, params={"bizContent": unknown})
        assert said["sub_code"] == sub_code


def test_another_applications_certificate_is_refused(
    node: Sdk, fzlee: Sdk, certified: Merchant, stranger: Merchant
) -> None:
    """Be it with the key of the caller or with that of the other."""
    foreign = stranger.told["app_certificate"]
    keys = (certified.told["private_key_pkcs1"], stranger.told["private_key_pkcs1"])
    for key in keys:
        config = certified.node_certified(appCertContent=foreign, privateKey=key)
        said = node.ask("exec", config=config, options=VERIFY, **QUERY)
        assert (said["code"], said["sub_code"]) == ("40002", "isv.app-cert-not-exist")
    said = fzlee.ask(
        "call",
        config=certified.fzlee_certified(app_public_key_cert_string=foreign),
        name="api_alipay_trade_query",
        kwargs={"out_trade_no": "没有"},
    )
    assert (said["code"], said["sub_code"]) == ("40002", "isv.app-cert-not-exist")


def test_a_foreign_key_and_a_foreign_root_are_refused(
    node: Sdk, certified: Merchant, stranger: Merchant
) -> None:
    config = certified.node_certified(privateKey=stranger.told["private_key_pkcs1"])
    said = node.ask("exec", config=config, options=VERIFY, **QUERY)
    assert said["sub_code"] == "isv.invalid-signature"
    config = certified.node_certified(alipayRootCertContent=stranger.told["app_certificate"])
    said = node.ask("exec", config=config, options=VERIFY, **QUERY)
    assert said["sub_code"] == "isv.invalid-alipay-root-cert-sn"


def test_an_application_with_a_certificate_is_called_with_it(
    node: Sdk, certified: Merchant, merchant: Merchant
) -> None:
    said = node.ask("exec", config=certified.node(), options=VERIFY, **QUERY)
    assert (said["code"], said["sub_code"]) == ("40002", "isv.missing-app-cert-sn")
    config = certified.node_certified(
        appId=merchant.app_id, privateKey=merchant.told["private_key_pkcs1"]
    )
    said = node.ask("exec", config=config, options=VERIFY, **QUERY)
    assert (said["code"], said["sub_code"]) == ("40002", "isv.app-cert-not-exist")
