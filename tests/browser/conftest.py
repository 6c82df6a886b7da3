"""One installation and one Chromium for the session; a fresh window of a fresh phone for each test.

The sandbox's clock only ever goes forward here, as time does: a test takes its days from
`Phone.today()`. The bank is made well again after each test.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.support.browser import (
    LANG_ATTRIBUTE,
    PATIENCE_MS,
    PHONE_SCREEN,
    Language,
    Somebody,
    Words,
    bind_card,
    chromium,
    sign_up,
)
from tests.support.database import Databases
from tests.support.server import Server, served
from tests.support.story import Phone


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(__file__.rpartition("/")[0]):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
async def farewave(databases: Databases) -> AsyncIterator[Server]:
    async with databases.fresh() as dsn:
        with served(FAREWAVE_DATABASE_URL=dsn) as server:
            yield server


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    async with chromium() as launched:
        yield launched


class People:
    """Phones that talk to the API, and the people they belong to; closed after the test."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._phones: list[Phone] = []

    def phone(self) -> Phone:
        """A phone that nobody is signed in on."""
        self._phones.append(Phone(self._url))
        return self._phones[-1]

    def somebody(self, *, named: bool = True, pay_password: bool = True) -> Somebody:
        """A new person."""
        return sign_up(self.phone(), named=named, pay_password=pay_password)

    def moneyed(self, amount_fen: int = 1_000_00) -> Somebody:
        """A new person with a card, and so much in the wallet."""
        person = self.somebody()
        bind_card(person)
        if amount_fen:
            person.phone.top_up(amount_fen)
        return person

    def close(self) -> None:
        for phone in self._phones:
            phone.close()


@pytest.fixture
def people(farewave: Server) -> Iterator[People]:
    made = People(farewave.url)
    yield made
    made.close()


@pytest.fixture
def bank(people: People) -> Iterator[Callable[[str], None]]:
    """Makes the demonstration bank behave: `bank("silent")`."""
    phone = people.phone()

    def behave(fault: str) -> None:
        phone.send("PUT", "/sandbox/bank-faults", {"bank_code": "FWB", "fault": fault})

    yield behave
    behave("none")


@dataclass(frozen=True)
class Window:
    """A page of the app, and what went wrong in it that nobody may see."""

    page: Page
    context: BrowserContext
    say: Words
    errors: list[str]

    async def open(self, path: str) -> None:
        await self.page.goto(path)


Opening = Callable[..., Awaitable[Window]]


@pytest.fixture
async def window(farewave: Server, browser: Browser) -> AsyncIterator[Opening]:
    """Opens windows: `await window("zh", somebody)`; each has cookies and storage of its own."""
    async with AsyncExitStack() as stack:
        opened: list[Window] = []

        async def open_one(
            language: Language,
            person: Somebody | None = None,
            *,
            screen: ViewportSize = PHONE_SCREEN,
            sharpness: float = 1,
            workers: bool = False,
        ) -> Window:
            context = await browser.new_context(
                base_url=farewave.url,
                viewport=screen,
                has_touch=True,
                device_scale_factor=sharpness,
                reduced_motion="reduce",
                locale=LANG_ATTRIBUTE[language],
                # One that keeps the whole app for each window would only cost time.
                service_workers="allow" if workers else "block",
                timezone_id="America/New_York",  # China's time must be shown nevertheless
            )
            stack.push_async_callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            if person is not None:
                await person.hand_over_to(context)
            page = await context.new_page()
            errors = _listen(page)
            opened.append(Window(page, context, Words(language), errors))
            return opened[-1]

        yield open_one
        assert [error for each in opened for error in each.errors] == []


def _listen(page: Page) -> list[str]:
    """What the console complains of, except that the API refused (that is an answer) or that there
    is no network: a test took it away.
    """
    errors: list[str] = []

    def refused(text: str, url: str) -> bool:
        return "/api/v1/" in url and "Failed to load resource" in text and "status of 4" in text

    def offline(text: str) -> bool:
        return "net::ERR_INTERNET_DISCONNECTED" in text

    page.on("pageerror", lambda error: errors.append(f"uncaught: {error}"))
    page.on(
        "console",
        lambda message: (
            None
            if message.type != "error"
            or refused(message.text, message.location.get("url", ""))
            or offline(message.text)
            else errors.append(message.text)
        ),
    )
    return errors
