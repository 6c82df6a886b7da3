"""alipay.fund.auth.order.app.freeze: an app's order string, confirmed in Farewave, and back."""

import json
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from farewave.gateway.signing import verified
from farewave.kit.outcome import Refused
from farewave.payments import vouchers
from tests.gateway.calls import PLATFORM_KEY, encoded, public_params, signed
from tests.gateway.shop import Shop
from tests.gateway.test_authorizations import DETAIL, captured, money
from tests.gateway.test_checkouts import BACK, token_in, ways_of
from tests.gateway.test_vouchers import offered
from tests.support.payments import audited
from tests.support.people import PAY_PASSWORD

FREEZE = "alipay.fund.auth.order.app.freeze"
ORDER = {
    "out_order_no": "A1",
    "out_request_no": "A1-1",
    "order_title": "租车押金",
    "amount": "60",
    "product_code": "PRE_AUTH_ONLINE",
}


async def opened(shop: Shop, door: httpx.AsyncClient, **changed: str) -> httpx.Response:
    """What the order string leads to."""
    params = public_params(shop.app.app_id, FREEZE)
    params["return_url"] = changed.pop("return_url", BACK)
    params["biz_content"] = json.dumps({**ORDER, **changed})
    return await door.get(f"/gateway.do?{encoded(signed(params))}")


async def confirmed(shop: Shop, token: str) -> None:
    done = await shop.database.run(
        lambda tx: vouchers.confirm(tx, shop.buyer.actor, token, PAY_PASSWORD)
    )
    assert not isinstance(done, Refused), done


async def test_an_app_gets_its_signed_result_once_the_money_is_frozen(
    shop: Shop, door: httpx.AsyncClient
) -> None:
    token = token_in(await opened(shop, door, payee_user_id=shop.app.seller_id))
    assert token_in(await opened(shop, door)) == token
    before = await ways_of(shop, token)
    assert before["paid"] is None
    assert before["quit"] is not None
    assert dict(parse_qsl(urlsplit(before["quit"]).query))["resultStatus"] == "6001"
    await confirmed(shop, token)
    assert await money(shop) == (100_00, 40_00)
    told = await shop.call(DETAIL, out_order_no="A1", out_request_no="A1-1")
    # Whatever becomes of it afterwards, the result tells of the freezing.
    assert (await captured(shop, told["auth_no"], "25"))["code"] == "10000"
    back = (await ways_of(shop, token))["paid"]
    assert back is not None
    params = dict(parse_qsl(urlsplit(back).query))
    assert (params["resultStatus"], params["lang"]) == ("9000", "zh")
    result = json.loads(params["result"])
    head = '{"alipay_fund_auth_order_app_freeze_response":'
    octets = params["result"].partition(head)[2].partition(',"sign":')[0].encode()
    assert verified(octets, result["sign"], PLATFORM_KEY.public_key(), "RSA2")
    node = result["alipay_fund_auth_order_app_freeze_response"]
    assert (node["code"], node["status"], node["amount"]) == ("10000", "SUCCESS", "60.00")
    assert (node["auth_no"], node["operation_id"]) == (told["auth_no"], told["operation_id"])
    assert (node["out_order_no"], node["payer_user_id"]) == ("A1", shop.buyer.person.user_no)
    assert "FREEZE_ALREADY_SUCCESS" in (await opened(shop, door)).text
    assert await audited(shop.database) == []


async def test_a_number_that_is_shown_as_a_code_leads_nobody_back(
    shop: Shop, door: httpx.AsyncClient
) -> None:
    token = token_in(await opened(shop, door))
    code = await offered(shop, "A1")
    assert str(code["code_value"]).endswith(token)
    assert await ways_of(shop, token) == {"paid": None, "quit": None}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"return_url": "javascript:alert(1)"}, "return_url"),
        ({"return_url": "https://shop.test/?result=1"}, "suspected-attack"),
        ({"payee_user_id": "2088000000000000"}, "payee_user_id"),
        ({"product_code": "FACE_TO_FACE_PAYMENT"}, "product_code"),
        ({"amount": "0"}, "amount"),
        ({"out_request_no": ""}, "out_request_no"),
    ],
)
async def test_a_wrong_order_string_shows_why(
    shop: Shop, door: httpx.AsyncClient, wrong: dict[str, str], told: str
) -> None:
    answer = await opened(shop, door, **wrong)
    assert answer.status_code == 400
    assert told in answer.text
