"""What the SDKs sign holds here, and what is signed here holds there: without any server."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from farewave.gateway.content import decrypted
from farewave.gateway.envelope import Encrypted, answer_octets
from farewave.gateway.keys import private_key_texts, public_key_text
from farewave.gateway.parameters import form_pairs
from farewave.gateway.signing import (
    SignType,
    notification_verified,
    request_octets,
    request_verified,
    sign,
    signed_notification,
)
from tests.protocol.merchant import pem
from tests.support.sdks import Sdk

OURS = rsa.generate_private_key(65_537, 2048)
THEIRS = rsa.generate_private_key(65_537, 2048)
SIGN_TYPES = pytest.mark.parametrize("sign_type", ["RSA2", "RSA"])
PARAMS = {
    "app_id": "2021000000000001",
    "biz_content": '{"out_trade_no":"O.1 远行","subject":"50% & {一半}+1"}',
    "method": "alipay.trade.query",
    "notify_url": "https://shop.test/n?a=1&b=%20",
    "timestamp": "2026-07-01 09:00:00",
    "version": "1.0",
}
NOTIFICATION = {
    "notify_time": "2026-07-01 09:00:00",
    "notify_type": "trade_status_sync",
    "app_id": "2021000000000001",
    "subject": "《远行》 一册 + 书签 & {100}",
    "fund_bill_list": '[{"amount":"0.30","fundChannel":"ALIPAYACCOUNT"}]',
    "total_amount": "0.30",
    "body": "",
}


def node_config(**changed: object) -> dict[str, Any]:
    return {
        "appId": "2021000000000001",
        "privateKey": private_key_texts(THEIRS)[0],
        "alipayPublicKey": public_key_text(OURS.public_key()),
        "camelcase": False,
        **changed,
    }


def fzlee_config(**changed: object) -> dict[str, Any]:
    return {
        "appid": "2021000000000001",
        "app_private_key_string": pem("PRIVATE KEY", private_key_texts(THEIRS)[1]),
        "alipay_public_key_string": pem("PUBLIC KEY", public_key_text(OURS.public_key())),
        **changed,
    }


def held(call: str) -> bool:
    """Whether the signature in a query string holds here."""
    params = dict(form_pairs(call.encode()))
    signature = params.pop(b"sign").decode()
    sign_type: SignType = "RSA" if params[b"sign_type"] == b"RSA" else "RSA2"
    return request_verified(params, signature, THEIRS.public_key(), sign_type)


@SIGN_TYPES
@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_the_official_python_sdks_request_holds_here(
    official_python: Sdk, sign_type: SignType, charset: str
) -> None:
    params = {**PARAMS, "charset": charset, "sign_type": sign_type}
    made = official_python.ask(
        "sign",
        params=params,
        sign_type=sign_type,
        private_key=private_key_texts(THEIRS)[0],
        charset=charset,
    )
    octets = {name.encode(): value.encode(charset) for name, value in params.items()}
    assert request_octets(octets) == made["content"].encode(charset)
    assert request_verified(octets, made["sign"], THEIRS.public_key(), sign_type)
    octets[b"version"] = b"1.1"
    assert not request_verified(octets, made["sign"], THEIRS.public_key(), sign_type)


@SIGN_TYPES
def test_fzlees_request_holds_here(fzlee: Sdk, sign_type: str) -> None:
    call = fzlee.ask(
        "call",
        config=fzlee_config(sign_type=sign_type),
        name="client_api",
        args=["alipay.trade.query", {"out_trade_no": "O.1 远行", "subject": "50% & {一半}+1"}],
    )
    assert held(call)
    assert not held(call.replace("version=1.0", "version=1.1"))


@SIGN_TYPES
def test_the_node_sdks_request_holds_here(node: Sdk, sign_type: str) -> None:
    content = {"outTradeNo": "O.1 远行", "subject": "50% & {一半}+1 🍵"}
    call = node.ask(
        "sdk",
        config=node_config(signType=sign_type),
        method="alipay.trade.query",
        params={"notifyUrl": PARAMS["notify_url"], "bizContent": content},
    )
    assert held(call)
    assert not held(call.replace("version=1.0", "version=1.1"))


@SIGN_TYPES
@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_an_answers_signature_holds_in_the_official_python_sdk(
    official_python: Sdk, sign_type: SignType, charset: str
) -> None:
    content = '{"code":"10000","subject":"《远行》一册"}'
    made = sign(content.encode(charset), OURS, sign_type)
    asked = {"public_key": public_key_text(OURS.public_key()), "charset": charset, "sign": made}
    assert official_python.ask("verify", content=content, **asked)["verified"]
    assert not official_python.ask("verify", content=content + " ", **asked)["verified"]


@SIGN_TYPES
def test_an_answers_signature_holds_in_the_node_sdk(node: Sdk, sign_type: SignType) -> None:
    content = '{"code":"10000","subject":"《远行》一册"}'
    asked = {
        "config": node_config(),
        "sign": sign(content.encode(), OURS, sign_type),
        "signType": sign_type,
    }
    assert node.ask("rsaCheck", content=content, **asked)
    assert not node.ask("rsaCheck", content=content + " ", **asked)


def test_a_notification_holds_in_the_node_sdk_and_fzlees(node: Sdk, fzlee: Sdk) -> None:
    params = signed_notification(NOTIFICATION, OURS)
    assert "body" not in params, "what is empty isn't sent: SDKs differ in whether it counts"
    for sent, holds in ((params, True), ({**params, "total_amount": "0.31"}, False)):
        asked = {"config": node_config(), "params": sent}
        assert node.ask("notification", **asked) == [holds, holds]
        unsigned = {name: value for name, value in sent.items() if name != "sign"}
        asked = {"config": fzlee_config(), "params": unsigned, "sign": sent["sign"]}
        assert fzlee.ask("verify", **asked) is holds


def test_a_percent_sign_holds_in_nodes_second_check(node: Sdk) -> None:
    """Its first one decodes what was decoded already."""
    params = signed_notification({**NOTIFICATION, "subject": "50%25 off"}, OURS)
    assert node.ask("notification", config=node_config(), params=params) == [False, True]


@SIGN_TYPES
def test_a_notification_that_fzlees_sdk_signed_holds_here(fzlee: Sdk, sign_type: SignType) -> None:
    params = {name: value for name, value in NOTIFICATION.items() if value}
    content = "&".join(f"{name}={value}" for name, value in sorted(params.items()))
    made = fzlee.ask("sign", config=fzlee_config(sign_type=sign_type), content=content)
    sent = {**params, "sign_type": sign_type, "sign": made}
    assert notification_verified(sent, THEIRS.public_key())
    assert not notification_verified({**sent, "total_amount": "0.31"}, THEIRS.public_key())


def test_contents_are_encrypted_and_decrypted_alike(node: Sdk) -> None:
    """By the known key and ciphertext, by Node's request, and by an answer of ours."""
    key = "aa4BtZ4tspm2wnXLb1ThQA=="
    config = node_config(encryptKey=key)
    assert node.ask("decrypt", config=config, text="ILpoMowjIQjfYMR847rnFQ==") == "test1234567"
    call = node.ask(
        "sdk",
        config=config,
        method="alipay.trade.query",
        params={"needEncrypt": True, "bizContent": {"outTradeNo": "O.1 远行 🍵"}},
    )
    sent = dict(form_pairs(call.encode()))
    opened = decrypted(sent[b"biz_content"].decode(), base64.b64decode(key))
    assert opened == '{"out_trade_no":"O.1 远行 🍵"}'.encode()
    answer = answer_octets(
        "a_response",
        Encrypted({"subject": "{一杯} 🍵"}, base64.b64decode(key)),
        charset="utf-8",
        key=OURS,
        sign_type="RSA2",
    )
    text = answer.decode().split('"')[3]
    assert node.ask("decrypt", config=config, text=text) == ('{"subject":"\\u007b一杯\\u007d 🍵"}')
