"""The example shop's whole story: signed in by the wallet, paid twice, notified, refunded."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, expect

from farewave.app.keys import load_keys
from farewave.gateway.signing import signed_notification
from farewave.testing.ports import free_port
from tests.browser.conftest import Opening, People, Window
from tests.browser.gallery import Gallery
from tests.browser.pages.order import CashierPage
from tests.browser.pages.screen import Screen
from tests.browser.pages.wallet import BillsPage
from tests.support.browser import IN_BOTH_LANGUAGES, PAY_PASSWORD, Language, until
from tests.support.sdks import ROOT, SDKS, install
from tests.support.server import Server

TEA = {"zh": "桂花乌龙 · 100 克", "en": "Osmanthus oolong, 100 g"}
CUP = {"zh": "手作粗陶杯", "en": "Stoneware cup"}
NOTIFIED = {
    "zh": {"paid": "平台通知：已付款", "refunded": "平台通知：已退款"},
    "en": {"paid": "The platform notified: Paid", "refunded": "The platform notified: Refunded"},
}
SITE = {"zh": "小满集市", "en": "Xiaoman Market"}
APP_PAY = "alipay.trade.app.pay"
_START_S = 120


@dataclass(frozen=True)
class Shop:
    """Where it is, and what `farewave app create` told it."""

    url: str
    told: dict[str, str]


@pytest.fixture(scope="module")
def shop(farewave: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """It is started as its README says, with the SDK that is here already."""
    install()
    folder = tmp_path_factory.mktemp("shop") / "examples" / "shop"
    shutil.copytree(
        ROOT / "examples" / "shop", folder, ignore=shutil.ignore_patterns("node_modules")
    )
    (folder / "node_modules").symlink_to(SDKS / "node" / "node_modules")
    port = free_port()
    environment = {
        **farewave.environment,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "SHOP_PORT": str(port),
        "SHOP_DATA": str(folder / "data"),
    }
    log = folder / "shop.log"
    with log.open("ab") as out:
        process = subprocess.Popen([folder / "run"], env=environment, stdout=out, stderr=out)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_open(url, process, log)
        yield Shop(url, json.loads((folder / "data" / "app.json").read_text("utf-8")))
    finally:
        process.terminate()
        process.wait()
    assert log.read_text() == f"The shop is at {url}\n"


def _wait_until_open(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(url, timeout=_START_S)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())


async def expect_order(page: Page, status: str, *news: str) -> None:
    await expect(page.locator(f'[data-status="{status}"]')).to_be_visible()
    for each in news:
        # The page shows itself anew when its status changes, not for more of the same.
        async def told(news: str = each) -> bool:
            await page.reload()
            return await page.get_by_text(news).count() > 0

        await until(told)


@IN_BOTH_LANGUAGES
async def test_somebody_signs_in_buys_twice_and_gets_one_back(
    window: Opening, people: People, shop: Shop, language: Language
) -> None:
    person = people.moneyed(200_00)
    seen = await window(language, person)
    page, gallery = seen.page, Gallery(seen, site=SITE[language])
    heard = NOTIFIED[language]
    await gallery.show("shop-home", shop.url)
    await page.get_by_text(TEA[language]).click()
    await gallery.show("shop-goods-signed-out")
    await page.get_by_role("main").get_by_role("link").last.click()

    consent = await Screen(page, seen.say).headed("login:title")
    await consent.button("login:agree").click()
    await page.wait_for_url(f"{shop.url}/goods/tea")
    await gallery.show("shop-goods")
    await page.locator("button[value=wap]").click()
    cashier = await CashierPage(page, seen.say).here()
    await cashier.pay("39.80", PAY_PASSWORD)
    await cashier.link("payments:link.toMerchant").click()
    await expect_order(page, "paid", heard["paid"])
    await gallery.show("shop-paid")

    fault = {"app_id": shop.told["app_id"], "method": APP_PAY, "fault": "notify_twice"}
    person.phone.send("PUT", "/sandbox/gateway-faults", fault)
    await page.goto(f"{shop.url}/goods/cup")
    await page.locator("button[value=app]").click()
    await cashier.here()
    await cashier.pay("56.00", PAY_PASSWORD)
    await cashier.link("payments:link.toMerchant").click()
    await expect_order(page, "paid", heard["paid"])
    await until(lambda: person.phone.get("/sandbox/gateway-faults")["faults"] == [])
    await page.reload()
    await expect(page.get_by_text(heard["paid"])).to_have_count(1)  # though it came twice
    assert person.phone.balance_fen() == 200_00 - 39_80 - 56_00

    await page.locator("form[action$=refund] button").click()
    await expect_order(page, "refunded", heard["refunded"])
    await gallery.show("shop-refunded")
    assert person.phone.balance_fen() == 200_00 - 39_80
    await gallery.show("shop-orders", f"{shop.url}/orders")
    await expect(page.locator(".status.refunded")).to_have_count(1)
    await expect(page.locator(".status.paid")).to_have_count(1)

    await page.goto("/bills")
    bills = await BillsPage(page, seen.say).here()
    await bills.expect_bill(CUP[language], "+¥56.00")
    await bills.expect_bill(CUP[language], "−¥56.00")
    await bills.expect_bill(TEA[language], "−¥39.80")
    gallery.close()


async def unpaid_tea(seen: Window, shop: Shop) -> str:
    """The number of an order that is made, looked at, and not paid."""
    page = seen.page
    await page.goto(f"{shop.url}/sign-in")
    await (await Screen(page, seen.say).headed("login:title")).button("login:agree").click()
    await page.wait_for_url(f"{shop.url}/")
    await page.goto(f"{shop.url}/goods/tea")
    await page.locator("button[value=wap]").click()
    await CashierPage(page, seen.say).here()
    await page.goto(f"{shop.url}/orders")
    await page.locator("ul.rows a").click()
    return await page.locator(".number").inner_text()


def told_of_tea(shop: Shop, number: str, **more: str) -> dict[str, str]:
    """What the platform notifies of such an order."""
    return {
        "app_id": shop.told["app_id"],
        "seller_id": shop.told["seller_id"],
        "out_trade_no": number,
        "total_amount": "39.80",
        "trade_status": "TRADE_SUCCESS",
        "notify_id": "1",
        **more,
    }


async def test_only_what_the_platform_signed_about_this_very_order_is_believed(
    window: Opening, people: People, shop: Shop, farewave: Server
) -> None:
    seen = await window("en", people.moneyed(100_00))
    page = seen.page
    number = await unpaid_tea(seen, shop)

    back = f"{shop.url}/returned/wap?order={number}&trade_status=TRADE_SUCCESS&sign=A"
    answer = await page.goto(back)
    assert answer is not None
    assert answer.status == 400
    seen.errors.clear()  # the console tells of that status
    await expect(page.get_by_role("alert")).to_be_visible()

    order = told_of_tea(shop, number)
    platform = load_keys(farewave.data / "farewave" / "keys").platform
    rival = {"app_id": "2021000000000001", "seller_id": "2088000000000001"}
    others = [{name: value} for name, value in {**rival, "total_amount": "0.01"}.items()]
    for changed in (*others, {"out_trade_no": f"{number}0"}):
        foreign = signed_notification({**order, **changed}, platform)
        assert httpx.post(f"{shop.url}/notify", data=foreign, timeout=60).text == "failure", changed
    invented = {**order, "sign": "AAAA", "sign_type": "RSA2"}
    assert httpx.post(f"{shop.url}/notify", data=invented, timeout=60).text == "failure"
    await page.goto(f"{shop.url}/orders/{number}")
    await expect_order(page, "waiting")

    for _ in range(2):
        own = signed_notification(order, platform)
        assert httpx.post(f"{shop.url}/notify", data=own, timeout=60).text == "success"
    await expect_order(page, "paid", NOTIFIED["en"]["paid"])
    await expect(page.locator(".news li")).to_have_count(1)


async def test_a_refund_that_is_told_of_before_the_payment_stays_one(
    window: Opening, people: People, shop: Shop, farewave: Server
) -> None:
    seen = await window("en", people.moneyed(100_00))
    page = seen.page
    number = await unpaid_tea(seen, shop)
    platform = load_keys(farewave.data / "farewave" / "keys").platform
    refunded = {"trade_status": "TRADE_CLOSED", "refund_fee": "39.80", "notify_id": "2"}
    for more in (refunded, {}):
        fields = signed_notification(told_of_tea(shop, number, **more), platform)
        assert httpx.post(f"{shop.url}/notify", data=fields, timeout=60).text == "success"
        await page.goto(f"{shop.url}/orders/{number}")
        await expect_order(page, "refunded", NOTIFIED["en"]["refunded"])


async def test_what_was_never_paid_is_not_given_back(
    window: Opening, people: People, shop: Shop
) -> None:
    seen = await window("en", people.moneyed(100_00))
    number = await unpaid_tea(seen, shop)
    order = f"{shop.url}/orders/{number}"
    asked = await seen.context.request.post(f"{order}/refund", headers={"origin": shop.url})
    assert asked.url == order
    await seen.page.goto(order)
    await expect_order(seen.page, "waiting")


@pytest.mark.parametrize("target", ["//", "http://[/"])
def test_what_is_no_address_ends_nothing_but_its_request(shop: Shop, target: str) -> None:
    where = httpx.URL(shop.url)
    with socket.create_connection((where.host, where.port), timeout=60) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nhost: shop\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 400 ")
    assert httpx.get(shop.url, timeout=60).status_code == 200


def test_a_state_of_as_many_characters_and_more_octets_is_another(shop: Shop) -> None:
    answer = httpx.get(
        f"{shop.url}/signed-in?auth_code=x&state=%C3%A9",
        headers={"cookie": "state=e"},
        timeout=60,
    )
    assert answer.status_code == 400
