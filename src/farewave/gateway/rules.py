"""Whether the public parameters of a call are there and well-formed, in the order they're judged.

First what is missing, then the form of each, then (by the caller of this) the app, the certificates
that are named, its signature, and the method: an unknown method is told only to somebody who proved
who they are.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from farewave.gateway import problems
from farewave.gateway.content import ENCRYPT_TYPE
from farewave.gateway.model import RegisteredApp
from farewave.gateway.problems import Problem
from farewave.gateway.signing import SIGN_TYPES

ADDRESS_CHARS_MAX = 256
_REQUIRED = (
    ("method", problems.MISSING_METHOD),
    ("app_id", problems.MISSING_APP_ID),
    ("sign_type", problems.MISSING_SIGNATURE_TYPE),
    ("sign", problems.MISSING_SIGNATURE),
    ("timestamp", problems.MISSING_TIMESTAMP),
    ("version", problems.MISSING_VERSION),
)
_APP_ID = re.compile(r"2021[0-9]{12}")
_TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2}) ([0-9]{2}):([0-9]{2}):([0-9]{2})")
_INVALID_VERSION = problems.INVALID_PARAMETER.about("version")
_INVALID_NOTIFY_URL = problems.INVALID_PARAMETER.about("notify_url")


def public_problem(params: Mapping[str, str]) -> Problem | None:
    """The first thing wrong with the public parameters, or None."""
    for name, missing in _REQUIRED:
        if not params.get(name):
            return missing
    notify_url = params.get("notify_url")
    judged = (
        (params["sign_type"] in SIGN_TYPES, problems.INVALID_SIGNATURE_TYPE),
        (params.get("format", "json").lower() in ("json", ""), problems.INVALID_FORMAT),
        (local_time(params["timestamp"]) is not None, problems.INVALID_TIMESTAMP),
        (params["version"] == "1.0", _INVALID_VERSION),
        (params.get("encrypt_type", "") in ("", ENCRYPT_TYPE), problems.INVALID_ENCRYPT_TYPE),
        (is_app_id(params["app_id"]), problems.INVALID_APP_ID),
        (not notify_url or is_http_address(notify_url), _INVALID_NOTIFY_URL),
    )
    return next((problem for fits, problem in judged if not fits), None)


def certificate_problem(
    app: RegisteredApp, params: Mapping[str, str], root_sn: str
) -> Problem | None:
    """What is wrong with the certificates that a call names, or None.

    An application that has a certificate is called with it, and no other with any.
    """
    named, root_named = params.get("app_cert_sn"), params.get("alipay_root_cert_sn")
    if not named:
        return None if app.cert_sn is None else problems.MISSING_APP_CERT_SN
    if app.cert_sn != named:
        return problems.APP_CERT_NOT_EXIST
    if app.cert_expired:
        return problems.APP_CERT_EXPIRED
    if not root_named:
        return problems.MISSING_ROOT_CERT_SN
    return None if root_named == root_sn else problems.INVALID_ROOT_CERT_SN


def is_app_id(text: str) -> bool:
    """Whether an application's number can be this."""
    return _APP_ID.fullmatch(text) is not None


def local_time(text: str) -> datetime | None:
    """`yyyy-MM-dd HH:mm:ss`, without a zone (callers' clocks are their own), or None."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = map(int, match.groups())
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return None


def is_http_address(text: str) -> bool:
    """Whether something can be sent to `text` over HTTP."""
    if len(text) > ADDRESS_CHARS_MAX or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
