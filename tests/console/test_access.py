"""Into the console over HTTP: links, codes, passkeys; each once, also when used twice at once."""

import asyncio
import base64
import os
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from farewave.console import totp
from farewave.console.jobs import purge
from farewave.db import Database
from farewave.kit.sealing import Sealer
from tests.console.world import API, ORIGIN, Console, console_app, cookie_of, refusal
from tests.support.database import move_clock
from tests.support.passkey import Authenticator
from tests.support.payments import Shop

HOST = "pay.test"


async def account(client: httpx.AsyncClient) -> dict[str, Any] | None:
    answer = await client.get(f"{API}/session")
    assert answer.status_code == 200
    found: dict[str, Any] | None = answer.json()["account"]
    return found


async def step_now(database: Database) -> int:
    async with database.reading() as tx:
        return totp.step_at(tx.now)


# --- links -------------------------------------------------------------------------------------


async def test_a_link_signs_in_once_by_a_cookie_of_the_consoles_own(
    console: Console, shop: Shop
) -> None:
    token = await console.link(shop)
    client = console.browser()
    assert await account(client) is None
    answer = await client.post(f"{API}/enter", json={"token": token})
    made = cookie_of(answer)
    assert (made["httponly"], made["samesite"], made["secure"]) == (True, "Strict", True)
    assert made["path"] == API
    assert made.value not in answer.text
    seen = await account(client)
    assert seen is not None
    assert (seen["seller_id"], seen["name"]) == (shop.app.seller_id, "青鱼书店")
    assert (seen["proved_by"], seen["has_authenticator"], seen["passkeys"]) == ("link", False, [])
    again = await console.browser().post(f"{API}/enter", json={"token": token})
    assert refusal(again) == (403, "console.link_invalid")


async def test_of_two_that_use_a_link_at_once_one_gets_in(console: Console, shop: Shop) -> None:
    body = {"token": await console.link(shop)}
    answers = await asyncio.gather(
        *(console.browser().post(f"{API}/enter", json=body) for _ in range(4))
    )
    assert sorted(each.status_code for each in answers) == [200, 403, 403, 403]


async def test_a_link_is_good_for_a_day_and_only_until_the_next_one(
    console: Console, shop: Shop, database: Database
) -> None:
    first, second = await console.link(shop), await console.link(shop)
    for token in (first, second[:-1], "x" * 43, ""):
        answer = await console.browser().post(f"{API}/enter", json={"token": token})
        assert refusal(answer) == (403, "console.link_invalid")
    await move_clock(database, timedelta(days=1))
    answer = await console.browser().post(f"{API}/enter", json={"token": second})
    assert refusal(answer) == (403, "console.link_invalid")


async def test_only_hashes_of_links_and_sessions_are_kept(
    console: Console, shop: Shop, database: Database
) -> None:
    link = await console.link(shop)
    client = await console.entered(await Shop.opened(database, "别家"))
    secrets = {link, client.cookies["fw_console"]}
    async with database.reading() as tx:
        for table in ("link", "session"):
            rows = await tx.fetch(f"SELECT t::text AS row FROM console.{table} AS t")
            assert rows
            for row in rows:
                assert not any(secret in row["row"] for secret in secrets)


async def test_signing_out_ends_the_session_and_time_does(
    console: Console, shop: Shop, database: Database
) -> None:
    client = await console.entered(shop)
    copy = console.browser()
    copy.cookies = client.cookies.__class__(client.cookies)
    assert await account(copy) is not None
    assert (await client.post(f"{API}/sign-out")).status_code == 204
    assert await account(copy) is None
    assert refusal(await copy.get(f"{API}/apps")) == (401, "console.signed_out")
    assert (await client.post(f"{API}/sign-out")).status_code == 204
    client = await console.entered(shop)
    await move_clock(database, timedelta(hours=1))
    assert await account(client) is None
    assert await purge(database) >= 1


async def test_another_sites_page_can_do_nothing(console: Console, shop: Shop) -> None:
    client = await console.entered(shop)
    foreign = {"origin": "https://evil.test"}
    for method, path in (("POST", "/sign-out"), ("POST", "/authenticator"), ("POST", "/enter")):
        answer = await client.request(method, API + path, json={}, headers=foreign)
        assert refusal(answer) == (403, "request.foreign_origin")
    assert await account(client) is not None


