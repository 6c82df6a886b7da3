"""Whatever the API's description lets one ask, and what it doesn't: no 5xx, and books that agree.

schemathesis makes the requests from `web/openapi.json` (another test keeps that true): for each
operation some that fit its description and some that don't. Half of them get real ids, stations,
days and passwords in place of invented ones, so that they come further than the first check.
"""

import json
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode

from farewave.app.demo import DEMO
from tests.support.database import Databases
from tests.support.server import Server, served
from tests.support.story import Phone

DESCRIPTION = Path(__file__).parents[2] / "web" / "openapi.json"
OPERATIONS = [
    each.ok() for each in schemathesis.openapi.from_path(DESCRIPTION).get_all_operations()
]


def learn(known: dict[str, list[Any]], answer: Any) -> None:
    """Add every value of an answer under its name."""
    if isinstance(answer, list):
        for each in answer:
            learn(known, each)
    elif isinstance(answer, dict):
        for name, value in answer.items():
            if isinstance(value, dict | list):
                learn(known, value)
            elif value is not None:
                known.setdefault(name, []).append(value)


@pytest.fixture(scope="module")
async def server(databases: Databases) -> AsyncIterator[Server]:
    async with databases.fresh() as dsn:
        with served(FAREWAVE_DATABASE_URL=dsn) as running:
            yield running


@pytest.fixture(scope="module")
def known(server: Server) -> dict[str, list[Any]]:
    """What there is to ask about: somebody bought a ticket and holds another."""
    with closing(Phone(server.url)) as phone:
        phone.sign_in()
        day = phone.today() + timedelta(days=3)
        phone.top_up()
        held = phone.hold(day)
        phone.pay(phone.wait_for(held["order_id"], "held")["trade_no"])
        orders = [phone.wait_for(held["order_id"], "issued"), phone.hold(day + timedelta(days=1))]
        known: dict[str, list[Any]] = {}
        learn(known, orders)
        for path in ("/banks/cards", "/rail/passengers", "/wallet/bills", "/people/me/devices"):
            learn(known, phone.get(path))
    learn(known, {"from": "VNP", "to": "AOH", "date": day.isoformat(), "class_code": "O"})
    learn(known, {"pay_password": DEMO.pay_password, "phone": DEMO.phone, "limit": 2})
    return known | {"password": [DEMO.password], "fund": ["balance"]}


@dataclass
class Asker:
    """Sends what was made up, as somebody signed in and as nobody, and notes the answers."""

    server: Server
    seller_id: str
    somebody: Phone
    nobody: Phone
    examples_each: int
    known: dict[str, list[Any]]
    statuses: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def ask(self, case: Case, data: st.DataObject) -> None:
        request = case.as_transport_kwargs(base_url=self.somebody.url)
        if data.draw(st.booleans()):
            case.path_parameters = self._lifelike(case.path_parameters, data)
            request["url"] = case.as_transport_kwargs(base_url=self.somebody.url)["url"]
            for part in ("params", "json"):
                if part in request:
                    request[part] = self._lifelike(request[part], data)
        request["headers"] = dict(request["headers"])
        request.pop("cookies", None)  # the session's is the client's own
        if isinstance(request.get("data"), str | bytes):
            request["content"] = request.pop("data")
        if data.draw(st.integers(0, 9)):
            request["headers"]["idempotency-key"] = uuid.uuid4().hex
        for phone in (self.somebody, self.nobody):
            try:
                answer = phone.client.request(**request)
            except UnicodeEncodeError:
                return  # not even HTTP: a client can't send it
            self.statuses[answer.status_code] += 1
            is_refused = 400 <= answer.status_code < 500
            if answer.status_code >= 500 or (is_refused and "code" not in answer.json()):
                told = f"{answer.status_code} {answer.text[:200]}"
                self.broken.append(f"{case.operation.label} {told} {request}")

    def _lifelike(self, value: Any, data: st.DataObject, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: self._lifelike(each, data, key) for key, each in value.items()}
        if isinstance(value, list) and name == "passenger_ids":
            return data.draw(st.lists(st.sampled_from(self.known["passenger_id"]), max_size=2))
        known = self.known.get(name)
        return data.draw(st.sampled_from(known)) if known else value

    def restore(self) -> None:
        """Bring back what the calls before may have changed for those two."""
        if self.nobody.get("/sandbox/clock")["offset_s"]:
            self.nobody.send("PUT", "/sandbox/clock", {"offset_s": 0})
        self.nobody.client.cookies.clear()
        if not self.somebody.client.get("/api/v1/people/me").is_success:
            self.somebody.client.cookies.clear()
            self.somebody.sign_in()
        if self.somebody.get("/console/session")["account"] is None:
            self._enter_console()

    def _enter_console(self) -> None:
        """Somebody is also a merchant, with a cookie of that hat's own."""
        made = self.server.run("console", "link", "--seller", self.seller_id, "--json")
        token = json.loads(made.stdout)["console_url"].partition("#")[2]
        self.somebody.post("/console/enter", {"token": token})


@pytest.mark.parametrize(
    "examples_each", [3, pytest.param(40, marks=pytest.mark.long)], ids=["some", "many"]
)
def test_nothing_that_can_be_asked_ends_in_a_5xx(
    server: Server, known: dict[str, list[Any]], examples_each: int
) -> None:
    made = server.run("app", "create", "--name", "Somebody's shop", "--json")
    learn(known, json.loads(made.stdout))
    seller_id = known["seller_id"][-1]
    with closing(Phone(server.url)) as somebody, closing(Phone(server.url)) as nobody:
        asker = Asker(server, seller_id, somebody, nobody, examples_each, known)
        for operation in OPERATIONS:
            asker.restore()
            ask_some(asker, operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
            with suppress(Unsatisfiable):  # what takes nothing can't be asked wrongly
                ask_some(asker, operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    assert asker.broken == [], f"{len(asker.broken)} of {asker.statuses.total()}"
    assert {200, 401, 422} <= asker.statuses.keys(), "some were carried out and some refused"
    audited = server.run("audit", "--json")
    assert json.loads(audited.stdout) == {"findings": []}


def ask_some(asker: Asker, made: st.SearchStrategy[Case]) -> None:
    @seed(2013)
    @settings(
        max_examples=asker.examples_each,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(made, st.data())
    def some(case: Case, data: st.DataObject) -> None:
        asker.ask(case, data)

    some()
