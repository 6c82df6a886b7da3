"""People over HTTP: every refusal, and what is answered alike."""

import asyncio
from datetime import timedelta

import pytest

from farewave.people.deps import PeopleDeps
from tests.people.api import API, ask_code, refusal
from tests.people.doors import wrong_code
from tests.support.database import move_clock
from tests.support.people import (
    CHEAP_HASHING,
    PASSWORD,
    PAY_PASSWORD,
    client_of,
    signed_in_client,
    some_identity_number,
    some_phone,
)


@pytest.mark.parametrize("path", ["sms-codes", "sign-up", "sign-in", "sign-in-by-code"])
async def test_a_number_that_is_no_phone_number_is_refused_by_name(app, path):
    body = {"phone": "12345", "code": "123456", "password": PASSWORD, "purpose": "sign_up"}
    fields = {
        "sms-codes": ["phone", "purpose"],
        "sign-up": ["phone", "code", "password"],
        "sign-in": ["phone", "password"],
        "sign-in-by-code": ["phone", "code"],
    }[path]
    async with client_of(app) as client:
        answer = await client.post(f"{API}/{path}", json={name: body[name] for name in fields})
    assert refusal(answer) == (422, "people.phone_invalid")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "sms-codes", {"phone": "13800138000"}),
        ("POST", "sms-codes", {"phone": "13800138000", "purpose": "payment"}),
        ("POST", "sms-codes", {"phone": 13800138000, "purpose": "sign_up"}),
        ("POST", "sms-codes", {"phone": "1" * 1000, "purpose": "sign_up"}),
        ("POST", "sign-up", {"phone": "13800138000", "code": "123456"}),
        ("POST", "sign-up", {"phone": "13800138000", "code": 123456, "password": "abcdefg1"}),
        ("POST", "sign-in", {"phone": "13800138000", "password": None}),
        ("POST", "sign-in", {"phone": "13800138000", "password": "x" * 257}),
        ("POST", "sign-in", {"phone": "13800138000", "password": "abcdefg1", "admin": True}),
        ("POST", "sign-in", []),
        ("POST", "sign-in", "text"),
        ("POST", "reset-password", {}),
    ],
)
async def test_a_body_out_of_form_is_refused_and_shows_no_secret(app, method, path, body):
    async with client_of(app) as client:
        answer = await client.request(method, f"{API}/{path}", json=body)
    assert refusal(answer) == (422, "request.invalid")
    assert "abcdefg1" not in answer.text


async def test_what_is_no_json_is_refused(app):
    async with client_of(app) as client:
        headers = {"content-type": "application/json"}
        surrogate = b'{"phone": "13800138000", "password": "abcdefg1\\ud800"}'
        for content in (b"{", b"", b"\xff\xfe", surrogate, b'{"phone": NaN}'):
            answer = await client.post(f"{API}/sign-in", content=content, headers=headers)
            assert 400 <= answer.status_code < 500, content
            refusal(answer)


async def test_the_doors_of_me_are_shut_without_a_session(app):
    async with client_of(app) as client:
        pay = {"pay_password": PAY_PASSWORD, "password": PASSWORD}
        real = {"name": "李明", "identity_number": some_identity_number()}
        for answer in (
            await client.get(f"{API}/me"),
            await client.put(f"{API}/me/pay-password", json=pay),
            await client.put(f"{API}/me/real-name", json=real),
        ):
            assert refusal(answer) == (401, "people.signed_out")


async def test_codes_are_refused_too_soon_and_beyond_the_day(app, database):
    phone = some_phone().digits
    async with client_of(app) as client:
        body = {"phone": phone, "purpose": "sign_up"}
        await ask_code(client, phone)
        answer = await client.post(f"{API}/sms-codes", json=body)
        assert refusal(answer) == (429, "people.code_too_soon")
        assert 1 <= answer.json()["details"]["seconds"] <= 60
        for _ in range(9):
            await move_clock(database, timedelta(seconds=61))
            await ask_code(client, phone)
        await move_clock(database, timedelta(seconds=61))
        answer = await client.post(f"{API}/sms-codes", json=body)
        assert refusal(answer) == (429, "people.code_daily_limit")


async def test_codes_are_refused_wrong_dead_and_expired(app):
    phone = some_phone().digits
    async with client_of(app) as client:
        body = {"phone": phone, "code": "123456", "password": PASSWORD}
        answer = await client.post(f"{API}/sign-up", json=body)
        assert refusal(answer) == (410, "people.code_expired")
        code = await ask_code(client, phone)
        body["code"] = wrong_code(code)
        answers = [await client.post(f"{API}/sign-up", json=body) for _ in range(5)]
        assert refusal(answers[0]) == (403, "people.code_wrong")
        assert answers[0].json()["details"] == {"tries_left": 4}
        assert refusal(answers[4]) == (410, "people.code_dead")


async def test_asking_for_a_code_does_not_tell_who_has_an_account(app, database):
    client, someone = await signed_in_client(app)
    await client.aclose()
    await move_clock(database, timedelta(minutes=2))
    async with client_of(app) as stranger:
        for purpose in ("sign_up", "sign_in", "reset_password"):
            answers = [
                await stranger.post(f"{API}/sms-codes", json={"phone": phone, "purpose": purpose})
                for phone in (someone.phone.digits, some_phone().digits)
            ]
            assert [answer.status_code for answer in answers] == [201, 201]
            assert answers[0].json().keys() == answers[1].json().keys()


