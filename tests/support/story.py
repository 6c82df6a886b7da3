"""The story of a first ticket, told to the API as the phone app would."""

import time
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import httpx

from farewave.app.demo import DEMO
from farewave.kit.clock import shanghai_day
from tests.support.time import parse_instant

TOP_UP_FEN = 2_000_00


def key() -> str:
    return uuid.uuid4().hex


@dataclass
class Phone:
    """Somebody's phone, signed in."""

    url: str
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(
            base_url=self.url, timeout=60, headers={"accept-language": "en", "origin": self.url}
        )

    def close(self) -> None:
        self.client.close()

    def get(self, path: str, **params: str) -> Any:
        return _body(self.client.get(f"/api/v1{path}", params=params))

    def send(self, method: str, path: str, body: Any = None, *, once: str | None = None) -> Any:
        headers = {"idempotency-key": once or key()}
        return _body(
            self.client.request(method, f"/api/v1{path}", json=body or {}, headers=headers)
        )

    def post(self, path: str, body: Any = None, *, once: str | None = None) -> Any:
        return self.send("POST", path, body, once=once)

    def sign_in(self, phone: str = DEMO.phone, password: str = DEMO.password) -> None:
        self.post("/people/sign-in", {"phone": phone, "password": password})

    def today(self) -> date:
        return shanghai_day(parse_instant(self.get("/session")["now"]))

    def move_clock(self, delta: timedelta) -> None:
        ahead = self.get("/sandbox/clock")["offset_s"] + int(delta.total_seconds())
        self.send("PUT", "/sandbox/clock", {"offset_s": ahead})

    def balance_fen(self) -> int:
        return int(self.get("/wallet")["balance_fen"])

    def top_up(self, amount_fen: int = TOP_UP_FEN) -> Any:
        card = self.get("/banks/cards")[0]
        return self.post(
            "/wallet/top-ups",
            {
                "card_id": card["card_id"],
                "amount_fen": amount_fen,
                "pay_password": DEMO.pay_password,
            },
        )

    def offers(self, day: date, origin: str = "VNP", to: str = "AOH") -> list[Any]:
        query = {"from": origin, "to": to, "date": day.isoformat()}
        return list(self.get("/rail/trains", **query)["items"])

    def hold(self, day: date, *, once: str | None = None) -> Any:
        """Hold a second-class seat Beijing South – Shanghai Hongqiao for oneself."""
        offer = next(each for each in self.offers(day) if each["bookable"])
        (self_passenger,) = [p for p in self.get("/rail/passengers") if p["is_self"]]
        return self.post(
            "/rail/orders",
            {
                "train_no": offer["train_no"],
                "from": offer["from"]["telecode"],
                "to": offer["to"]["telecode"],
                "date": day.isoformat(),
                "class_code": "O",
                "passenger_ids": [self_passenger["passenger_id"]],
                "seat_wishes": [],
            },
            once=once,
        )

    def order(self, order_id: str) -> Any:
        return self.get(f"/rail/orders/{order_id}")

    def pay(self, trade_no: str, *, once: str | None = None) -> Any:
        return self.post(
            f"/cashier/{trade_no}/payments",
            {"fund": "balance", "pay_password": DEMO.pay_password},
            once=once,
        )

    def wait_for(self, order_id: str, *statuses: str, timeout_s: float = 180) -> Any:
        """The order once it is in one of `statuses`; outages on the way are waited out."""
        deadline = time.monotonic() + timeout_s
        seen = None
        while time.monotonic() < deadline:
            try:
                seen = self.order(order_id)
                if seen["status"] in statuses:
                    return seen
            except (httpx.HTTPError, AssertionError) as error:
                seen = error
            time.sleep(0.2)
        raise AssertionError(f"not {statuses} within {timeout_s} s but {seen}")


def _body(response: httpx.Response) -> Any:
    assert response.is_success, f"{response.request.url}: {response.status_code} {response.text}"
    return response.json() if response.content else None
