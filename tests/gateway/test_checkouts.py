"""Orders that a person scans or opens: precreate, and the cashier's page for browsers."""

import json
from datetime import timedelta
from urllib.parse import parse_qsl, quote, urlsplit

import httpx
import pytest

from farewave.gateway.returning import clashes
from farewave.gateway.signing import notification_verified, verified
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.payments import checkouts, jobs
from farewave.payments.checkouts import CheckoutView
from farewave.payments.errors import PaymentsRefusal as P
from tests.gateway.calls import PLATFORM_KEY, encoded, public_params, signed
from tests.gateway.shop import Shop
from tests.gateway.test_trades import CLOSE, QUERY, sub_code
from tests.support.database import move_clock
from tests.support.people import Someone, signed_up_person

PRECREATE = "alipay.trade.precreate"
PAGE = "alipay.trade.page.pay"
WAP = "alipay.trade.wap.pay"
APP = "alipay.trade.app.pay"
BACK = "https://shop.test/done?lang=zh"
ORDER = {"subject": "一杯咖啡", "total_amount": "12.50"}


async def opened(shop: Shop, token: str, by: Someone | None = None) -> CheckoutView | Refused:
    actor = (by or shop.buyer).actor
    return await shop.database.run(lambda tx: checkouts.open_by(tx, actor, token))


async def shown(shop: Shop, token: str) -> CheckoutView:
    async with shop.database.reading() as tx:
        view = await checkouts.show(tx, token)
    assert not isinstance(view, Refused)
    return view


async def trade_no_of(shop: Shop, token: str, by: Someone | None = None) -> str:
    view = await opened(shop, token, by)
    assert isinstance(view, CheckoutView), view
    assert view.trade is not None
    return view.trade.trade_no


def reason(outcome: object) -> object:
    assert isinstance(outcome, Refused), outcome
    return outcome.reason


async def precreated(shop: Shop, out_trade_no: str = "Q1", **changed: object) -> str:
    node = await shop.call(PRECREATE, out_trade_no=out_trade_no, **{**ORDER, **changed})
    assert node["code"] == "10000", node
    assert node["out_trade_no"] == out_trade_no
    assert node["qr_code"].startswith("http://pay.test/q/")
    return str(node["qr_code"]).rpartition("/")[2]


async def test_a_precreated_trade_begins_when_a_person_scans_it(shop: Shop) -> None:
    token = await precreated(shop, passback_params="a%3D1")
    assert sub_code(await shop.call(QUERY, out_trade_no="Q1")) == "ACQ.TRADE_NOT_EXIST"
    trade_no = await trade_no_of(shop, token)
    assert await trade_no_of(shop, token) == trade_no
    waiting = await shop.call(QUERY, out_trade_no="Q1")
    assert (waiting["trade_no"], waiting["trade_status"]) == (trade_no, "WAIT_BUYER_PAY")
    await shop.pay(trade_no)
    paid = await shop.call(QUERY, out_trade_no="Q1")
    assert (paid["trade_status"], paid["total_amount"]) == ("TRADE_SUCCESS", "12.50")
    assert paid["passback_params"] == "a%3D1"
    again = await shop.call(PRECREATE, out_trade_no="Q1", **ORDER)
    assert sub_code(again) == "ACQ.TRADE_HAS_SUCCESS"


async def test_the_same_order_has_the_same_code_and_another_amount_is_a_conflict(
    shop: Shop,
) -> None:
    token = await precreated(shop)
    assert await precreated(shop) == token
    other = await shop.call(PRECREATE, out_trade_no="Q1", **{**ORDER, "total_amount": "1"})
    assert sub_code(other) == "ACQ.CONTEXT_INCONSISTENT"
    assert (await shown(shop, token)).checkout.amount_fen == 12_50
    await trade_no_of(shop, token)
    other = await shop.call(PRECREATE, out_trade_no="Q1", **{**ORDER, "subject": "茶"})
    assert sub_code(other) == "ACQ.CONTEXT_INCONSISTENT"


