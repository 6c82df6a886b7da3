"""alipay.fund.*: a merchant sends money to people, once for each number, and asks what it has."""

import asyncio
from collections.abc import Collection
from uuid import UUID

import pytest

from farewave.db import ReadTx
from farewave.kit.sealing import Sealer
from farewave.ledger import service as ledger
from farewave.ledger.model import Balance
from farewave.payments import jobs
from farewave.payments.sweep import home_shard
from farewave.wallet import service as wallet
from tests.gateway.shop import Node, Shop, endow
from tests.gateway.test_trades import sub_code
from tests.support.payments import audited
from tests.support.people import NAME, Someone, signed_up_person

UNI = "alipay.fund.trans.uni.transfer"
OLD = "alipay.fund.trans.toaccount.transfer"
COMMON_QUERY = "alipay.fund.trans.common.query"
ORDER_QUERY = "alipay.fund.trans.order.query"
ACCOUNT_QUERY = "alipay.fund.account.query"


@pytest.fixture
async def till(shop: Shop) -> Shop:
    """The shop, once it has sold something for 50 yuan."""
    trade_no = (await shop.create("SOLD", total_amount="50"))["trade_no"]
    await shop.pay(trade_no)
    return shop


async def sent(shop: Shop, payee: Someone, out_biz_no: str = "P1", **changed: object) -> Node:
    content: dict[str, object] = {
        "out_biz_no": out_biz_no,
        "trans_amount": "12.34",
        "product_code": "TRANS_ACCOUNT_NO_PWD",
        "biz_scene": "DIRECT_TRANSFER",
        "order_title": "退还押金",
        "remark": "六月",
        "payee_info": {"identity_type": "ALIPAY_USER_ID", "identity": payee.person.user_no},
    }
    return await shop.call(UNI, **{**content, **changed})


async def balance_fen(shop: Shop, someone: Someone) -> int:
    async with shop.database.reading() as tx:
        found = await wallet.balance(tx, someone.actor.shard, someone.actor.person_id)
    return found.available_fen


async def test_a_person_gets_the_money_and_a_bill_once_for_each_number(
    till: Shop, sealer: Sealer
) -> None:
    payee = await signed_up_person(till.database, sealer)
    first = await sent(till, payee)
    assert (first["code"], first["status"], first["amount"]) == ("10000", "SUCCESS", "12.34")
    assert first["pay_fund_order_id"] == first["order_id"]
    assert await sent(till, payee) == first
    assert await balance_fen(till, payee) == 12_34
    async with till.database.reading() as tx:
        (bill,), _ = await wallet.bills(tx, payee.actor, before=None, limit=5)
    assert (bill.amount_fen, bill.direction.value, bill.title.zh) == (12_34, "in", "退还押金")
    assert (bill.counterparty.en, bill.order_no) == ("A shop", "P1")
    for query in (COMMON_QUERY, ORDER_QUERY):
        for which in ({"out_biz_no": "P1"}, {"order_id": first["order_id"]}):
            found = await till.call(query, **which)
            assert (found["status"], found["pay_date"]) == ("SUCCESS", first["trans_date"])
    assert (await till.call(COMMON_QUERY, out_biz_no="P1"))["trans_amount"] == "12.34"
    has = await till.call(ACCOUNT_QUERY, alipay_user_id=till.app.seller_id)
    assert (has["available_amount"], has["freeze_amount"]) == ("37.66", "0.00")
    assert await audited(till.database) == []


async def test_the_money_comes_from_wherever_the_merchant_has_it(
    till: Shop, sealer: Sealer
) -> None:
    await jobs.sweep_home(till.database)
    payees = [await signed_up_person(till.database, sealer) for _ in range(6)]
    for number, payee in enumerate(payees):
        node = await sent(till, payee, f"M{number}", trans_amount="8")
        assert node["code"] == "10000"
    assert {payee.actor.shard for payee in payees} != {till.buyer.actor.shard}
    rest = await sent(till, payees[0], "M9", trans_amount="2")
    assert rest["code"] == "10000"
    last = await sent(till, payees[0], "M10", trans_amount="0.10")
    assert sub_code(last) == "PAYER_BALANCE_NOT_ENOUGH"
    assert sub_code(await till.call(COMMON_QUERY, out_biz_no="M10")) == "ORDER_NOT_EXIST"
    assert await audited(till.database) == []


async def test_another_content_under_a_used_number_is_a_conflict(
    till: Shop, sealer: Sealer
) -> None:
    payee = await signed_up_person(till.database, sealer)
    await sent(till, payee)
    for changed in ({"trans_amount": "12.35"}, {"remark": "七月"}, {"order_title": "x"}):
        assert sub_code(await sent(till, payee, **changed)) == "PAYMENT_INFO_INCONSISTENCY"
    other = await signed_up_person(till.database, sealer)
    assert sub_code(await sent(till, other)) == "PAYMENT_INFO_INCONSISTENCY"
    assert await balance_fen(till, payee) == 12_34


