"""Orders whose payment signs an agreement: which `agreement_sign_params` are taken, and refused."""

import json
from typing import Any

import httpx
import pytest

from farewave.kit.ids import shard_of
from farewave.payments import service as payments
from farewave.payments import store
from farewave.payments.agreement import AgreementProduct, offer_id_of
from tests.gateway.calls import public_params, signed
from tests.gateway.shop import Shop
from tests.gateway.test_checkouts import APP, ORDER, PAGE, PRECREATE, trade_no_of
from tests.gateway.test_trades import sub_code

SIGNS: dict[str, Any] = {
    "personal_product_code": "CYCLE_PAY_AUTH_P",
    "product_code": "CYCLE_PAY_AUTH",
    "sign_scene": "INDUSTRY|DIGITAL_MEDIA",
    "external_agreement_no": "A 1",
    "access_params": {"channel": "ALIPAYAPP"},
    "period_rule_params": {
        "period_type": "MONTH",
        "period": "1",
        "execute_time": "2090-01-01",
        "single_amount": "15.00",
    },
    "sign_notify_url": "https://shop.test/signed",
}


def with_plan(**changed: object) -> dict[str, Any]:
    return {**SIGNS, "period_rule_params": {**SIGNS["period_rule_params"], **changed}}


@pytest.mark.parametrize("product_code", [None, "QR_CODE_OFFLINE", "CYCLE_PAY_AUTH"])
async def test_an_order_is_offered_with_what_its_payment_signs(
    shop: Shop, product_code: str | None
) -> None:
    named = {} if product_code is None else {"product_code": product_code}
    node = await shop.call(
        PRECREATE, out_trade_no="Q1", agreement_sign_params=SIGNS, **ORDER, **named
    )
    assert node["code"] == "10000", node
    trade_no = await trade_no_of(shop, str(node["qr_code"]).rpartition("/")[2])
    offer_id = offer_id_of(shop.app.merchant_id, "A 1", shop.database.shards)
    async with shop.database.reading() as tx:
        view = await payments.cashier(tx, shop.buyer.actor, trade_no)
        offer = await store.offer(tx, shard_of(offer_id), offer_id)
    assert isinstance(view, payments.CashierView)
    assert view.signs is not None
    assert offer is not None
    assert (view.signs.terms, view.signs.stands) == (offer.terms, False)
    assert offer.terms.product is AgreementProduct.CYCLE
    assert offer.notify_url == "https://shop.test/signed"


async def test_without_an_address_of_its_own_an_agreements_news_go_where_the_trades_go(
    shop: Shop, door: httpx.AsyncClient
) -> None:
    params = public_params(shop.app.app_id, APP) | {"notify_url": "https://shop.test/paid"}
    signs = {name: value for name, value in SIGNS.items() if name != "sign_notify_url"}
    content = {"out_trade_no": "Q1", "agreement_sign_params": signs, **ORDER}
    params["biz_content"] = json.dumps(content)
    answer = await door.get("/gateway.do", params=signed(params))
    assert answer.status_code == 303, answer.text
    offer_id = offer_id_of(shop.app.merchant_id, "A 1", shop.database.shards)
    async with shop.database.reading() as tx:
        offer = await store.offer(tx, shard_of(offer_id), offer_id)
    assert offer is not None
    assert offer.notify_url == "https://shop.test/paid"


WRONG = [
    pytest.param("A 1", "ACQ.INVALID_PARAMETER", id="no object"),
    pytest.param({}, "ACQ.INVALID_PARAMETER", id="empty"),
    pytest.param(
        {**SIGNS, "personal_product_code": "X"}, "PRODUCT_CODE_NOT_SUPPORTED_ERROR", id="product"
    ),
    pytest.param(
        {**SIGNS, "sign_notify_url": "ftp://shop.test/"}, "ACQ.INVALID_PARAMETER", id="address"
    ),
    pytest.param({**SIGNS, "sign_notify_url": 7}, "ACQ.INVALID_PARAMETER", id="address's type"),
    pytest.param({**SIGNS, "sign_validity_period": "2y"}, "ACQ.INVALID_PARAMETER", id="validity"),
    pytest.param(
        {**SIGNS, "external_agreement_no": "9" * 65}, "ACQ.INVALID_PARAMETER", id="number"
    ),
    pytest.param(
        {name: value for name, value in SIGNS.items() if name != "period_rule_params"},
        "ACQ.INVALID_PARAMETER",
        id="a cycle without its plan",
    ),
    pytest.param(with_plan(execute_time="2020-01-01"), "ILLEGAL_EXECUTION_TIME", id="past day"),
    pytest.param(with_plan(execute_time="2090-01-29"), "ACQ.INVALID_PARAMETER", id="the 29th"),
    pytest.param(with_plan(execute_time="2090-W01-1"), "ACQ.INVALID_PARAMETER", id="a week"),
    pytest.param(with_plan(single_amount="0"), "ACQ.INVALID_PARAMETER", id="amount"),
    pytest.param(with_plan(period_type="WEEK"), "ACQ.INVALID_PARAMETER", id="period"),
]


@pytest.mark.parametrize(("signs", "code"), WRONG)
async def test_what_cant_be_signed_is_told_at_the_call_and_offers_nothing(
    shop: Shop, signs: object, code: str
) -> None:
    asked = {"out_trade_no": "Q1", "agreement_sign_params": signs, **ORDER}
    assert sub_code(await shop.call(PRECREATE, **asked)) == code
    # Nothing of it was kept: without what was wrong it is another order.
    assert (await shop.call(PRECREATE, out_trade_no="Q1", **ORDER))["code"] == "10000"


async def test_the_products_name_of_an_agreement_is_for_who_signs_one(
    shop: Shop, door: httpx.AsyncClient
) -> None:
    cycle = {"product_code": "CYCLE_PAY_AUTH"}
    bare = await shop.call(PRECREATE, out_trade_no="Q1", **ORDER, **cycle)
    assert sub_code(bare) == "ACQ.INVALID_PARAMETER"
    other = {"product_code": "GENERAL_WITHHOLDING", "agreement_sign_params": SIGNS}
    assert sub_code(await shop.call(PRECREATE, out_trade_no="Q1", **ORDER, **other)) == (
        "ACQ.INVALID_PARAMETER"
    )
    params = public_params(shop.app.app_id, PAGE)
    signs = with_plan(execute_time="2020-01-01")
    content = {"out_trade_no": "Q1", "agreement_sign_params": signs, **ORDER, **cycle}
    params["biz_content"] = json.dumps(content)
    answer = await door.get("/gateway.do", params=signed(params))
    assert answer.status_code == 400
    assert "ILLEGAL_EXECUTION_TIME" in answer.text
