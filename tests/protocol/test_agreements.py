"""Automatic payments through every SDK: offered, signed by a person, used, moved and ended."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from farewave.db import Database
from farewave.gateway.keys import stored_key
from farewave.gateway.signing import notification_verified
from farewave.people import service as people
from farewave.people.model import Actor
from tests.protocol.browser import fetched, submitted
from tests.protocol.conftest import HTTP_PORT, Ask
from tests.protocol.merchant import Merchant
from tests.protocol.test_refusals import sub_code
from tests.support.browser import PAY_PASSWORD, Somebody, sign_up
from tests.support.receiver import receiving
from tests.support.sdks import Sdk
from tests.support.server import Server
from tests.support.story import Phone
from tests.support.wallet import with_balance

PREFIX = "alipay.user.agreement."
SIGN = f"{PREFIX}page.sign"
BACK = "https://shop.test/signed?a=1"


@pytest.fixture(scope="module")
async def payer(server: Server, its_database: Database) -> AsyncIterator[Somebody]:
    """Somebody with 100 yuan."""
    phone = Phone(server.url)
    somebody = sign_up(phone)
    me = phone.get("/people/me")
    async with its_database.reading() as tx:
        person = await people.person_by_user_no(tx, me["user_no"])
    assert person is not None
    actor = Actor(person.person_id, person.shard, person.user_no, person.person_id)
    await with_balance(its_database, actor, 100_00)
    yield somebody
    phone.close()


def plan(first_on: date, **changed: object) -> dict[str, object]:
    return {
        "period_type": "DAY",
        "period": 7,
        "execute_time": first_on.isoformat(),
        "single_amount": "5.00",
        **changed,
    }


def content(number: str, person: Somebody, **changed: object) -> dict[str, object]:
    """An agreement whose first payment is due today."""
    return {
        "personal_product_code": "CYCLE_PAY_AUTH_P",
        "product_code": "CYCLE_PAY_AUTH",
        "sign_scene": "INDUSTRY|DIGITAL_MEDIA",
        "external_agreement_no": number,
        "access_params": {"channel": "ALIPAYAPP"},
        "period_rule_params": plan(person.phone.today()),
        **changed,
    }


def signed(till: Merchant, location: str, person: Somebody) -> dict[str, str]:
    """Signed by this person; what the browser goes back with."""
    path = location.replace("/sign/", "/agreement-offers/")
    seen = person.phone.get(path)
    body = {"seen": seen["seen"], "pay_password": PAY_PASSWORD}
    done = person.phone.post(f"{path}/sign", body)
    assert done["status"] == "signed"
    told = dict(parse_qsl(urlsplit(done["return_to"]).query))
    assert notification_verified(told, stored_key(till.told["platform_public_key"]))
    assert (told["a"], told["status"]) == ("1", "NORMAL")
    return told


def address(node: Sdk, till: Merchant, asked: dict[str, object]) -> str:
    """The address that a merchant's page sends a browser to."""
    params = {"returnUrl": BACK, "bizContent": asked}
    url = node.ask("page", config=till.node(), method=SIGN, verb="GET", params=params)
    assert isinstance(url, str)
    return url


@pytest.fixture
def agreement_no(node: Sdk, merchant: Merchant, payer: Somebody) -> str:
    """One that was signed just now."""
    answer = fetched(address(node, merchant, content(merchant.number(), payer)))
    assert answer.status_code == 303, answer.text
    return signed(merchant, answer.headers["location"], payer)["agreement_no"]


@pytest.mark.parametrize("name", ["official-python", "fzlee", "node"])
def test_a_browser_is_led_to_the_agreements_page(
    request: pytest.FixtureRequest, merchant: Merchant, payer: Somebody, name: str
) -> None:
    if name == "official-python" and merchant.server.port != HTTP_PORT:
        pytest.skip("port 80 isn't allowed here, and the official Python SDK can't take another")
    sdk: Sdk = request.getfixturevalue(name.replace("-", "_"))
    asked = content(merchant.number(), payer)
    if name == "fzlee":
        call = {"name": "client_api", "args": [SIGN, asked], "kwargs": {"return_url": BACK}}
        made = sdk.ask("call", config=merchant.fzlee(), **call)
        answers = [fetched(f"{merchant.gateway}?{made}")]
    elif name == "node":
        params = {"returnUrl": BACK, "bizContent": asked}
        how = {"config": merchant.node(), "method": SIGN, "params": params}
        answers = [fetched(sdk.ask("page", **how, verb="GET"))]
        answers.append(submitted(sdk.ask("page", **how, verb="POST")))
    else:
        how = {"method": SIGN, "content": asked, "public": {"return_url": BACK}}
        forms = [sdk.ask(do, config=merchant.official(), **how) for do in ("page_get", "page_post")]
        answers = [fetched(forms[0]), submitted(forms[1])]
    for answer in answers:
        assert answer.status_code == 303, answer.text
        assert fetched(f"{merchant.server.url}{answer.headers['location']}").status_code == 200
    told = signed(merchant, answers[-1].headers["location"], payer)
    assert told["external_agreement_no"] == asked["external_agreement_no"]


