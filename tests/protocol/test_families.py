"""The methods beside the plain trade, each through all three SDKs."""

from typing import Any

import pytest

from tests.protocol.browser import fetched, posted, submitted
from tests.protocol.conftest import HTTP_PORT, Ask, Buyers
from tests.protocol.merchant import Merchant
from tests.protocol.test_refusals import sub_code
from tests.support.sdks import Sdk


def done(node: dict[str, Any]) -> dict[str, Any]:
    assert node["code"] == "10000", node
    return node


async def sold(ask: Ask, merchant: Merchant, buyers: Buyers, amount: str = "10.00") -> str:
    """A paid trade's number of the platform."""
    paid = ask(
        "alipay.trade.pay",
        out_trade_no=merchant.number(),
        auth_code=await buyers.code(),
        subject="货",
        total_amount=amount,
    )
    return str(done(paid)["trade_no"])


async def test_a_trade_is_offered_as_a_code_and_cancelled(
    ask: Ask, merchant: Merchant, buyers: Buyers
) -> None:
    number = merchant.number()
    offer = {"out_trade_no": number, "subject": "一杯咖啡", "total_amount": "0.30"}
    made = done(ask("alipay.trade.precreate", **offer))
    assert made["out_trade_no"] == number
    assert made["qr_code"].startswith(merchant.server.url)
    dearer = {**offer, "total_amount": "0.31"}
    assert sub_code(ask("alipay.trade.precreate", **dearer)) == "ACQ.CONTEXT_INCONSISTENT"
    cancelled = done(ask("alipay.trade.cancel", out_trade_no=number))
    assert (cancelled["out_trade_no"], cancelled["retry_flag"]) == (number, "N")
    trade_no = await sold(ask, merchant, buyers)
    assert done(ask("alipay.trade.cancel", trade_no=trade_no))["action"] == "refund"
    assert done(ask("alipay.trade.query", trade_no=trade_no))["trade_status"] == "TRADE_CLOSED"


async def test_what_a_trade_brought_is_split(
    ask: Ask, merchant: Merchant, rival: Merchant, buyers: Buyers
) -> None:
    receiver = {"type": "userId", "account": rival.told["seller_id"]}
    relations = {"out_request_no": "B", "receiver_list": [receiver]}
    trade_no = await sold(ask, merchant, buyers)
    split = {"trans_in": rival.told["seller_id"], "amount": "1.00"}
    settle = {"out_request_no": "S", "trade_no": trade_no, "royalty_parameters": [split]}
    assert done(ask("alipay.trade.royalty.relation.bind", **relations))["result_code"] == "SUCCESS"
    made = done(ask("alipay.trade.order.settle", **settle))
    assert done(ask("alipay.trade.order.settle", **settle))["settle_no"] == made["settle_no"]
    seen = done(ask("alipay.trade.order.settle.query", settle_no=made["settle_no"]))
    (detail,) = seen["royalty_detail_list"]
    assert (detail["trans_in"], detail["amount"]) == (rival.told["seller_id"], "1.00")
    page = {"out_request_no": "Q", "page_num": 1, "page_size": 10}
    bound = done(ask("alipay.trade.royalty.relation.batchquery", **page))
    assert [each["account"] for each in bound["receiver_list"]] == [receiver["account"]]
    done(ask("alipay.trade.royalty.relation.unbind", **relations))
    other = {**settle, "out_request_no": "T"}
    assert sub_code(ask("alipay.trade.order.settle", **other)).startswith("ACQ.")
    back = {"trans_out": rival.told["seller_id"], "amount": "1.00"}
    refund = {"trade_no": trade_no, "refund_amount": "10.00", "out_request_no": "R"}
    too_much = {**refund, "refund_royalty_parameters": [{**back, "amount": "1.01"}]}
    assert sub_code(ask("alipay.trade.refund", **too_much)) == "ACQ.ALLOC_AMOUNT_VALIDATE_ERROR"
    whole = {**refund, "refund_royalty_parameters": [back]}
    assert done(ask("alipay.trade.refund", **whole))["fund_change"] == "Y"
    which = {"trade_no": trade_no, "out_request_no": "R"}
    (told,) = done(ask("alipay.trade.fastpay.refund.query", **which))["refund_royaltys"]
    assert (told["trans_out"], told["refund_amount"]) == (back["trans_out"], "1.00")


