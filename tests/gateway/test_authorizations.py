"""Pre-authorisation: frozen by a code, captured by trade.pay, released, cancelled."""

import asyncio
from datetime import timedelta

import pytest

from farewave.kit.outcome import Refused
from farewave.payments import codes
from farewave.payments import service as payments
from farewave.payments.model import Fund
from farewave.wallet import service as wallet
from tests.gateway.shop import Node, Shop
from tests.gateway.test_scans import code_of
from tests.gateway.test_trades import QUERY, REFUND, sub_code
from tests.support.database import move_clock
from tests.support.payments import audited
from tests.support.people import PAY_PASSWORD

FREEZE = "alipay.fund.auth.order.freeze"
UNFREEZE = "alipay.fund.auth.order.unfreeze"
DETAIL = "alipay.fund.auth.operation.detail.query"
CANCEL = "alipay.fund.auth.operation.cancel"
PAY = "alipay.trade.pay"
UNKNOWN = "2" * 8 + "000" + "2" * 17


async def frozen(shop: Shop, number: str = "H1", **changed: object) -> Node:
    content: dict[str, object] = {
        "auth_code": await code_of(shop.database, shop.buyer),
        "auth_code_type": "bar_code",
        "out_order_no": number,
        "out_request_no": f"{number}-1",
        "order_title": "酒店押金",
        "amount": "60",
        "product_code": "PRE_AUTH",
    }
    return await shop.call(FREEZE, **{**content, **changed})


async def captured(shop: Shop, auth_no: str, amount: str, number: str = "C1", **more: str) -> Node:
    return await shop.call(
        PAY,
        product_code="PRE_AUTH",
        auth_no=auth_no,
        out_trade_no=number,
        subject="住宿一晚",
        total_amount=amount,
        **more,
    )


async def released(shop: Shop, auth_no: str, amount: str, number: str = "U1") -> Node:
    return await shop.call(
        UNFREEZE, auth_no=auth_no, out_request_no=number, amount=amount, remark="退押金"
    )


async def money(shop: Shop) -> tuple[int, int]:
    """What the buyer has, and what of it may be spent. There were 100 yuan."""
    actor = shop.buyer.actor
    async with shop.database.reading() as tx:
        view = await wallet.balance(tx, actor.shard, actor.person_id)
    return view.balance_fen, view.available_fen


async def detail(shop: Shop, number: str = "H1") -> Node:
    return await shop.call(DETAIL, out_order_no=number, out_request_no=f"{number}-1")


async def test_frozen_money_is_captured_in_parts_and_the_rest_released(shop: Shop) -> None:
    first = await frozen(shop)
    assert (first["code"], first["status"], first["amount"]) == ("10000", "SUCCESS", "60.00")
    assert first["payer_user_id"] == shop.buyer.person.user_no
    assert await money(shop) == (100_00, 40_00)
    auth_no = first["auth_no"]
    paid = await captured(shop, auth_no, "25")
    assert (paid["code"], paid["total_amount"]) == ("10000", "25.00")
    assert await money(shop) == (75_00, 40_00)
    assert (await shop.call(QUERY, out_trade_no="C1"))["trade_status"] == "TRADE_SUCCESS"
    freed = await released(shop, auth_no, "10")
    assert (freed["status"], freed["amount"]) == ("SUCCESS", "10.00")
    assert await released(shop, auth_no, "10") == freed
    assert await money(shop) == (75_00, 50_00)
    told = await detail(shop)
    assert (told["total_freeze_amount"], told["rest_amount"], told["total_pay_amount"]) == (
        "60.00",
        "25.00",
        "25.00",
    )
    assert (told["order_status"], told["operation_type"]) == ("AUTHORIZED", "FREEZE")
    last = await captured(shop, auth_no, "20", "C2", auth_confirm_mode="COMPLETE")
    assert last["code"] == "10000"
    assert await money(shop) == (55_00, 55_00)
    told = await detail(shop)
    assert (told["order_status"], told["rest_amount"]) == ("FINISH", "0.00")
    assert sub_code(await captured(shop, auth_no, "1", "C3")) == "ACQ.AUTH_ORDER_HAS_FINISHED"
    assert sub_code(await released(shop, auth_no, "1", "U2")) == "ORDER_ALREADY_FINISH"
    back = await shop.call(REFUND, out_trade_no="C1", refund_amount="25", out_request_no="R")
    assert back["fund_change"] == "Y"
    assert await money(shop) == (80_00, 80_00)
    assert await audited(shop.database) == []


