"""Protocol v3's door: what is signed, which addresses there are, errors with their status."""

import base64
import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from farewave.db import Database, DatabaseAway
from farewave.gateway import service
from farewave.gateway.content import encrypted
from farewave.gateway.keys import public_key_text
from farewave.gateway.methods import METHODS
from farewave.gateway.model import App, AppCreated
from farewave.gateway.rest import method_of, read_authorization, verbs_of
from farewave.gateway.signing import sign, verified
from tests.gateway.calls import APP_KEY, AUTHORITY, CERTIFICATES, PLATFORM_KEY, SEALER
from tests.gateway.test_parameters import multipart

QUERY = "/v3/alipay/trade/query"
MISSING = {"out_trade_no": "没有 这笔"}
FIELDS = {"nonce": "n-1", "timestamp": "1782896400000"}


def headers_of(
    app_id: str,
    verb: str = "POST",
    target: str = QUERY,
    body: bytes = b"",
    *,
    key: rsa.RSAPrivateKey = APP_KEY,
    fields: Mapping[str, str] = FIELDS,
    token: str = "",
) -> dict[str, str]:
    """The headers of a call, by the rules written down here once more, apart from ours."""
    auth = ",".join(f"{name}={value}" for name, value in {"app_id": app_id, **fields}.items())
    signed = f"{auth}\n{verb}\n{target}\n".encode() + body + b"\n"
    told = {"alipay-app-auth-token": token} if token else {}
    signed += "".join(f"{each}\n" for each in told.values()).encode()
    return {
        "authorization": f"ALIPAY-SHA256withRSA {auth},sign={sign(signed, key, 'RSA2')}",
        **told,
    }


async def asked(
    door: httpx.AsyncClient, app_id: str, content: object = MISSING, **how: Any
) -> httpx.Response:
    """A call by POST of what `content` is in JSON."""
    body = json.dumps(content, ensure_ascii=False).encode()
    target = how.pop("target", QUERY)
    more = how.pop("headers", {})
    headers = {**headers_of(app_id, "POST", target, body, **how), **more}
    return await door.post(target, content=body, headers=headers)


def told(answer: httpx.Response) -> tuple[int, str]:
    """Status and code, after proving that the platform signed the answer."""
    stamped = f"{answer.headers['alipay-timestamp']}\n{answer.headers['alipay-nonce']}\n"
    signed = stamped.encode() + answer.content + b"\n"
    signature = answer.headers["alipay-signature"]
    assert verified(signed, signature, PLATFORM_KEY.public_key(), "RSA2")
    assert answer.headers["alipay-trace-id"]
    return answer.status_code, answer.json().get("code", "")


async def test_a_business_error_keeps_its_code_and_says_it(
    door: httpx.AsyncClient, merchant_app: App
) -> None:
    answer = await asked(door, merchant_app.app_id)
    assert told(answer) == (400, "ACQ.TRADE_NOT_EXIST")
    assert answer.json() == {
        "code": "ACQ.TRADE_NOT_EXIST",
        "message": "交易不存在",
        "links": [],
    }


async def test_a_query_may_be_asked_by_get_and_its_query_is_signed_as_it_was_sent(
    door: httpx.AsyncClient, merchant_app: App
) -> None:
    for written in ("?out_trade_no=a%20b", "?out_trade_no=a+b", "?out_trade_no=%61+b&x="):
        headers = headers_of(merchant_app.app_id, "GET", QUERY + written)
        assert told(await door.get(QUERY + written, headers=headers)) == (
            400,
            "ACQ.TRADE_NOT_EXIST",
        )
        answer = await door.get(f"{QUERY}{written}&y=1", headers=headers)
        assert told(answer) == (400, "invalid-signature")


async def test_of_a_multipart_call_the_part_data_is_signed(
    door: httpx.AsyncClient, merchant_app: App
) -> None:
    data = json.dumps(MISSING, ensure_ascii=False)
    headers = headers_of(merchant_app.app_id, body=data.encode())
    headers["content-type"] = "multipart/form-data; boundary=BOUND"
    answer = await door.post(QUERY, content=multipart({"data": data}), headers=headers)
    assert told(answer) == (400, "ACQ.TRADE_NOT_EXIST")
    broken = multipart({"data": data}, end="")
    assert told(await door.post(QUERY, content=broken, headers=headers)) == (
        400,
        "invalid-parameter",
    )


def fields(**changed: str) -> dict[str, Any]:
    merged = {**FIELDS, **changed}
    return {"fields": {name: value for name, value in merged.items() if value}}


WRONG = [
    pytest.param(fields(timestamp=""), 400, "missing-timestamp", id="no time"),
    pytest.param(fields(timestamp="2026-07-01"), 400, "invalid-timestamp", id="no number"),
    pytest.param(fields(nonce=""), 400, "invalid-parameter", id="no nonce"),
    pytest.param(fields(app_cert_sn="0" * 32), 400, "app-cert-not-exist", id="a certificate"),
    pytest.param({"key": PLATFORM_KEY}, 400, "invalid-signature", id="a foreign key"),
    pytest.param({"target": "/v3/alipay/no/such"}, 400, "invalid-method", id="no such method"),
    pytest.param({"target": "/v3/alipay"}, 400, "invalid-method", id="no method"),
    pytest.param({"target": "/v3/Alipay/trade/query"}, 400, "invalid-method", id="capitals"),
    pytest.param({"content": []}, 400, "invalid-parameter", id="no object"),
    pytest.param({"content": {"notify_url": "ftp://x"}}, 400, "invalid-parameter", id="ftp"),
    pytest.param({"content": {"notify_url": ["x"]}}, 400, "invalid-parameter", id="a list"),
    pytest.param({"content": {}}, 400, "ACQ.INVALID_PARAMETER", id="an empty content"),
    pytest.param({"token": "t"}, 401, "invalid-app-auth-token", id="a token"),
    pytest.param(
        {"headers": {"alipay-encrypt-type": "DES"}}, 400, "invalid-encrypt-type", id="DES"
    ),
    pytest.param(
        {"headers": {"alipay-encrypt-type": "AES"}},
        400,
        "decryption-error-not-valid-encrypt-key",
        id="AES without a key",
    ),
    pytest.param(
        {"headers": {"authorization": "Basic eDp5"}}, 400, "invalid-signature-type", id="Basic"
    ),
    pytest.param({"headers": {"authorization": ""}}, 400, "missing-timestamp", id="nothing"),
]


