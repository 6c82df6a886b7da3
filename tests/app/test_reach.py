"""What a composed installation lets notifications reach, by its profile and from within."""

from pathlib import Path

import httpx
import pytest

from farewave.app import fill
from farewave.app.keys import create_keys, load_keys
from farewave.app.parts import parts_of
from farewave.app.settings import Settings
from farewave.db import Database
from farewave.gateway.outward import NOT_PUBLIC
from farewave.gateway.posting import NoReply
from farewave.kit.chance import SystemChance

NOBODY = "http://127.0.0.1:1/notify"


@pytest.mark.parametrize("profile", ["production", "sandbox"])
async def test_loopback_is_reached_in_the_sandbox_and_never_in_production(
    database: Database, tmp_path: Path, profile: str
) -> None:
    create_keys(tmp_path, SystemChance())
    settings = Settings(profile=profile, keys=tmp_path, sms_url="https://sms.test/")
    async with httpx.AsyncClient() as outside, httpx.AsyncClient() as banks:
        parts = parts_of(settings, database, load_keys(tmp_path), outside, banks)
        reply = await parts.merchants.post_form(NOBODY, {}, timeout_s=5, reply_bytes_max=100)
        await parts.merchants.aclose()
    assert isinstance(reply, NoReply)
    assert (reply == NOT_PUBLIC) == (profile == "production")


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        (fill.NOTIFY_PATH, True),
        ("/api/v1/people/sign-out", False),
        ("/gateway.do", False),
        (f"{fill.NOTIFY_PATH}?x", False),
        (f"{fill.NOTIFY_PATH}/../../api/v1/session", False),
    ],
)
def test_no_merchant_has_us_post_from_within_but_to_rails_door(path: str, inside: bool) -> None:
    assert fill._is_inside(f"{fill.INSIDE}{path}") == inside