async def test_money_is_sent_to_people(ask: Ask, merchant: Merchant, buyers: Buyers) -> None:
    await sold(ask, merchant, buyers)
    payee = {"identity_type": "ALIPAY_USER_ID", "identity": buyers.user_no}
    number = merchant.number()
    content = {
        "out_biz_no": number,
        "trans_amount": "1.23",
        "product_code": "TRANS_ACCOUNT_NO_PWD",
        "biz_scene": "DIRECT_TRANSFER",
        "order_title": "退还押金",
        "payee_info": payee,
    }
    uni = "alipay.fund.trans.uni.transfer"
    sent = done(ask(uni, **content))
    assert (sent["status"], sent["out_biz_no"]) == ("SUCCESS", number)
    assert done(ask(uni, **content))["order_id"] == sent["order_id"]
    changed = {**content, "trans_amount": "1.24"}
    assert sub_code(ask(uni, **changed)) == "PAYMENT_INFO_INCONSISTENCY"
    for query in ("alipay.fund.trans.common.query", "alipay.fund.trans.order.query"):
        assert done(ask(query, out_biz_no=number))["status"] == "SUCCESS"
        assert sub_code(ask(query, out_biz_no="没有")) == "ORDER_NOT_EXIST"
    old = {
        "out_biz_no": merchant.number(),
        "payee_type": "ALIPAY_USERID",
        "payee_account": buyers.user_no,
        "amount": "0.10",
    }
    assert done(ask("alipay.fund.trans.toaccount.transfer", **old))["order_id"]
    has = done(ask("alipay.fund.account.query", account_type="ACCTRANS_ACCOUNT"))
    assert float(has["available_amount"]) >= 8


async def test_money_is_frozen_captured_and_released(
    ask: Ask, merchant: Merchant, buyers: Buyers
) -> None:
    number = merchant.number()
    freeze = {
        "auth_code": await buyers.code(),
        "auth_code_type": "bar_code",
        "out_order_no": number,
        "out_request_no": f"{number}-1",
        "order_title": "酒店押金",
        "amount": "6.00",
        "product_code": "PRE_AUTH",
    }
    frozen = done(ask("alipay.fund.auth.order.freeze", **freeze))
    assert (frozen["status"], frozen["amount"]) == ("SUCCESS", "6.00")
    captured = ask(
        "alipay.trade.pay",
        product_code="PRE_AUTH",
        auth_no=frozen["auth_no"],
        out_trade_no=merchant.number(),
        subject="住宿一晚",
        total_amount="2.50",
    )
    assert done(captured)["total_amount"] == "2.50"
    which = {"auth_no": frozen["auth_no"], "out_request_no": f"{number}-2"}
    unfreeze = {**which, "amount": "3.50", "remark": "退押金"}
    assert done(ask("alipay.fund.auth.order.unfreeze", **unfreeze))["status"] == "SUCCESS"
    more = {**unfreeze, "out_request_no": f"{number}-3"}
    assert sub_code(ask("alipay.fund.auth.order.unfreeze", **more)) == "ORDER_ALREADY_FINISH"
    told = done(ask("alipay.fund.auth.operation.detail.query", **which))
    assert (told["total_pay_amount"], told["rest_amount"]) == ("2.50", "0.00")
    again = {**freeze, "auth_code": await buyers.code(), "out_order_no": f"{number}+"}
    frozen = done(ask("alipay.fund.auth.order.freeze", **again))
    which = {"auth_no": frozen["auth_no"], "out_request_no": again["out_request_no"]}
    cancel = {**which, "remark": "不住了"}
    assert done(ask("alipay.fund.auth.operation.cancel", **cancel))["action"] == "unfreeze"


def test_a_pre_authorisation_to_scan_is_offered_once_for_one_sum(
    ask: Ask, merchant: Merchant
) -> None:
    number, method = merchant.number(), "alipay.fund.auth.order.voucher.create"
    offer = {
        "out_order_no": number,
        "out_request_no": f"{number}-1",
        "order_title": "租车押金",
        "amount": "6.00",
        "product_code": "PRE_AUTH",
    }
    offered = done(ask(method, **offer))
    assert offered["code_type"] == "qr_code"
    assert fetched(offered["code_value"]).status_code in {200, 303}
    assert done(ask(method, **offer))["code_value"] == offered["code_value"]
    assert ask(method, **{**offer, "amount": "7.00"})["code"] == "40004"


