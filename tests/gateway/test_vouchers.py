"""Pre-authorisations that a person confirms by scanning a code."""

from datetime import timedelta

from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.payments import checkouts, vouchers
from farewave.payments.checkouts import CheckoutView
from farewave.payments.errors import AuthorizationRefusal as A
from farewave.payments.errors import PaymentsRefusal as P
from farewave.people.errors import PeopleRefusal
from tests.gateway.shop import Node, Shop
from tests.gateway.test_authorizations import CANCEL, DETAIL, captured, money
from tests.gateway.test_checkouts import reason
from tests.gateway.test_trades import sub_code
from tests.support.database import move_clock
from tests.support.payments import audited, buyer_with
from tests.support.people import PAY_PASSWORD, Someone

VOUCHER = "alipay.fund.auth.order.voucher.create"


async def offered(shop: Shop, number: str = "V1", **changed: object) -> Node:
    content: dict[str, object] = {
        "out_order_no": number,
        "out_request_no": f"{number}-1",
        "order_title": "租车押金",
        "amount": "60",
        "product_code": "PRE_AUTH",
    }
    return await shop.call(VOUCHER, **{**content, **changed})


async def confirmed(
    shop: Shop, node: Node, by: Someone | None = None, pay_password: str = PAY_PASSWORD
) -> CheckoutView | Refused:
    actor, token = (by or shop.buyer).actor, str(node["code_value"]).rpartition("/")[2]
    return await shop.database.run(lambda tx: vouchers.confirm(tx, actor, token, pay_password))


async def test_a_scanned_code_freezes_by_the_pay_password_and_is_captured(shop: Shop) -> None:
    node = await offered(shop)
    assert (node["code_type"], node["out_request_no"]) == ("qr_code", "V1-1")
    assert node["code_value"].startswith("http://pay.test/q/")
    assert await offered(shop) == node
    which = {"out_order_no": "V1", "out_request_no": "V1-1"}
    assert sub_code(await shop.call(DETAIL, **which)) == "AUTH_ORDER_NOT_EXIST"
    wrong = await confirmed(shop, node, pay_password="000000")
    assert isinstance(reason(wrong), PeopleRefusal)
    for _ in range(2):
        view = await confirmed(shop, node)
        assert isinstance(view, CheckoutView)
        assert view.authorization is not None
    assert await money(shop) == (100_00, 40_00)
    told = await shop.call(DETAIL, **which)
    assert (told["order_status"], told["amount"]) == ("AUTHORIZED", "60.00")
    assert (await captured(shop, told["auth_no"], "60"))["code"] == "10000"
    assert sub_code(await offered(shop)) == "FREEZE_ALREADY_SUCCESS"
    assert await audited(shop.database) == []


async def test_only_the_first_who_confirms_is_the_payer(shop: Shop, sealer: Sealer) -> None:
    node = await offered(shop)
    other = await buyer_with(shop.database, sealer, 60_00)
    assert isinstance(await confirmed(shop, node), CheckoutView)
    assert reason(await confirmed(shop, node, other)) is P.NOT_YOUR_TRADE


async def test_nothing_is_frozen_after_its_time_or_once_cancelled(shop: Shop) -> None:
    late = await offered(shop, "V2", pay_timeout="5m")
    await move_clock(shop.database, timedelta(minutes=5))
    assert reason(await confirmed(shop, late)) is P.CHECKOUT_OVER
    gone = await offered(shop, "V3")
    await shop.call(CANCEL, out_order_no="V3", out_request_no="V3-1")
    assert reason(await confirmed(shop, gone)) is A.CLOSED
    assert sub_code(await offered(shop, "V3")) == "ORDER_ALREADY_CLOSED"
    async with shop.database.reading() as tx:
        view = await checkouts.show(tx, str(gone["code_value"]).rpartition("/")[2])
    assert isinstance(view, CheckoutView)
    assert view.checkout.closed_at is not None
    assert await money(shop) == (100_00, 100_00)
    assert await audited(shop.database) == []


async def test_a_voucher_isnt_a_trades_checkout_nor_the_other_way_round(shop: Shop) -> None:
    node = await offered(shop, "X1")
    token = str(node["code_value"]).rpartition("/")[2]
    opened = await shop.database.run(lambda tx: checkouts.open_by(tx, shop.buyer.actor, token))
    assert reason(opened) is P.CHECKOUT_NOT_FOUND
    order = await shop.call(
        "alipay.trade.precreate", out_trade_no="X1", subject="茶", total_amount="1"
    )
    trade = {"code_value": order["qr_code"]}
    assert reason(await confirmed(shop, trade)) is P.CHECKOUT_NOT_FOUND


async def test_too_much_and_other_contents_are_refused(shop: Shop) -> None:
    rich = await offered(shop, "V4", amount="100.01")
    assert reason(await confirmed(shop, rich)) is P.BALANCE_NOT_ENOUGH
    assert sub_code(await offered(shop, "V4", amount="1")) == "UNIQUE_VIOLATION"
    assert sub_code(await offered(shop, "V5", amount="0")) == "INVALID_PARAMETER"
    assert sub_code(await offered(shop, "V5", pay_timeout="soon")) == "INVALID_PARAMETER"