async def test_production_never_answers_a_code(app, sealer):
    app.state.people = PeopleDeps(sealer=sealer, sms=app.state.people.sms, hashing=CHEAP_HASHING)
    async with client_of(app) as client:
        assert await ask_code(client, some_phone().digits) is None


async def test_sign_up_refuses_weak_passwords_and_taken_phones(app, database):
    client, someone = await signed_in_client(app)
    await move_clock(database, timedelta(minutes=2))
    async with client:
        phone = someone.phone.digits
        body = {"phone": phone, "code": await ask_code(client, phone), "password": "12345678"}
        weak = await client.post(f"{API}/sign-up", json=body)
        assert refusal(weak) == (422, "people.password_weak")
        taken = await client.post(f"{API}/sign-up", json={**body, "password": PASSWORD})
        assert refusal(taken) == (409, "people.phone_taken")


async def test_two_taps_on_sign_up_open_one_account(app, database):
    phone = some_phone().digits
    async with client_of(app) as client:
        body = {"phone": phone, "code": await ask_code(client, phone), "password": PASSWORD}
        answers = await asyncio.gather(
            *(client.post(f"{API}/sign-up", json=body) for _ in range(2))
        )
    assert sorted(answer.status_code for answer in answers) == [201, 410]
    async with database.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM people.person") == 1


async def test_sign_in_refuses_wrong_passwords_then_locks(app):
    client, someone = await signed_in_client(app)
    async with client:
        body = {"phone": someone.phone.digits, "password": "wrong4horse"}
        answers = [await client.post(f"{API}/sign-in", json=body) for _ in range(5)]
        assert refusal(answers[0]) == (403, "people.sign_in_wrong")
        assert refusal(answers[4]) == (423, "people.sign_in_locked")
        assert answers[4].json()["details"] == {"minutes": 15}
        body["password"] = PASSWORD
        assert refusal(await client.post(f"{API}/sign-in", json=body))[0] == 423


async def test_a_code_for_a_phone_without_account_is_refused_after_it_proved_right(app):
    async with client_of(app) as client:
        for purpose, path in [("sign_in", "sign-in-by-code"), ("reset_password", "reset-password")]:
            phone = some_phone().digits
            body = {"phone": phone, "code": await ask_code(client, phone, purpose)}
            if path == "reset-password":
                body["password"] = PASSWORD
            answer = await client.post(f"{API}/{path}", json=body)
            assert refusal(answer) == (404, "people.not_registered")


async def test_pay_passwords_are_refused_by_form_triviality_and_login_password(app):
    client, _ = await signed_in_client(app, pay_password=None)
    async with client:
        for pay_password, password, expected in [
            ("12345", PASSWORD, (422, "people.pay_password_form")),
            ("123456", PASSWORD, (422, "people.pay_password_trivial")),
            ("900307", PASSWORD, (422, "people.pay_password_trivial")),
            ("280416", "wrong4horse", (403, "people.password_wrong")),
        ]:
            body = {"pay_password": pay_password, "password": password}
            answer = await client.put(f"{API}/me/pay-password", json=body)
            assert refusal(answer) == expected
        assert not (await client.get(f"{API}/me")).json()["has_pay_password"]


async def test_real_names_are_refused_by_name_number_age_and_owner(app):
    client, _ = await signed_in_client(app, real_name=False)
    other, taken = await signed_in_client(app)
    await other.aclose()
    async with client:
        for name, identity, expected in [
            ("李", some_identity_number(), (422, "people.name_invalid")),
            ("李明", "110105194912310021", (422, "people.identity_invalid")),
            ("李明", some_identity_number("20200101"), (403, "people.too_young")),
            ("李明", taken.identity_number, (409, "people.identity_taken")),
        ]:
            body = {"name": name, "identity_number": identity}
            answer = await client.put(f"{API}/me/real-name", json=body)
            assert refusal(answer) == expected
            assert identity not in answer.text
        assert (await client.get(f"{API}/me")).json()["real_name_level"] == 0
    again, _ = await signed_in_client(app)
    async with again:
        body = {"name": "王芳", "identity_number": some_identity_number()}
        answer = await again.put(f"{API}/me/real-name", json=body)
        assert refusal(answer) == (409, "people.real_name_set")


async def test_refusals_speak_the_callers_language(app):
    body = {"phone": "12345", "purpose": "sign_up"}
    async with client_of(app) as client:
        for language, words in [("en", "11 digits"), ("zh-CN,en;q=0.5", "手机号"), ("", "手机号")]:
            headers = {"accept-language": language}
            answer = await client.post(f"{API}/sms-codes", json=body, headers=headers)
            assert words in answer.json()["message"]


async def test_a_repeated_real_name_is_answered_alike(app):
    client, someone = await signed_in_client(app)
    async with client:
        body = {"name": "李明", "identity_number": someone.identity_number}
        first = await client.put(f"{API}/me/real-name", json=body)
        second = await client.put(f"{API}/me/real-name", json=body)
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