async def test_only_the_first_who_scans_is_the_buyer(shop: Shop, sealer: Sealer) -> None:
    token = await precreated(shop)
    await trade_no_of(shop, token)
    other = await signed_up_person(shop.database, sealer)
    assert reason(await opened(shop, token, other)) is P.NOT_YOUR_TRADE


async def test_a_code_that_is_over_opens_nothing_and_can_be_made_anew(shop: Shop) -> None:
    token = await precreated(shop, qr_code_timeout_express="10m")
    await move_clock(shop.database, timedelta(minutes=10))
    assert reason(await opened(shop, token)) is P.CHECKOUT_OVER
    assert sub_code(await shop.call(QUERY, out_trade_no="Q1")) == "ACQ.TRADE_NOT_EXIST"
    assert await precreated(shop) == token
    await trade_no_of(shop, token)


async def test_the_time_to_pay_counts_from_the_scan(shop: Shop) -> None:
    token = await precreated(shop, timeout_express="5m")
    await move_clock(shop.database, timedelta(minutes=30))
    trade = await shop.trade(await trade_no_of(shop, token))
    assert trade.expires_at - trade.created_at == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"seller_id": "2088999000000000"}, "ACQ.SELLER_NOT_EXIST"),
        ({"total_amount": "0"}, "ACQ.INVALID_PARAMETER"),
        ({"subject": ""}, "ACQ.INVALID_PARAMETER"),
        ({"product_code": "FAST_INSTANT_TRADE_PAY"}, "ACQ.INVALID_PARAMETER"),
        ({"qr_code_timeout_express": "soon"}, "ACQ.INVALID_PARAMETER"),
        ({"time_expire": "2020-01-01 00:00:00"}, "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR"),
    ],
)
async def test_a_wrong_field_is_told(shop: Shop, changed: dict[str, str], code: str) -> None:
    assert sub_code(await shop.call(PRECREATE, out_trade_no="Q9", **{**ORDER, **changed})) == code


@pytest.mark.parametrize("back", [BACK, "javascript:alert(1)", "https://shop.test/\0", "x" * 999])
async def test_nobody_goes_back_from_a_scanned_code(
    shop: Shop, door: httpx.AsyncClient, back: str
) -> None:
    params = public_params(shop.app.app_id, PRECREATE) | {"return_url": back}
    params["biz_content"] = json.dumps({"out_trade_no": "Q1", **ORDER})
    answer = await door.post("/gateway.do", data=signed(params))
    node = answer.json()["alipay_trade_precreate_response"]
    assert node["code"] == "10000"
    token = str(node["qr_code"]).rpartition("/")[2]
    assert (await shown(shop, token)).checkout.return_url is None


async def test_an_invented_link_finds_nothing(shop: Shop) -> None:
    token = await precreated(shop)
    for wrong in (token[:-1] + ("0" if token[-1] != "0" else "1"), "f" * 48, token[:47], ""):
        assert reason(await opened(shop, wrong)) is P.CHECKOUT_NOT_FOUND


async def test_a_closed_trade_is_not_offered_again(shop: Shop) -> None:
    token = await precreated(shop)
    await trade_no_of(shop, token)
    assert (await shop.call(CLOSE, out_trade_no="Q1"))["code"] == "10000"
    again = await shop.call(PRECREATE, out_trade_no="Q1", **ORDER)
    assert sub_code(again) == "ACQ.TRADE_HAS_CLOSE"


async def browsed(
    shop: Shop,
    door: httpx.AsyncClient,
    method: str = PAGE,
    form: str = "get",
    return_url: str | None = BACK,
    language: str = "zh-CN",
    **content: str,
) -> httpx.Response:
    """What a browser gets, in each form that an SDK makes it send."""
    params = public_params(shop.app.app_id, method)
    params["biz_content"] = json.dumps({"out_trade_no": "P1", **ORDER, **content})
    if return_url is not None:
        params["return_url"] = return_url
    params = signed(params)
    headers = {"accept-language": language, "content-type": "application/x-www-form-urlencoded"}
    if form == "get":
        return await door.get(f"/gateway.do?{encoded(params)}", headers=headers)
    in_body = {"biz_content": params["biz_content"]}
    if form == "all in the body":
        in_body = params
    in_query = {name: value for name, value in params.items() if name not in in_body}
    in_query.setdefault("charset", params["charset"])
    return await door.post(
        f"/gateway.do?{encoded(in_query)}", content=encoded(in_body), headers=headers
    )


