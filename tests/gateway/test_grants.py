"""Acting for a merchant: what a token is good for, whose money moves, and each refusal."""

import asyncio
from datetime import timedelta

import pytest

from farewave.db import Database
from farewave.gateway import grants, jobs
from farewave.gateway.errors import GatewayRefusal
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from tests.gateway.calls import SEALER, client_of, gateway_app
from tests.gateway.granting import BACK, FIND, QUERY, TOKEN, Node, Scene, opened
from tests.gateway.shop import endow
from tests.gateway.test_rest import headers_of, told
from tests.support.database import move_clock
from tests.support.payments import audited
from tests.support.people import signed_up_person


@pytest.fixture
async def scene(database: Database, sealer: Sealer) -> Scene:
    buyer = await signed_up_person(database, sealer)
    await endow(database, buyer, 100_00)
    agent = await opened(database, "服务商", BACK)
    return Scene(database, agent, await opened(database, "青鱼书店"), buyer)


def problem(node: Node) -> tuple[str, str]:
    return node["code"], node["sub_code"]


INVALID = ("20001", "aop.invalid-app-auth-token")


async def test_a_code_gives_tokens_once_and_they_name_the_merchant(scene: Scene) -> None:
    code = await scene.code()
    node = await scene.exchanged(code)
    (one,) = node.pop("tokens")
    assert node == {"code": "10000", "msg": "Success", **one}
    assert one == {
        "app_auth_token": one["app_auth_token"],
        "app_refresh_token": one["app_refresh_token"],
        "auth_app_id": scene.merchant.app_id,
        "expires_in": str(365 * 86_400),
        "re_expires_in": str(372 * 86_400),
        "user_id": scene.merchant.seller_id,
    }
    assert len(one["app_auth_token"]) == len(one["app_refresh_token"]) == 40
    assert problem(await scene.exchanged(code)) == ("40002", "isv.code-invalid")


async def test_of_many_at_once_one_exchanges_a_code(scene: Scene) -> None:
    code = await scene.code()
    nodes = await asyncio.gather(*(scene.exchanged(code) for _ in range(6)))
    assert sum("app_auth_token" in node for node in nodes) == 1


async def test_a_trade_made_for_a_merchant_is_the_merchants_and_so_is_its_money(
    scene: Scene,
) -> None:
    token = await scene.granted()
    node = await scene.created(token, notify_url="http://provider.test/notify")
    trade = await scene.found(scene.merchant, node["trade_no"])
    assert trade is not None
    assert await scene.found(scene.agent, node["trade_no"]) is None
    assert (trade.seller_id, trade.app_id) == (scene.merchant.seller_id, scene.merchant.app_id)
    await scene.paid(trade.trade_no)
    assert await scene.has_fen(scene.merchant) == 9_50
    assert await scene.has_fen(scene.agent) == 0
    (news,) = await scene.news()
    assert (news["app_id"], news["auth_app_id"]) == (scene.agent.app_id, scene.merchant.app_id)
    assert news["seller_id"] == scene.merchant.seller_id
    assert await audited(scene.database) == []


async def test_without_a_token_a_merchants_trade_is_as_if_it_werent_there(scene: Scene) -> None:
    trade_no = (await scene.created(await scene.granted()))["trade_no"]
    await scene.paid(trade_no)
    which = {"trade_no": trade_no}
    refund = {**which, "refund_amount": "9.50", "out_request_no": "R1"}
    for method, content in (
        (FIND, which),
        ("alipay.trade.refund", refund),
        ("alipay.trade.close", which),
    ):
        assert (await scene.called(method, content))["sub_code"] == "ACQ.TRADE_NOT_EXIST", method
    assert await scene.has_fen(scene.merchant) == 9_50
    assert await audited(scene.database) == []


