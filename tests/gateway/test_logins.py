"""Letting an application know who somebody is: what is shown, what it is good for, and refusals."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from fastapi import FastAPI

from farewave.db import Database
from farewave.db.edge import install_error_handlers
from farewave.gateway import consent, jobs, service
from farewave.gateway.errors import GatewayRefusal
from farewave.gateway.keys import public_key_text
from farewave.gateway.model import App, AppCreated
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from tests.gateway.calls import APP_KEY, encoded, gateway_app, node_of, public_params, signed
from tests.support.database import move_clock
from tests.support.people import Someone, client_of, install_people, signed_up_person

BACK = "https://shop.test/back?from=farewave"
TOKEN, SHARE = "alipay.system.oauth.token", "alipay.user.info.share"
ALLOWED = "/api/v1/allowed-apps"
FORM = {"content-type": "application/x-www-form-urlencoded"}


async def opened(database: Database, name: str, *redirect_uris: str) -> AppCreated:
    async with database.transaction() as tx:
        made = await service.create_app(
            tx,
            name=name,
            public_key=public_key_text(APP_KEY.public_key()),
            redirect_uris=redirect_uris,
        )
    assert isinstance(made, AppCreated)
    return made


class Scene:
    """An application with one registered address, a person, and the doors between them."""

    def __init__(self, database: Database, app: FastAPI, made: AppCreated, person: Someone) -> None:
        self.database, self.app, self.made, self.person = database, app, made, person

    def asked(self, **changed: str) -> dict[str, str]:
        query = {
            "app_id": self.made.app_id,
            "scope": "auth_user",
            "redirect_uri": BACK,
            "state": "s/1 &",
        }
        return {name: value for name, value in {**query, **changed}.items() if value}

    async def seen(self, person: Someone | None = None, **changed: str) -> httpx.Response:
        async with client_of(self.app, person or self.person) as client:
            return await client.get("/api/v1/consents", params=self.asked(**changed))

    async def agreed(self, sealed: str, person: Someone | None = None) -> httpx.Response:
        async with client_of(self.app, person or self.person) as client:
            return await client.post("/api/v1/consents", json={"consent": sealed})

    async def code(self, **changed: str) -> str:
        sealed = (await self.seen(**changed)).json()["consent"]
        location = (await self.agreed(sealed)).json()["return_to"]
        return dict(parse_qsl(urlsplit(location).query))["auth_code"]

    async def called(self, method: str, app_id: str | None = None, **given: str) -> dict[str, Any]:
        """A call of v2, its fields beside `biz_content`."""
        params = public_params(app_id or self.made.app_id, method)
        del params["biz_content"]
        body = encoded(signed({**params, **given}))
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(gateway_app(self.database)),
            base_url="http://gateway.test",
        ) as client:
            return node_of(await client.post("/gateway.do", content=body, headers=FORM), method)

    async def exchanged(self, code: str, app_id: str | None = None) -> dict[str, Any]:
        return await self.called(TOKEN, app_id, grant_type="authorization_code", code=code)

    async def refreshed(self, token: str) -> dict[str, Any]:
        return await self.called(TOKEN, grant_type="refresh_token", refresh_token=token)


@pytest.fixture
async def scene(database: Database, sealer: Sealer) -> Scene:
    app = FastAPI()
    install_error_handlers(app)
    install_people(app, database, sealer)
    app.state.gateway = gateway_app(database).state.gateway
    app.include_router(consent.router)
    app.router.routes += consent.oauth_routes()
    made = await opened(database, "青鱼书店", BACK)
    return Scene(database, app, made, await signed_up_person(database, sealer))


async def test_who_agrees_goes_back_with_a_code_that_gives_tokens_once(scene: Scene) -> None:
    seen = (await scene.seen()).json()
    assert (seen["app_name"], seen["scope"]) == ("青鱼书店", "auth_user")
    assert seen["name_masked"] == scene.person.person.name_masked
    location = (await scene.agreed(seen["consent"])).json()["return_to"]
    assert location.startswith(f"{BACK}&")
    told = dict(parse_qsl(urlsplit(location).query))
    assert told == {
        "from": "farewave",
        "app_id": scene.made.app_id,
        "source": "alipay_wallet",
        "scope": "auth_user",
        "auth_code": told["auth_code"],
        "state": "s/1 &",
    }
    node = await scene.exchanged(told["auth_code"])
    assert set(node) == {
        "access_token",
        "alipay_user_id",
        "auth_start",
        "expires_in",
        "open_id",
        "re_expires_in",
        "refresh_token",
        "user_id",
    }
    assert node["user_id"] == scene.person.person.user_no
    again = await scene.exchanged(told["auth_code"])
    assert (again["code"], again["sub_code"]) == ("40002", "isv.code-invalid")


async def test_agreeing_twice_is_one_login(scene: Scene) -> None:
    sealed = (await scene.seen()).json()["consent"]
    first, second = [(await scene.agreed(sealed)).json() for _ in range(2)]
    assert first == second


async def test_who_declines_goes_back_without_a_code(scene: Scene) -> None:
    declined = (await scene.seen()).json()["declined_to"]
    assert dict(parse_qsl(urlsplit(declined).query)) == {
        "from": "farewave",
        "app_id": scene.made.app_id,
        "error": "access_denied",
        "state": "s/1 &",
    }


async def test_of_many_at_once_one_exchanges_a_code(scene: Scene) -> None:
    code = await scene.code()
    nodes = await asyncio.gather(*(scene.exchanged(code) for _ in range(8)))
    assert sum("access_token" in node for node in nodes) == 1


async def test_name_and_standing_are_told_for_a_token_of_the_wider_scope_alone(
    scene: Scene,
) -> None:
    token = (await scene.exchanged(await scene.code()))["access_token"]
    node = await scene.called(SHARE, auth_token=token)
    assert node == {
        "code": "10000",
        "msg": "Success",
        "user_id": scene.person.person.user_no,
        "open_id": node["open_id"],
        "nick_name": scene.person.person.name_masked,
        "user_type": "2",
        "user_status": "T",
        "is_certified": "T" if scene.person.person.real_name_level else "F",
    }
    base = (await scene.exchanged(await scene.code(scope="auth_base")))["access_token"]
    node = await scene.called(SHARE, auth_token=base)
    assert (node["code"], node["sub_code"]) == ("40006", "isv.insufficient-user-permissions")


async def test_refreshing_ends_both_old_tokens(scene: Scene) -> None:
    first = await scene.exchanged(await scene.code())
    second = await scene.refreshed(first["refresh_token"])
    assert second["user_id"] == first["user_id"]
    assert second["auth_start"] == first["auth_start"]
    assert not {second["access_token"], second["refresh_token"]} & set(first.values())
    stale = await scene.called(SHARE, auth_token=first["access_token"])
    assert (stale["code"], stale["sub_code"]) == ("20001", "aop.invalid-auth-token")
    replayed = await scene.refreshed(first["refresh_token"])
    assert (replayed["code"], replayed["sub_code"]) == ("40002", "isv.refresh-token-invalid")
    assert "code" in await scene.called(SHARE, auth_token=second["access_token"])


async def test_what_was_agreed_to_is_listed_and_taken_back_with_all_its_tokens(
    scene: Scene,
) -> None:
    rival = await opened(scene.database, "别家", BACK)
    sealed = (await scene.seen()).json()["consent"]
    location = (await scene.agreed(sealed)).json()["return_to"]
    code = dict(parse_qsl(urlsplit(location).query))["auth_code"]
    mine = await scene.exchanged(code)
    unused = await scene.code(scope="auth_base")
    theirs = await scene.exchanged(await scene.code(app_id=rival.app_id), rival.app_id)
    async with client_of(scene.app, scene.person) as client:
        listed = (await client.get(ALLOWED)).json()
        assert [(each["app_name"], each["scope"]) for each in listed] == [
            ("别家", "auth_user"),
            ("青鱼书店", "auth_user"),
        ]
        for _ in range(2):
            assert (await client.delete(f"{ALLOWED}/{scene.made.app_id}")).status_code == 204
        assert [each["app_name"] for each in (await client.get(ALLOWED)).json()] == ["别家"]
    node = await scene.called(SHARE, auth_token=mine["access_token"])
    assert (node["code"], node["sub_code"]) == ("20001", "aop.invalid-auth-token")
    node = await scene.refreshed(mine["refresh_token"])
    assert (node["code"], node["sub_code"]) == ("40002", "isv.refresh-token-invalid")
    assert (await scene.exchanged(unused))["sub_code"] == "isv.code-invalid"
    await scene.agreed(sealed)  # a repeat that comes late brings nothing back
    assert (await scene.exchanged(code))["sub_code"] == "isv.code-invalid"
    told = await scene.called(SHARE, rival.app_id, auth_token=theirs["access_token"])
    assert told["user_id"] == scene.person.person.user_no
    assert "access_token" in await scene.exchanged(await scene.code())  # agreed to anew


async def test_nobody_takes_back_what_another_person_agreed_to(
    scene: Scene, database: Database, sealer: Sealer
) -> None:
    mine = await scene.exchanged(await scene.code())
    async with client_of(scene.app, await signed_up_person(database, sealer)) as other:
        assert (await other.get(ALLOWED)).json() == []
        assert (await other.delete(f"{ALLOWED}/{scene.made.app_id}")).status_code == 204
    assert "user_id" in await scene.called(SHARE, auth_token=mine["access_token"])


async def test_another_application_gets_nothing_of_a_code_or_a_token(scene: Scene) -> None:
    rival = (await opened(scene.database, "别家", BACK)).app_id
    code = await scene.code()
    node = await scene.exchanged(code, rival)
    assert (node["code"], node["sub_code"]) == ("40002", "isv.unmatched-app-id")
    mine = await scene.exchanged(code)
    node = await scene.called(SHARE, rival, auth_token=mine["access_token"])
    assert node["sub_code"] == "aop.invalid-auth-token"
    given = {"grant_type": "refresh_token", "refresh_token": mine["refresh_token"]}
    assert (await scene.called(TOKEN, rival, **given))["sub_code"] == "isv.unmatched-app-id"
    assert "access_token" in await scene.refreshed(mine["refresh_token"])


async def test_one_person_is_another_open_id_to_each_application(scene: Scene) -> None:
    rival = await opened(scene.database, "别家", BACK)
    mine = await scene.exchanged(await scene.code())
    theirs = await scene.exchanged(await scene.code(app_id=rival.app_id), rival.app_id)
    assert mine["user_id"] == theirs["user_id"]
    assert mine["open_id"] != theirs["open_id"]
    again = await scene.exchanged(await scene.code())
    assert again["open_id"] == mine["open_id"]


async def test_a_code_and_tokens_end_and_are_forgotten(scene: Scene) -> None:
    late, code = await scene.code(), await scene.code()
    tokens = await scene.exchanged(code)
    await move_clock(scene.database, timedelta(minutes=10))
    assert (await scene.exchanged(late))["sub_code"] == "isv.code-invalid"
    await move_clock(scene.database, timedelta(days=15))
    node = await scene.called(SHARE, auth_token=tokens["access_token"])
    assert node["sub_code"] == "aop.auth-token-time-out"
    await move_clock(scene.database, timedelta(days=15))
    node = await scene.refreshed(tokens["refresh_token"])
    assert node["sub_code"] == "isv.refresh-token-time-out"
    await move_clock(scene.database, timedelta(days=2))
    assert await jobs.forget_logins(scene.database) == 2
    assert (await scene.refreshed(tokens["refresh_token"]))[
        "sub_code"
    ] == "isv.refresh-token-invalid"


WRONG_CALLS = [
    pytest.param(TOKEN, {}, "isv.grant-type-invalid", id="no grant type"),
    pytest.param(TOKEN, {"grant_type": "password"}, "isv.grant-type-invalid", id="another"),
    pytest.param(TOKEN, {"grant_type": "authorization_code"}, "isv.code-invalid", id="no code"),
    pytest.param(
        TOKEN,
        {"grant_type": "authorization_code", "code": "f" * 32},
        "isv.code-invalid",
        id="an invented code of a shard that there isn't",
    ),
    pytest.param(
        TOKEN,
        {"grant_type": "authorization_code", "code": "000" + "1" * 29},
        "isv.code-invalid",
        id="an invented code",
    ),
    pytest.param(
        TOKEN, {"grant_type": "refresh_token"}, "isv.refresh-token-invalid", id="no refresh token"
    ),
    pytest.param(
        TOKEN,
        {"grant_type": "refresh_token", "refresh_token": "authusrR000" + "1" * 29},
        "isv.refresh-token-invalid",
        id="an invented refresh token",
    ),
    pytest.param(SHARE, {}, "aop.invalid-auth-token", id="no token"),
    pytest.param(SHARE, {"auth_token": "x' OR 1=1"}, "aop.invalid-auth-token", id="no such form"),
]


@pytest.mark.parametrize(("method", "given", "sub_code"), WRONG_CALLS)
async def test_each_wrong_call_has_its_code(
    scene: Scene, method: str, given: dict[str, str], sub_code: str
) -> None:
    assert (await scene.called(method, **given))["sub_code"] == sub_code


WRONG_PAGES = [
    pytest.param({"app_id": "2021000000000000"}, "gateway.app_not_found", id="no such application"),
    pytest.param(
        {"redirect_uri": "https://shop.test/back"},
        "gateway.redirect_not_registered",
        id="the address without its query",
    ),
    pytest.param(
        {"redirect_uri": "https://shop.test.evil.example/back?from=farewave"},
        "gateway.redirect_not_registered",
        id="a longer host",
    ),
    pytest.param(
        {"redirect_uri": BACK + "/../evil"}, "gateway.redirect_not_registered", id="a longer path"
    ),
    pytest.param({"redirect_uri": ""}, "gateway.redirect_not_registered", id="no address"),
    pytest.param({"scope": "auth_all"}, "gateway.scope_invalid", id="another scope"),
    pytest.param({"scope": ""}, "gateway.scope_invalid", id="no scope"),
    pytest.param({"state": "s" * 513}, "gateway.state_invalid", id="a long state"),
]


@pytest.mark.parametrize(("changed", "code"), WRONG_PAGES)
async def test_what_isnt_right_is_told_on_a_page_and_nobody_is_sent_anywhere(
    scene: Scene, changed: dict[str, str], code: str
) -> None:
    async with client_of(scene.app) as client:
        page = await client.get(consent.DOOR, params=scene.asked(**changed))
    assert page.status_code == 400
    assert code in page.text
    assert "location" not in page.headers
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    if all(changed.values()):
        answer = await scene.seen(**changed)
        assert answer.json()["code"] == code


async def test_a_right_one_goes_on_to_the_page_with_what_was_asked(scene: Scene) -> None:
    async with client_of(scene.app) as client:
        door = await client.get(consent.DOOR, params=scene.asked())
        assert door.status_code == 303
        to = urlsplit(door.headers["location"])
        assert to.path == "/authorize"
        assert dict(parse_qsl(to.query)) == scene.asked()
        twice = f"{consent.DOOR}?{urlencode(scene.asked())}&redirect_uri=https%3A%2F%2Fevil.example"
        assert (await client.get(twice)).status_code == 400


async def test_a_forged_agreement_is_refused(
    scene: Scene, database: Database, sealer: Sealer
) -> None:
    sealed = (await scene.seen()).json()["consent"]
    other = await signed_up_person(database, sealer)
    for answer in (
        await scene.agreed(sealed, other),  # what another session was shown
        await scene.agreed("00" * 40),
        await scene.agreed("no hexadecimal"),
        await scene.agreed(sealed[:-2] + ("00" if sealed[-2:] != "00" else "01")),
    ):
        assert answer.json()["code"] == GatewayRefusal.CONSENT_OVER.code
    async with client_of(scene.app, scene.person) as client:
        forged = await client.post(
            "/api/v1/consents",
            json={"consent": sealed},
            headers={"origin": "https://evil.example"},
        )
        as_form = await client.post(
            "/api/v1/consents", content=json.dumps({"consent": sealed}), headers=FORM
        )
    assert forged.json()["code"] == "request.foreign_origin"
    assert as_form.json()["code"] == "request.not_json_type"
    async with client_of(scene.app) as nobody:
        answer = await nobody.post("/api/v1/consents", json={"consent": sealed})
    assert answer.json()["code"] == "people.signed_out"


async def test_an_agreement_counts_for_half_an_hour_and_only_while_the_address_is_registered(
    scene: Scene,
) -> None:
    sealed = (await scene.seen()).json()["consent"]
    await move_clock(scene.database, timedelta(minutes=30))
    assert (await scene.agreed(sealed)).json()["code"] == GatewayRefusal.CONSENT_OVER.code
    sealed = (await scene.seen()).json()["consent"]
    async with scene.database.transaction() as tx:
        await tx.execute("DELETE FROM gateway.app_redirect")
    answer = await scene.agreed(sealed)
    assert answer.json()["code"] == GatewayRefusal.REDIRECT_NOT_REGISTERED.code


@pytest.mark.parametrize(
    "address",
    ["/back", "ftp://shop.test/x", "https://shop.test/#f", "https://shop.test/?state=1", "x" * 300],
)
async def test_an_address_that_cant_be_one_isnt_registered(
    database: Database, merchant_app: App, address: str
) -> None:
    async with database.transaction() as tx:
        made = await service.create_app(
            tx, name="茶馆", public_key=None, redirect_uris=["https://shop.test/ok", address]
        )
    assert made == Refused(GatewayRefusal.REDIRECT_INVALID)
