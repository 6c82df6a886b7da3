"""A real Chromium, the words of the web app in both languages, and people to be in it."""

import asyncio
import json
import os
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from inspect import isawaitable
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, ViewportSize, async_playwright

from farewave.app.demo import DEMO
from tests.support.people import PASSWORD, some_identity_number, some_phone
from tests.support.story import Phone

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
IN_BOTH_LANGUAGES = pytest.mark.parametrize(
    "language", ["zh", pytest.param("en", marks=pytest.mark.long)]
)
"""In Chinese always; in English among the long ones. The gallery's main pages and a whole story are
always seen in both."""
LANG_ATTRIBUTE = {"zh": "zh-CN", "en": "en"}
PHONE_SCREEN: ViewportSize = {"width": 390, "height": 844}
DESKTOP_SCREEN: ViewportSize = {"width": 1280, "height": 800}
PAY_PASSWORD = DEMO.pay_password
"""Everybody's, so that `Phone` can top up and pay for everybody."""
PATIENCE_MS = 60_000
"""How long a page may take on a machine that has much else to do."""
LOCALES = Path(__file__).parents[2] / "web" / "src" / "locales"
CONSOLE_LOCALES = LOCALES.parent / "console" / "locales"
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The browser that `scripts/find-browser` found, or the system's."""
    path = os.environ.get("FAREWAVE_CHROMIUM") or "/usr/bin/chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        await browser.close()


class Words:
    """What the app says in one language, by the keys of web/src/locales: `say("banks:title")`."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._namespaces = {
            file.stem: json.loads(file.read_text("utf-8"))
            for locales in (LOCALES, CONSOLE_LOCALES)
            for file in sorted((locales / language).glob("*.json"))
        }

    def __call__(self, key: str, **values: object) -> str:
        namespace, _, path = key.rpartition(":")
        text = self._look_up(namespace or "common", path, values.get("count"))
        return re.sub(r"\{\{(\w+)\}\}", lambda found: str(values[found[1]]), text)

    def _look_up(self, namespace: str, path: str, count: object) -> str:
        *parents, leaf = path.split(".")
        found = self._namespaces[namespace]
        for parent in parents:
            found = found[parent]
        plural = f"{leaf}_{'one' if count == 1 else 'other'}"
        return str(found[plural] if plural in found else found[leaf])


@dataclass(frozen=True)
class Somebody:
    """A person of the sandbox, whose phone also talks to the API itself."""

    phone: Phone
    number: str
    password: str = PASSWORD
    pay_password: str = PAY_PASSWORD

    async def hand_over_to(self, context: BrowserContext) -> None:
        """Signs the browser in as this person."""
        await context.add_cookies(
            [
                {"name": name, "value": value, "url": self.phone.url}
                for name, value in self.phone.client.cookies.items()
            ]
        )


def sign_up(phone: Phone, *, named: bool = True, pay_password: bool = True) -> Somebody:
    """Signs a new person up on `phone`, as far as the test doesn't want to do it by hand."""
    number = some_phone().digits
    code = phone.post("/people/sms-codes", {"phone": number, "purpose": "sign_up"})["sandbox_code"]
    phone.post("/people/sign-up", {"phone": number, "code": code, "password": PASSWORD})
    if named:
        identity = {"name": "李明", "identity_number": some_identity_number()}
        phone.send("PUT", "/people/me/real-name", identity)
    if pay_password:
        both = {"pay_password": PAY_PASSWORD, "password": PASSWORD}
        phone.send("PUT", "/people/me/pay-password", both)
    return Somebody(phone, number)


def bind_card(person: Somebody) -> None:
    """Opens an account with money at the demonstration bank and binds its card."""
    account = person.phone.post("/sandbox/bank-accounts")
    wish = {"card_number": account["card_number"], "phone": account["phone"]}
    begun = person.phone.post("/banks/card-bindings", wish)
    path = f"/banks/card-bindings/{begun['binding_id']}/confirm"
    person.phone.post(path, {"code": begun["sandbox_code"]})


async def tap_twice(button: Locator) -> None:
    """Two taps before the page can draw anything in between: the hardest double tap there is."""
    await button.wait_for()
    await button.evaluate("button => { button.click(); button.click(); }")


async def until(condition: Callable[[], bool | Awaitable[bool]], timeout_s: float = 60) -> None:
    """Waits until `condition()` holds; it may ask the server, or what only a promise tells.

    (Playwright's `wait_for_function` takes a promise itself for true.)
    """
    deadline = time.monotonic() + timeout_s
    while not (await held if isawaitable(held := condition()) else held):
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(0.2)
