"""The console: in by a link, then by a passkey or a code; a merchant's pages, the operator's."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from playwright.async_api import CDPSession, Locator, expect

from farewave.console import totp
from farewave.gateway.keys import public_key_text, stored_key
from tests.browser.conftest import Opening, People, Window
from tests.browser.gallery import Gallery
from tests.browser.pages.screen import Screen
from tests.gateway.calls import public_params, signed
from tests.support.browser import IN_BOTH_LANGUAGES, Language, Somebody, until
from tests.support.server import Server
from tests.support.till import Till

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def new_app(server: Server, name: str = "青鱼书店") -> dict[str, str]:
    """What `farewave app create` prints."""
    made = server.run("app", "create", "--name", name, "--json")
    assert made.returncode == 0, made.stderr
    printed: dict[str, str] = json.loads(made.stdout)
    return printed


async def with_authenticator(window: Window) -> CDPSession:
    """A finger that the browser's window has at hand."""
    session = await window.context.new_cdp_session(window.page)
    await session.send("WebAuthn.enable")
    await session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return session


def screen(window: Window) -> Screen:
    return Screen(window.page, window.say)


def button(window: Window, key: str) -> Locator:
    return window.page.get_by_role("button", name=window.say(f"console:{key}"), exact=True)


async def entered(window: Window, url: str) -> None:
    """Uses a link up."""
    await window.open(url)
    await screen(window).headed("console:enter.title")
    await button(window, "enter.go").click()
    await screen(window).headed("console:security.title")


async def code_now(server: Server, secret: str, later: int = 0) -> str:
    """The code that an authenticator app shows, by the server's clock."""
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        now = (await client.get(f"{server.url}/api/v1/console/session")).json()["now"]
    octets = base64.b32decode(secret + "=" * (-len(secret) % 8))
    return totp.code_of(octets, totp.step_at(datetime.fromisoformat(now)) + later)


@IN_BOTH_LANGUAGES
async def test_a_merchant_comes_by_link_and_comes_back_by_passkey(
    window: Opening, farewave: Server, language: Language
) -> None:
    app = new_app(farewave)
    assert re.fullmatch(r"http://localhost:\d+/console/enter#[\w-]{43}", app["console_url"])
    seen = await window(language)
    gallery = Gallery(seen)
    await with_authenticator(seen)
    await gallery.show("console-enter", app["console_url"])
    await entered(seen, app["console_url"])
    await gallery.show("console-security-new")

    await button(seen, "security.addPasskey").click()
    kept = seen.page.get_by_text(seen.say("console:security.passkeyName"), exact=True)
    await expect(kept).to_be_visible()
    await gallery.show("console-security-passkey")

    await button(seen, "signOut").click()
    await screen(seen).headed("console:signIn.title")
    await gallery.show("console-sign-in")
    await button(seen, "signIn.byPasskey").click()
    await screen(seen).headed("console:apps.title")
    gallery.close()


@IN_BOTH_LANGUAGES
async def test_a_merchant_comes_back_by_an_authenticator_app(
    window: Opening, farewave: Server, language: Language
) -> None:
    app = new_app(farewave)
    seen = await window(language)
    gallery = Gallery(seen)
    await entered(seen, app["console_url"])
    await button(seen, "security.setAuthenticator").click()
    secret_box = seen.page.locator("code")
    await gallery.show("console-authenticator")
    secret = (await secret_box.text_content() or "").strip()
    await seen.page.get_by_label(seen.say("console:code"), exact=True).fill(
        await code_now(farewave, secret)
    )
    await button(seen, "security.confirm").click()
    await screen(seen).expect_text(seen.say("console:security.authenticatorOn"))
    await button(seen, "signOut").click()

    await screen(seen).headed("console:signIn.title")
    await seen.page.get_by_label(seen.say("console:signIn.account"), exact=True).fill(
        app["seller_id"]
    )
    code = seen.page.get_by_label(seen.say("console:code"), exact=True)
    await code.fill("000000")
    await button(seen, "signIn.byCode").click()
    await expect(seen.page.get_by_role("alert")).to_be_visible()
    await gallery.show("console-sign-in-refused")
    await code.fill(await code_now(farewave, secret, later=1))
    await button(seen, "signIn.byCode").click()
    await screen(seen).headed("console:apps.title")
    gallery.close()


