"""Letting others' applications act, over HTTP: asked, agreed, listed, taken back."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from farewave.console.door import DOORS
from farewave.db import Database
from farewave.gateway import grants
from farewave.gateway.model import AppCreated
from farewave.kit.sealing import Sealer
from tests.console.world import API, ORIGIN, Console, refusal
from tests.gateway.granting import BACK, opened
from tests.support.database import move_clock
from tests.support.payments import Shop


@pytest.fixture
async def agent(database: Database) -> AppCreated:
    return await opened(database, "收银服务商", BACK)


def asked(agent: AppCreated, **changed: str) -> dict[str, str]:
    query = {"app_id": agent.app_id, "redirect_uri": BACK, "state": "s/1 &"}
    return {name: value for name, value in {**query, **changed}.items() if value}


async def seen(client: httpx.AsyncClient, agent: AppCreated, **changed: str) -> httpx.Response:
    return await client.get(f"{API}/agent-consents", params=asked(agent, **changed))


async def agreed(client: httpx.AsyncClient, sealed: str) -> httpx.Response:
    return await client.post(f"{API}/agent-consents", json={"consent": sealed})


async def code_for(client: httpx.AsyncClient, agent: AppCreated) -> str:
    sealed = (await seen(client, agent)).json()["consent"]
    location = (await agreed(client, sealed)).json()["return_to"]
    return dict(parse_qsl(urlsplit(location).query))["app_auth_code"]


async def exchanged(database: Database, sealer: Sealer, agent: AppCreated, code: str) -> None:
    async with database.transaction() as tx:
        assert isinstance(await grants.exchange(tx, sealer, agent.app_id, code), grants.Given)


async def test_a_merchant_is_asked_and_goes_back_with_a_code(
    console: Console, shop: Shop, agent: AppCreated
) -> None:
    client = await console.entered(shop)
    told = (await seen(client, agent)).json()
    assert (told["agent_name"], told["agent_app_id"]) == ("收银服务商", agent.app_id)
    assert (told["own_name"], told["own_app_id"]) == ("青鱼书店", shop.app.app_id)
    declined = dict(parse_qsl(urlsplit(told["declined_to"]).query))
    assert declined == {
        "from": "farewave",
        "app_id": agent.app_id,
        "error": "access_denied",
        "state": "s/1 &",
    }
    first, second = [(await agreed(client, told["consent"])).json() for _ in range(2)]
    assert first == second
    back = dict(parse_qsl(urlsplit(first["return_to"]).query))
    assert first["return_to"].startswith(f"{BACK}&")
    assert back == {
        "from": "farewave",
        "app_id": agent.app_id,
        "source": "alipay_app_auth",
        "app_auth_code": back["app_auth_code"],
        "state": "s/1 &",
    }


async def test_who_acts_is_listed_once_and_taken_back_for_good(
    console: Console, shop: Shop, agent: AppCreated, sealer: Sealer
) -> None:
    client = await console.entered(shop)
    assert (await client.get(f"{API}/agents")).json() == []
    code = await code_for(client, agent)
    (waits,) = (await client.get(f"{API}/agents")).json()
    assert (waits["agent_app_id"], waits["since"]) == (agent.app_id, None)
    await exchanged(console.database, sealer, agent, code)
    await code_for(client, agent)
    (acts,) = (await client.get(f"{API}/agents")).json()
    assert acts["since"] is not None
    assert (acts["name"], acts["app_id"]) == ("收银服务商", shop.app.app_id)
    for _ in range(2):
        answer = await client.delete(f"{API}/agents/{agent.app_id}")
        assert (answer.status_code, answer.json()) == (200, [])
    assert (await client.get(f"{API}/agents")).json() == []


async def test_nobody_sees_or_ends_what_another_merchant_granted(
    console: Console, shop: Shop, other_shop: Shop, agent: AppCreated, sealer: Sealer
) -> None:
    mine, theirs = await console.entered(shop), await console.entered(other_shop)
    await exchanged(console.database, sealer, agent, await code_for(mine, agent))
    assert (await theirs.get(f"{API}/agents")).json() == []
    assert (await theirs.delete(f"{API}/agents/{agent.app_id}")).json() == []
    assert len((await mine.get(f"{API}/agents")).json()) == 1


async def test_an_agreement_counts_for_the_merchant_that_was_shown_it_and_half_an_hour(
    console: Console, shop: Shop, other_shop: Shop, agent: AppCreated
) -> None:
    mine, theirs = await console.entered(shop), await console.entered(other_shop)
    sealed = (await seen(mine, agent)).json()["consent"]
    over = (409, "gateway.consent_over")
    assert refusal(await agreed(theirs, sealed)) == over
    for forged in (
        "00" * 40,
        "no hexadecimal",
        sealed[:-2] + ("00" if sealed[-2:] != "00" else "01"),
    ):
        assert refusal(await agreed(mine, forged)) == over
    foreign = await mine.post(
        f"{API}/agent-consents",
        json={"consent": sealed},
        headers={"origin": "https://evil.example"},
    )
    assert refusal(foreign)[1] == "request.foreign_origin"
    await move_clock(console.database, timedelta(minutes=30))
    assert refusal(await agreed(mine, sealed)) == over
    sealed = (await seen(mine, agent)).json()["consent"]
    async with console.database.transaction() as tx:
        await tx.execute("DELETE FROM gateway.app_redirect")
    assert refusal(await agreed(mine, sealed)) == (422, "gateway.redirect_not_registered")


async def test_merchants_alone_are_asked(console: Console, agent: AppCreated) -> None:
    assert refusal(await seen(console.browser(), agent)) == (401, "console.signed_out")
    operator = await console.entered(None)
    assert refusal(await seen(operator, agent)) == (403, "console.merchants_only")
    assert refusal(await operator.get(f"{API}/agents")) == (403, "console.merchants_only")


WRONG = [
    pytest.param({"app_id": "2021000000000000"}, "gateway.app_not_found", id="no such application"),
    pytest.param(
        {"redirect_uri": BACK + "/../evil"}, "gateway.redirect_not_registered", id="a longer path"
    ),
    pytest.param({"redirect_uri": ""}, "gateway.redirect_not_registered", id="no address"),
    pytest.param({"state": "s" * 513}, "gateway.state_invalid", id="a long state"),
]


@pytest.mark.parametrize(("changed", "code"), WRONG)
async def test_what_isnt_right_is_told_on_a_page_and_nobody_is_sent_anywhere(
    console: Console, shop: Shop, agent: AppCreated, changed: dict[str, str], code: str
) -> None:
    page = await console.browser().get(DOORS[0], params=asked(agent, **changed))
    assert page.status_code == 400
    assert code in page.text
    assert "location" not in page.headers
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    if all(changed.values()):
        answer = await seen(await console.entered(shop), agent, **changed)
        assert refusal(answer)[1] == code


@pytest.mark.parametrize("path", DOORS)
async def test_a_right_one_goes_on_to_the_console_with_what_was_asked(
    console: Console, agent: AppCreated, path: str
) -> None:
    browser = console.browser()
    door = await browser.get(path, params={**asked(agent), "application_type": "WEBAPP"})
    assert door.status_code == 303
    to = urlsplit(door.headers["location"])
    assert f"{to.scheme}://{to.netloc}{to.path}" == f"{ORIGIN}/console/authorize"
    assert dict(parse_qsl(to.query)) == asked(agent)
    twice = f"{path}?{urlencode(asked(agent))}&redirect_uri=https%3A%2F%2Fevil.example"
    assert (await browser.get(twice)).status_code == 400