async def test_a_name_must_be_the_payees(till: Shop, sealer: Sealer) -> None:
    payee = await signed_up_person(till.database, sealer)
    phone = payee.phone.digits
    by_logon = {"identity_type": "ALIPAY_LOGON_ID", "identity": phone}
    wrong = await sent(till, payee, "N1", payee_info={**by_logon, "name": "王小明"})
    assert sub_code(wrong) == "PAYEE_USER_INFO_ERROR"
    without = await sent(till, payee, "N1", payee_info=by_logon)
    assert sub_code(without) == "INVALID_PARAMETER"
    right = await sent(till, payee, "N1", payee_info={**by_logon, "name": NAME})
    assert right["code"] == "10000"
    nameless = await signed_up_person(till.database, sealer, real_name=False)
    by_number = {"identity_type": "ALIPAY_USER_ID", "identity": nameless.person.user_no}
    refused = await sent(till, nameless, "N2", payee_info={**by_number, "name": NAME})
    assert sub_code(refused) == "PAYEE_USER_INFO_ERROR"


async def test_the_older_method_sends_as_well(till: Shop, sealer: Sealer) -> None:
    payee = await signed_up_person(till.database, sealer)
    content = {
        "out_biz_no": "O1",
        "payee_type": "ALIPAY_LOGONID",
        "payee_account": payee.phone.digits,
        "amount": "0.10",
        "payer_show_name": "一家商户",
    }
    first = await till.call(OLD, **content)
    assert first.keys() == {"code", "msg", "out_biz_no", "order_id", "pay_date"}
    assert await till.call(OLD, **content) == first
    wrong = await till.call(OLD, **{**content, "payee_type": "BANK"})
    assert sub_code(wrong) == "INVALID_PARAMETER"
    assert await balance_fen(till, payee) == 10


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (
            {"payee_info": {"identity_type": "ALIPAY_USER_ID", "identity": "2088000000000000"}},
            "PAYEE_NOT_EXIST",
        ),
        (
            {"payee_info": {"identity_type": "ALIPAY_LOGON_ID", "identity": "x", "name": "y"}},
            "PAYEE_NOT_EXIST",
        ),
        ({"payee_info": {"identity_type": "BANKCARD", "identity": "1"}}, "INVALID_PARAMETER"),
        ({"payee_info": "2088"}, "INVALID_PARAMETER"),
        ({"trans_amount": "0.09"}, "EXCEED_LIMIT_SM_MIN_AMOUNT"),
        ({"trans_amount": "50000.01"}, "EXCEED_LIMIT_SM_AMOUNT"),
        ({"trans_amount": "50.01"}, "PAYER_BALANCE_NOT_ENOUGH"),
        ({"trans_amount": "-1"}, "INVALID_PARAMETER"),
        ({"biz_scene": "PERSONAL_PAY"}, "INVALID_PARAMETER"),
        ({"product_code": "STD_RED_PACKET"}, "INVALID_PARAMETER"),
    ],
)
async def test_each_refusal_is_the_platforms_own(
    till: Shop, changed: dict[str, object], code: str
) -> None:
    assert sub_code(await sent(till, till.buyer, "E1", **changed)) == code
    assert sub_code(await till.call(COMMON_QUERY, out_biz_no="E1")) == "ORDER_NOT_EXIST"


async def test_nobody_sees_another_merchants_account(till: Shop) -> None:
    node = await till.call(ACCOUNT_QUERY, alipay_user_id="2088999000000000")
    assert sub_code(node) == "NO_ACCOUNT_PERMISSION"


@pytest.mark.parametrize("method", [ACCOUNT_QUERY, "alipay.data.bill.balance.query"])
async def test_a_sweep_between_two_shards_that_are_read_changes_no_sum(
    shop: Shop, sealer: Sealer, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """Seen on one of the shards only, the money would be told twice, or not at all."""
    home = home_shard(shop.app.merchant_id, shop.database.shards)
    while shop.buyer.actor.shard == home:
        shop.buyer = await signed_up_person(shop.database, sealer)
    await endow(shop.database, shop.buyer, 50_00)
    await shop.pay((await shop.create(total_amount="50"))["trade_no"])
    swept = []
    read = ledger.balances

    async def overtaken(tx: ReadTx, shard: int, ids: Collection[UUID]) -> dict[UUID, Balance]:
        found = await read(tx, shard, ids)
        if not swept and shard == min(home, shop.buyer.actor.shard):
            swept.append(shard)
            assert await jobs.sweep_home(shop.database) == 1
        return found

    monkeypatch.setattr(ledger, "balances", overtaken)
    assert (await shop.call(method))["available_amount"] == "50.00"
    assert swept


async def test_one_number_asked_for_at_once_is_paid_once(till: Shop, sealer: Sealer) -> None:
    payee = await signed_up_person(till.database, sealer)
    for number in range(5):
        nodes = await asyncio.gather(
            *(sent(till, payee, f"R{number}", trans_amount="1") for _ in range(4))
        )
        assert len({node["order_id"] for node in nodes}) == 1
    assert await balance_fen(till, payee) == 5_00
    assert await audited(till.database) == []
