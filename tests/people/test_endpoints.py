"""People over HTTP: the way in and out, the cookie."""

from datetime import timedelta
from http.cookies import SimpleCookie

import httpx
import pytest

from farewave.people.deps import PeopleDeps
from tests.people.api import API, ask_code, refusal
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

PERSON_FIELDS = {
    "person_id",
    "user_no",
    "phone_masked",
    "name",
    "name_masked",
    "identity_masked",
    "real_name_level",
    "has_pay_password",
    "pay_password_locked_until",
}


# --- the way in and out ------------------------------------------------------------------------


async def test_a_person_signs_up_sets_everything_and_signs_out(app):
    async with client_of(app) as client:
        phone = some_phone()
        code = await ask_code(client, f"+86 {phone.digits}")
        body = {"phone": phone.digits, "code": code, "password": PASSWORD}
        answer = await client.post(f"{API}/sign-up", json=body)
        person = answer.json()
        assert answer.status_code == 201
        assert set(person) == PERSON_FIELDS
        assert person["person_id"].startswith("per_")
        assert person["user_no"].startswith("2088")
        assert person["name"] is None
        assert person["name_masked"] == person["phone_masked"] == phone.masked
        assert person["identity_masked"] is None
        assert not person["has_pay_password"]

        assert (await client.get(f"{API}/me")).json() == person

        identity = some_identity_number()
        real = {"name": "李明", "identity_number": identity}
        person = (await client.put(f"{API}/me/real-name", json=real)).json()
        assert (person["name"], person["name_masked"]) == ("李明", "*明")
        assert person["identity_masked"] == f"1101{'*' * 11}{identity[-3:]}"
        assert person["real_name_level"] == 1

        pay = {"pay_password": PAY_PASSWORD, "password": PASSWORD}
        person = (await client.put(f"{API}/me/pay-password", json=pay)).json()
        assert person["has_pay_password"]
        assert person["pay_password_locked_until"] is None

        gone = await client.post(f"{API}/sign-out")
        assert gone.status_code == 204
        assert refusal(await client.get(f"{API}/me")) == (401, "people.signed_out")
        assert (await client.post(f"{API}/sign-out")).status_code == 204


async def test_signing_in_by_password_by_code_and_by_a_new_password(app):
    signed_in, someone = await signed_in_client(app)
    await signed_in.aclose()
    phone = someone.phone.digits
    async with client_of(app) as client:
        body = {"phone": phone, "password": PASSWORD}
        assert (await client.post(f"{API}/sign-in", json=body)).status_code == 200
        assert (await client.get(f"{API}/me")).json()["user_no"] == someone.person.user_no
    async with client_of(app) as client:
        body = {"phone": phone, "code": await ask_code(client, phone, "sign_in")}
        assert (await client.post(f"{API}/sign-in-by-code", json=body)).status_code == 200
        assert (await client.get(f"{API}/me")).status_code == 200
        async with client_of(app) as forgetful:
            code = await ask_code(forgetful, phone, "reset_password")
            body = {"phone": phone, "code": code, "password": "another7river"}
            assert (await forgetful.post(f"{API}/reset-password", json=body)).status_code == 200
            assert (await forgetful.get(f"{API}/me")).status_code == 200
        assert refusal(await client.get(f"{API}/me")) == (401, "people.signed_out")


# --- the cookie --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "setting", "secure"),
    [
        ("http://farewave.test", None, False),
        ("https://farewave.test", None, True),
        ("http://farewave.test", True, True),
        ("https://farewave.test", False, False),
    ],
)
async def test_the_cookie_is_out_of_reach_of_scripts_and_secure_over_https(
    app, sealer, origin, setting, secure
):
    app.state.people = PeopleDeps(
        sealer=sealer,
        sms=app.state.people.sms,
        sandbox=True,
        cookie_secure=setting,
        hashing=CHEAP_HASHING,
    )
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=origin) as client:
        phone = some_phone().digits
        body = {"phone": phone, "code": await ask_code(client, phone), "password": PASSWORD}
        answer = await client.post(f"{API}/sign-up", json=body)
    cookie = SimpleCookie(answer.headers["set-cookie"])["fw_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert bool(cookie["secure"]) is secure
    assert not cookie["domain"]
    assert cookie.value not in answer.text


async def test_a_session_slides_by_being_used_and_ends_after_thirty_quiet_days(app, database):
    client, _ = await signed_in_client(app)
    async with client:
        for _ in range(3):
            await move_clock(database, timedelta(days=20))
            assert (await client.get(f"{API}/me")).status_code == 200
        await move_clock(database, timedelta(days=30))
        assert refusal(await client.get(f"{API}/me")) == (401, "people.signed_out")


@pytest.mark.parametrize(
    "cookie", ["", "x", "0.", "1.AAAA", "999." + "A" * 43, "0." + "A" * 43, "A" * 5000]
)
async def test_a_cookie_that_is_nobodys_is_signed_out(app, cookie):
    async with client_of(app) as client:
        client.cookies.set("fw_session", cookie)
        assert refusal(await client.get(f"{API}/me")) == (401, "people.signed_out")
        assert (await client.post(f"{API}/sign-out")).status_code == 204


async def test_the_device_is_kept_with_the_session(app, database):
    async with client_of(app) as client:
        client.headers["user-agent"] = "Mozilla/5.0 (Linux; Android 15) Chrome/141.0 Safari/537"
        phone = some_phone().digits
        body = {"phone": phone, "code": await ask_code(client, phone), "password": PASSWORD}
        await client.post(f"{API}/sign-up", json=body)
    async with database.reading() as tx:
        assert await tx.fetchval("SELECT device FROM people.session") == "Android · Chrome"
