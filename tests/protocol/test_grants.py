"""A service provider acts for a merchant by each SDK: the code, its token, trades, refusals."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from tests.protocol.browser import fetched
from tests.protocol.conftest import HTTP_PORT, Buyers
from tests.protocol.merchant import TIMEOUT_S, Merchant
from tests.support.receiver import Receiver, receiving
from tests.support.sdks import Raised, Sdk
from tests.support.server import Server

BACK = "https://provider.test/back?a=1"
TOKEN, QUERY = "alipay.open.auth.token.app", "alipay.open.auth.token.app.query"
Node = dict[str, Any]


@pytest.fixture(scope="module")
def provider(server: Server) -> Merchant:
    """Whose application wants to act for others."""
    return Merchant.opened(server, "收银服务商", "--redirect-uri", BACK)


@dataclass
class Owner:
    """A merchant signed in to its console."""

    merchant: Merchant
    console: httpx.Client

    def agreed(self, provider: Merchant) -> str:
        """The code that the provider is given."""
        asked = {"app_id": provider.app_id, "redirect_uri": BACK, "state": "7"}
        door = fetched(f"{provider.server.url}/oauth2/appToAppAuth.htm?{urlencode(asked)}")
        assert door.status_code == 303
        query = dict(parse_qsl(urlsplit(door.headers["location"]).query))
        seen = self.console.get("/agent-consents", params=query).json()
        done = self.console.post("/agent-consents", json={"consent": seen["consent"]})
        told = dict(parse_qsl(urlsplit(done.json()["return_to"]).query))
        assert (told["a"], told["state"], told["app_id"]) == ("1", "7", provider.app_id)
        return told["app_auth_code"]

    def revokes(self, provider: Merchant) -> None:
        assert self.console.delete(f"/agents/{provider.app_id}").json() == []


@pytest.fixture(scope="module")
def owner(server: Server) -> Iterator[Owner]:
    merchant = Merchant.opened(server, "青鱼书店分店")
    with httpx.Client(
        base_url=f"{server.url}/api/v1/console", headers={"origin": server.url}, timeout=TIMEOUT_S
    ) as console:
        token = merchant.told["console_url"].partition("#")[2]
        assert console.post("/enter", json={"token": token}).status_code == 200
        yield Owner(merchant, console)


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@dataclass
class Provider:
    """The provider's software, with one of the SDKs."""

    name: str
    sdk: Sdk
    app: Merchant

    def calls(self, method: str, token: str | None = None, **content: object) -> Node:
        """A call with a token, as this SDK sends it; `notify_url` is no part of the content."""
        notify_url = content.pop("notify_url", None)
        public = {} if notify_url is None else {"notify_url": notify_url}
        node: object
        if self.name == "node-v3":
            verb = "GET" if method == QUERY else "POST"
            path = "/v3/" + method.replace(".", "/")
            options = {"query" if verb == "GET" else "body": {**content, **public}}
            if token is not None:
                options["appAuthToken"] = token
            call = {"config": self.app.node(), "verb": verb, "path": path, "options": options}
            told = self.sdk.tried("curl", **call)
            if isinstance(told, Raised):
                return {"sub_code": told.code, "status": told.status}
            node = told["data"]
        elif self.name == "node":
            params = {"bizContent": content, **public}
            if token is not None:
                params["appAuthToken"] = token
            call = {"params": params, "options": {"validateSign": True}}
            node = self.sdk.ask("exec", config=self.app.node(), method=method, **call)
        elif self.name == "fzlee":
            by = {} if token is None else {"app_auth_token": token}
            call = {"name": "server_api", "args": [method, content], "kwargs": public}
            node = self.sdk.ask("call", config=self.app.fzlee(**by), **call)
        else:
            by = {} if token is None else {"udf_params": {"app_auth_token": token}}
            answer = self.sdk.ask(
                "execute",
                config=self.app.official(),
                method=method,
                content=content,
                public={**public, **by},
            )
            node = answer["node"]
        assert isinstance(node, dict)
        return node

    def exchanges(self, code: str) -> Node:
        return self.calls(TOKEN, grant_type="authorization_code", code=code)