# --- an authenticator app ----------------------------------------------------------------------


async def with_app(console: Console, client: httpx.AsyncClient) -> bytes:
    """Sets an authenticator app up; its secret."""
    offered = (await client.post(f"{API}/authenticator")).json()
    text = offered["secret"]
    assert f"secret={text}&issuer=Farewave" in offered["address"]
    assert offered["qr_svg"].startswith("<svg")
    secret = base64.b32decode(text + "=" * (-len(text) % 8))
    code = totp.code_of(secret, await step_now(console.database) - 1)
    answer = await client.put(f"{API}/authenticator", json={"code": code})
    assert answer.status_code == 200, answer.text
    assert answer.json()["has_authenticator"]
    return secret


async def sign_in(console: Console, name: str, code: str) -> httpx.Response:
    return await console.browser().post(f"{API}/sign-in", json={"account": name, "code": code})


async def test_a_code_signs_in_and_each_code_once(console: Console, shop: Shop) -> None:
    secret = await with_app(console, await console.entered(shop))
    step, name = await step_now(console.database), shop.app.seller_id
    used = await sign_in(console, name, totp.code_of(secret, step - 1))
    assert refusal(used) == (403, "console.code_wrong"), "it confirmed the app already"
    answers = await asyncio.gather(
        *(sign_in(console, name, totp.code_of(secret, step)) for _ in range(4))
    )
    assert sorted(each.status_code for each in answers) == [200, 403, 403, 403]
    assert cookie_of(next(each for each in answers if each.status_code == 200)).value


async def test_wrong_codes_lock_the_account_and_its_passkeys_stay_good(
    console: Console, shop: Shop, database: Database
) -> None:
    client = await console.entered(shop)
    secret = await with_app(console, client)
    finger = await with_passkey(client)
    name = shop.app.seller_id
    step = await step_now(database)
    right = {totp.code_of(secret, step + off) for off in range(-1, 60)}
    wrong = next(f"{each:06d}" for each in range(100) if f"{each:06d}" not in right)
    for _ in range(5):
        assert refusal(await sign_in(console, name, wrong)) == (403, "console.code_wrong")
    locked = await sign_in(console, name, totp.code_of(secret, step))
    assert refusal(locked) == (429, "console.locked")
    assert locked.json()["details"] == {"wait_min": 15}
    assert (await by_passkey(console, finger)).status_code == 200
    await move_clock(database, timedelta(minutes=15))
    step = await step_now(database)
    assert (await sign_in(console, name, totp.code_of(secret, step))).status_code == 200


async def test_nobody_learns_which_merchants_have_an_app(console: Console, shop: Shop) -> None:
    told = {
        (await sign_in(console, name, "123456")).text
        for name in (shop.app.seller_id, "2088999000000000", "operator", "", "x")
    }
    assert len(told) == 1


async def test_an_app_that_wasnt_confirmed_opens_nothing(console: Console, shop: Shop) -> None:
    client = await console.entered(shop)
    nothing = await client.put(f"{API}/authenticator", json={"code": "123456"})
    assert refusal(nothing) == (409, "console.no_code_to_confirm")
    text = (await client.post(f"{API}/authenticator")).json()["secret"]
    secret = base64.b32decode(text + "=" * (-len(text) % 8))
    code = totp.code_of(secret, await step_now(console.database))
    assert refusal(await sign_in(console, shop.app.seller_id, code)) == (403, "console.code_wrong")
    far = totp.code_of(secret, 1)
    wrong = await client.put(f"{API}/authenticator", json={"code": far})
    assert refusal(wrong) == (403, "console.code_wrong")


async def test_secrets_lie_sealed(console: Console, shop: Shop) -> None:
    secret = await with_app(console, await console.entered(shop))
    async with console.database.reading() as tx:
        rows = await tx.fetch("SELECT totp_secret FROM console.account")
    for row in rows:
        assert secret not in row["totp_secret"]
        assert secret.hex().encode() not in row["totp_secret"]


# --- passkeys ----------------------------------------------------------------------------------


