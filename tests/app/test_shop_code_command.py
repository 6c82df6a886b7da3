"""`farewave app shop-code`: what it refuses before it looks for a database."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from farewave.cli.main import app


def said_of(address: str) -> Result:
    asked = ["app", "shop-code", "--app-id", "2021000000000001", "--label", "面馆"]
    return CliRunner().invoke(app, [*asked, "--notify-url", address])


@pytest.mark.parametrize(
    "address",
    [
        "shop.test/notify",
        "ftp://shop.test/",
        "https://",
        "https://shop.test/ a",
        "https://shop.test/" + "x" * 256,
    ],
)
def test_an_address_that_nobody_can_post_to_is_refused(address: str) -> None:
    said = said_of(address)
    assert said.exit_code == 1
    assert "--notify-url isn't an http or https address" in " ".join(said.stderr.split())


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "[::1]", "127.1"])
def test_an_inward_address_is_refused_in_production(
    host: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FAREWAVE_PROFILE", "production")
    monkeypatch.setenv("FAREWAVE_KEYS", str(tmp_path / "none"))
    monkeypatch.setenv("FAREWAVE_SMS_URL", "https://sms.test/")
    said = said_of(f"https://{host}/notify")
    assert said.exit_code == 1
    assert "isn't an http or https address on the public internet" in " ".join(said.stderr.split())
