"""What a merchant gives with a trade and is told again: places, logon ids, funds, options."""

import pytest

from farewave.kit.sealing import Sealer
from tests.gateway.shop import CREATE, Shop
from tests.gateway.test_checkouts import precreated, trade_no_of
from tests.gateway.test_scans import code_of
from tests.gateway.test_trades import QUERY, REFUND, sub_code
from tests.support.people import signed_up_person

PLACE = {"store_id": "NJ_001", "terminal_id": "T7", "operator_id": "Yx_001"}
TOLD = {"store_id": "NJ_001", "terminal_id": "T7"}


async def test_where_it_was_sold_is_told_however_it_was_sold(shop: Shop) -> None:
    await shop.create("C1", **PLACE)
    await trade_no_of(shop, await precreated(shop, "C2", **PLACE))
    paid = await shop.call(
        "alipay.trade.pay",
        out_trade_no="C3",
        scene="security_code",
        auth_code=await code_of(shop.database, shop.buyer),
        subject="茶",
        total_amount="1",
        **PLACE,
    )
    assert paid["code"] == "10000"
    for number in ("C1", "C2", "C3"):
        told = await shop.call(QUERY, out_trade_no=number)
        assert {name: told.get(name) for name in TOLD} == TOLD
        assert told["buyer_logon_id"] == shop.buyer.phone.masked
    await shop.create("C4")
    assert "store_id" not in await shop.call(QUERY, out_trade_no="C4")


async def test_a_buyer_can_be_named_by_phone_number(shop: Shop, sealer: Sealer) -> None:
    order = {"out_trade_no": "L1", "subject": "茶", "total_amount": "1"}
    made = await shop.call(CREATE, **order, buyer_logon_id=shop.buyer.phone.digits)
    assert made["code"] == "10000"
    same = await shop.call(CREATE, **order, buyer_id=shop.buyer.person.user_no)
    assert same["trade_no"] == made["trade_no"]
    other = await signed_up_person(shop.database, sealer)
    wrong = await shop.call(CREATE, **order, buyer_logon_id=other.phone.digits)
    assert sub_code(wrong) == "ACQ.CONTEXT_INCONSISTENT"
    for unknown in ("13900009999", "nobody"):
        node = await shop.call(CREATE, **{**order, "out_trade_no": "L2"}, buyer_logon_id=unknown)
        assert sub_code(node) == "ACQ.BUYER_NOT_EXIST"
    assert sub_code(await shop.call(CREATE, **order)) == "ACQ.INVALID_PARAMETER"


async def test_a_refund_tells_what_went_back_and_to_whom(shop: Shop) -> None:
    trade_no = (await shop.create())["trade_no"]
    assert "fund_bill_list" not in await shop.call(QUERY, trade_no=trade_no)
    await shop.pay(trade_no)
    channel = "ALIPAYACCOUNT"
    told = await shop.call(QUERY, trade_no=trade_no)
    assert told["fund_bill_list"] == [{"fund_channel": channel, "amount": "9.50"}]
    for number, cumulative in (("R1", "2.00"), ("R2", "4.00")):
        node = await shop.call(
            REFUND,
            trade_no=trade_no,
            refund_amount="2",
            out_request_no=number,
            query_options=["refund_detail_item_list"],
        )
        assert (node["refund_fee"], node["send_back_fee"]) == (cumulative, "2.00")
        assert node["buyer_logon_id"] == shop.buyer.phone.masked
        item = {"fund_channel": channel, "amount": "2.00"}
        assert node["refund_detail_item_list"] == [item]


async def test_how_it_was_split_is_told_to_whom_asks(shop: Shop, sealer: Sealer) -> None:
    trade_no = (await shop.create())["trade_no"]
    await shop.pay(trade_no)
    receiver = (await signed_up_person(shop.database, sealer)).person.user_no
    listed = [{"type": "userId", "account": receiver}]
    await shop.call("alipay.trade.royalty.relation.bind", out_request_no="B", receiver_list=listed)
    await shop.call(
        "alipay.trade.order.settle",
        out_request_no="S",
        trade_no=trade_no,
        royalty_parameters=[{"trans_in": receiver, "amount": "1.50"}],
    )
    assert "trade_settle_info" not in await shop.call(QUERY, trade_no=trade_no)
    told = await shop.call(QUERY, trade_no=trade_no, query_options=["trade_settle_info", "x"])
    (detail,) = told["trade_settle_info"]["trade_settle_detail_list"]
    assert (detail["trans_in"], detail["amount"]) == (receiver, "1.50")


@pytest.mark.parametrize("options", ["trade_settle_info", ["x"] * 21, [["x"]]])
async def test_options_are_a_list_of_texts(shop: Shop, options: object) -> None:
    await shop.create()
    node = await shop.call(QUERY, out_trade_no="T 1.a", query_options=options)
    assert sub_code(node) == "ACQ.INVALID_PARAMETER"
