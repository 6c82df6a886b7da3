"""Signing in and up, the real name, the pay password."""

from playwright.async_api import expect

from tests.browser.pages.screen import Screen
from tests.browser.pages.wallet import HomePage


class SignInPage(Screen):
    """`/sign-in`: where everyone without a session lands."""

    async def here(self) -> "SignInPage":
        return await self.headed("people:signIn")

    async def as_demonstration_person(self) -> HomePage:
        await self.hint().get_by_role("button", name=self.say("people:demo.enter")).click()
        return await HomePage(self.page, self.say).here()

    async def create_account(self) -> "SignUpPage":
        await self.link("people:toSignUp").click()
        return await SignUpPage(self.page, self.say).here()


class SignUpPage(Screen):
    """`/sign-up`: the phone first, then its code and a password."""

    async def here(self) -> "SignUpPage":
        return await self.headed("people:signUp.title")

    async def ask_for_code(self, phone: str) -> None:
        await self.field("people:phone").fill(phone)
        await self.button("people:sendCode").click()
        await self.expect_text(self.say("people:signUp.codeSent", phone=phone))

    async def code_on_screen(self) -> str:
        """The code that the sandbox shows instead of an SMS."""
        return await self.hint().locator("strong").inner_text()

    async def finish(self, code: str, password: str) -> "RealNamePage":
        await self.field("people:code").fill(code)
        await self.field("people:newPassword").fill(password)
        await self.button("people:signUp.submit").click()
        return await RealNamePage(self.page, self.say).here()


class RealNamePage(Screen):
    """`/me/real-name`."""

    async def here(self) -> "RealNamePage":
        return await self.headed("people:realName.title")

    async def give(self, name: str, identity_number: str) -> None:
        await self.field("people:realName.name").fill(name)
        await self.field("people:realName.identity").fill(identity_number)
        await self.button("people:realName.submit").click()

    async def give_and_go_on(self, name: str, identity_number: str) -> "PayPasswordPage":
        await self.give(name, identity_number)
        return await PayPasswordPage(self.page, self.say).here()


class PayPasswordPage(Screen):
    """`/me/pay-password` for the first time, right after signing up."""

    async def here(self) -> "PayPasswordPage":
        return await self.headed("people:payPassword.set")

    async def choose(self, digits: str) -> HomePage:
        await self.type_digits(digits)
        asked_again = self.page.get_by_role("heading", name=self.say("people:payPassword.repeat"))
        await expect(asked_again).to_be_visible()
        await self.type_digits(digits)
        return await HomePage(self.page, self.say).here()


class DevicesPage(Screen):
    """`/me/devices`."""

    async def here(self) -> "DevicesPage":
        return await self.headed("people:devices.title")

    async def expect_devices(self, count: int) -> None:
        rows = self.page.get_by_role("main").get_by_role("listitem")
        await expect(rows).to_have_count(count)

    async def sign_out(self, name: str) -> None:
        await self.button("people:devices.signOutOne", name=name).click()
        await self._confirm()

    async def sign_out_others(self) -> None:
        await self.button("people:devices.signOutOthers").click()
        await self._confirm()

    async def _confirm(self) -> None:
        sheet = self.page.get_by_role("dialog")
        await sheet.get_by_role("button", name=self.say("people:me.signOut"), exact=True).click()
        await expect(sheet).to_have_count(0)
