"""The page where a merchant lets a service provider's application act for it, and its end."""

import base64
import json
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
from playwright.async_api import Locator, Route, expect

from farewave.console import totp
from tests.browser.conftest import Opening, Window
from tests.browser.gallery import Gallery
from tests.browser.pages.screen import Screen
from tests.support.server import Server

BACK = "https://provider.test/back?order=7"


def made(server: Server, name: str, *options: str) -> dict[str, str]:
    """What `farewave app create` prints."""
    done = server.run("app", "create", "--name", name, "--json", *options)
    assert done.returncode == 0, done.stderr
    printed: dict[str, str] = json.loads(done.stdout)
    return printed


def button(window: Window, key: str) -> Locator:
    return window.page.get_by_role("button", name=window.say(f"console:{key}"), exact=True)


async def code_now(server: Server, secret: str, later: int = 0) -> str:
    """The code that an authenticator app shows, by the server's clock."""
    async with httpx.AsyncClient(trust_env=False) as client:
        now = (await client.get(f"{server.url}/api/v1/console/session")).json()["now"]
    octets = base64.b32decode(secret + "=" * (-len(secret) % 8))
    return totp.code_of(octets, totp.step_at(datetime.fromisoformat(now)) + later)


async def test_a_merchant_signs_in_agrees_and_ends_it_again(
    window: Opening, farewave: Server
) -> None:
    provider = made(farewave, "收银服务商", "--redirect-uri", BACK)
    merchant = made(farewave, "青鱼书店")
    seen = await window("en")
    page, screen = seen.page, Screen(seen.page, seen.say)

    async def answer(route: Route) -> None:
        await route.fulfill(status=200, content_type="text/html", body="<h1>provider</h1>")

    await page.route("https://provider.test/**", answer)
    await seen.open(merchant["console_url"])
    await button(seen, "enter.go").click()
    await screen.headed("console:security.title")
    await button(seen, "security.setAuthenticator").click()
    secret = (await page.locator("code").text_content() or "").strip()
    await page.get_by_label(seen.say("console:code"), exact=True).fill(
        await code_now(farewave, secret)
    )
    await button(seen, "security.confirm").click()
    await screen.expect_text(seen.say("console:security.authenticatorOn"))
    await button(seen, "signOut").click()
    await screen.headed("console:signIn.title")

    asked = {"app_id": provider["app_id"], "redirect_uri": BACK, "state": "s 1"}
    await seen.open(f"/oauth2/appToAppAuth.htm?{urlencode(asked)}")
    await screen.headed("console:signIn.title")
    await page.get_by_label(seen.say("console:signIn.account"), exact=True).fill(
        merchant["seller_id"]
    )
    await page.get_by_label(seen.say("console:code"), exact=True).fill(
        await code_now(farewave, secret, later=1)
    )
    await button(seen, "signIn.byCode").click()
    await screen.headed("console:authorize.title")
    await screen.expect_text("收银服务商")
    gallery = Gallery(seen)
    await gallery.show("console-authorize")
    await button(seen, "authorize.agree").click()
    await page.wait_for_url("https://provider.test/**")
    told = dict(parse_qsl(urlsplit(page.url).query))
    assert (told["order"], told["state"], told["source"]) == ("7", "s 1", "alipay_app_auth")
    assert len(told["app_auth_code"]) == 32

    home = merchant["console_url"].partition("/enter")[0]
    await seen.open(f"{home}/apps")
    await screen.headed("console:apps.title")
    await expect(page.get_by_text("收银服务商", exact=True)).to_be_visible()
    await gallery.show("console-agents")
    await button(seen, "agents.revoke").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name=seen.say("console:agents.revoke"), exact=True).click()
    await screen.expect_text(seen.say("console:agents.none"))
    gallery.close()