def test_an_agreement_pays_is_put_off_and_ended(
    ask: Ask, merchant: Merchant, payer: Somebody, agreement_no: str
) -> None:
    me = payer.phone.get("/people/me")
    seen = ask(f"{PREFIX}query", agreement_no=agreement_no)
    assert (seen["status"], seen["alipay_user_id"]) == ("NORMAL", me["user_no"])
    today = payer.phone.today()
    assert seen["next_deduct_time"] == today.isoformat()
    number = merchant.number()
    trade = {"out_trade_no": number, "subject": "会员月费", "total_amount": "5.00"}
    by = {"product_code": "CYCLE_PAY_AUTH", "agreement_params": {"agreement_no": agreement_no}}
    dearer = {**trade, **by, "total_amount": "5.01"}
    assert sub_code(ask("alipay.trade.pay", **dearer)) == "ACQ.CYCLE_PAY_SINGLE_FEE_EXCEED"
    stranger = {"buyer_id": "2088000000000000"}
    assert sub_code(ask("alipay.trade.pay", **trade, **by, **stranger)) == (
        "ACQ.TRADE_BUYER_NOT_MATCH"
    )
    paid = ask("alipay.trade.pay", **trade, **by)
    assert (paid["code"], paid["buyer_user_id"]) == ("10000", me["user_no"])
    assert sub_code(ask("alipay.trade.pay", **trade, **by)) == "ACQ.TRADE_HAS_SUCCESS"
    another = {**trade, **by, "out_trade_no": merchant.number()}
    assert sub_code(ask("alipay.trade.pay", **another)) == "ACQ.CYCLE_PAY_DATE_NOT_MATCH"
    modify = f"{PREFIX}executionplan.modify"
    sooner = (today + timedelta(days=3)).isoformat()
    earlier = ask(modify, agreement_no=agreement_no, deduct_time=sooner, memo="提前")
    assert sub_code(earlier) == "ILLEGAL_EXECUTION_TIME"
    later = (today + timedelta(days=9)).isoformat()
    moved = ask(modify, agreement_no=agreement_no, deduct_time=later, memo="用户要求")
    assert moved["deduct_time"] == later
    seen = ask(f"{PREFIX}query", agreement_no=agreement_no)
    assert (seen["next_deduct_time"], seen["last_deduct_time"]) == (later, today.isoformat())
    assert ask(f"{PREFIX}unsign", agreement_no=agreement_no)["code"] == "10000"
    again = ask(f"{PREFIX}unsign", agreement_no=agreement_no)
    assert sub_code(again) == "AGREEMENT_HAS_UNSIGNED"
    assert ask(f"{PREFIX}query", agreement_no=agreement_no)["status"] == "STOP"
    assert sub_code(ask("alipay.trade.pay", **another)) == "ACQ.AGREEMENT_STATUS_NOT_NORMAL"


