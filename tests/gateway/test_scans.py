"""alipay.trade.pay through the door: the person's code, scanned by a merchant."""

import json

import httpx

from farewave.db import Database
from farewave.gateway.logins import open_id_of
from farewave.gateway.model import App
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.payments import codes
from tests.gateway.calls import SEALER, encoded, node_of, public_params, signed
from tests.gateway.shop import Node, Shop
from tests.support.payments import buyer_with
from tests.support.people import PAY_PASSWORD, Someone, signed_up_person

METHOD = "alipay.trade.pay"
FORM = {"content-type": "application/x-www-form-urlencoded;charset=utf-8"}


async def paid(door: httpx.AsyncClient, app: App, **content: str) -> dict[str, object]:
    asked = {"scene": "bar_code", "subject": "一杯咖啡", "total_amount": "12.50", **content}
    params = public_params(app.app_id, METHOD)
    params["biz_content"] = json.dumps(asked, ensure_ascii=False)
    answer = await door.post("/gateway.do", content=encoded(signed(params)), headers=FORM)
    return node_of(answer, METHOD)


async def code_of(database: Database, someone: Someone) -> str:
    made = await database.run(lambda tx: codes.issue_code(tx, someone.actor, PAY_PASSWORD))
    assert not isinstance(made, Refused), made
    return made.code


async def test_a_scanned_code_is_paid_at_once_and_again_is_told_as_paid(
    database: Database, sealer: Sealer, door: httpx.AsyncClient, merchant_app: App
) -> None:
    buyer = await buyer_with(database, sealer, 10_000)
    code = await code_of(database, buyer)
    node = await paid(door, merchant_app, out_trade_no="T1", auth_code=code)
    assert (node["code"], node["total_amount"]) == ("10000", "12.50")
    assert node["buyer_user_id"] == buyer.person.user_no
    assert node["fund_bill_list"] == [{"fund_channel": "ALIPAYACCOUNT", "amount": "12.50"}]
    again = await paid(
        door, merchant_app, out_trade_no="T1", auth_code=await code_of(database, buyer)
    )
    assert (again["code"], again["sub_code"]) == ("40004", "ACQ.TRADE_HAS_SUCCESS")


async def test_each_refusal_is_the_platforms_own(
    database: Database, sealer: Sealer, door: httpx.AsyncClient, merchant_app: App
) -> None:
    buyer = await buyer_with(database, sealer, 100)
    code = await code_of(database, buyer)
    for content, sub_code in (
        ({"auth_code": "280000000000000000"}, "ACQ.PAYMENT_AUTH_CODE_INVALID"),
        ({"auth_code": code}, "ACQ.BUYER_BALANCE_NOT_ENOUGH"),
        ({"auth_code": code, "total_amount": "60000"}, "ACQ.BEYOND_PER_RECEIPT_RESTRICTION"),
        ({"auth_code": code, "scene": "smell"}, "ACQ.INVALID_PARAMETER"),
        ({"scene": "bar_code"}, "ACQ.INVALID_PARAMETER"),
    ):
        node = await paid(door, merchant_app, out_trade_no="T2", **content)
        assert (node["code"], node["sub_code"]) == ("40004", sub_code)
    good = await paid(
        door, merchant_app, out_trade_no="T2", auth_code=code, total_amount="1", scene="wave_code"
    )
    assert good["code"] == "10000"


async def test_who_is_named_beside_the_code_must_be_its_person_and_the_merchant(
    shop: Shop, sealer: Sealer
) -> None:
    other = await signed_up_person(shop.database, sealer)
    code = await code_of(shop.database, shop.buyer)
    app_id, user_no = shop.app.app_id, shop.buyer.person.user_no

    async def asked(**named: str) -> Node:
        return await shop.call(
            METHOD,
            out_trade_no="N1",
            subject="茶",
            total_amount="1",
            auth_code=code,
            **named,
        )

    theirs = {name: open_id_of(SEALER, app_id, name) for name in (user_no, other.person.user_no)}
    for named, refused in (
        ({"buyer_id": other.person.user_no}, "TRADE_BUYER_NOT_MATCH"),
        ({"buyer_open_id": theirs[other.person.user_no]}, "TRADE_BUYER_NOT_MATCH"),
        ({"buyer_open_id": open_id_of(SEALER, "another", user_no)}, "TRADE_BUYER_NOT_MATCH"),
        ({"buyer_id": user_no, "buyer_open_id": "x"}, "TRADE_BUYER_NOT_MATCH"),
        ({"seller_id": user_no}, "SELLER_NOT_EXIST"),
    ):
        assert (await asked(**named))["sub_code"] == f"ACQ.{refused}"
    # Nothing was used up by that, neither the code nor the number.
    right = {"seller_id": shop.app.seller_id, "buyer_id": user_no, "buyer_open_id": theirs[user_no]}
    assert (await asked(**right))["code"] == "10000"
