"""Splitting what a trade brought: with receivers named before, at once, each request once."""

from uuid import UUID

import pytest

from farewave.db import Tx
from farewave.kit.sealing import Sealer
from farewave.payments import jobs, merchant_money, royalties, store
from farewave.payments.settlement import CHECK_AFTER, Relation
from farewave.wallet import service as wallet
from farewave.wallet.model import Holder
from tests.gateway.splitting import BIND, SETTLE, Split, balance_fen, numbers_of
from tests.gateway.test_trades import sub_code
from tests.support.database import move_clock
from tests.support.payments import audited
from tests.support.people import NAME, signed_up_person

SETTLE_QUERY = "alipay.trade.order.settle.query"
UNBIND = "alipay.trade.royalty.relation.unbind"
RELATIONS = "alipay.trade.royalty.relation.batchquery"


async def test_parts_reach_people_on_every_shard_and_other_merchants_at_once(split: Split) -> None:
    receivers = [*numbers_of(split.people), split.other.seller_id]
    assert (await split.bind(*receivers))["result_code"] == "SUCCESS"
    first = await split.settle(*[(each, "3.50") for each in receivers], desc="分成")
    assert first.keys() == {"code", "msg", "trade_no", "settle_no"}
    assert await split.settle(*[(each, "3.50") for each in receivers], desc="分成") == first
    assert len({each.actor.shard for each in split.people}) > 1
    for someone in split.people:
        assert await balance_fen(split.database, someone) == 3_50
        async with split.database.reading() as tx:
            (bill,), _ = await wallet.bills(tx, someone.actor, before=None, limit=5)
        assert (bill.amount_fen, bill.counterparty.zh) == (3_50, "一家商户")
    async with split.database.reading() as tx:
        other = await merchant_money.money_of(tx, split.other.merchant_id)
        own = await merchant_money.money_of(tx, split.app.merchant_id)
    assert (other.total_fen, own.total_fen) == (3_50, 40_00 - 7 * 3_50)
    for which in (
        {"settle_no": first["settle_no"]},
        {"trade_no": split.trade_no, "out_request_no": "S1"},
    ):
        told = await split.call(SETTLE_QUERY, **which)
        assert told["out_request_no"] == "S1"
        details = told["royalty_detail_list"]
        assert [each["trans_in"] for each in details] == receivers
        assert {each["state"] for each in details} == {"SUCCESS"}
        assert {each["trans_out"] for each in details} == {split.app.seller_id}
    assert await audited(split.database) == []