@pytest.mark.parametrize("name", ["official-python", "node"])
def test_an_order_string_is_paid_and_signed_in_one_and_deducted_by_afterwards(
    request: pytest.FixtureRequest, merchant: Merchant, payer: Somebody, name: str
) -> None:
    if name == "official-python" and merchant.server.port != HTTP_PORT:
        pytest.skip("port 80 isn't allowed here, and the official Python SDK can't take another")
    sdk: Sdk = request.getfixturevalue(name.replace("-", "_"))
    number, order, due = (merchant.number() for _ in range(3))
    with receiving() as receiver:
        asked = {
            "out_trade_no": order,
            "subject": "首月会员",
            "total_amount": "0.10",
            "product_code": "CYCLE_PAY_AUTH",
            "agreement_sign_params": {
                **content(number, payer),
                "sign_notify_url": f"{receiver.url}?signed",
            },
        }
        how: dict[str, Any] = {"method": "alipay.trade.app.pay"}
        if name == "node":
            how |= {"params": {"bizContent": asked, "notifyUrl": receiver.url}}
            made = sdk.ask("sdk", config=merchant.node(), **how)
        else:
            how |= {"content": asked, "public": {"notify_url": receiver.url}}
            made = sdk.ask("sdk", config=merchant.official(), **how)
        answer = fetched(f"{merchant.gateway}?{made}")
        assert answer.status_code == 303, answer.text
        path = answer.headers["location"].replace("/pay/", "/checkouts/")
        trade_no = payer.phone.post(f"{path}/open")["trade_no"]
        cashier = payer.phone.get(f"/cashier/{trade_no}")
        assert cashier["signs"]["plan"]["single_fen"] == 5_00
        paying = {"fund": "balance", "pay_password": PAY_PASSWORD}
        agreed = {"agreed": cashier["signs"]["seen"]}
        paid = payer.phone.post(f"/cashier/{trade_no}/payments", {**paying, **agreed})
        assert (paid["status"], paid["signs"]["signed"]) == ("TRADE_SUCCESS", True)
        signed_news = receiver.wait_for(1, of="dut_user_sign")[0]
        trade_news = receiver.wait_for(1, of="trade_status_sync")[0]
    assert signed_news["external_agreement_no"] == number
    for told in (signed_news, trade_news):
        assert notification_verified(told, stored_key(merchant.told["platform_public_key"]))
        assert told["agreement_no"] == signed_news["agreement_no"]
    assert trade_news["trade_status"] == "TRADE_SUCCESS"
    by = {"agreement_params": {"agreement_no": signed_news["agreement_no"]}}
    trade = {"out_trade_no": due, "subject": "会员月费", "total_amount": "5.00"}
    trade |= {"product_code": "CYCLE_PAY_AUTH", **by}
    if name == "node":
        node = sdk.ask(
            "exec",
            config=merchant.node(),
            method="alipay.trade.pay",
            params={"bizContent": trade},
            options={"validateSign": True},
        )
    else:
        call = {"method": "alipay.trade.pay", "content": trade}
        node = sdk.ask("execute", config=merchant.official(), **call)["node"]
    assert (node["code"], node["total_amount"]) == ("10000", "5.00")


def test_each_wrong_call_has_its_code(
    ask: Ask, merchant: Merchant, rival: Merchant, agreement_no: str
) -> None:
    unknown = "2026070100009000000012345678"
    for method in ("query", "unsign"):
        missing = ask(f"{PREFIX}{method}", agreement_no=unknown)
        assert sub_code(missing) == "USER_AGREEMENT_NOT_EXIST"
        foreign = ask(f"{PREFIX}{method}", by=rival, agreement_no=agreement_no)
        assert sub_code(foreign) == "AUTHOREE_IS_NOT_MATCH"
        unnamed = ask(f"{PREFIX}{method}", alipay_user_id="2088000000000000")
        assert sub_code(unnamed) == "INVALID_PARAMETER"
    modify = f"{PREFIX}executionplan.modify"
    no_day = ask(modify, agreement_no=agreement_no, deduct_time="tomorrow")
    assert sub_code(no_day) == "INVALID_PARAMETER"
    trade = {"out_trade_no": merchant.number(), "subject": "x", "total_amount": "1.00"}
    general = {**trade, "product_code": "GENERAL_WITHHOLDING"}
    for number, code in ((unknown, "AGREEMENT_NOT_EXIST"), (agreement_no, "AGREEMENT_INVALID")):
        refused = ask("alipay.trade.pay", **general, agreement_params={"agreement_no": number})
        assert sub_code(refused) == f"ACQ.{code}"
    theirs = {**trade, "agreement_params": {"agreement_no": agreement_no}}
    assert sub_code(ask("alipay.trade.pay", by=rival, **theirs)) == "ACQ.AGREEMENT_INVALID"


WRONG_OFFERS = [
    pytest.param({"personal_product_code": "X"}, "PRODUCT_CODE_NOT_SUPPORTED_ERROR", id="product"),
    pytest.param({"period_rule_params": None}, "INVALID_PARAMETER", id="a cycle without its plan"),
    pytest.param({"sign_validity_period": "2y"}, "INVALID_PARAMETER", id="validity"),
    pytest.param(
        {"period_rule_params": plan(date(2020, 1, 1))}, "ILLEGAL_EXECUTION_TIME", id="a past day"
    ),
    pytest.param(
        {"period_rule_params": plan(date(2090, 1, 1), period=6)}, "INVALID_PARAMETER", id="six days"
    ),
]


@pytest.mark.parametrize(("changed", "code"), WRONG_OFFERS)
def test_what_cant_be_offered_is_told_on_a_page(
    node: Sdk, merchant: Merchant, payer: Somebody, changed: dict[str, object], code: str
) -> None:
    asked = content(merchant.number(), payer, **changed)
    given = {name: value for name, value in asked.items() if value is not None}
    answer = fetched(address(node, merchant, given))
    assert answer.status_code == 400
    assert code in answer.text
