"""Devices: where a person is signed in, and signing them out from another one."""

from datetime import timedelta

import httpx
from fastapi import FastAPI

from tests.people.api import API
from tests.support.database import move_clock
from tests.support.people import PASSWORD, Someone, client_of, signed_in_client

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0"


async def another_device(app: FastAPI, someone: Someone, user_agent: str) -> httpx.AsyncClient:
    client = client_of(app)
    client.headers["user-agent"] = user_agent
    body = {"phone": someone.phone.digits, "password": PASSWORD}
    assert (await client.post(f"{API}/sign-in", json=body)).status_code == 200
    return client


async def devices(client: httpx.AsyncClient) -> list[dict[str, object]]:
    answer = await client.get(f"{API}/me/devices")
    assert answer.status_code == 200, answer.text
    return list(answer.json())


async def is_signed_in(client: httpx.AsyncClient) -> bool:
    return (await client.get(f"{API}/me")).status_code == 200


async def test_devices_are_told_by_name_and_the_one_that_asks_is_marked(app, database, sound):
    first, someone = await signed_in_client(app)
    await move_clock(database, timedelta(minutes=5))
    phone = await another_device(app, someone, IPHONE)
    await move_clock(database, timedelta(minutes=5))
    desk = await another_device(app, someone, WINDOWS)
    seen = await devices(phone)
    assert [(each["name"], each["is_this"]) for each in seen] == [
        ("Windows · Edge", False),
        ("iPhone · Safari", True),
        (None, False),
    ]
    assert all(str(each["device_id"]).startswith("dev_") for each in seen)
    assert [each["is_this"] for each in await devices(desk)] == [True, False, False]
    await first.aclose()


async def test_one_device_is_signed_out_and_the_others_stay(app, sound):
    first, someone = await signed_in_client(app)
    phone = await another_device(app, someone, IPHONE)
    (lost,) = [each for each in await devices(first) if each["name"] == "iPhone · Safari"]
    for _ in range(2):  # again is done already
        answer = await first.delete(f"{API}/me/devices/{lost['device_id']}")
        assert answer.status_code == 204
    assert not await is_signed_in(phone)
    assert await is_signed_in(first)
    assert len(await devices(first)) == 1


async def test_all_others_are_signed_out_at_once(app, sound):
    first, someone = await signed_in_client(app)
    others = [await another_device(app, someone, agent) for agent in (IPHONE, WINDOWS)]
    assert (await first.post(f"{API}/me/devices/sign-out-others")).status_code == 204
    assert [await is_signed_in(other) for other in others] == [False, False]
    assert [each["is_this"] for each in await devices(first)] == [True]


async def test_nobody_signs_out_or_sees_anothers_device(app, sound):
    mine, _ = await signed_in_client(app)
    theirs, _ = await signed_in_client(app)
    (device,) = await devices(theirs)
    await mine.delete(f"{API}/me/devices/{device['device_id']}")
    await mine.post(f"{API}/me/devices/sign-out-others")
    assert await is_signed_in(theirs)
    assert [each["device_id"] for each in await devices(mine)] != [device["device_id"]]


async def test_a_session_that_ran_out_is_no_device(app, database, sound):
    first, someone = await signed_in_client(app)
    await move_clock(database, timedelta(days=29))
    phone = await another_device(app, someone, IPHONE)
    await move_clock(database, timedelta(days=2))
    assert [each["is_this"] for each in await devices(phone)] == [True]
    assert not await is_signed_in(first)


async def test_what_is_no_device_is_refused_and_the_doors_need_a_session(app):
    mine, _ = await signed_in_client(app)
    answer = await mine.delete(f"{API}/me/devices/dev_nonsense")
    assert (answer.status_code, answer.json()["code"]) == (404, "people.device_unknown")
    async with client_of(app) as nobody:
        for answer in (
            await nobody.get(f"{API}/me/devices"),
            await nobody.delete(f"{API}/me/devices/dev_nonsense"),
            await nobody.post(f"{API}/me/devices/sign-out-others"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (401, "people.signed_out")