@IN_BOTH_LANGUAGES
async def test_a_link_that_was_used_says_so(
    window: Opening, farewave: Server, language: Language
) -> None:
    app = new_app(farewave)
    first, second = await window(language), await window(language)
    await entered(first, app["console_url"])
    await second.open(app["console_url"])
    await button(second, "enter.go").click()
    gallery = Gallery(second)
    await expect(second.page.get_by_role("alert")).to_be_visible()
    await gallery.show("console-enter-used")
    gallery.close()


async def downloaded(window: Window, press: Callable[[], Awaitable[None]]) -> str:
    async with window.page.expect_download() as waiting:
        await press()
    file = await waiting.value
    return Path(await file.path()).read_text("utf-8")


@IN_BOTH_LANGUAGES
async def test_an_applications_keys_and_certificates(
    window: Opening, farewave: Server, language: Language
) -> None:
    app = new_app(farewave)
    seen = await window(language)
    gallery = Gallery(seen)
    await entered(seen, app["console_url"])
    api = "**/api/v1/console/apps"
    base = app["console_url"].partition("/enter")[0]
    await gallery.show_waiting_and_failing("console-apps", f"{base}/apps", api)
    await gallery.show("console-apps", f"{base}/apps")
    await seen.page.get_by_role("link", name=app["app_id"]).click()
    await screen(seen).expect_text(seen.say("console:apps.platformKey"))
    await gallery.show("console-app")
    await screen(seen).expect_text(app["platform_public_key"])

    await button(seen, "apps.make").click()
    sent: list[str] = []
    seen.page.on("request", lambda request: sent.append(request.post_data or ""))
    private = await downloaded(seen, button(seen, "apps.makeGo").click)
    key = serialization.load_pem_private_key(private.encode(), None)
    public = public_key_text(key.public_key())  # type: ignore[arg-type]
    await screen(seen).expect_text(public)
    assert any(public in body for body in sent)
    assert not any(line in body for line in private.splitlines()[1:-1] for body in sent)
    await expect(seen.page.get_by_role("dialog")).to_have_count(0)
    await gallery.show("console-app-made")
    other = await downloaded(seen, button(seen, "apps.pkcs1").click)
    assert other.startswith("-----BEGIN RSA PRIVATE KEY-----")
    same = serialization.load_pem_private_key(other.encode(), None)
    assert public_key_text(same.public_key()) == public  # type: ignore[arg-type]

    await button(seen, "apps.upload").click()
    field = seen.page.get_by_label(seen.say("console:apps.newKey"), exact=True)
    await field.fill("no key")
    await button(seen, "apps.useKey").click()
    await expect(seen.page.get_by_role("alert").filter(has_text="RSA")).to_be_visible()
    await gallery.show("console-app-refused")

    await button(seen, "apps.certify").click()
    await expect(seen.page.get_by_text(seen.say("console:apps.certifyText"))).to_be_visible()
    await button(seen, "apps.certifyGo").click()
    root = await downloaded(seen, seen.page.get_by_role("button", name="alipayRootCert").click)
    assert root.startswith("-----BEGIN CERTIFICATE-----")
    await gallery.show("console-app-certified")
    gallery.close()


@asynccontextmanager
async def a_shops_server(answer: str) -> AsyncIterator[tuple[str, list[str]]]:
    """Where notifications go: its address, and what it answers from now on."""
    answers = [answer]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        body = answers[0].encode()
        writer.write(
            b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
        )
        writer.write(body)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/notify", answers
    finally:
        server.close()


@dataclass(frozen=True)
class Sale:
    """A merchant with a trade that somebody has paid."""

    till: Till
    seller_id: str
    console_url: str
    out_trade_no: str
    trade_no: str