async def test_a_capture_names_nobody_but_its_payer_and_its_merchant(shop: Shop) -> None:
    auth_no = (await frozen(shop))["auth_no"]
    for named, refused in (("buyer_id", "PAYER_UNMATCHED"), ("seller_id", "SELLER_NOT_EXIST")):
        assert sub_code(await captured(shop, auth_no, "1", **{named: "2088"})) == f"ACQ.{refused}"
    right = {"buyer_id": shop.buyer.person.user_no, "seller_id": shop.app.seller_id}
    assert (await captured(shop, auth_no, "1", **right))["code"] == "10000"


async def test_frozen_money_cant_be_spent_otherwise(shop: Shop) -> None:
    await frozen(shop)
    trade_no = (await shop.create("T", total_amount="40.01"))["trade_no"]
    paid = await shop.database.run(
        lambda tx: payments.pay(tx, shop.buyer.actor, trade_no, Fund.BALANCE, PAY_PASSWORD)
    )
    assert isinstance(paid, Refused)
    assert sub_code(await frozen(shop, "H2", amount="40.01")) == "MONEY_NOT_ENOUGH"


async def test_one_order_number_is_frozen_once(shop: Shop) -> None:
    first = await frozen(shop)
    assert await frozen(shop) == first
    assert sub_code(await frozen(shop, amount="61")) == "UNIQUE_VIOLATION"
    assert sub_code(await frozen(shop, out_request_no="other")) == "UNIQUE_VIOLATION"
    assert await money(shop) == (100_00, 40_00)


async def test_a_code_freezes_once_and_its_phone_is_told(shop: Shop) -> None:
    code = await code_of(shop.database, shop.buyer)
    first = await frozen(shop, auth_code=code, amount="10")
    again = await frozen(shop, "H2", auth_code=code, amount="10")
    assert sub_code(again) == "PAYMENT_AUTH_CODE_INVALID"
    async with shop.database.reading() as tx:
        view = await codes.show_code(tx, shop.buyer.actor, code)
    assert not isinstance(view, Refused)
    assert view.froze is not None
    assert (view.froze.auth_no, view.over) == (first["auth_no"], False)


async def test_no_more_is_taken_than_is_left(shop: Shop) -> None:
    auth_no = (await frozen(shop))["auth_no"]
    assert sub_code(await captured(shop, auth_no, "60.01")) == "ACQ.AUTH_AMOUNT_NOT_ENOUGH"
    assert sub_code(await released(shop, auth_no, "60.01")) == "REQUEST_AMOUNT_EXCEED"
    assert sub_code(await captured(shop, UNKNOWN, "1")) == "ACQ.AUTH_NO_ERROR"
    assert sub_code(await released(shop, UNKNOWN, "1")) == "AUTH_ORDER_NOT_EXIST"
    assert (await captured(shop, auth_no, "1"))["code"] == "10000"
    assert sub_code(await captured(shop, auth_no, "1")) == "ACQ.TRADE_HAS_SUCCESS"
    assert (await released(shop, auth_no, "1"))["code"] == "10000"
    assert sub_code(await released(shop, auth_no, "2")) == "UNIQUE_VIOLATION"
    assert await audited(shop.database) == []


async def test_cancelling_releases_everything_and_again_answers_the_same(shop: Shop) -> None:
    await frozen(shop)
    which = {"out_order_no": "H1", "out_request_no": "H1-1"}
    first = await shop.call(CANCEL, **which)
    assert (first["code"], first["action"]) == ("10000", "unfreeze")
    assert await shop.call(CANCEL, **which) == first
    assert await money(shop) == (100_00, 100_00)
    assert (await detail(shop))["order_status"] == "CLOSED"
    auth_no = first["auth_no"]
    assert sub_code(await captured(shop, auth_no, "1")) == "ACQ.AUTH_ORDER_HAS_CLOSED"
    assert await audited(shop.database) == []