async def test_receivers_are_locked_in_one_order_whatever_order_they_come_in(
    split: Split, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two requests with the same ones, the other way round, would wait in a circle."""
    shard = (await split.trade(split.trade_no)).shard
    near = [each for each in split.people if each.actor.shard == shard]
    while len(near) < 3:
        someone = await signed_up_person(split.database, sealer)
        near += [someone] if someone.actor.shard == shard else []
    seen: list[object] = []
    bind, ensure = store.bind_receiver, wallet.ensure_account

    async def bound(tx: Tx, shard: int, merchant_id: UUID, relation: Relation) -> None:
        seen.append(relation.receiver_no)
        await bind(tx, shard, merchant_id, relation)

    async def opened(tx: Tx, holder: Holder) -> UUID:
        seen.append(holder.person_id)
        return await ensure(tx, holder)

    monkeypatch.setattr(store, "bind_receiver", bound)
    numbers = sorted(numbers_of(near))
    await split.bind(*reversed(numbers))
    assert seen == numbers
    seen.clear()
    monkeypatch.setattr(wallet, "ensure_account", opened)
    near.sort(key=lambda each: each.actor.person_id, reverse=True)
    assert (await split.settle(*[(each, "1") for each in numbers_of(near)]))["code"] == "10000"
    assert seen == [each.actor.person_id for each in reversed(near)]


async def test_what_was_swept_home_comes_back_to_be_split(split: Split) -> None:
    await jobs.sweep_home(split.database)
    await split.bind(split.other.seller_id)
    assert (await split.settle((split.other.seller_id, "39")))["code"] == "10000"
    assert await audited(split.database) == []


async def test_a_part_that_stopped_half_way_is_carried_on_by_the_job(
    split: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: object) -> None:
        """The process ends after the money has left."""

    await split.bind(*numbers_of(split.people))
    with monkeypatch.context() as patched:
        patched.setattr(royalties, "carry_on", dies)
        shares = [(each, "1") for each in numbers_of(split.people)]
        settle_no = (await split.settle(*shares))["settle_no"]
    told = await split.call(SETTLE_QUERY, settle_no=settle_no)
    assert "PROCESSING" in {each["state"] for each in told["royalty_detail_list"]}
    assert await audited(split.database) == []
    await move_clock(split.database, CHECK_AFTER)
    assert await jobs.carry_on_royalties(split.database) > 0
    told = await split.call(SETTLE_QUERY, settle_no=settle_no)
    assert {each["state"] for each in told["royalty_detail_list"]} == {"SUCCESS"}
    for someone in split.people:
        assert await balance_fen(split.database, someone) == 1_00
    assert await audited(split.database) == []


async def test_no_more_is_split_than_the_trade_brought(split: Split) -> None:
    to = split.other.seller_id
    await split.bind(to)
    assert sub_code(await split.settle((to, "40.01"))) == "ACQ.ALLOC_AMOUNT_VALIDATE_ERROR"
    assert (await split.settle((to, "30")))["code"] == "10000"
    over = await split.settle((to, "10.01"), number="S2")
    assert sub_code(over) == "ACQ.ALLOC_AMOUNT_VALIDATE_ERROR"
    assert (await split.settle((to, "5"), number="S3", finish=True))["code"] == "10000"
    ended = await split.settle((to, "1"), number="S4")
    assert sub_code(ended) == "ACQ.ALREADY_FINISH_ALLOC"
    assert await audited(split.database) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"extend_params": {"royalty_finish": True}},
        {"extend_params": {"royalty_finish": {}}},
        {"extend_params": {"royalty_finish": "yes"}},
        {"extend_params": "true"},
        {"royalty_parameters": [{"trans_in": "2088", "amount": "1", "trans_out": 2088}]},
        {"royalty_parameters": [{"trans_in": "2088", "amount": "1", "trans_out": "2" * 65}]},
    ],
)
async def test_a_malformed_finish_or_sender_is_told_and_splits_nothing(
    split: Split, wrong: dict[str, object]
) -> None:
    to = split.other.seller_id
    await split.bind(to)
    whole: dict[str, object] = {
        "out_request_no": "S1",
        "trade_no": split.trade_no,
        "royalty_parameters": [{"trans_in": to, "amount": "1"}],
    }
    assert sub_code(await split.call(SETTLE, **{**whole, **wrong})) == "ACQ.INVALID_PARAMETER"
    asked = {"trade_no": split.trade_no, "out_request_no": "S1"}
    assert sub_code(await split.call(SETTLE_QUERY, **asked)) == "ACQ.TRADE_NOT_EXIST"


async def test_a_share_may_be_a_part_of_the_trade_in_percent(split: Split) -> None:
    to = split.other.seller_id
    await split.bind(to)
    node = await split.call(
        SETTLE,
        out_request_no="P1",
        trade_no=split.trade_no,
        royalty_parameters=[{"trans_in": to, "amount_percentage": "12"}],
    )
    told = await split.call(SETTLE_QUERY, settle_no=node["settle_no"])
    assert told["royalty_detail_list"][0]["amount"] == "4.80"
    wrong = await split.call(
        SETTLE,
        out_request_no="P2",
        trade_no=split.trade_no,
        royalty_parameters=[{"trans_in": to, "amount_percentage": "101"}],
    )
    assert sub_code(wrong) == "ACQ.INVALID_PARAMETER"


async def test_each_refusal_is_the_platforms_own(split: Split) -> None:
    to, stranger = split.other.seller_id, numbers_of(split.people)[0]
    await split.bind(to)
    assert sub_code(await split.settle((stranger, "1"))) == "ACQ.ROYALTY_RECEIVER_INVALID"
    own = await split.settle((split.app.seller_id, "1"))
    assert sub_code(own) == "ACQ.ROYALTY_ACCOUNTS_EQUAL"
    assert sub_code(await split.settle((to, "0"))) == "ACQ.INVALID_PARAMETER"
    assert sub_code(await split.settle()) == "ACQ.INVALID_PARAMETER"
    out = await split.settle((to, "1"), trans_out=stranger)
    assert sub_code(out) == "ACQ.INVALID_PARAMETER"
    assert (await split.settle((to, "1")))["code"] == "10000"
    assert sub_code(await split.settle((to, "2"))) == "ACQ.DISCORDANT_REPEAT_REQUEST"
    waiting = (await split.create("WAITS"))["trade_no"]
    split.trade_no = waiting
    assert sub_code(await split.settle((to, "1"))) == "ACQ.TRADE_STATUS_ERROR"
    split.trade_no = "2" * 28
    assert sub_code(await split.settle((to, "1"))) == "ACQ.TRADE_NOT_EXIST"


async def test_a_seller_without_the_money_splits_nothing(split: Split) -> None:
    to = split.other.seller_id
    await split.bind(to)
    person = split.people[0]
    await split.call(
        "alipay.fund.trans.uni.transfer",
        out_biz_no="GONE",
        trans_amount="35",
        payee_info={"identity_type": "ALIPAY_USER_ID", "identity": person.person.user_no},
    )
    short = await split.settle((to, "6"))
    assert sub_code(short) == "ACQ.TXN_RESULT_ACCOUNT_BALANCE_NOT_ENOUGH"
    assert (await split.settle((to, "5")))["code"] == "10000"
    assert await audited(split.database) == []


async def test_receivers_are_bound_listed_and_unbound(split: Split) -> None:
    phone = split.people[0].phone.digits
    by_phone = [{"type": "loginName", "account": phone, "name": NAME, "memo": "作者"}]
    for _ in range(2):
        bound = await split.call(BIND, out_request_no="B1", receiver_list=by_phone)
        assert bound["result_code"] == "SUCCESS"
    await split.bind(split.other.seller_id)
    told = await split.call(RELATIONS, page_num=1, page_size=10)
    assert (told["total_record_num"], told["total_page_num"]) == (2, 1)
    assert by_phone[0] in told["receiver_list"]
    number = numbers_of(split.people)[0]
    assert (await split.settle((number, "1")))["code"] == "10000"
    ended = await split.call(UNBIND, out_request_no="U1", receiver_list=by_phone)
    assert ended["result_code"] == "SUCCESS"
    again = await split.settle((number, "1"), number="S2")
    assert sub_code(again) == "ACQ.ROYALTY_RECEIVER_INVALID"
    for listed, code in (
        ([], "RECEIVER_LIST_EMPTY"),
        (by_phone * 21, "RECEIVER_LIST_OVERLOAD"),
        ([{"type": "openId", "account": "x"}], "INVALID_RECEIVER_TYPE"),
        ([{"type": "userId", "account": "2088000000000000"}], "USER_NOT_EXIST"),
        ([{**by_phone[0], "name": "某某"}], "USERNAME_NOT_MATCH"),
    ):
        node = await split.call(BIND, out_request_no="B2", receiver_list=listed)
        assert sub_code(node) == code
