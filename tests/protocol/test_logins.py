"""Who somebody is, told to each SDK after they agreed: tokens, refreshing, and refusals."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.protocol.browser import fetched
from tests.protocol.conftest import HTTP_PORT
from tests.protocol.merchant import Merchant
from tests.support.browser import Somebody, sign_up
from tests.support.sdks import Raised, Sdk
from tests.support.server import Server
from tests.support.story import Phone

BACK = "https://shop.test/back?a=1"
TOKEN, SHARE = "alipay.system.oauth.token", "alipay.user.info.share"
Ask = Callable[..., dict[str, Any]]
"""As in `conftest`, with fields that are parameters of the call."""


@pytest.fixture(scope="module")
def shop(server: Server) -> Merchant:
    """A merchant that signs people in."""
    return Merchant.opened(server, "登录书店", "--redirect-uri", BACK)


@pytest.fixture(scope="module")
def person(server: Server) -> Iterator[Somebody]:
    phone = Phone(server.url)
    yield sign_up(phone, pay_password=False)
    phone.close()


def agreed(shop: Merchant, person: Somebody, scope: str = "auth_user") -> str:
    """The code that the application is given after this person has agreed."""
    asked = {"app_id": shop.app_id, "scope": scope, "redirect_uri": BACK, "state": "7"}
    door = fetched(f"{shop.server.url}/oauth2/publicAppAuthorize.htm?{urlencode(asked)}")
    assert door.status_code == 303
    seen = person.phone.get(
        "/consents", **dict(parse_qsl(urlsplit(door.headers["location"]).query))
    )
    location = person.phone.post("/consents", {"consent": seen["consent"]})["return_to"]
    told = dict(parse_qsl(urlsplit(location).query))
    assert (told["a"], told["state"]) == ("1", "7")
    return told["auth_code"]


@pytest.fixture(params=["official-python", "fzlee", "node", "node-v3"])
def ask(request: pytest.FixtureRequest, shop: Merchant) -> Ask:
    name: str = request.param
    if name == "official-python" and shop.server.port != HTTP_PORT:
        pytest.skip("port 80 isn't allowed here, and the official Python SDK can't take another")
    sdk: Sdk = request.getfixturevalue(name.removesuffix("-v3").replace("-", "_"))

    def asked(method: str, by: Merchant = shop, **fields: str) -> dict[str, Any]:
        if name == "fzlee":
            call = {"name": "server_api", "args": [method], "kwargs": fields}
            node = sdk.ask("call", config=by.fzlee(), **call)
        elif name == "node":
            params = {"params": fields, "options": {"validateSign": True}}
            node = sdk.ask("exec", config=by.node(), method=method, **params)
        elif name == "node-v3":
            path = "/v3/" + method.replace(".", "/")
            call = {"config": by.node(), "verb": "POST", "path": path, "options": {"body": fields}}
            told = sdk.tried("curl", **call)
            if isinstance(told, Raised):
                return {"sub_code": told.code, "status": told.status}
            node = told["data"]
        else:
            where = "texts" if method == SHARE else "public"  # it has no member for the token
            answer = sdk.ask("execute", config=by.official(), method=method, **{where: fields})
            assert answer["success"] == ("sub_code" not in answer["node"])
            assert answer["read"].get("user_id") == answer["node"].get("user_id")
            node = answer["node"]
        assert isinstance(node, dict)
        return node

    return asked


def code_of(node: dict[str, Any]) -> str:
    """A refusal's code; protocol v3 leaves the prefix out."""
    return str(node["sub_code"]).removeprefix("isv.").removeprefix("aop.")


def test_a_code_becomes_tokens_which_tell_who_somebody_is(
    ask: Ask, shop: Merchant, person: Somebody
) -> None:
    me = person.phone.get("/people/me")
    code = agreed(shop, person)
    first = ask(TOKEN, grant_type="authorization_code", code=code)
    assert (first["user_id"], first["expires_in"]) == (me["user_no"], "1296000")
    assert not {"code", "msg"} & (set(first) - {"traceId"})
    assert code_of(ask(TOKEN, grant_type="authorization_code", code=code)) == "code-invalid"
    told = ask(SHARE, auth_token=first["access_token"])
    assert (told["user_id"], told["nick_name"]) == (me["user_no"], me["name_masked"])
    assert (told["is_certified"], told["open_id"]) == ("T", first["open_id"])
    second = ask(TOKEN, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert second["user_id"] == me["user_no"]
    assert code_of(ask(SHARE, auth_token=first["access_token"])) == "invalid-auth-token"
    assert ask(SHARE, auth_token=second["access_token"])["user_id"] == me["user_no"]


def test_each_wrong_call_has_its_code(
    ask: Ask, shop: Merchant, rival: Merchant, person: Somebody
) -> None:
    code = agreed(shop, person, "auth_base")
    foreign = ask(TOKEN, by=rival, grant_type="authorization_code", code=code)
    assert code_of(foreign) == "unmatched-app-id"
    tokens = ask(TOKEN, grant_type="authorization_code", code=code)
    narrow = ask(SHARE, auth_token=tokens["access_token"])
    assert code_of(narrow) == "insufficient-user-permissions"
    assert narrow.get("status", 403) == 403
    assert code_of(ask(TOKEN, grant_type="password")) == "grant-type-invalid"
    wrong = ask(TOKEN, grant_type="refresh_token", refresh_token=tokens["access_token"])
    assert code_of(wrong) == "refresh-token-invalid"
    nobody = ask(SHARE, auth_token="no-token")
    assert code_of(nobody) == "invalid-auth-token"
    assert nobody.get("status", 401) == 401