async def with_passkey(
    client: httpx.AsyncClient, authenticator: Authenticator | None = None
) -> Authenticator:
    made = authenticator or Authenticator(ORIGIN, HOST)
    options = (await client.post(f"{API}/passkey-options")).json()["options"]
    body = {"label": "笔记本", "credential": made.made(options)}
    answer = await client.post(f"{API}/passkeys", json=body)
    assert answer.status_code == 201, answer.text
    return made


async def challenge(console: Console) -> dict[str, Any]:
    answer = await console.browser().post(f"{API}/passkey-challenges")
    options: dict[str, Any] = answer.json()["options"]
    return options


async def by_passkey(console: Console, authenticator: Authenticator) -> httpx.Response:
    credential = authenticator.answer(await challenge(console))
    return await console.browser().post(
        f"{API}/sign-in-by-passkey", json={"credential": credential}
    )


async def test_a_passkey_is_made_signs_in_and_is_forgotten(console: Console, shop: Shop) -> None:
    client = await console.entered(shop)
    finger = await with_passkey(client)
    assert (await by_passkey(console, finger)).status_code == 200
    seen = await account(client)
    assert seen is not None
    (kept,) = seen["passkeys"]
    assert (kept["label"], kept["used_at"] is None) == ("笔记本", False)
    assert re.fullmatch(r"pk_[0-9a-z]{26}", kept["passkey_id"])
    another = await console.entered(shop)
    assert (await client.delete(f"{API}/passkeys/pk_{26 * '0'}")).status_code == 200
    assert await account(another) is not None
    left = await client.delete(f"{API}/passkeys/{kept['passkey_id']}")
    assert left.json()["passkeys"] == []
    assert refusal(await by_passkey(console, finger)) == (403, "console.passkey_invalid")
    assert await account(another) is None  # whoever had the passkey may have been in by it
    assert await account(client) is not None


async def test_there_are_twenty_passkeys_at_most(console: Console, shop: Shop) -> None:
    client = await console.entered(shop)
    for _ in range(18):
        await with_passkey(client)
    options = [(await client.post(f"{API}/passkey-options")).json()["options"] for _ in range(4)]
    made = [Authenticator(ORIGIN, HOST).made(each) for each in options]
    answers = await asyncio.gather(
        *(client.post(f"{API}/passkeys", json={"label": "x", "credential": each}) for each in made)
    )
    assert sorted(each.status_code for each in answers) == [201, 201, 409, 409]
    assert {each.json().get("code") for each in answers} == {None, "console.too_many_passkeys"}


@pytest.mark.parametrize("octets", [1024, 3000])
async def test_a_passkey_of_too_long_a_number_is_refused(
    console: Console, shop: Shop, octets: int
) -> None:
    client = await console.entered(shop)
    options = (await client.post(f"{API}/passkey-options")).json()["options"]
    made = Authenticator(ORIGIN, HOST, credential_id=os.urandom(octets)).made(options)
    answer = await client.post(f"{API}/passkeys", json={"label": "x", "credential": made})
    assert refusal(answer) == (403, "console.passkey_invalid")


async def test_nobody_forgets_the_passkeys_of_another(
    console: Console, shop: Shop, other_shop: Shop
) -> None:
    owner = await console.entered(shop)
    finger = await with_passkey(owner)
    seen = await account(owner)
    assert seen is not None
    path = f"{API}/passkeys/{seen['passkeys'][0]['passkey_id']}"
    assert (await (await console.entered(other_shop)).delete(path)).json()["passkeys"] == []
    assert (await by_passkey(console, finger)).status_code == 200


async def test_an_answer_to_a_challenge_is_good_once(console: Console, shop: Shop) -> None:
    finger = await with_passkey(await console.entered(shop))
    body = {"credential": finger.answer(await challenge(console))}
    answers = await asyncio.gather(
        *(console.browser().post(f"{API}/sign-in-by-passkey", json=body) for _ in range(3))
    )
    assert sorted(each.status_code for each in answers) == [200, 403, 403]


