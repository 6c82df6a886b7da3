"""Encrypted contents, by the official Node SDK.

The official Python SDK's encryption fails before anything is sent on any Python 3 (text is handed
to a cipher that takes octets), and fzlee's has none. Node can't verify what it decrypts, since it
cuts at braces: the signature over the ciphertext is verified here instead.
"""

import json
from typing import Any
from urllib.parse import parse_qs, quote

import pytest

from farewave.gateway.keys import stored_key
from farewave.gateway.signing import verified
from tests.protocol.browser import posted
from tests.protocol.conftest import Buyers
from tests.protocol.merchant import Merchant
from tests.support.sdks import Sdk

NODE = "alipay_trade_query_response"


@pytest.fixture(scope="session")
def config(certified: Merchant) -> dict[str, Any]:
    return certified.node_certified(encryptKey=certified.told["content_key"])


def query(number: str) -> dict[str, Any]:
    params = {"needEncrypt": True, "bizContent": {"outTradeNo": number}}
    return {"method": "alipay.trade.query", "params": params}


async def test_a_trade_is_paid_queried_and_refunded(
    node: Sdk, config: dict[str, Any], certified: Merchant, buyers: Buyers
) -> None:
    number = certified.number()

    def done(method: str, **content: object) -> dict[str, Any]:
        params = {"needEncrypt": True, "bizContent": {"outTradeNo": number, **content}}
        answer = node.ask("exec", config=config, method=method, params=params)
        assert answer["code"] == "10000", answer
        assert isinstance(answer, dict)
        return answer

    code = await buyers.code()
    done("alipay.trade.pay", authCode=code, subject="一杯 {咖啡", totalAmount="0.30")
    seen = done("alipay.trade.query")
    assert (seen["trade_status"], seen["subject"]) == ("TRADE_SUCCESS", "一杯 {咖啡")
    part = done("alipay.trade.refund", refundAmount="0.10", outRequestNo="R 1")
    assert part["refund_fee"] == "0.10"
    asked = done("alipay.trade.fastpay.refund.query", outRequestNo="R 1")
    assert asked["refund_amount"] == "0.10"


def test_a_refusal_is_encrypted_as_well(node: Sdk, config: dict[str, Any]) -> None:
    said = node.ask("exec", config=config, **query("没有"))
    assert (said["code"], said["sub_code"]) == ("40004", "ACQ.TRADE_NOT_EXIST")
    assert said["sub_msg"] == "交易不存在"


def test_a_ciphertext_is_signed_with_its_quotes(
    node: Sdk, config: dict[str, Any], certified: Merchant
) -> None:
    call = node.ask("sdk", config=config, **query("没有"))
    answer = posted(certified.gateway, call)
    assert answer.text.startswith(f'{{"{NODE}":"')
    whole = answer.json()
    platform_key = stored_key(certified.told["platform_public_key"])
    quoted = f'"{whole[NODE]}"'.encode()
    assert verified(quoted, whole["sign"], platform_key, "RSA2")
    opened = json.loads(node.ask("decrypt", config=config, text=whole[NODE]))
    assert opened["sub_code"] == "ACQ.TRADE_NOT_EXIST"


def test_what_cant_be_decrypted_is_told_in_clear(
    node: Sdk, config: dict[str, Any], certified: Merchant, stranger: Merchant
) -> None:
    """By Node with another key; the answer comes in clear, as Node expects it."""
    other = {**config, "encryptKey": "aa4BtZ4tspm2wnXLb1ThQA=="}
    said = node.ask("exec", config=other, **query("没有"))
    assert (said["code"], said["msg"]) == ("40003", "Insufficient Conditions")
    assert (said["sub_code"], said["sub_msg"]) == (
        "isv.decryption-error-unknown",
        "解密出错, 未知错误",
    )


def test_who_has_no_key_is_told_in_clear(node: Sdk, merchant: Merchant) -> None:
    config = merchant.node(encryptKey="aa4BtZ4tspm2wnXLb1ThQA==")
    said = node.ask("exec", config=config, **query("没有"))
    assert said["sub_code"] == "isv.decryption-error-not-valid-encrypt-key"


def test_a_ciphertext_that_was_changed_under_way_is_a_wrong_signature(
    node: Sdk, config: dict[str, Any], certified: Merchant
) -> None:
    call = node.ask("sdk", config=config, **query("没有"))
    (sent,) = parse_qs(call)["biz_content"]
    changed = sent[:-4] + ("AAA=" if not sent.endswith("AAA=") else "BBB=")
    forged = call.replace(quote(sent, safe=""), quote(changed, safe=""))
    assert forged != call
    answer = posted(certified.gateway, forged).json()
    assert answer[NODE]["sub_code"] == "isv.invalid-signature"
