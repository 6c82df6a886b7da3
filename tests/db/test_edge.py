"""The edge: whatever is sent gets a typed refusal, an outage is 503, and no value comes back."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
import structlog
from fastapi import FastAPI

from farewave.kit.limits import BODY_BYTES_MAX
from tests.db.notes import kept_notes


async def test_a_result_is_committed_and_presented(client: httpx.AsyncClient) -> None:
    made = await client.post("/api/v1/notes", json={"text": "票"})
    assert (made.status_code, made.json()) == (201, {"text": "票", "position": 1})
    assert made.headers["cache-control"] == "no-store"
    assert await kept_notes(client) == ["票"]
    forgotten = await client.delete("/api/v1/notes")
    assert (forgotten.status_code, forgotten.content) == (204, b"")


async def test_a_refusal_rolls_back_unless_it_keeps_its_changes(client: httpx.AsyncClient) -> None:
    for text in ("refuse", "refuse but keep"):
        refused = await client.post("/api/v1/notes", json={"text": text})
        assert (refused.status_code, refused.json()["code"]) == (404, "request.not_found")
    assert await kept_notes(client) == ["refuse but keep"]


@pytest.mark.parametrize(
    ("accepts", "sentence"),
    [
        ("", "没有找到。"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "没有找到。"),
        ("en-US,en;q=0.9,zh;q=0.8", "There is nothing here."),
        ("zh;q=0.1, en;q=0.2", "There is nothing here."),
        ("fr, en;q=0.5", "There is nothing here."),
        ("en;q=x", "没有找到。"),
        ("*", "没有找到。"),
    ],
)
async def test_the_sentence_is_in_the_callers_language(
    client: httpx.AsyncClient, accepts: str, sentence: str
) -> None:
    missing = await client.get("/api/v1/nowhere", headers={"accept-language": accepts})
    assert missing.status_code == 404
    assert missing.json() == {"code": "request.not_found", "message": sentence, "details": {}}


BAD_BODIES: list[tuple[str, bytes, int, str, str | None]] = [
    ("not JSON", b"{", 400, "request.not_json", None),
    ("not UTF-8", b'{"text": "\xff"}', 400, "request.not_json", None),
    ("UTF-16", '{"text": "a"}'.encode("utf-16"), 400, "request.not_json", None),
    ("a byte order mark", b'\xef\xbb\xbf{"text": "a"}', 400, "request.not_json", None),
    ("NaN", b'{"text": "a", "count": NaN}', 400, "request.not_json", None),
    ("Infinity", b'{"text": "a", "count": -Infinity}', 400, "request.not_json", None),
    ("too deep for the reader", b"[" * 60_000, 400, "request.not_json", None),
    ("deep", b"[" * 100 + b"]" * 100, 422, "request.invalid", None),
    ("an infinite number", b'{"text": "a", "count": 1e999}', 422, "request.invalid", "count"),
    ("2**63", b'{"text": "a", "count": 9223372036854775808}', 422, "request.invalid", "count"),
    ("5,000 digits", b'{"count":' + b"9" * 5000 + b"}", 422, "request.invalid", "count"),
    ("NUL", b'{"text": "a\\u0000"}', 422, "request.invalid", "text"),
    ("half a character", b'{"text": "\\ud83d"}', 422, "request.invalid", "text"),
    ("NUL in a name", b'{"\\u0000": 1}', 422, "request.invalid", "body"),
    ("half a character in a name", b'{"\\udc00": 1}', 422, "request.invalid", "body"),
    ("a name twice", b'{"text": "a", "text": "b"}', 422, "request.invalid", "text"),
    ("a missing field", b"{}", 422, "request.invalid", "text"),
    ("no object", b'"text"', 422, "request.invalid", "body"),
    ("null", b"null", 422, "request.invalid", "body"),
    ("wrong types", b'{"text": 5, "count": "x"}', 422, "request.invalid", "count, text"),
    ("a fraction", b'{"text": "a", "count": 0.5}', 422, "request.invalid", "count"),
    ("an unknown field", b'{"text": "a", "<b>6222</b>": 1}', 422, "request.invalid", "body"),
]


@pytest.mark.parametrize(
    ("body", "status", "code", "fields"),
    [case[1:] for case in BAD_BODIES],
    ids=[case[0] for case in BAD_BODIES],
)
async def test_a_body_that_is_no_note_is_refused_without_an_echo(
    client: httpx.AsyncClient, body: bytes, status: int, code: str, fields: str | None
) -> None:
    refused = await client.post(
        "/api/v1/notes", content=body, headers={"content-type": "application/json"}
    )
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert set(refused.json()) == {"code", "message", "details"}
    if fields is not None:
        assert refused.json()["details"] == {"fields": fields}
    assert await kept_notes(client) == []


async def test_what_is_sent_is_never_told_back(client: httpx.AsyncClient) -> None:
    secret = "110101199003074477"
    refused = await client.post("/api/v1/notes", json={"text": [secret], "count": secret})
    assert refused.status_code == 422
    assert secret not in refused.text


async def _in_pieces(octets: bytes) -> AsyncIterator[bytes]:
    for begin in range(0, len(octets), 10_000):
        yield octets[begin : begin + 10_000]


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_of_two_megabytes_is_too_large(
    client: httpx.AsyncClient, chunked: bool
) -> None:
    body = json.dumps({"text": "a" * 2_000_000}).encode()
    refused = await client.post(
        "/api/v1/notes",
        content=_in_pieces(body) if chunked else body,
        headers={"content-type": "application/json"},
    )
    assert (refused.status_code, refused.json()["code"]) == (413, "request.too_large")
    form = await client.post("/form", content=_in_pieces(body) if chunked else body)
    assert form.status_code == 413


async def test_the_largest_body_passes_and_one_byte_more_does_not(
    client: httpx.AsyncClient,
) -> None:
    frame = len(json.dumps({"text": ""}))
    headers = {"content-type": "application/json"}
    for surplus, status in ((0, 201), (1, 413)):
        body = json.dumps({"text": "a" * (BODY_BYTES_MAX - frame + surplus)}).encode()
        sent = await client.post("/api/v1/notes", content=_in_pieces(body), headers=headers)
        assert sent.status_code == status
    assert (await client.post("/form", content=b"a" * 200_000)).text == "200000"


async def test_a_body_that_doesnt_arrive_is_too_slow(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stalls() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(60)

    monkeypatch.setattr("farewave.db.edge.guard.BODY_TIMEOUT_S", 0.05)
    refused = await client.post("/api/v1/notes", content=stalls())
    assert (refused.status_code, refused.json()["code"]) == (408, "request.too_slow")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_another_type_than_json_is_refused(
    client: httpx.AsyncClient, media_type: str
) -> None:
    refused = await client.post(
        "/api/v1/notes", content=b'{"text": "a"}', headers={"content-type": media_type}
    )
    assert (refused.status_code, refused.json()["code"]) == (415, "request.not_json_type")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"origin": "http://wallet.test"}, 201),
        ({"origin": "https://wallet.test"}, 201),
        ({"origin": "http://wallet.test:80"}, 201),
        ({"origin": "http://WALLET.test"}, 201),
        ({"sec-fetch-site": "same-origin"}, 201),
        ({"origin": "http://wallet.test:8001"}, 403),
        ({"origin": "http://evil.test"}, 403),
        ({"origin": "http://wallet.test.evil.test"}, 403),
        ({"origin": "http://evil.wallet.test"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": ""}, 403),
        ({"origin": "http://wallet.test:x"}, 403),
        ({"origin": "file://wallet.test"}, 403),
        ({"origin": "http://["}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
    ],
)
async def test_another_sites_page_changes_nothing(
    client: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    sent = await client.post("/api/v1/notes", json={"text": "a"}, headers=headers)
    assert sent.status_code == status
    assert len(await kept_notes(client)) == (1 if status == 201 else 0)
    assert (await client.get("/api/v1/notes", headers=headers)).status_code == 200


async def test_ports_other_than_the_default_are_compared(app: FastAPI) -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        for origin, status in (("http://127.0.0.1:8000", 201), ("http://127.0.0.1:8001", 403)):
            sent = await client.post(
                "/api/v1/notes", json={"text": "a"}, headers={"origin": origin}
            )
            assert sent.status_code == status


async def test_addresses_and_queries_of_any_kind_are_refused_as_values(
    client: httpx.AsyncClient,
) -> None:
    for path, status, code in (
        ("/api/v1/notes?limit=ten", 422, "request.invalid"),
        ("/api/v1/notes?limit=" + "9" * 5000, 422, "request.invalid"),
        ("/api/v1/notes?text=%00", 422, "request.invalid"),
        ("/api/v1/no%00tes", 404, "request.not_found"),
        ("/api/v1/nowhere", 404, "request.not_found"),
    ):
        refused = await client.get(path)
        assert (refused.status_code, refused.json()["code"]) == (status, code), path
    assert (await client.get("/api/v1/notes?text=%ED%A0%80")).status_code == 200
    for host in ("[", "a:b", "a:99999", "a:0"):
        refused = await client.get("/api/v1/notes", headers={"host": host})
        assert (refused.status_code, refused.json()["details"]) == (422, {"fields": "host"}), host
    wrong = await client.put("/api/v1/notes", json={})
    assert (wrong.status_code, wrong.json()["code"]) == (405, "request.method_not_allowed")
    assert wrong.headers["allow"]


async def test_a_dependency_may_refuse(client: httpx.AsyncClient) -> None:
    refused = await client.get("/api/v1/closed")
    assert (refused.status_code, refused.json()["code"]) == (403, "request.sandbox_only")


async def test_an_outage_is_503_and_a_bug_500_that_tells_nothing(
    client: httpx.AsyncClient,
) -> None:
    away = await client.get("/api/v1/away")
    assert (away.status_code, away.json()["code"]) == (503, "service.unavailable")
    assert away.headers["retry-after"] == "1"
    with structlog.testing.capture_logs() as logged:
        bug = await client.get("/api/v1/bug")
    assert (bug.status_code, bug.json()["code"]) == (500, "service.bug")
    assert [(each["event"], each["error"], each["route"]) for each in logged] == [
        ("service.bug", "RuntimeError", "/api/v1/bug")
    ]
    assert "notes.py" in logged[0]["frames"][-1]
    assert "13800138000" not in f"{logged}{bug.text}"