def rsa_key(pkcs8: str) -> rsa.RSAPrivateKey:
    key = serialization.load_der_private_key(base64.b64decode(pkcs8), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def sold(server: Server, buyer: Somebody, notify_url: str, number: str) -> Sale:
    """A new merchant's one sale."""
    app = new_app(server)
    key = rsa_key(app["private_key_pkcs8"])
    till = Till(server, app["app_id"], key, stored_key(app["platform_public_key"]))
    params = public_params(app["app_id"], "alipay.trade.create")
    params["notify_url"] = notify_url
    params["biz_content"] = json.dumps(
        {
            "out_trade_no": number,
            "subject": "《远行》一册",
            "total_amount": "39.80",
            "buyer_id": buyer.phone.get("/session")["person"]["user_no"],
        }
    )
    made = httpx.post(f"{server.url}/gateway.do", data=signed(params, key=key), timeout=60).json()
    trade_no = made["alipay_trade_create_response"]["trade_no"]
    buyer.phone.pay(trade_no)
    return Sale(till, app["seller_id"], app["console_url"], number, trade_no)


@IN_BOTH_LANGUAGES
async def test_a_merchant_looks_after_a_sale(
    window: Opening, farewave: Server, people: People, language: Language
) -> None:
    seen = await window(language)
    page, say = seen.page, seen.say
    gallery = Gallery(seen)
    async with a_shops_server("fail") as (notify_url, answers):
        sale = sold(farewave, people.moneyed(100_00), notify_url, f"SALE-{language}-1")
        await entered(seen, sale.console_url)
        base = sale.console_url.partition("/enter")[0]
        await gallery.show("console-refunds-empty", f"{base}/refunds")
        await gallery.show("console-trades", f"{base}/trades")
        search = page.get_by_label(say("console:trades.number"), exact=True)
        await search.fill("nothing like it")
        await search.press("Enter")
        await screen(seen).expect_text(say("console:trades.none"))
        await gallery.show("console-trades-none")
        await search.fill(sale.out_trade_no)
        await search.press("Enter")
        await page.get_by_role("link", name=sale.out_trade_no).click()
        await screen(seen).expect_text(sale.trade_no)
        await expect(page.get_by_text(say("console:notifications.answers.answer"))).to_be_visible()
        await gallery.show("console-trade")

        answers[0] = "success"
        await button(seen, "notifications.resend").click()
        await until(lambda: _delivered(seen, base))
        await gallery.show("console-notifications")

        await page.goto(f"{base}/trades/{sale.trade_no}")
        await page.get_by_label(say("console:refunds.amount"), exact=True).fill("9.80")
        await page.get_by_label(say("console:refunds.number"), exact=True).fill("BACK-1")
        await button(seen, "refunds.go").click()
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_contain_text(say("console:refunds.confirm", amount="9.80"))
        await dialog.get_by_role("button", name=say("console:refunds.go"), exact=True).click()
        await expect(page.get_by_text("BACK-1", exact=True)).to_be_visible()
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await gallery.show("console-trade-refunded")
        found = sale.till.call(
            "alipay.trade.fastpay.refund.query",
            trade_no=sale.trade_no,
            out_request_no="BACK-1",
        )
        assert found["refund_amount"] == "9.80"
        await gallery.show("console-refunds", f"{base}/refunds")
        await gallery.show("console-bills", f"{base}/bills")
        day = page.get_by_placeholder(say("console:bills.day"), exact=True)
        await day.fill("2026-01-31")
        await day.press("Enter")
        await button(seen, "bills.ofDay").click()
        await expect(page.get_by_role("alert")).to_be_visible()  # it is older than the merchant
        await gallery.show("console-bills-none")
        await gallery.show("console-not-found", f"{base}/no/such/page")
    gallery.close()


async def _delivered(seen: Window, base: str) -> bool:
    await seen.page.goto(f"{base}/notifications")
    tag = seen.page.get_by_text(seen.say("console:notifications.states.delivered"), exact=True)
    await seen.page.get_by_role("button", name=seen.say("console:notifications.resend")).wait_for()
    return await tag.count() > 0


@IN_BOTH_LANGUAGES
async def test_the_operator_sees_everybodys_deliveries(
    window: Opening, farewave: Server, people: People, language: Language
) -> None:
    sale = sold(farewave, people.moneyed(100_00), "http://127.0.0.1:1/", f"OP-{language}-1")
    printed = farewave.run("console", "link", "--operator", "--json")
    assert printed.returncode == 0, printed.stderr
    url = json.loads(printed.stdout)["console_url"]
    seen = await window(language)
    await entered(seen, url)
    gallery = Gallery(seen)
    await gallery.show("console-deliveries", f"{url.partition('/enter')[0]}/deliveries")
    await screen(seen).expect_text(sale.out_trade_no)
    gallery.close()


def test_a_link_is_made_for_a_merchant_that_there_is(farewave: Server) -> None:
    app = new_app(farewave)
    made = farewave.run("console", "link", "--seller", app["seller_id"])
    assert re.search(r"/console/enter#[\w-]{43}", made.stdout)
    for arguments in (("--seller", "2088999000000000"), (), ("--operator", "--seller", "1")):
        assert farewave.run("console", "link", *arguments).returncode == 1
