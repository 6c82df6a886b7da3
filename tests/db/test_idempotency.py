"""`answer_once`: the same key and the same command have one effect, and one answer."""

import asyncio

import httpx
import pytest

from tests.db.notes import kept_notes

KEY = {"idempotency-key": "key-00000001"}


async def test_a_success_is_repeated_verbatim(client: httpx.AsyncClient) -> None:
    first = await client.post("/api/v1/notes-once", json={"text": "a"}, headers=KEY)
    again = await client.post("/api/v1/notes-once", json={"text": "a"}, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await kept_notes(client) == ["a"]


async def test_another_body_under_the_key_is_a_conflict(client: httpx.AsyncClient) -> None:
    await client.post("/api/v1/notes-once", json={"text": "a"}, headers=KEY)
    conflict = await client.post("/api/v1/notes-once", json={"text": "b"}, headers=KEY)
    assert (conflict.status_code, conflict.json()["code"]) == (409, "request.key_conflict")
    assert await kept_notes(client) == ["a"]


async def test_the_order_of_fields_and_the_password_dont_count(
    client: httpx.AsyncClient,
) -> None:
    first = {"text": "a", "count": 2, "pay_password": "123456"}
    again = {"pay_password": "654321", "count": 2, "text": "a"}
    for body in (first, again):
        sent = await client.post("/api/v1/notes-once", json=body, headers=KEY)
        assert sent.status_code == 201
    assert await kept_notes(client) == ["a"]


async def test_a_refusal_isnt_stored(client: httpx.AsyncClient) -> None:
    for text in ("refuse", "refuse but keep"):
        refused = await client.post("/api/v1/notes-once", json={"text": text}, headers=KEY)
        assert refused.status_code == 404
    made = await client.post("/api/v1/notes-once", json={"text": "a"}, headers=KEY)
    assert made.status_code == 201
    assert await kept_notes(client) == ["refuse but keep", "a"]


async def test_a_double_tap_does_it_once(client: httpx.AsyncClient) -> None:
    taps = await asyncio.gather(
        *(client.post("/api/v1/notes-once", json={"text": "slow"}, headers=KEY) for _ in range(4))
    )
    assert {tap.status_code for tap in taps} == {201}
    assert len({tap.content for tap in taps}) == 1
    assert sum("idempotency-replayed" in tap.headers for tap in taps) == 3
    assert await kept_notes(client) == ["slow"]


async def test_without_the_claim_a_double_tap_does_it_twice(client: httpx.AsyncClient) -> None:
    """The control: it shows that the taps above do run at the same time."""
    await asyncio.gather(*(client.post("/api/v1/notes", json={"text": "slow"}) for _ in range(2)))
    assert await kept_notes(client) == ["slow", "slow"]


@pytest.mark.parametrize("key", [None, "", "short", "x" * 65, "key-0000 0001", "key-0000é001"])
async def test_a_missing_or_malformed_key_is_refused(
    client: httpx.AsyncClient, key: str | None
) -> None:
    headers = {} if key is None else {"idempotency-key": key.encode("latin-1")}
    refused = await client.post("/api/v1/notes-once", json={"text": "a"}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (400, "request.key_missing")
    assert await kept_notes(client) == []
