"""The simulated banks beside a real `farewave serve`: another port, another process."""

import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from farewave.app.demo import DEMO
from farewave.app.settings import Settings
from farewave.app.simulated_banks import BanksBeside, NotSimulated, serve
from tests.support.database import Databases
from tests.support.server import served


def eventually(what: Callable[[], bool], timeout_s: float = 120) -> None:
    deadline = time.monotonic() + timeout_s
    while not what():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.2)


class Phone:
    """The demonstration person's."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._count = 0
        self.ask("POST", "/people/sign-in", phone=DEMO.phone, password=DEMO.password)

    def ask(self, method: str, path: str, **body: object) -> Any:
        self._count += 1
        headers = {"idempotency-key": f"two-ports-{self._count}"}
        given = {"json": body, "headers": headers} if method != "GET" else {}
        answer = self._client.request(method, path, **given)  # type: ignore[arg-type]
        assert answer.status_code < 300, answer.text
        return answer.json()

    def top_up(self) -> Any:
        (card,) = self.ask("GET", "/banks/cards")
        return self.ask(
            "POST",
            "/wallet/top-ups",
            card_id=card["card_id"],
            amount_fen=1_00,
            pay_password=DEMO.pay_password,
        )

    def status(self, top_up: Any) -> str:
        return str(self.ask("GET", f"/wallet/top-ups/{top_up['top_up_id']}")["status"])


async def test_production_runs_no_simulated_banks(tmp_path: Path) -> None:
    settings = Settings(profile="production", keys=tmp_path, sms_url="https://sms.example/send")
    with pytest.raises(NotSimulated):
        await serve(settings)


def test_banks_that_cannot_live_are_started_again_later_and_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where their port is taken, they die as soon as they are started."""
    waited: list[float] = []

    class Ending:
        def wait(self, seconds: float) -> bool:
            waited.append(seconds)
            return len(waited) == 18

    class Dead:
        def __init__(self, *_: object, **__: object) -> None:
            started.append(len(waited))

        def poll(self) -> int:
            return 1

    started: list[int] = []
    monkeypatch.setattr(subprocess, "Popen", Dead)
    monkeypatch.setattr(threading, "Event", Ending)
    beside = BanksBeside(Settings(profile="sandbox"))
    beside._start()
    beside._keep()
    assert waited[1::2] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert len(started) == 9


async def test_the_banks_answer_on_the_next_port_and_the_wallet_waits_for_them_when_they_die(
    databases: Databases,
) -> None:
    async with databases.fresh() as dsn:
        follow_the_banks(dsn)


def follow_the_banks(dsn: str) -> None:
    with (
        served(FAREWAVE_DATABASE_URL=dsn) as server,
        httpx.Client(base_url=f"{server.url}/api/v1", timeout=60) as client,
    ):
        server.wait_until_banks_are_ready()
        listed = httpx.get(server.banks_url, timeout=60).json()["banks"]
        assert {"ICBC", "ABC", "BOC", "CCB", "CMB"} <= {bank["bank_code"] for bank in listed}
        unsigned = httpx.post(
            f"{server.banks_url}/banks/FWB/fault", json={"fault": "down"}, timeout=60
        )
        assert unsigned.status_code == 401
        assert httpx.get(f"{server.url}/banks/FWB/fault", timeout=60).headers["content-type"] != (
            "application/json"
        ), "the wallet's origin has no doors of a bank"

        phone = Phone(client)
        assert phone.top_up()["status"] == "succeeded"

        phone.ask("PUT", "/sandbox/bank-faults", bank_code="FWB", fault="silent")
        waiting = phone.top_up()
        assert waiting["status"] == "pending"
        phone.ask("PUT", "/sandbox/bank-faults", bank_code="FWB", fault="none")
        eventually(lambda: phone.status(waiting) == "succeeded")
        assert "[WARNING]" not in server.log.read_text(), "a newcomer reads it"

        first = server.banks_pid()
        assert first is not None
        server.kill_banks()
        cut_off = phone.top_up()
        assert cut_off["status"] in ("pending", "succeeded")  # it is started again at once
        eventually(lambda: phone.status(cut_off) == "succeeded")
        assert server.banks_pid() not in (None, first)

        audit = server.run("audit", "--json")
        assert audit.returncode == 0, audit.stdout
    eventually(lambda: server.banks_pid() is None)
