"""Somebody with money who pays whatever a merchant shows: a QR code, a page, an order string."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from farewave.kit.chance import SystemChance, digits
from farewave.people.model import check_character
from farewave.testing.gateway import Gateway

PASSWORD = "river4crossing"  # noqa: S105 - of invented people
PAY_PASSWORD = "280416"  # noqa: S105
_PATIENCE_S = 60.0
_LINK = re.compile(r"/(?:q|pay)/([0-9a-f]+)$")
_TRADE_NO = re.compile(r"[0-9]{28}")
_ANYWHERE_BORN = "110101199003"


@dataclass(frozen=True)
class Paid:
    """A payment. `return_to` is the merchant's page that a browser goes back to, signed."""

    trade_no: str
    return_to: str | None


class Buyer:
    """A person of the sandbox; `user_no` is what merchants know as `buyer_id`, 2088…"""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._http = httpx.Client(
            base_url=gateway.url,
            timeout=_PATIENCE_S,
            trust_env=False,
            headers={"origin": gateway.url, "accept-language": "en"},
        )
        self.phone = ""
        self.user_no = ""

    @classmethod
    def signed_up(cls, gateway: Gateway, balance_fen: int) -> "Buyer":
        """A new person with a real name, a card, and so much in the wallet."""
        buyer = cls(gateway)
        buyer._sign_up()
        if balance_fen:
            buyer.top_up(balance_fen)
        return buyer

    def balance_fen(self) -> int:
        """What is in the wallet."""
        return int(self._get("/wallet")["balance_fen"])

    def top_up(self, amount_fen: int) -> None:
        """Bring so much from the bank; its card has 50,000 yuan in the beginning."""
        (card,) = self._get("/banks/cards")
        wish = {"card_id": card["card_id"], "amount_fen": amount_fen}
        done = self._post("/wallet/top-ups", {**wish, "pay_password": PAY_PASSWORD})
        assert done["status"] == "succeeded", done

    def pay_code(self) -> str:
        """A code to be scanned: what goes into `auth_code` of `alipay.trade.pay`."""
        return str(self._post("/pay-codes", {"pay_password": PAY_PASSWORD})["code"])

    def pay(self, what: str) -> Paid:
        """Pay what a merchant shows, out of the wallet.

        A trade's number, the `qr_code` of `trade.precreate`, the address of `trade.page.pay` or
        `trade.wap.pay`, or the order string of `trade.app.pay`. Raises PaymentRefused.
        """
        if _TRADE_NO.fullmatch(what):
            return Paid(self._pay(what), None)
        link = _LINK.search(urlsplit(self._opened(what)).path)
        if link is None:
            raise PaymentRefused(f"nothing that can be paid: {what[:80]}")
        token = link[1]
        trade_no = self._post(f"/checkouts/{token}/open")["trade_no"]
        self._pay(trade_no)
        return Paid(trade_no, self._get(f"/checkouts/{token}")["return_to"])

    def bills(self) -> list[dict[str, Any]]:
        """The newest of the wallet's bills, newest first."""
        return list(self._get("/wallet/bills")["items"])

    def close(self) -> None:
        self._http.close()

    def _opened(self, what: str) -> str:
        """Where the cashier is that `what` leads to."""
        if "sign=" not in what:
            return what
        address = what if what.startswith("http") else f"{self._gateway.gateway_url}?{what}"
        answer = self._http.get(address)
        if answer.status_code != httpx.codes.SEE_OTHER:
            raise PaymentRefused(f"the gateway shows no cashier:\n{answer.text}")
        return answer.headers["location"]

    def _pay(self, trade_no: str) -> str:
        payment = {"fund": "balance", "pay_password": PAY_PASSWORD}
        self._post(f"/cashier/{trade_no}/payments", payment)
        return trade_no

    def _sign_up(self) -> None:
        chance = SystemChance()
        self.phone = "139" + digits(chance, 8)
        asked = {"phone": self.phone, "purpose": "sign_up"}
        code = self._post("/people/sms-codes", asked)["sandbox_code"]
        wish = {"phone": self.phone, "code": code, "password": PASSWORD}
        self._post("/people/sign-up", wish)
        born = _ANYWHERE_BORN + f"{1 + int(digits(chance, 2)) % 28:02d}" + digits(chance, 3)
        named = {"name": "李明", "identity_number": born + check_character(born)}
        self._send("PUT", "/people/me/real-name", named)
        both = {"pay_password": PAY_PASSWORD, "password": PASSWORD}
        self._send("PUT", "/people/me/pay-password", both)
        self.user_no = self._get("/people/me")["user_no"]
        account = self._post("/sandbox/bank-accounts")
        wish = {"card_number": account["card_number"], "phone": account["phone"]}
        begun = self._post("/banks/card-bindings", wish)
        path = f"/banks/card-bindings/{begun['binding_id']}/confirm"
        self._post(path, {"code": begun["sandbox_code"]})

    def _get(self, path: str) -> Any:
        return _body(self._http.get(f"/api/v1{quote(path)}"))

    def _post(self, path: str, body: Mapping[str, object] | None = None) -> Any:
        return self._send("POST", path, body or {})

    def _send(self, method: str, path: str, body: Mapping[str, object]) -> Any:
        key = {"idempotency-key": SystemChance().octets(16).hex()}
        return _body(self._http.request(method, f"/api/v1{path}", json=body, headers=key))


class PaymentRefused(AssertionError):  # noqa: N818 - reads as the sentence it is
    """The wallet refused; its code and sentence are told."""


def _body(response: httpx.Response) -> Any:
    if not response.is_success:
        where = response.request.url.path
        raise PaymentRefused(f"{where}: {response.status_code} {response.text}")
    return response.json() if response.content else None
