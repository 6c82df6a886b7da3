"""The switchboard, with real SDKs: what an integration must bear, made to happen."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.protocol.conftest import HTTP_PORT, Buyers
from tests.protocol.merchant import Merchant
from tests.support.receiver import Receiver, receiving
from tests.support.sdks import Raised, Sdk

PAY, QUERY = "alipay.trade.pay", "alipay.trade.query"


class Switchboard:
    """The faults of one application."""

    def __init__(self, merchant: Merchant) -> None:
        self._merchant = merchant
        self._url = f"{merchant.server.url}/api/v1/sandbox/gateway-faults"

    def arm(self, method: str, fault: str, **more: int) -> None:
        body = {"app_id": self._merchant.app_id, "method": method, "fault": fault, **more}
        answer = httpx.put(self._url, json=body, timeout=60)
        assert answer.status_code == 200, answer.text

    def left(self) -> list[dict[str, Any]]:
        found = httpx.get(self._url, timeout=60).json()["faults"]
        return [each for each in found if each["app_id"] == self._merchant.app_id]

    def clear(self) -> None:
        httpx.delete(self._url, params={"app_id": self._merchant.app_id}, timeout=60)


@pytest.fixture
def switchboard(merchant: Merchant) -> Iterator[Switchboard]:
    made = Switchboard(merchant)
    yield made
    made.clear()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


class Payer:
    """Pays by code through one SDK, told or not told that it worked."""

    def __init__(self, name: str, sdk: Sdk, merchant: Merchant) -> None:
        self._name, self._sdk, self._merchant = name, sdk, merchant
        self.sends_again = name == "node"
        """Its v2 calls are made once more, unasked, when their connection breaks."""

    def tried(self, method: str, notify_url: str | None = None, **content: object) -> Any:
        sdk, merchant = self._sdk, self._merchant
        if self._name == "official-python":
            public = {"notify_url": notify_url} if notify_url else {}
            asked = {"method": method, "content": content, "public": public}
            told = sdk.tried("execute", config=merchant.official(), **asked)
            return told if isinstance(told, Raised) else told["node"]
        if self._name == "fzlee":
            kwargs = {"notify_url": notify_url} if notify_url else {}
            call = {"name": "server_api", "args": [method, content], "kwargs": kwargs}
            return sdk.tried("call", config=merchant.fzlee(), **call)
        if self._name == "node":
            params = {"bizContent": content, **({"notifyUrl": notify_url} if notify_url else {})}
            given = {"params": params, "options": {"validateSign": True}}
            return sdk.tried("exec", config=merchant.node(), method=method, **given)
        body = {**content, **({"notify_url": notify_url} if notify_url else {})}
        path, options = "/v3/" + method.replace(".", "/"), {"body": body}
        told = sdk.tried("curl", config=merchant.node(), verb="POST", path=path, options=options)
        return told if isinstance(told, Raised) else {"code": "10000", **told["data"]}


@pytest.fixture(params=["official-python", "fzlee", "node", "node-v3"])
def payer(request: pytest.FixtureRequest, merchant: Merchant) -> Payer:
    name: str = request.param
    if name == "official-python" and merchant.server.port != HTTP_PORT:
        pytest.skip("port 80 isn't allowed here, and the official Python SDK can't take another")
    sdk: Sdk = request.getfixturevalue(name.removesuffix("-v3").replace("-", "_"))
    return Payer(name, sdk, merchant)


async def coffee(buyers: Buyers, number: str) -> dict[str, str]:
    return {
        "out_trade_no": number,
        "scene": "bar_code",
        "auth_code": await buyers.code(),
        "subject": "一杯咖啡",
        "total_amount": "0.30",
    }


async def test_an_answer_that_is_lost_leaves_a_trade_that_a_query_finds(
    payer: Payer, merchant: Merchant, buyers: Buyers, switchboard: Switchboard
) -> None:
    number = merchant.number()
    switchboard.arm(PAY, "lost_answer", calls=2 if payer.sends_again else 1)
    lost = payer.tried(PAY, **await coffee(buyers, number))
    assert isinstance(lost, Raised), lost
    found = payer.tried(QUERY, out_trade_no=number)
    assert (found["code"], found["trade_status"]) == ("10000", "TRADE_SUCCESS")
    assert switchboard.left() == []


async def test_after_20000_the_same_order_number_is_paid_once(
    payer: Payer, merchant: Merchant, buyers: Buyers, switchboard: Switchboard
) -> None:
    number = merchant.number()
    order = await coffee(buyers, number)
    switchboard.arm(PAY, "unavailable", calls=2)
    for left in (1, 0):
        told = payer.tried(PAY, **order)
        if isinstance(told, Raised):
            assert (told.code, told.status) == ("unknow-error", 503)
        else:
            assert (told["code"], told["sub_code"]) == ("20000", "isp.unknow-error")
        assert sum(each["calls"] for each in switchboard.left()) == left
    none = payer.tried(QUERY, out_trade_no=number)
    said = none.code if isinstance(none, Raised) else none["sub_code"]
    assert said == "ACQ.TRADE_NOT_EXIST"
    paid = payer.tried(PAY, **order)
    assert paid["code"] == "10000"
    again = payer.tried(PAY, **order)
    said = again.code if isinstance(again, Raised) else again["sub_code"]
    assert said == "ACQ.TRADE_HAS_SUCCESS"


async def test_a_notification_that_comes_twice_has_one_notify_id(
    payer: Payer,
    merchant: Merchant,
    buyers: Buyers,
    switchboard: Switchboard,
    receiver: Receiver,
) -> None:
    number, another = merchant.number(), merchant.number()
    switchboard.arm(PAY, "notify_twice")
    assert payer.tried(PAY, receiver.url, **await coffee(buyers, number))["code"] == "10000"
    first, second = receiver.wait_for(2, number)
    assert first == second
    assert first["trade_status"] == "TRADE_SUCCESS"
    assert switchboard.left() == []
    assert payer.tried(PAY, receiver.url, **await coffee(buyers, another))["code"] == "10000"
    assert len(receiver.wait_for(1, another)) == 1


async def test_a_call_that_hangs_is_carried_out_late(
    node: Sdk, merchant: Merchant, buyers: Buyers, switchboard: Switchboard
) -> None:
    number = merchant.number()
    switchboard.arm(PAY, "hang", hang_s=8)
    given = {
        "params": {"bizContent": await coffee(buyers, number)},
        "options": {"validateSign": True},
    }
    gone = node.tried("exec", config=merchant.node(timeout=1000), method=PAY, **given)
    assert isinstance(gone, Raised)
    payer = Payer("node", node, merchant)
    assert payer.tried(QUERY, out_trade_no=number)["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    deadline = time.monotonic() + 60
    while payer.tried(QUERY, out_trade_no=number)["code"] != "10000":
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_faults_are_switched_off_and_other_methods_are_as_they_were(
    node: Sdk, merchant: Merchant, switchboard: Switchboard
) -> None:
    payer = Payer("node", node, merchant)
    switchboard.arm("alipay.trade.close", "unavailable", calls=3)
    assert payer.tried(QUERY, out_trade_no="none")["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    switchboard.arm("alipay.trade.close", "unavailable", calls=0)
    assert switchboard.left() == []
    closed = payer.tried("alipay.trade.close", out_trade_no="none")
    assert closed["sub_code"] == "ACQ.TRADE_NOT_EXIST"
