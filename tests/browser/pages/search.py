"""From two stations and a day to a train."""

import re
from datetime import date

from playwright.async_api import Locator, expect

from tests.browser.pages.order import BookPage
from tests.browser.pages.screen import Screen


class SearchPage(Screen):
    """`/tickets`."""

    async def here(self) -> "SearchPage":
        return await self.headed("rail:search.title")

    async def choose_station(self, end: str, typed: str, name: str) -> "SearchPage":
        """Types pinyin, or whatever one types, and takes the station called `name`."""
        label = self.say(f"rail:search.{end}")
        card = self.page.get_by_role("region", name=self.say("rail:search.label"))
        await card.get_by_role("link", name=re.compile(f"^{label}")).click()
        await self.headed(f"rail:stations.{end}")
        await self.page.get_by_role("combobox").fill(typed)
        option = self.page.get_by_role("option").filter(has_text=re.compile(f"^{name}"))
        await option.first.click()
        await self.here()
        await expect(card.get_by_role("link", name=re.compile(f"^{label}"))).to_contain_text(name)
        return self

    async def open_calendar(self) -> Locator:
        await self.page.get_by_role("button", name=self.say("rail:search.day")).click()
        calendar = self.page.get_by_role("dialog", name=self.say("rail:calendar.title"))
        await expect(calendar).to_be_visible()
        return calendar

    async def choose_day(self, day: date) -> None:
        calendar = await self.open_calendar()
        month = calendar.get_by_role("table").filter(has_text=re.compile(_month(day)))
        await month.get_by_role("button", name=re.compile(_day(day))).click()
        await expect(calendar).to_be_hidden()

    async def search(self) -> "ResultsPage":
        await self.button("rail:search.go").click()
        await self.page.wait_for_url("**/tickets/trains?**")
        return ResultsPage(self.page, self.say)


def _month(day: date) -> str:
    return rf"{day.year}年{day.month}月|{day:%B} {day.year}"


def _day(day: date) -> str:
    return rf"{day.month}月{day.day}日|\b{day.day} {day:%b}"


class ResultsPage(Screen):
    """`/tickets/trains`."""

    async def choose(self, train_code: str) -> "TrainPage":
        code = re.compile(rf"{train_code}(?!\d)")
        await self.page.get_by_role("main").get_by_role("link", name=code).click()
        return await TrainPage(self.page, self.say).headed("rail:train.title", code=train_code)


class TrainPage(Screen):
    """`/tickets/trains/…`."""

    async def book(self, class_name: str) -> BookPage:
        await self.link("rail:train.bookClass", name=class_name).click()
        return await BookPage(self.page, self.say).here()