@pytest.fixture(params=["official-python", "fzlee", "node", "node-v3"])
def by(request: pytest.FixtureRequest, provider: Merchant) -> Provider:
    name: str = request.param
    if name == "official-python" and provider.server.port != HTTP_PORT:
        pytest.skip("port 80 isn't allowed here, and the official Python SDK can't take another")
    sdk: Sdk = request.getfixturevalue(name.removesuffix("-v3").replace("-", "_"))
    return Provider(name, sdk, provider)


def code_of(node: Node) -> str:
    """A refusal's code; protocol v3 leaves the prefix out."""
    return str(node["sub_code"]).removeprefix("isv.").removeprefix("aop.")


async def test_a_provider_takes_a_payment_for_a_merchant_until_it_is_put_out(
    by: Provider, owner: Owner, provider: Merchant, buyers: Buyers, receiver: Receiver
) -> None:
    first = by.exchanges(owner.agreed(provider))
    mine = owner.merchant
    assert (first["auth_app_id"], first["user_id"]) == (mine.app_id, mine.told["seller_id"])
    assert len(first["tokens"]) == 1
    told = by.calls(QUERY, app_auth_token=first["app_auth_token"])
    assert (told["status"], told["auth_app_id"]) == ("valid", mine.app_id)
    second = by.calls(TOKEN, grant_type="refresh_token", refresh_token=first["app_refresh_token"])
    token, number = second["app_auth_token"], provider.number()
    paid = by.calls(
        "alipay.trade.pay",
        token,
        out_trade_no=number,
        scene="bar_code",
        auth_code=await buyers.code(),
        subject="代收一杯茶",
        total_amount="0.30",
        notify_url=receiver.url,
    )
    assert paid["total_amount"] == "0.30", paid
    (news, *_) = receiver.wait_for(1, of=number)
    assert (news["app_id"], news["auth_app_id"]) == (provider.app_id, mine.app_id)
    assert news["seller_id"] == mine.told["seller_id"]
    seen = by.calls("alipay.trade.query", token, out_trade_no=number)
    assert seen["trade_status"] == "TRADE_SUCCESS"
    # In its own name, the provider has no such trade.
    own = by.calls("alipay.trade.query", out_trade_no=number)
    assert code_of(own) == "ACQ.TRADE_NOT_EXIST"
    owner.revokes(provider)
    gone = by.calls("alipay.trade.query", token, out_trade_no=number)
    assert code_of(gone) == "invalid-app-auth-token"
    assert gone.get("status", 401) == 401


def test_each_wrong_token_is_refused(by: Provider, owner: Owner, provider: Merchant) -> None:
    code = owner.agreed(provider)
    tokens = by.exchanges(code)
    assert code_of(by.exchanges(code)) == "code-invalid"
    assert code_of(by.calls(TOKEN, grant_type="password")) == "grant-type-invalid"
    wrong = by.calls(TOKEN, grant_type="refresh_token", refresh_token=tokens["app_auth_token"])
    assert code_of(wrong) == "refresh-token-invalid"
    foreign = Provider(by.name, by.sdk, owner.merchant)
    for caller, token in ((by, "t"), (foreign, tokens["app_auth_token"])):
        refused = caller.calls("alipay.trade.query", token, out_trade_no="1")
        assert code_of(refused) == "invalid-app-auth-token"


def test_fzlees_own_client_for_providers_fetches_its_token(
    fzlee: Sdk, owner: Owner, provider: Merchant
) -> None:
    config = provider.fzlee(app_auth_code=owner.agreed(provider))
    given = fzlee.ask("call", config=config, name="api_alipay_open_auth_token_app")
    config = provider.fzlee(app_auth_token=given["app_auth_token"])
    told = fzlee.ask("call", config=config, name="api_alipay_open_auth_token_app_query")
    assert (told["status"], told["user_id"]) == ("valid", owner.merchant.told["seller_id"])
    again = fzlee.ask(
        "call",
        config=config,
        name="api_alipay_open_auth_token_app",
        args=[given["app_refresh_token"]],
    )
    assert again["auth_app_id"] == owner.merchant.app_id
