"""Profiles: what production asks for before it starts, and what keys are."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from farewave.app.bootstrap import NotForProduction, refuse_a_sandbox
from farewave.app.keys import KeysMissing, create_keys, load_keys
from farewave.app.settings import Settings
from farewave.banks.demo.model import Holder
from farewave.db import Database, clock
from farewave.kit.chance import SystemChance
from farewave.kit.sealing import Sealer
from farewave.people.model import PhoneNumber
from tests.support.banks import demo_bank


def test_production_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAREWAVE_PROFILE", "production")
    with pytest.raises(ValidationError, match="FAREWAVE_KEYS and FAREWAVE_SMS_URL"):
        Settings()


def test_keys_are_made_once_and_are_their_owners_only(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    create_keys(folder, SystemChance())
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    create_keys(folder, SystemChance())
    assert before == {path.name: path.read_bytes() for path in folder.iterdir()}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())
    assert "data_key" not in repr(load_keys(folder))


@pytest.mark.parametrize("name", ["data.key", "index.key", "ticket.pem", "rail.pem", "gate.token"])
def test_a_missing_key_is_named(tmp_path: Path, name: str) -> None:
    create_keys(tmp_path, SystemChance())
    (tmp_path / name).unlink()
    with pytest.raises(KeysMissing, match=name):
        load_keys(tmp_path)


@pytest.mark.parametrize("name", ["authority.pem", "authority.crt", "platform.crt"])
def test_a_missing_certificate_is_named(tmp_path: Path, name: str) -> None:
    create_keys(tmp_path, SystemChance())
    (tmp_path / name).unlink()
    with pytest.raises(KeysMissing, match=name):
        load_keys(tmp_path)


def test_a_certificate_of_another_key_is_named(tmp_path: Path) -> None:
    create_keys(tmp_path, SystemChance())
    (tmp_path / "platform.crt").write_bytes((tmp_path / "authority.crt").read_bytes())
    with pytest.raises(KeysMissing, match=r"platform\.crt isn't a certificate for"):
        load_keys(tmp_path)


def test_a_key_of_another_kind_is_named(tmp_path: Path) -> None:
    create_keys(tmp_path, SystemChance())
    (tmp_path / "ticket.pem").write_bytes((tmp_path / "rail.pem").read_bytes())
    with pytest.raises(KeysMissing, match=r"ticket\.pem"):
        load_keys(tmp_path)
    (tmp_path / "data.key").write_text("zz")
    with pytest.raises(KeysMissing, match=r"data\.key"):
        load_keys(tmp_path)


async def test_production_does_not_start_on_a_moved_clock(database: Database) -> None:
    await refuse_a_sandbox(database)
    async with database.transaction() as tx:
        await clock.set_offset(tx, timedelta(minutes=5))
    with pytest.raises(NotForProduction, match="clock"):
        await refuse_a_sandbox(database)


async def test_production_does_not_start_where_the_demonstration_bank_has_accounts(
    database: Database, sealer: Sealer
) -> None:
    phone = PhoneNumber.parse("13900000001")
    assert phone is not None
    await demo_bank(database, sealer).open_account(Holder("李明", "11010519491231002X", phone))
    with pytest.raises(NotForProduction, match="simulated banks"):
        await refuse_a_sandbox(database)
