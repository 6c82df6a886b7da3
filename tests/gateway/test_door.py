"""The door: every way a call can be wrong has its own code, in a signed answer with HTTP 200."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from starlette.routing import Match
from structlog.testing import capture_logs

from farewave.db import Database, DatabaseAway
from farewave.gateway import calls
from farewave.gateway.endpoints import gateway_routes
from farewave.gateway.model import App
from farewave.kit.limits import FORM_BYTES_MAX
from tests.gateway.calls import (
    PLATFORM_KEY,
    encoded,
    node_of,
    problem_of,
    public_params,
    signed,
)
from tests.gateway.test_parameters import multipart

Params = dict[str, str]
DOOR = "/gateway.do"
FORM_TYPE = {"content-type": "application/x-www-form-urlencoded"}
NOT_EXIST = ("40004", "ACQ.TRADE_NOT_EXIST")


def without(name: str) -> Callable[[Params], Params]:
    return lambda params: {key: value for key, value in params.items() if key != name}


def having(**changed: str) -> Callable[[Params], Params]:
    return lambda params: {**params, **changed}


BEFORE_SIGNING = [
    (without("method"), "40001", "isv.missing-method"),
    (having(method=""), "40001", "isv.missing-method"),
    (without("app_id"), "40001", "isv.missing-app-id"),
    (without("sign_type"), "40001", "isv.missing-signature-type"),
    (without("timestamp"), "40001", "isv.missing-timestamp"),
    (without("version"), "40001", "isv.missing-version"),
    (having(sign_type="MD5"), "40002", "isv.invalid-signature-type"),
    (having(format="xml"), "40002", "isv.invalid-format"),
    (having(charset="latin-1"), "40002", "isv.invalid-charset"),
    (having(timestamp="yesterday"), "40002", "isv.invalid-timestamp"),
    (having(timestamp="2026-02-30 09:00:00"), "40002", "isv.invalid-timestamp"),
    (having(timestamp="2026-07-01T09:00:00"), "40002", "isv.invalid-timestamp"),
    (having(version="2.0"), "40002", "isv.invalid-parameter"),
    (having(encrypt_type="DES"), "40002", "isv.invalid-encrypt-type"),
    (having(encrypt_type="AES"), "40002", "isv.decryption-error-not-valid-encrypt-key"),
    (having(app_cert_sn="0" * 32), "40002", "isv.app-cert-not-exist"),
    (having(app_id="1"), "40002", "isv.invalid-app-id"),
    (having(app_id="2021000000000000"), "40002", "isv.invalid-app-id"),
    (having(app_auth_token="t"), "20001", "aop.invalid-app-auth-token"),
    (having(notify_url="ftp://x/"), "40002", "isv.invalid-parameter"),
    (having(notify_url="http://"), "40002", "isv.invalid-parameter"),
    (having(notify_url="http://x/\x00"), "40002", "isv.invalid-parameter"),
    (having(method="alipay.unheard.of"), "40002", "isv.invalid-method"),
    (without("biz_content"), "40002", "isv.invalid-parameter"),
    (having(biz_content="no json"), "40002", "isv.invalid-parameter"),
    (having(biz_content="[]"), "40002", "isv.invalid-parameter"),
    (having(biz_content='{"a":' * 100_000), "40002", "isv.invalid-parameter"),
    (having(biz_content='{"a":' + "9" * 10_000), "40002", "isv.invalid-parameter"),
]


@pytest.mark.parametrize(("change", "code", "sub_code"), BEFORE_SIGNING)
async def test_each_way_to_be_wrong_has_its_code(
    door: httpx.AsyncClient,
    merchant_app: App,
    change: Callable[[Params], Params],
    code: str,
    sub_code: str,
) -> None:
    params = change(public_params(merchant_app.app_id))
    answer = await door.post(DOOR, data=signed(params))
    method = params.get("method") or "?"
    assert problem_of(answer, method) == (code, sub_code)
    assert node_of(answer, method)["msg"]
    assert node_of(answer, method)["sub_msg"]


async def test_a_missing_signature_is_told(door: httpx.AsyncClient, merchant_app: App) -> None:
    answer = await door.post(DOOR, data=public_params(merchant_app.app_id))
    assert problem_of(answer) == ("40001", "isv.missing-signature")


async def test_nothing_at_all_is_answered_in_an_error_node(door: httpx.AsyncClient) -> None:
    answer = await door.get(DOOR)
    assert answer.text.startswith('{"error_response":{"code":"40001"')
    assert problem_of(answer, "?") == ("40001", "isv.missing-method")


@pytest.mark.parametrize("sign", ["AAAA", "not base64!", "é", "A" * 344])
async def test_a_wrong_signature_is_told_with_what_was_verified(
    door: httpx.AsyncClient, merchant_app: App, sign: str
) -> None:
    params = {**public_params(merchant_app.app_id), "notify_url": "http://a.test/?x=1&y=<2>"}
    answer = await door.post(DOOR, data={**params, "sign": sign})
    assert problem_of(answer) == ("40002", "isv.invalid-signature")
    said = node_of(answer)["sub_msg"]
    assert f"app_id={merchant_app.app_id}&amp;biz_content=" in said
    assert "&amp;y=&lt;2&gt;" in said


async def test_a_foreign_key_and_a_changed_value_are_wrong_signatures(
    door: httpx.AsyncClient, merchant_app: App
) -> None:
    params = public_params(merchant_app.app_id)
    for sent in (
        signed(params, key=PLATFORM_KEY),
        {**signed(params), "biz_content": '{"out_trade_no":"2"}'},
        {**signed(params), "more": "1"},
        without("charset")(signed(params)),
    ):
        answer = await door.post(DOOR, data=sent)
        assert problem_of(answer) == ("40002", "isv.invalid-signature")


async def test_an_unknown_method_is_told_only_to_who_signs(
    door: httpx.AsyncClient, merchant_app: App
) -> None:
    params = {**public_params(merchant_app.app_id, "alipay.unheard.of"), "sign": "AAAA"}
    answer = await door.post(DOOR, data=params)
    assert problem_of(answer, "alipay.unheard.of") == ("40002", "isv.invalid-signature")


async def test_get_form_mixed_and_multipart_are_the_same_call(
    door: httpx.AsyncClient, merchant_app: App
) -> None:
    params = signed({**public_params(merchant_app.app_id), "empty": ""})
    query = {name: value for name, value in params.items() if name != "biz_content"}
    body = {"biz_content": params["biz_content"]}
    multipart_type = {"content-type": "multipart/form-data; boundary=BOUND"}
    for answer in (
        await door.get(DOOR, params=params),
        await door.get(f"{DOOR}?{encoded(params).replace('+', '%20')}"),
        await door.post(DOOR, params=params),
        await door.post(DOOR, data=params),
        await door.post(DOOR, params=query, data=body),
        await door.post(DOOR, params=query, content=multipart(body), headers=multipart_type),
    ):
        assert problem_of(answer) == NOT_EXIST


async def test_a_base64_plus_that_wasnt_encoded_is_still_a_plus(
    door: httpx.AsyncClient, merchant_app: App
) -> None:
    params = public_params(merchant_app.app_id)
    for second in range(60):
        sent = signed({**params, "timestamp": f"2026-07-01 09:00:{second:02d}"})
        if "+" in sent["sign"]:
            break
    raw = encoded(sent).replace("%2B", "+")
    answer = await door.post(DOOR, content=raw, headers=FORM_TYPE)
    assert problem_of(answer) == NOT_EXIST


async def test_gbk_is_verified_and_answered_in_gbk(
    door: httpx.AsyncClient, merchant_app: App
) -> None:
    params = {**public_params(merchant_app.app_id), "charset": "GBK"}
    sent = encoded(signed(params, charset="gbk"), "gbk")
    answer = await door.post(DOOR, content=sent, headers=FORM_TYPE)
    node = node_of(answer, charset="gbk")
    assert node["sub_msg"] == "交易不存在"
    assert "交易不存在".encode("gbk") in answer.content
    assert answer.headers["content-type"].endswith("charset=GBK")


async def test_the_old_signature_type_is_verified_and_answered_in_kind(
    door: httpx.AsyncClient, merchant_app: App
) -> None:
    params = {**public_params(merchant_app.app_id), "sign_type": "RSA"}
    answer = await door.post(DOOR, data=signed(params))
    assert node_of(answer, sign_type="RSA")["sub_code"] == "ACQ.TRADE_NOT_EXIST"


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_repeated_parameter_is_told_in_the_methods_node(
    door: httpx.AsyncClient, merchant_app: App, method: str
) -> None:
    query = encoded(signed(public_params(merchant_app.app_id))) + "&version=1.0"
    answer = await door.request(method, f"{DOOR}?{query}")
    assert problem_of(answer) == ("40002", "isv.invalid-parameter")


@pytest.mark.parametrize("chunked", [True, False])
async def test_a_huge_body_is_told_in_the_methods_node(
    door: httpx.AsyncClient, merchant_app: App, chunked: bool
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(FORM_BYTES_MAX // 65_536 + 1):
            yield b"a" * 65_536

    content = chunks() if chunked else b"a" * (FORM_BYTES_MAX + 1)
    params = public_params(merchant_app.app_id)
    answer = await door.post(DOOR, params=params, content=content, headers=FORM_TYPE)
    assert problem_of(answer) == ("40002", "isv.invalid-parameter")


def test_an_absolute_address_in_the_request_line_finds_the_door() -> None:
    (route,) = gateway_routes()
    scope = {"type": "http", "method": "POST", "root_path": ""}
    for path in ("http://127.0.0.1/gateway.do", "https://pay.example:8443/gateway.do", DOOR):
        assert route.matches({**scope, "path": path})[0] is Match.FULL
    for path in ("http://127.0.0.1/other", "http://[/gateway.do", "/x/gateway.do", "://"):
        assert route.matches({**scope, "path": path})[0] is Match.NONE


async def test_other_verbs_are_not_allowed(door: httpx.AsyncClient) -> None:
    assert (await door.put(DOOR)).status_code == 405


async def test_an_outage_is_a_signed_answer(
    door: httpx.AsyncClient, merchant_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(self: Database) -> None:
        raise DatabaseAway("gone")

    monkeypatch.setattr(Database, "reading", away)
    answer = await door.post(DOOR, data=signed(public_params(merchant_app.app_id)))
    assert problem_of(answer) == ("20000", "isp.unknow-error")


async def test_a_bug_is_a_signed_answer_and_logged_without_what_was_sent(
    door: httpx.AsyncClient, merchant_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(text: str) -> None:
        raise ValueError(text)

    monkeypatch.setattr(calls, "read_object", broken)
    params = signed(public_params(merchant_app.app_id))
    with capture_logs() as logs:
        answer = await door.post(DOOR, data=params)
    assert problem_of(answer) == ("20000", "isp.unknow-error")
    assert [entry["event"] for entry in logs] == ["gateway.bug"]
    assert "没有 这笔" not in str(logs)
    assert params["sign"] not in str(logs)