@pytest.mark.parametrize(("how", "status", "code"), WRONG)
async def test_each_way_to_be_wrong_has_its_status_and_code(
    door: httpx.AsyncClient, merchant_app: App, how: dict[str, Any], status: int, code: str
) -> None:
    answer = await asked(door, merchant_app.app_id, **how)
    assert told(answer) == (status, code)
    assert answer.json()["message"]


async def test_an_application_that_isnt_known_is_told(door: httpx.AsyncClient) -> None:
    assert told(await asked(door, "2021000000000000")) == (400, "invalid-app-id")
    for no_number in ("\x7f", "1", "2021' OR 1=1"):
        assert told(await asked(door, no_number)) == (400, "invalid-app-id")


@pytest.mark.parametrize("verb", ["GET", "PUT", "PATCH", "DELETE"])
async def test_another_verb_than_the_methods_is_no_method(
    door: httpx.AsyncClient, merchant_app: App, verb: str
) -> None:
    target = "/v3/alipay/trade/close"
    headers = headers_of(merchant_app.app_id, verb, target)
    assert told(await door.request(verb, target, headers=headers)) == (400, "invalid-method")


async def test_text_that_is_no_utf_8_is_told(door: httpx.AsyncClient, merchant_app: App) -> None:
    body = '{"out_trade_no":"没有"}'.encode("gbk")
    headers = headers_of(merchant_app.app_id, body=body)
    assert told(await door.post(QUERY, content=body, headers=headers)) == (400, "invalid-charset")


async def test_a_certificate_is_asked_for_and_answered(
    door: httpx.AsyncClient, database: Database
) -> None:
    key = public_key_text(APP_KEY.public_key())
    async with database.transaction() as tx:
        app = await service.create_app(tx, name="茶馆", public_key=key, authority=AUTHORITY)
    assert isinstance(app, AppCreated)
    assert app.certificate is not None
    assert told(await asked(door, app.app_id)) == (400, "missing-app-cert-sn")
    how = fields(app_cert_sn=app.certificate.number)
    assert told(await asked(door, app.app_id, **how)) == (400, "missing-alipay-root-cert-sn")
    how["headers"] = {"alipay-root-cert-sn": CERTIFICATES.root_sn}
    answer = await asked(door, app.app_id, **how)
    assert told(answer) == (400, "ACQ.TRADE_NOT_EXIST")
    assert answer.headers["alipay-sn"] == CERTIFICATES.platform_sn
    del how["headers"]
    target = f"/v3/alipay/open/app/alipaycert/download?alipay_cert_sn={CERTIFICATES.platform_sn}"
    headers = headers_of(app.app_id, "GET", target, **how)
    headers["alipay-root-cert-sn"] = CERTIFICATES.root_sn
    answer = await door.get(target, headers=headers)
    assert told(answer) == (200, "")
    assert base64.b64decode(answer.json()["alipay_cert_content"]).decode() == (
        CERTIFICATES.platform_pem
    )


async def test_an_encrypted_call_is_opened_and_its_errors_are_told_in_clear(
    door: httpx.AsyncClient, database: Database
) -> None:
    key = public_key_text(APP_KEY.public_key())
    async with database.transaction() as tx:
        app = await service.create_app(tx, name="茶馆", public_key=key, sealer=SEALER)
    assert isinstance(app, AppCreated)
    assert app.content_key is not None
    content_key = base64.b64decode(app.content_key)
    for body, encrypt_type, code in (
        (encrypted(json.dumps(MISSING).encode(), content_key), "AES", "ACQ.TRADE_NOT_EXIST"),
        (encrypted(b"[]", content_key), "AES", "invalid-parameter"),
        (b"AAAA", "AES", "decryption-error-unknown"),
        (encrypted(b"{}", content_key), "", "decryption-error-missing-encrypt-type"),
    ):
        headers = headers_of(app.app_id, body=body)
        if encrypt_type:
            headers["alipay-encrypt-type"] = encrypt_type
        answer = await door.post(QUERY, content=body, headers=headers)
        assert told(answer) == (400, code)


async def test_an_outage_is_503_and_signed(
    door: httpx.AsyncClient, merchant_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(self: Database) -> None:
        raise DatabaseAway("gone")

    monkeypatch.setattr(Database, "reading", away)
    assert told(await asked(door, merchant_app.app_id)) == (503, "unknow-error")


def test_every_method_has_its_address() -> None:
    for name in METHODS:
        assert method_of("/v3/" + name.replace(".", "/")) == name
        assert verbs_of(name)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "ALIPAY-SHA256withRSA",
        "ALIPAY-SHA256withRSA app_id=1",
        "ALIPAY-SHA256withRSA app_id=1,app_id=2,sign=AA",
        "ALIPAY-SM2withSM3 app_id=1,sign=AA",
        "ALIPAY-SHA256withRSA app_id=1,sign=" + "A" * 5000,
    ],
)
def test_a_header_of_another_form_is_none(header: str) -> None:
    assert read_authorization(header) is None