def token_in(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    path, _, token = answer.headers["location"].rpartition("/")
    assert path == "/pay"
    return token


@pytest.mark.parametrize("form", ["get", "content in the body", "all in the body"])
@pytest.mark.parametrize("method", [PAGE, WAP, APP])
async def test_a_browser_is_led_to_the_cashier_in_every_form(
    shop: Shop, door: httpx.AsyncClient, method: str, form: str
) -> None:
    answer = await browsed(shop, door, method, form)
    token = token_in(answer)
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert sub_code(await shop.call(QUERY, out_trade_no="P1")) == "ACQ.TRADE_NOT_EXIST"
    await shop.pay(await trade_no_of(shop, token))
    assert (await shop.call(QUERY, out_trade_no="P1"))["trade_status"] == "TRADE_SUCCESS"


async def test_an_order_string_with_blanks_as_percent_twenty_opens_the_cashier(
    shop: Shop, door: httpx.AsyncClient
) -> None:
    params = public_params(shop.app.app_id, APP)
    params["biz_content"] = json.dumps({"out_trade_no": "A 1", **ORDER, "subject": "a b+c"})
    order = "&".join(f"{name}={quote(value, safe='')}" for name, value in signed(params).items())
    view = await shown(shop, token_in(await door.get(f"/gateway.do?{order}")))
    assert (view.checkout.out_trade_no, view.checkout.subject) == ("A 1", "a b+c")


async def test_a_wrong_request_shows_a_page_in_the_readers_language(
    shop: Shop, door: httpx.AsyncClient
) -> None:
    for language, words in (("zh-CN", "无法打开收银台"), ("en-GB", "The cashier can")):
        answer = await browsed(shop, door, language=language, total_amount="<b>")
        assert answer.status_code == 400
        assert answer.headers["content-type"].startswith("text/html")
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert words in answer.text
        assert "ACQ.INVALID_PARAMETER" in answer.text
    tampered = (await browsed(shop, door)).request.url.copy_merge_params({"version": "1.0"})
    assert (await door.get(str(tampered).replace("12.50", "0.01"))).status_code == 400


async def test_what_a_merchant_signed_is_never_shown_as_html(
    shop: Shop, door: httpx.AsyncClient
) -> None:
    params = signed(public_params(shop.app.app_id, PAGE)) | {"format": "<script>alert(1)</script>"}
    answer = await door.get(f"/gateway.do?{encoded(params)}")
    assert "<script" not in answer.text
    params = signed(public_params(shop.app.app_id, PAGE)) | {"extra": "<script>alert(1)</script>"}
    answer = await door.get(f"/gateway.do?{encoded(params)}")
    assert "isv.invalid-signature" in answer.text
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    "back",
    [
        "https://shop.test/done?method=x",
        "https://shop.test/done?a=1&sign=",
        "javascript:alert(1)",
        "/done",
    ],
)
async def test_an_address_that_cant_be_returned_to_is_refused(
    shop: Shop, door: httpx.AsyncClient, back: str
) -> None:
    answer = await browsed(shop, door, return_url=back)
    assert answer.status_code == 400
    assert "return_url" in answer.text


async def test_a_quit_url_must_be_an_address(shop: Shop, door: httpx.AsyncClient) -> None:
    for wrong in ("javascript:alert(1)", "data:text/html,x"):
        answer = await browsed(shop, door, WAP, quit_url=wrong)
        assert answer.status_code == 400
        assert "quit_url" in answer.text
    token = token_in(await browsed(shop, door, WAP, quit_url="https://shop.test/cart"))
    assert (await shown(shop, token)).checkout.quit_url == "https://shop.test/cart"


def test_every_parameter_that_comes_back_clashes_with_its_namesake() -> None:
    assert clashes("https://shop.test/?a=1&b=2") is None
    for name in ("method", "sign", "trade_no", "resultStatus"):
        assert clashes(f"https://shop.test/?a=1&{name}") == name


