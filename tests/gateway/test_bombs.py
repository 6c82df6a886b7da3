"""Calls that are made to cost: each ends soon, in an error that is signed like any other."""

import gzip
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from farewave.gateway.model import App
from farewave.kit.limits import FORM_BYTES_MAX
from tests.gateway.calls import encoded, problem_of, public_params, signed

DOOR = "/gateway.do"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=B"
BODY_CPU_S_MAX = 0.3
"""Of this process. What these bodies cost without their bounds was 0.3 to 0.9."""
CONTENT_CPU_S_MAX = 1.0
_FULL = FORM_BYTES_MAX - 1024


@contextmanager
def spending(at_most_s: float) -> Iterator[None]:
    started = time.process_time()
    yield
    assert time.process_time() - started < at_most_s


def filled(piece: bytes, end: bytes = b"") -> bytes:
    """As many of `piece` as a body may hold."""
    return piece * (_FULL // len(piece)) + end


PART = b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
FILE = b'--B\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\n\r\n'
BODIES = {
    "parts without end": (MULTIPART, filled(PART)),
    "very many parts": (MULTIPART, filled(PART, b"--B--\r\n")),
    "very many files": (MULTIPART, filled(FILE, b"--B--\r\n")),
    "headers without end": (MULTIPART, b"--B\r\n" + filled(b"X: 1\r\n")),
    "a header without end": (MULTIPART, b"--B\r\nX: " + filled(b"x")),
    "boundaries that are none": (MULTIPART, PART + filled(b"\r\n--")),
    "very many fields": (FORM, filled(b"a=1&")),
    "very many names": (FORM, filled(b"%41=%41&")),
    "nothing but separators": (FORM, filled(b"&") + b"a=1"),
    "nothing but percent signs": (FORM, b"a=" + filled(b"%")),
    "a compressed body": (FORM, gzip.compress(bytes(8 * FORM_BYTES_MAX), mtime=0)),
}


@pytest.mark.parametrize("name", BODIES)
async def test_a_body_that_is_made_to_cost_ends_in_an_error(
    door: httpx.AsyncClient, merchant_app: App, name: str
) -> None:
    content_type, body = BODIES[name]
    query = encoded(signed(public_params(merchant_app.app_id)))
    headers = {"content-type": content_type, "content-encoding": "gzip"}
    with spending(BODY_CPU_S_MAX):
        answer = await door.post(f"{DOOR}?{query}", content=body, headers=headers)
    code, sub_code = problem_of(answer)
    assert code == "40002"
    assert sub_code in ("isv.invalid-parameter", "isv.invalid-signature", "isv.invalid-charset")


DEEP = 100_000
CONTENTS = {
    "lists in lists": "[" * DEEP,
    "objects in objects": '{"a":' * DEEP,
    "a deep member": '{"out_trade_no":' + "[" * DEEP + "]" * DEEP + "}",
    "very many members": "{" + ",".join(f'"{number}":0' for number in range(60_000)) + "}",
    "a number without end": '{"total_amount":' + "9" * 500_000 + "}",
    "an exponent without end": '{"total_amount":1e' + "9" * 500_000 + "}",
    "a text without end": '{"out_trade_no":"' + "9" * 500_000 + '"}',
}


@pytest.mark.parametrize("name", CONTENTS)
@pytest.mark.parametrize("method", ["alipay.trade.create", "alipay.trade.query"])
async def test_a_content_that_is_made_to_cost_ends_in_an_error(
    door: httpx.AsyncClient, merchant_app: App, method: str, name: str
) -> None:
    params = {**public_params(merchant_app.app_id, method), "biz_content": CONTENTS[name]}
    sent = signed(params)
    with spending(CONTENT_CPU_S_MAX):
        answer = await door.post(DOOR, data=sent)
    assert problem_of(answer, method) in (
        ("40002", "isv.invalid-parameter"),
        ("40004", "ACQ.INVALID_PARAMETER"),
    )