async def test_one_merchants_token_reaches_no_other_merchants_trades(scene: Scene) -> None:
    other = await opened(scene.database, "另一家")
    trade_no = (await scene.created(await scene.granted()))["trade_no"]
    token = await scene.granted(other)
    node = await scene.called(FIND, {"trade_no": trade_no}, token=token)
    assert node["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    second = await scene.created(token)  # the same number, of another merchant
    assert second["trade_no"] != trade_no


async def test_the_merchant_itself_sees_and_refunds_what_was_made_for_it(scene: Scene) -> None:
    trade_no = (await scene.created(await scene.granted()))["trade_no"]
    await scene.paid(trade_no)
    refund = {"trade_no": trade_no, "refund_amount": "1.50", "out_request_no": "R1"}
    node = await scene.called("alipay.trade.refund", refund, by=scene.merchant)
    assert (node["code"], node["refund_fee"]) == ("10000", "1.50")
    assert await scene.has_fen(scene.merchant) == 8_00


async def test_a_token_that_isnt_good_moves_nothing_also_not_for_the_agent(scene: Scene) -> None:
    rival = await opened(scene.database, "另一家服务商", BACK)
    token = await scene.granted()
    wrong = token[:-1] + ("0" if token[-1] != "0" else "1")
    for bad in ("t", "appauthB" + "0" * 32, wrong, token.replace("B", "R", 1), token[8:]):
        assert problem(await scene.created(bad)) == INVALID, bad
    content = {"trade_no": "no matter"}
    assert problem(await scene.called(FIND, content, by=rival, token=token)) == INVALID
    assert problem(await scene.called(FIND, content, by=scene.merchant, token=token)) == INVALID
    async with scene.database.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM payments.trade_claim") == 0


async def test_a_token_ends_and_so_does_refreshing(scene: Scene) -> None:
    tokens = await scene.exchanged(await scene.code())
    await move_clock(scene.database, timedelta(days=365))
    node = await scene.created(tokens["app_auth_token"])
    assert problem(node) == ("20001", "aop.app-auth-token-time-out")
    await move_clock(scene.database, timedelta(days=7))
    node = await scene.refreshed(tokens["app_refresh_token"])
    assert problem(node) == ("40002", "isv.refresh-token-time-out")
    late = await scene.code()
    await move_clock(scene.database, timedelta(days=1))
    assert problem(await scene.exchanged(late)) == ("40002", "isv.code-invalid")
    await move_clock(scene.database, timedelta(days=30))
    assert await jobs.forget_grants(scene.database) == 2
    assert problem(await scene.created(tokens["app_auth_token"])) == INVALID


async def test_refreshing_gives_another_pair_and_the_old_one_is_good_for_a_day(
    scene: Scene,
) -> None:
    first = await scene.exchanged(await scene.code())
    second = await scene.refreshed(first["app_refresh_token"])
    assert {second["app_auth_token"], second["app_refresh_token"]}.isdisjoint(
        {first["app_auth_token"], first["app_refresh_token"]}
    )
    # The answer was lost: asked again, it is the same, and not one pair further.
    again = await scene.refreshed(first["app_refresh_token"])
    assert again["app_auth_token"] == second["app_auth_token"]
    for number, token in enumerate((first["app_auth_token"], second["app_auth_token"])):
        assert (await scene.created(token, f"T{number}"))["code"] == "10000"
    await move_clock(scene.database, timedelta(days=1))
    node = await scene.created(first["app_auth_token"])
    assert problem(node) == ("20001", "aop.app-auth-token-time-out")
    over = await scene.refreshed(first["app_refresh_token"])
    assert problem(over) == ("40002", "isv.refresh-token-time-out")
    assert (await scene.created(second["app_auth_token"], "T3"))["code"] == "10000"


async def test_a_pair_before_the_last_but_one_is_gone_at_once(scene: Scene) -> None:
    first = await scene.exchanged(await scene.code())
    second = await scene.refreshed(first["app_refresh_token"])
    await scene.refreshed(second["app_refresh_token"])
    assert problem(await scene.created(first["app_auth_token"])) == INVALID
    node = await scene.refreshed(first["app_refresh_token"])
    assert problem(node) == ("40002", "isv.refresh-token-invalid")


async def test_agreeing_again_ends_what_was_granted_before(scene: Scene) -> None:
    first = await scene.exchanged(await scene.code())
    one, two = await scene.code(), await scene.code()
    assert (await scene.created(first["app_auth_token"]))["code"] == "10000", (
        "not before it is used"
    )
    nodes = await asyncio.gather(scene.exchanged(one), scene.exchanged(two))
    tokens = [node["app_auth_token"] for node in nodes]
    states = [
        (await scene.called(QUERY, {"app_auth_token": token}))["status"]
        for token in (first["app_auth_token"], *tokens)
    ]
    assert states[0] == "invalid"
    assert sorted(states[1:]) == ["invalid", "valid"]


async def test_a_query_tells_what_a_token_is_good_for_also_once_it_was_taken_back(
    scene: Scene,
) -> None:
    token = await scene.granted()
    node = await scene.called(QUERY, {"app_auth_token": token})
    assert node == {
        "code": "10000",
        "msg": "Success",
        "auth_app_id": scene.merchant.app_id,
        "auth_start": node["auth_start"],
        "auth_end": node["auth_end"],
        "auth_methods": node["auth_methods"],
        "expires_in": node["expires_in"],
        "status": "valid",
        "user_id": scene.merchant.seller_id,
    }
    assert 364 * 86_400 < node["expires_in"] <= 365 * 86_400
    assert {"alipay.trade.create", "alipay.trade.refund"} <= set(node["auth_methods"])
    assert not {TOKEN, QUERY} & set(node["auth_methods"])
    async with scene.database.transaction() as tx:
        assert await grants.revoke(tx, scene.merchant.merchant_id, scene.agent.app_id) == []
    node = await scene.called(QUERY, {"app_auth_token": token})
    assert (node["status"], node["expires_in"]) == ("invalid", 0)
    assert problem(await scene.created(token)) == INVALID
    foreign = await scene.called(QUERY, {"app_auth_token": token}, by=scene.merchant)
    assert problem(foreign) == INVALID


async def test_taking_it_back_ends_codes_that_wait_and_refreshing(scene: Scene) -> None:
    tokens, code = await scene.exchanged(await scene.code()), await scene.code()
    async with scene.database.transaction() as tx:
        await grants.revoke(tx, scene.merchant.merchant_id, scene.agent.app_id)
    assert problem(await scene.exchanged(code)) == ("40002", "isv.code-invalid")
    node = await scene.refreshed(tokens["app_refresh_token"])
    assert problem(node) == ("40002", "isv.refresh-token-invalid")


async def test_another_application_gets_nothing_of_a_code_or_a_refresh_token(
    scene: Scene,
) -> None:
    rival = await opened(scene.database, "另一家服务商", BACK)
    code = await scene.code()
    unmatched = ("40002", "isv.unmatched-app-id")
    assert problem(await scene.exchanged(code, rival)) == unmatched
    tokens = await scene.exchanged(code)
    assert problem(await scene.refreshed(tokens["app_refresh_token"], rival)) == unmatched
    assert "app_auth_token" in await scene.refreshed(tokens["app_refresh_token"])


async def test_a_token_beside_a_question_about_itself_changes_nothing(scene: Scene) -> None:
    first = await scene.exchanged(await scene.code())
    token = first["app_auth_token"]
    asked = {"app_auth_token": token}
    assert (await scene.called(QUERY, asked, token=token))["status"] == "valid"
    refresh = {"grant_type": "refresh_token", "refresh_token": first["app_refresh_token"]}
    for beside in (token, "one that is none"):
        assert "app_auth_token" in await scene.called(TOKEN, refresh, token=beside)
    foreign = await scene.called(QUERY, asked, by=scene.merchant, token=token)
    assert problem(foreign) == INVALID


WRONG_CALLS = [
    pytest.param({}, "isv.grant-type-invalid", id="no grant type"),
    pytest.param({"grant_type": "password"}, "isv.grant-type-invalid", id="another"),
    pytest.param({"grant_type": "authorization_code"}, "isv.code-invalid", id="no code"),
    pytest.param(
        {"grant_type": "authorization_code", "code": "0" * 32},
        "isv.code-invalid",
        id="an invented code",
    ),
    pytest.param({"grant_type": "refresh_token"}, "isv.refresh-token-invalid", id="no token"),
    pytest.param(
        {"grant_type": "refresh_token", "refresh_token": "appauthR" + "0" * 32},
        "isv.refresh-token-invalid",
        id="an invented token",
    ),
]


@pytest.mark.parametrize(("content", "sub_code"), WRONG_CALLS)
async def test_each_wrong_call_has_its_code(
    scene: Scene, content: dict[str, str], sub_code: str
) -> None:
    assert problem(await scene.called(TOKEN, content)) == ("40002", sub_code)


async def test_a_merchants_own_application_needs_no_grant(scene: Scene) -> None:
    async with scene.database.reading() as tx:
        query = {"app_id": scene.agent.app_id, "redirect_uri": BACK}
        shown = await grants.show(tx, SEALER, scene.agent.merchant_id, query)
    assert shown == Refused(GatewayRefusal.OWN_APPLICATION)


async def test_in_v3_the_token_is_a_header_and_signed(scene: Scene) -> None:
    token = await scene.granted()
    trade_no = (await scene.created(token))["trade_no"]
    body = f'{{"trade_no":"{trade_no}"}}'.encode()
    app_id, path = scene.agent.app_id, "/v3/alipay/trade/query"
    plain = headers_of(app_id, body=body)
    withheld = {**plain, "alipay-app-auth-token": token}
    with_token = headers_of(app_id, body=body, token=token)
    async with client_of(gateway_app(scene.database)) as door:
        assert told(await door.post(path, content=body, headers=with_token))[0] == 200
        # Nobody adds a token to a call, or takes it away, that the application signed otherwise.
        assert told(await door.post(path, content=body, headers=withheld)) == (
            400,
            "invalid-signature",
        )
        del with_token["alipay-app-auth-token"]
        assert told(await door.post(path, content=body, headers=with_token)) == (
            400,
            "invalid-signature",
        )
        assert told(await door.post(path, content=body, headers=plain)) == (
            400,
            "ACQ.TRADE_NOT_EXIST",
        )
        wrong = headers_of(app_id, body=body, token="t")
        assert told(await door.post(path, content=body, headers=wrong)) == (
            401,
            "invalid-app-auth-token",
        )