async def test_a_clock_that_was_moved_back_changes_no_answer(shop: Shop) -> None:
    """What was done last isn't the last by its time, then."""
    first = await frozen(shop)
    await move_clock(shop.database, -timedelta(hours=1))
    await released(shop, first["auth_no"], "10")
    assert (await frozen(shop))["operation_id"] == first["operation_id"]
    await move_clock(shop.database, -timedelta(hours=1))
    which = {"out_order_no": "H1", "out_request_no": "H1-1"}
    cancelled = await shop.call(CANCEL, **which)
    assert cancelled["code"] == "10000"
    assert await shop.call(CANCEL, **which) == cancelled


async def test_nothing_is_released_under_the_number_that_cancelling_has(shop: Shop) -> None:
    first = await frozen(shop)
    number = f"cancel.{first['auth_no']}"
    assert sub_code(await released(shop, first["auth_no"], "10", number)) == "UNIQUE_VIOLATION"
    which = {"out_order_no": "H1", "out_request_no": "H1-1"}
    assert (await shop.call(CANCEL, **which))["action"] == "unfreeze"
    assert await money(shop) == (100_00, 100_00)
    assert await audited(shop.database) == []


async def test_a_number_that_was_cancelled_before_freezes_nothing_after(shop: Shop) -> None:
    which = {"out_order_no": "H1", "out_request_no": "H1-1"}
    for _ in range(2):
        node = await shop.call(CANCEL, **which)
        assert node["code"] == "10000"
        assert "action" not in node
    assert sub_code(await frozen(shop)) == "ORDER_ALREADY_CLOSED"
    assert sub_code(await shop.call(DETAIL, **which)) == "AUTH_ORDER_NOT_EXIST"
    assert await money(shop) == (100_00, 100_00)
    assert await audited(shop.database) == []


async def test_cancelling_ends_after_a_day_or_once_something_was_captured(shop: Shop) -> None:
    auth_no = (await frozen(shop, amount="10"))["auth_no"]
    await captured(shop, auth_no, "1")
    node = await shop.call(CANCEL, auth_no=auth_no, out_request_no="H1-1")
    assert sub_code(node) == "ORDER_ALREADY_FINISH"
    late = (await frozen(shop, "H2", amount="10"))["auth_no"]
    await move_clock(shop.database, timedelta(hours=24))
    node = await shop.call(CANCEL, auth_no=late, out_request_no="H2-1")
    assert sub_code(node) == "CANCEL_OPERATION_TIME_OUT"
    assert (await released(shop, late, "10"))["code"] == "10000"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"auth_code": "280000000000000000"}, "PAYMENT_AUTH_CODE_INVALID"),
        ({"auth_code_type": "smell"}, "INVALID_PARAMETER"),
        ({"amount": "0"}, "INVALID_PARAMETER"),
        ({"payee_user_id": "2088999000000000"}, "INVALID_PARAMETER"),
        ({"amount": "60000"}, "REQUEST_AMOUNT_EXCEED"),
        ({"order_title": ""}, "INVALID_PARAMETER"),
    ],
)
async def test_each_refusal_is_the_platforms_own(
    shop: Shop, changed: dict[str, object], code: str
) -> None:
    assert sub_code(await frozen(shop, "E1", **changed)) == code
    assert await money(shop) == (100_00, 100_00)


async def test_captures_and_releases_at_once_never_take_more_than_was_frozen(shop: Shop) -> None:
    auth_no = (await frozen(shop))["auth_no"]
    nodes = await asyncio.gather(
        *(captured(shop, auth_no, "15", f"C{number}") for number in range(4)),
        *(released(shop, auth_no, "15", f"U{number}") for number in range(4)),
    )
    codes = [node["code"] for node in nodes]
    assert codes.count("10000") == 4
    told = await detail(shop)
    assert told["rest_amount"] == "0.00"
    balance_fen, available_fen = await money(shop)
    assert balance_fen == available_fen == 100_00 - int(float(told["total_pay_amount"]) * 100)
    assert await audited(shop.database) == []
