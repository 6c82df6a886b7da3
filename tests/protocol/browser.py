"""What a browser or an app does with the strings that SDKs make: fetch, post, submit a form."""

import re
from urllib.parse import quote_plus

import httpx

from tests.protocol.merchant import TIMEOUT_S

_FORM = {"content-type": "application/x-www-form-urlencoded"}
_INPUT = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')
_ACTION = re.compile(r'action="([^"]*)"')


def fetched(url: str) -> httpx.Response:
    """By GET."""
    return httpx.get(url, timeout=TIMEOUT_S)


def posted(url: str, body: str) -> httpx.Response:
    """A form's body, encoded already."""
    return httpx.post(url, content=body, headers=_FORM, timeout=TIMEOUT_S)


def submitted(page: str, charset: str = "utf-8") -> httpx.Response:
    """The form on a page, as a browser sends it from a page in `charset`.

    SDKs write `&` as it is and escape quotes alone, which a browser reads as it was meant.
    """
    action = _ACTION.search(page)
    assert action is not None
    fields = [(name, value.replace("&quot;", '"')) for name, value in _INPUT.findall(page)]
    assert fields
    body = "&".join(f"{name}={quote_plus(value, encoding=charset)}" for name, value in fields)
    return posted(action[1], body)
