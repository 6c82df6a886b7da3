"""Encrypted contents: the known answer, and what becomes of ciphertexts that are none."""

import base64
import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farewave.db import Database
from farewave.gateway import service
from farewave.gateway.content import decrypted, encrypted, is_ciphertext
from farewave.gateway.keys import public_key_text
from farewave.gateway.model import AppCreated
from farewave.gateway.signing import verified
from tests.gateway.calls import (
    APP_KEY,
    PLATFORM_KEY,
    SEALER,
    encoded,
    problem_of,
    public_params,
    signed,
)

DOOR = "/gateway.do"
FORM = {"content-type": "application/x-www-form-urlencoded"}
KEY = base64.b64decode("aa4BtZ4tspm2wnXLb1ThQA==")


@pytest.fixture
async def encrypting(database: Database) -> AppCreated:
    """An application that signs with `APP_KEY` and has a key for its contents."""
    key = public_key_text(APP_KEY.public_key())
    async with database.transaction() as tx:
        made = await service.create_app(tx, name="茶馆", public_key=key, sealer=SEALER)
    assert isinstance(made, AppCreated)
    assert made.content_key is not None
    assert made.content_key not in repr(made)
    return made


def key_of(app: AppCreated) -> bytes:
    assert app.content_key is not None
    return base64.b64decode(app.content_key)


def encrypted_params(app: AppCreated, content: str, **changed: str) -> dict[str, str]:
    return {
        **public_params(app.app_id),
        "encrypt_type": "AES",
        "biz_content": content,
        **changed,
    }


def test_the_known_answer_holds_both_ways() -> None:
    """The pair that the platform's own SDKs are tested with."""
    assert encrypted(b"test1234567", KEY) == b"ILpoMowjIQjfYMR847rnFQ=="
    assert decrypted("ILpoMowjIQjfYMR847rnFQ==", KEY) == b"test1234567"


@given(plain=st.binary(max_size=100), key=st.binary(min_size=16, max_size=16))
def test_what_was_encrypted_is_decrypted(plain: bytes, key: bytes) -> None:
    text = encrypted(plain, key).decode()
    assert decrypted(text, key) == plain
    assert is_ciphertext(text)


@given(text=st.text(max_size=100))
def test_no_text_breaks_decryption(text: str) -> None:
    plain = decrypted(text, KEY)
    assert plain is None or decrypted(encrypted(plain, KEY).decode(), KEY) == plain


@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
async def test_a_content_is_read_and_answered_encrypted_in_the_callers_charset(
    door: httpx.AsyncClient, encrypting: AppCreated, charset: str
) -> None:
    content = json.dumps({"out_trade_no": "没有 这笔"}, ensure_ascii=False).encode(charset)
    params = encrypted_params(encrypting, encrypted(content, key_of(encrypting)).decode())
    params["charset"] = charset
    sent = encoded(signed(params, charset=charset), charset)
    answer = await door.post(DOOR, content=sent, headers=FORM)
    whole = json.loads(answer.content)
    ciphertext = whole["alipay_trade_query_response"]
    quoted = f'"{ciphertext}"'.encode()
    assert answer.content.startswith(b'{"alipay_trade_query_response":' + quoted + b',"sign":')
    assert verified(quoted, whole["sign"], PLATFORM_KEY.public_key(), "RSA2")
    opened = decrypted(ciphertext, key_of(encrypting))
    assert opened is not None
    assert json.loads(opened.decode(charset))["sub_msg"] == "交易不存在"


BAD = [
    "",
    "not base64!",
    "AAAA",
    "{}",
    encrypted(b"{}", KEY).decode(),
    encrypted(b"{}", KEY).decode()[:-4],
]


@pytest.mark.parametrize("text", BAD)
async def test_a_bad_ciphertext_is_told_in_clear(
    door: httpx.AsyncClient, encrypting: AppCreated, text: str
) -> None:
    answer = await door.post(DOOR, data=signed(encrypted_params(encrypting, text)))
    assert problem_of(answer) == ("40003", "isv.decryption-error-unknown")


async def test_octets_that_are_no_text_are_told_as_a_bad_ciphertext(
    door: httpx.AsyncClient, encrypting: AppCreated
) -> None:
    text = encrypted(b'{"out_trade_no":"\xff\xfe"}', key_of(encrypting)).decode()
    answer = await door.post(DOOR, data=signed(encrypted_params(encrypting, text)))
    assert problem_of(answer) == ("40003", "isv.decryption-error-unknown")


async def test_a_ciphertext_whose_type_is_missing_is_told(
    door: httpx.AsyncClient, encrypting: AppCreated
) -> None:
    text = encrypted(b'{"out_trade_no":"1"}', key_of(encrypting)).decode()
    answer = await door.post(DOOR, data=signed(encrypted_params(encrypting, text, encrypt_type="")))
    assert problem_of(answer) == ("40001", "isv.decryption-error-missing-encrypt-type")


async def test_a_ciphertext_is_opened_only_after_the_signature_held(
    door: httpx.AsyncClient, encrypting: AppCreated
) -> None:
    params = encrypted_params(encrypting, "AAAA")
    answer = await door.post(DOOR, data=signed(params, key=PLATFORM_KEY))
    assert problem_of(answer) == ("40002", "isv.invalid-signature")