async def test_a_bill_is_downloaded_and_asked_for_by_pages(
    ask: Ask, merchant: Merchant, buyers: Buyers
) -> None:
    balance = done(ask("alipay.data.bill.balance.query"))
    await sold(ask, merchant, buyers)
    after = done(ask("alipay.data.bill.balance.query"))
    assert float(after["total_amount"]) == pytest.approx(float(balance["total_amount"]) + 10)
    day = done(ask("alipay.trade.query", trade_no=await sold(ask, merchant, buyers)))
    today = day["send_pay_date"][:10]
    period = {"start_time": f"{today} 00:00:00", "end_time": f"{today} 23:59:59"}
    log = done(ask("alipay.data.bill.accountlog.query", **period, page_no="1", page_size="10"))
    assert log["detail_list"]
    download = "alipay.data.dataservice.bill.downloadurl.query"
    assert ask(download, bill_type="trade", bill_date="1999-01-01")["code"] == "40004"
    assert ask(download, bill_type="nonsense", bill_date=today)["code"] == "40004"


@pytest.mark.parametrize("name", ["official-python", "node"])
def test_an_order_string_of_an_app_leads_to_the_pre_authorisation(
    request: pytest.FixtureRequest, merchant: Merchant, name: str
) -> None:
    if name == "official-python" and merchant.server.port != HTTP_PORT:
        pytest.skip("port 80 isn't allowed here, and the official Python SDK can't take another")
    sdk: Sdk = request.getfixturevalue(name.replace("-", "_"))
    number, method = merchant.number(), "alipay.fund.auth.order.app.freeze"
    content = {
        "out_order_no": number,
        "out_request_no": f"{number}-1",
        "order_title": "租车 押金",
        "amount": "6.00",
        "product_code": "PRE_AUTH_ONLINE",
    }
    if name == "node":
        order = sdk.ask(
            "sdk", config=merchant.node(), method=method, params={"bizContent": content}
        )
    else:
        order = sdk.ask("sdk", config=merchant.official(), method=method, content=content)
    answer = fetched(f"{merchant.gateway}?{order}")
    assert answer.status_code == 303, answer.text
    token = answer.headers["location"].rpartition("/")[2]
    asked = fetched(f"{merchant.server.url}/api/v1/checkouts/{token}").json()
    assert (asked["product"], asked["subject"], asked["amount_fen"]) == ("auth", "租车 押金", 600)


@pytest.mark.parametrize("product", ["page", "wap"])
@pytest.mark.parametrize("name", ["official-python", "fzlee", "node"])
def test_a_browser_is_led_to_the_cashier(
    request: pytest.FixtureRequest, merchant: Merchant, name: str, product: str
) -> None:
    if name == "official-python" and merchant.server.port != HTTP_PORT:
        pytest.skip("port 80 isn't allowed here, and the official Python SDK can't take another")
    sdk: Sdk = request.getfixturevalue(name.replace("-", "_"))
    number, method = merchant.number(), f"alipay.trade.{product}.pay"
    code = {"page": "FAST_INSTANT_TRADE_PAY", "wap": "QUICK_WAP_WAY"}[product]
    content = {"out_trade_no": number, "subject": "书", "total_amount": "9", "product_code": code}
    back = "http://127.0.0.1:9/back"
    if name == "fzlee":
        order = {"subject": "书", "out_trade_no": number, "total_amount": 9, "return_url": back}
        call = f"api_alipay_trade_{product}_pay"
        made = sdk.ask("call", config=merchant.fzlee(), name=call, kwargs=order)
        answers = [fetched(f"{merchant.gateway}?{made}"), posted(merchant.gateway, made)]
    elif name == "node":
        asked = {"config": merchant.node(), "method": method}
        params = {"returnUrl": back, "bizContent": content}
        forms = [sdk.ask("page", **asked, verb=verb, params=params) for verb in ("GET", "POST")]
        answers = [fetched(forms[0]), submitted(forms[1])]
    else:
        asked = {"method": method, "content": content, "public": {"return_url": back}}
        config = merchant.official()
        forms = [sdk.ask(do, config=config, **asked) for do in ("page_get", "page_post")]
        answers = [fetched(forms[0]), submitted(forms[1])]
    for answer in answers:
        assert answer.status_code == 303, answer.text
        assert fetched(f"{merchant.server.url}{answer.headers['location']}").status_code == 200