async def test_a_challenge_is_over_in_five_minutes(
    console: Console, shop: Shop, database: Database
) -> None:
    finger = await with_passkey(await console.entered(shop))
    body = {"credential": finger.answer(await challenge(console))}
    await move_clock(database, timedelta(minutes=5))
    answer = await console.browser().post(f"{API}/sign-in-by-passkey", json=body)
    assert refusal(answer) == (403, "console.passkey_invalid")


async def test_a_passkey_of_another_site_or_an_unproved_owner_is_refused(
    console: Console, shop: Shop
) -> None:
    client = await console.entered(shop)
    for spoiled in (
        Authenticator("https://evil.test", HOST),
        Authenticator(ORIGIN, "evil.test"),
        Authenticator(ORIGIN, HOST, verifies=False),
    ):
        options = (await client.post(f"{API}/passkey-options")).json()["options"]
        body = {"label": "x", "credential": spoiled.made(options)}
        answer = await client.post(f"{API}/passkeys", json=body)
        assert refusal(answer) == (403, "console.passkey_invalid")
    finger = await with_passkey(client)
    for name, value in (
        ("origin", "https://evil.test"),
        ("host", "evil.test"),
        ("verifies", False),
    ):
        right = getattr(finger, name)
        setattr(finger, name, value)
        assert refusal(await by_passkey(console, finger)) == (403, "console.passkey_invalid")
        setattr(finger, name, right)
    assert (await by_passkey(console, finger)).status_code == 200


async def test_a_challenge_of_one_purpose_or_account_serves_no_other(
    console: Console, shop: Shop, other_shop: Shop
) -> None:
    client, other = await console.entered(shop), await console.entered(other_shop)
    of_other = (await other.post(f"{API}/passkey-options")).json()["options"]
    for options in (of_other, await challenge(console), {"challenge": "AAAA"}):
        body = {"label": "x", "credential": Authenticator(ORIGIN, HOST).made(options)}
        answer = await client.post(f"{API}/passkeys", json=body)
        assert refusal(answer) == (403, "console.passkey_invalid")
    finger = await with_passkey(client)
    own = (await client.post(f"{API}/passkey-options")).json()["options"]
    answer = await console.browser().post(
        f"{API}/sign-in-by-passkey", json={"credential": finger.answer(own)}
    )
    assert refusal(answer) == (403, "console.passkey_invalid")


async def test_a_copied_passkey_is_seen_by_its_counter(console: Console, shop: Shop) -> None:
    finger = await with_passkey(await console.entered(shop))
    finger.count = 10
    assert (await by_passkey(console, finger)).status_code == 200
    finger.count = 5
    assert refusal(await by_passkey(console, finger)) == (403, "console.passkey_invalid")


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"response": None},
        {"response": {"clientDataJSON": "e30"}},
        {"response": {"clientDataJSON": "!!"}},
        {"rawId": 1, "response": {"clientDataJSON": []}},
    ],
)
async def test_nonsense_is_no_passkey(
    console: Console, shop: Shop, credential: dict[str, Any]
) -> None:
    client = await console.entered(shop)
    for path, body in (
        ("/sign-in-by-passkey", {"credential": credential}),
        ("/passkeys", {"label": "x", "credential": credential}),
    ):
        answer = await client.post(API + path, json=body)
        assert refusal(answer) == (403, "console.passkey_invalid")


async def test_where_the_address_is_a_number_there_are_no_passkeys(
    database: Database, sealer: Sealer, shop: Shop
) -> None:
    console = Console(database, console_app(database, sealer, "https://192.168.1.5:8000"))
    client = await console.entered(shop)
    assert not (await client.get(f"{API}/session")).json()["passkeys_possible"]
    answer = await client.post(f"{API}/passkey-options")
    assert refusal(answer) == (409, "console.passkeys_impossible")
    await console.close()


async def test_the_operator_has_an_account_apart(console: Console, shop: Shop) -> None:
    client = await console.entered(None)
    seen = await account(client)
    assert seen is not None
    assert (seen["seller_id"], seen["name"]) == (None, None)
    assert refusal(await client.get(f"{API}/apps")) == (403, "console.merchants_only")
    secret = await with_app(console, client)
    code = totp.code_of(secret, await step_now(console.database))
    assert (await sign_in(console, "operator", code)).status_code == 200
