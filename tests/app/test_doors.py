"""The composed application: which door answers what, in which form."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from farewave.app.certificate import machine_now
from farewave.app.compose import build
from farewave.app.keys import Keys, create_keys, load_keys
from farewave.app.settings import Settings
from farewave.app.web import NOT_PAGES
from farewave.db import Database
from farewave.gateway.certificates import PlatformCertificates
from farewave.gateway.deps import GatewayDeps
from farewave.gateway.model import Platform
from farewave.gateway.registry import Registry
from farewave.kit.chance import SystemChance
from farewave.kit.limits import BODY_BYTES_MAX, FORM_BYTES_MAX
from farewave.payments.desk import PayDesk

JSON = {"content-type": "application/json", "accept-language": "en"}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    folder = tmp_path_factory.mktemp("keys")
    create_keys(folder, SystemChance())
    return load_keys(folder)


@pytest.fixture
async def client(database: Database, keys: Keys) -> AsyncIterator[httpx.AsyncClient]:
    app = build(Settings(profile="sandbox"))
    app.state.database = database
    app.state.gateway = GatewayDeps(
        platform_key=keys.platform,
        pay_desk=PayDesk(database, keys.sealer),
        registry=Registry(database),
        platform=Platform("http://farewave.test", keys.sealer, keys.platform),
        certificates=PlatformCertificates.of(keys.platform_certificate, keys.authority.root),
        now=machine_now,
        chance=SystemChance(),
    )
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://farewave.test") as made:
        yield made


async def test_a_body_of_two_megabytes_is_refused_with_a_code(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/people/sign-in", content=b"[" * 2_000_000, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")
    assert BODY_BYTES_MAX < 2_000_000


async def test_the_gateway_signs_also_what_it_says_about_a_huge_body(
    client: httpx.AsyncClient,
) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    body = b"biz_content=" + b"x" * (FORM_BYTES_MAX + 1)
    answer = await client.post("/gateway.do", content=body, headers=form)
    assert answer.status_code == 200
    assert answer.json()["sign"]


@pytest.mark.parametrize("body", [b"hello", b"{", b'{"phone": NaN}', b"\xff\xfe", b"[1", b'"'])
async def test_what_is_not_json_is_refused_with_a_code(
    client: httpx.AsyncClient, body: bytes
) -> None:
    answer = await client.post("/api/v1/people/sign-in", content=body, headers=JSON)
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"].startswith("request.")


async def test_unknown_paths_of_the_api_answer_json_and_other_paths_the_app(
    client: httpx.AsyncClient,
) -> None:
    missing = await client.get("/api/v1/nothing", headers=JSON)
    assert (missing.status_code, missing.json()["code"]) == (404, "request.not_found")
    page = await client.get("/tickets/orders")
    assert "text/html" in page.headers["content-type"]
    assert (await client.get("/no-such-file.js")).status_code == 404
    assert (await client.get("/../pyproject.toml")).status_code in (200, 404)


async def test_health_and_figures_are_there(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert (await client.get("/readyz")).json() == {"status": "ready"}
    assert "farewave_http_requests_total" in (await client.get("/metrics")).text


async def test_the_sandboxs_doors_are_not_there_in_production(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = Settings(
        profile="production",
        keys=tmp_path_factory.mktemp("keys"),
        sms_url="https://sms.example/send",
    )
    app = build(settings)
    app.state.database = database
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://farewave.test") as client:
        for path in ("clock", "bank-faults", "gateway-faults"):
            answer = await client.get(f"/api/v1/sandbox/{path}")
            assert answer.status_code == 404
        session = (await client.get("/api/v1/session")).json()
    assert (session["profile"], session["demo"]) == ("production", None)


async def test_the_clock_moves_by_api_for_everybody(client: httpx.AsyncClient) -> None:
    before = (await client.get("/api/v1/session")).json()["now"]
    moved = await client.put("/api/v1/sandbox/clock", json={"offset_s": 86_400})
    assert moved.json()["offset_s"] == 86_400
    assert (await client.get("/api/v1/session")).json()["now"] > before
    for nonsense in ({"offset_s": 10**12}, {"offset_s": "1"}, {"offset_s": 1.5}, {}, []):
        assert (await client.put("/api/v1/sandbox/clock", json=nonsense)).status_code == 422


def test_the_apps_service_worker_takes_the_same_addresses_for_doors_of_machines() -> None:
    worker = (Path(__file__).parents[2] / "web/src/worker/sw.ts").read_text("utf-8")
    found = re.search(r"const NOT_PAGES = /\^\\/\(\?:([a-z0-9|]+)\)", worker)
    assert found is not None
    doors = {f"{door}/" for door in found[1].split("|")}
    assert doors == {*NOT_PAGES, "swagger/"}, "the server has files below swagger/"