async def ways_of(shop: Shop, token: str) -> dict[str, str | None]:
    """What the cashier's pages are told, over their own door."""
    from farewave.gateway.returning import ways

    view = await shown(shop, token)
    to = ways(view, PLATFORM_KEY)
    return {"paid": to.paid, "quit": to.quit}


@pytest.mark.parametrize(("method", "tail"), [(PAGE, "page.pay.return"), (WAP, "wap.pay.return")])
async def test_a_buyer_comes_back_with_what_the_platform_signed_once_it_is_paid(
    shop: Shop, door: httpx.AsyncClient, method: str, tail: str
) -> None:
    token = token_in(await browsed(shop, door, method))
    trade_no = await trade_no_of(shop, token)
    assert (await ways_of(shop, token))["paid"] is None
    await shop.pay(trade_no)
    back = (await ways_of(shop, token))["paid"]
    assert back is not None
    assert back.startswith(BACK + "&")
    params = dict(parse_qsl(urlsplit(back).query))
    assert notification_verified(params, PLATFORM_KEY.public_key())
    assert params["method"] == f"alipay.trade.{tail}"
    assert (params["out_trade_no"], params["trade_no"]) == ("P1", trade_no)
    assert (params["total_amount"], params["seller_id"]) == ("12.50", shop.app.seller_id)
    forged = {**params, "total_amount": "1250.00"}
    assert not notification_verified(forged, PLATFORM_KEY.public_key())


async def test_an_app_gets_its_signed_result_or_hears_that_the_person_left(
    shop: Shop, door: httpx.AsyncClient
) -> None:
    token = token_in(await browsed(shop, door, APP))
    left = (await ways_of(shop, token))["quit"]
    assert left is not None
    assert dict(parse_qsl(urlsplit(left).query))["resultStatus"] == "6001"
    await shop.pay(await trade_no_of(shop, token))
    back = (await ways_of(shop, token))["paid"]
    assert back is not None
    params = dict(parse_qsl(urlsplit(back).query))
    assert params["resultStatus"] == "9000"
    result = json.loads(params["result"])
    head = '{"alipay_trade_app_pay_response":'
    octets = params["result"].partition(head)[2].partition(',"sign":')[0].encode()
    assert verified(octets, result["sign"], PLATFORM_KEY.public_key(), "RSA2")
    assert result["alipay_trade_app_pay_response"]["out_trade_no"] == "P1"


async def notices(shop: Shop, trade_no: str) -> list[dict[str, str]]:
    """What the merchant is to be told about a trade, in order."""
    async with shop.database.reading() as tx:
        rows = await tx.fetch(
            "SELECT payload FROM db.outbox WHERE topic = 'payments.notify'"
            " AND payload->'params'->>'trade_no' = $1 ORDER BY due_at",
            trade_no,
        )
    return [row["payload"]["params"] for row in rows]


@pytest.mark.parametrize("how", ["close", "cancel", "timeout"])
@pytest.mark.parametrize(("method", "told"), [(PAGE, False), (WAP, True), (APP, True)])
async def test_a_phones_merchant_hears_that_a_trade_closed_and_others_dont(
    shop: Shop, door: httpx.AsyncClient, method: str, told: bool, how: str
) -> None:
    params = public_params(shop.app.app_id, method) | {"notify_url": "http://shop.test/notify"}
    params["biz_content"] = json.dumps({"out_trade_no": "P1", **ORDER, "timeout_express": "5m"})
    answer = await door.get(f"/gateway.do?{encoded(signed(params))}")
    trade_no = await trade_no_of(shop, token_in(answer))
    if how == "timeout":
        await move_clock(shop.database, timedelta(minutes=6))
        assert await jobs.expire_due(shop.database) == 1
    else:
        assert (await shop.call(f"alipay.trade.{how}", trade_no=trade_no))["code"] == "10000"
    heard = await notices(shop, trade_no)
    assert [each["trade_status"] for each in heard] == ["TRADE_CLOSED"] * told
    for each in heard:
        assert "gmt_payment" not in each
        assert "receipt_amount" not in each
        assert each["gmt_close"]
