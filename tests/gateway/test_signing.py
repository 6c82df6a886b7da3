"""Signing: what is signed, round trips of both types, the answer's form, notifications."""

import base64
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given
from hypothesis import strategies as st

from farewave.gateway.client import cut_answer, verify_notification
from farewave.gateway.envelope import answer_octets, node_name, node_octets
from farewave.gateway.keys import private_key_texts, public_key_of, public_key_text
from farewave.gateway.signing import (
    SignType,
    request_octets,
    request_verified,
    sign,
    signed_notification,
    signed_request,
    verified,
)
from tests.gateway.calls import APP_KEY, PLATFORM_KEY

JSON_NODES = st.dictionaries(
    st.text(max_size=8), st.text(max_size=30) | st.lists(st.text(max_size=5), max_size=2)
)


def test_a_request_is_signed_over_its_sorted_parameters_without_sign_and_empty_ones() -> None:
    params = {b"b": b"2", b"sign_type": b"RSA2", b"a": b"x y&=", b"sign": b"zz", b"empty": b""}
    assert request_octets(params) == b"a=x y&=&b=2&sign_type=RSA2"
    assert request_octets(params, keep_empty=True) == b"a=x y&=&b=2&empty=&sign_type=RSA2"


@pytest.mark.parametrize(("sign_type", "digest"), [("RSA2", "SHA256"), ("RSA", "SHA1")])
def test_a_signature_is_pkcs1_v15_over_the_digest_of_its_type(
    sign_type: SignType, digest: str
) -> None:
    signature = sign("中文".encode(), APP_KEY, sign_type)
    APP_KEY.public_key().verify(
        base64.b64decode(signature), "中文".encode(), padding.PKCS1v15(), getattr(hashes, digest)()
    )
    other: SignType = "RSA" if sign_type == "RSA2" else "RSA2"
    assert verified("中文".encode(), signature, APP_KEY.public_key(), sign_type)
    assert not verified("中文".encode(), signature, APP_KEY.public_key(), other)
    assert not verified(b"other", signature, APP_KEY.public_key(), sign_type)
    assert not verified("中文".encode(), signature, PLATFORM_KEY.public_key(), sign_type)


@pytest.mark.parametrize("signature", ["", "é", "AAA", "A" * 344, "A" * 5000, "%%%%"])
def test_what_is_no_signature_verifies_nothing(signature: str) -> None:
    assert not verified(b"octets", signature, APP_KEY.public_key(), "RSA2")


@pytest.mark.parametrize("keep_empty", [True, False])
def test_a_request_verifies_whether_its_sdk_signed_empty_values_or_not(keep_empty: bool) -> None:
    params = {b"app_id": b"1", b"notify_url": b"", b"sign_type": b"RSA2"}
    signature = sign(request_octets(params, keep_empty=keep_empty), APP_KEY, "RSA2")
    assert request_verified(params, signature, APP_KEY.public_key(), "RSA2")
    assert not request_verified({**params, b"x": b"1"}, signature, APP_KEY.public_key(), "RSA2")


def test_what_the_client_signs_the_gateway_verifies() -> None:
    signed = signed_request({"a": "中 文", "sign_type": "RSA2", "none": ""}, APP_KEY)
    received = {name.encode(): value.encode() for name, value in signed.items()}
    assert request_verified(received, signed["sign"], APP_KEY.public_key(), "RSA2")


def test_a_notification_leaves_out_empty_values_and_is_signed_without_sign_type() -> None:
    sent = signed_notification({"subject": "D301 北京-上海", "body": "", "a": "1"}, PLATFORM_KEY)
    assert "body" not in sent
    assert {"charset", "version", "sign_type", "sign"} <= set(sent)
    text = "&".join(
        f"{name}={sent[name]}" for name in sorted(sent) if name not in ("sign", "sign_type")
    )
    assert verified(text.encode(), sent["sign"], PLATFORM_KEY.public_key(), "RSA2")
    key = PLATFORM_KEY.public_key()
    assert verify_notification(sent, key)
    assert not verify_notification({**sent, "a": "2"}, key)
    assert not verify_notification({**sent, "more": "2"}, key)
    assert not verify_notification({**sent, "sign_type": "MD5"}, key)
    assert not verify_notification({**sent, "a": "\ud800"}, key)
    assert not verify_notification({}, key)


def test_a_notification_of_the_old_type_verifies() -> None:
    params = {"a": "1", "sign_type": "RSA"}
    assert verify_notification(
        {**params, "sign": sign(b"a=1", PLATFORM_KEY, "RSA")}, PLATFORM_KEY.public_key()
    )


@given(JSON_NODES, st.sampled_from(["utf-8", "gbk", "gb18030"]))
def test_a_nodes_octets_are_its_json_in_any_charset(node: dict[str, object], charset: str) -> None:
    octets = node_octets(node, charset)
    assert json.loads(octets.decode(charset)) == node
    text = octets.decode(charset)
    assert text.count("{") == text.count("}") == 1


def test_an_answer_is_compact_node_first_and_its_signature_last() -> None:
    node = {"code": "10000", "subject": '{"票"}\\'}
    octets = answer_octets(
        "alipay_trade_query_response", node, charset="utf-8", key=PLATFORM_KEY, sign_type="RSA2"
    )
    text = octets.decode()
    assert text.startswith('{"alipay_trade_query_response":{"code":"10000",')
    assert '\\u007b\\"票\\"\\u007d' in text
    cut = cut_answer("alipay.trade.query", octets)
    assert cut is not None
    found, signed, signature = cut
    assert found == node
    assert octets == (
        b'{"alipay_trade_query_response":' + signed + b',"sign":"' + signature.encode() + b'"}'
    )
    assert verified(signed, signature, PLATFORM_KEY.public_key(), "RSA2")


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("alipay.trade.create", "alipay_trade_create_response"),
        ("alipay.unheard.of", "alipay_unheard_of_response"),
        (None, "error_response"),
        ("", "error_response"),
        ("alipay.trade2.create", "error_response"),
        ('a":{},"b', "error_response"),
        ("支付", "error_response"),
        ("a" * 200, "error_response"),
    ],
)
def test_a_node_is_named_for_its_method_where_that_can_be_a_name(
    method: str | None, name: str
) -> None:
    assert node_name(method) == name


def pem(kind: str, body: str) -> str:
    lines = "\n".join(body[start : start + 64] for start in range(0, len(body), 64))
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----\n"


def test_a_public_key_is_read_as_pem_and_as_bare_base64() -> None:
    text = public_key_text(APP_KEY.public_key())
    for form in (text, pem("PUBLIC KEY", text), f"  {text}\n"):
        found = public_key_of(form)
        assert found is not None
        assert public_key_text(found) == text


def test_what_is_no_fit_key_is_none() -> None:
    weak = rsa.generate_private_key(65_537, 1024)
    pkcs1, _ = private_key_texts(APP_KEY)
    for text in ("", "AAAA", "no key", "é", pkcs1, public_key_text(weak.public_key()), "A" * 9000):
        assert public_key_of(text) is None
