"""alipay.trade.cancel: what a merchant does when it doesn't know what became of a trade."""

from datetime import timedelta

from farewave.payments import jobs
from farewave.payments.errors import PaymentsRefusal as P
from farewave.payments.model import TradeStatus
from tests.gateway.shop import Shop
from tests.gateway.test_checkouts import ORDER, opened, precreated, reason, trade_no_of
from tests.gateway.test_trades import CLOSE, QUERY, REFUND, REFUND_QUERY, sub_code
from tests.support.database import move_clock
from tests.support.payments import audited

CANCEL = "alipay.trade.cancel"


async def test_a_waiting_trade_is_closed_and_again_answers_the_same(shop: Shop) -> None:
    made = await shop.create()
    for which in ({"out_trade_no": "T 1.a"}, {"trade_no": made["trade_no"]}):
        node = await shop.call(CANCEL, **which)
        assert (node["code"], node["action"], node["retry_flag"]) == ("10000", "close", "N")
        assert (node["trade_no"], node["out_trade_no"]) == (made["trade_no"], "T 1.a")
        assert "gmt_refund_pay" not in node
    assert (await shop.trade(made["trade_no"])).status is TradeStatus.TRADE_CLOSED


async def test_a_paid_trade_is_given_back_whole_and_once(shop: Shop) -> None:
    trade_no = (await shop.create())["trade_no"]
    await shop.pay(trade_no)
    first = await shop.call(CANCEL, out_trade_no="T 1.a")
    assert (first["code"], first["action"], first["retry_flag"]) == ("10000", "refund", "N")
    assert await shop.call(CANCEL, trade_no=trade_no) == first
    trade = await shop.trade(trade_no)
    assert (trade.status, trade.refunded_fen) == (TradeStatus.TRADE_CLOSED, trade.amount_fen)
    found = await shop.call(REFUND_QUERY, trade_no=trade_no, out_request_no=f"cancel.{trade_no}")
    assert (found["refund_amount"], found["refund_status"]) == ("9.50", "REFUND_SUCCESS")
    assert await audited(shop.database) == []


async def test_what_was_refunded_in_part_cant_be_cancelled(shop: Shop) -> None:
    trade_no = (await shop.create())["trade_no"]
    await shop.pay(trade_no)
    await shop.call(REFUND, trade_no=trade_no, refund_amount="1", out_request_no="R1")
    node = await shop.call(CANCEL, trade_no=trade_no)
    assert sub_code(node) == "ACQ.REASON_TRADE_REFUND_FEE_ERR"
    assert (await shop.trade(trade_no)).refunded_fen == 100


async def test_cancelling_ends_a_day_after_the_trade_was_made(shop: Shop) -> None:
    late, in_time = [(await shop.create(number))["trade_no"] for number in ("L", "I")]
    await shop.pay(late)
    await move_clock(shop.database, timedelta(hours=24) - timedelta(minutes=1))
    assert (await shop.call(CANCEL, trade_no=in_time))["action"] == "close"
    await move_clock(shop.database, timedelta(minutes=2))
    assert sub_code(await shop.call(CANCEL, trade_no=late)) == "ACQ.TRADE_CANCEL_TIME_OUT"
    assert (await shop.call(CANCEL, trade_no=in_time))["action"] == "close"
    await move_clock(shop.database, timedelta(days=90))
    await jobs.finish_due(shop.database)
    assert sub_code(await shop.call(CANCEL, trade_no=late)) == "ACQ.TRADE_HAS_FINISHED"


async def test_a_number_without_a_trade_is_taken_for_good(shop: Shop) -> None:
    """The payment that is still on its way must not succeed behind the merchant's back."""
    for _ in range(2):
        node = await shop.call(CANCEL, out_trade_no="LOST")
        assert (node["code"], node["retry_flag"]) == ("10000", "N")
        assert "action" not in node
    assert sub_code(await shop.call(QUERY, out_trade_no="LOST")) == "ACQ.TRADE_NOT_EXIST"
    assert sub_code(await shop.create("LOST")) == "ACQ.TRADE_HAS_CLOSE"
    offered = await shop.call("alipay.trade.precreate", out_trade_no="LOST", **ORDER)
    assert sub_code(offered) == "ACQ.TRADE_HAS_CLOSE"
    assert sub_code(await shop.call(CANCEL, trade_no="2" * 28)) == "ACQ.TRADE_NOT_EXIST"
    assert sub_code(await shop.call(CLOSE, out_trade_no="LOST")) == "ACQ.TRADE_NOT_EXIST"
    assert await audited(shop.database) == []


async def test_a_code_that_nobody_scanned_opens_nothing_once_cancelled(shop: Shop) -> None:
    token = await precreated(shop, "Q2")
    assert (await shop.call(CANCEL, out_trade_no="Q2"))["code"] == "10000"
    assert reason(await opened(shop, token)) is P.TRADE_HAS_CLOSE
    assert await audited(shop.database) == []


async def test_a_scanned_code_is_closed_by_cancelling(shop: Shop) -> None:
    token = await precreated(shop, "Q3")
    trade_no = await trade_no_of(shop, token)
    assert (await shop.call(CANCEL, out_trade_no="Q3"))["action"] == "close"
    assert (await shop.trade(trade_no)).status is TradeStatus.TRADE_CLOSED


async def test_money_that_was_swept_home_comes_back_for_a_cancellation(shop: Shop) -> None:
    trade_no = (await shop.create())["trade_no"]
    await shop.pay(trade_no)
    await jobs.sweep_home(shop.database)
    assert (await shop.call(CANCEL, trade_no=trade_no))["action"] == "refund"
    assert await audited(shop.database) == []
