"""What a running installation has: database, keys, clients; opened once in each process."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from farewave.app.keys import Keys, create_keys, load_keys
from farewave.app.settings import Settings
from farewave.app.sms import HttpSms
from farewave.banks import service as banks_service
from farewave.banks.demo import server as demo_server
from farewave.banks.demo.bank import DemoBank
from farewave.banks.service import Banks
from farewave.db import Database
from farewave.db.embedded import default_data_dir
from farewave.db.opening import open_database
from farewave.gateway.outward import Outward
from farewave.kit.chance import SystemChance
from farewave.people.ports import SmsSender
from farewave.people.sandbox import SandboxSms

_POOL_SIZE_MAX = 12
_HTTP_TIMEOUT_S = 10
_BANKS_TIMEOUT_S = 7.0
assert _BANKS_TIMEOUT_S < banks_service.CALL_TIMEOUT_S, "the adapter gives up first, and tells why"


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that adapters are made of."""

    settings: Settings
    database: Database
    keys: Keys
    outside: httpx.AsyncClient
    """For requests to other machines."""
    merchants: Outward
    """For notifications."""
    sms: SmsSender
    banks: Banks


def data_folder(settings: Settings) -> Path:
    """Where this installation keeps what isn't in an outside database."""
    return settings.data or default_data_dir()


def keys_folder(settings: Settings) -> Path:
    """Where the keys are: the sandbox keeps its own beside its data."""
    return settings.keys or data_folder(settings) / "keys"


def installation(settings: Settings) -> AbstractAsyncContextManager[Database]:
    """The migrated database of `settings`; the embedded server starts when nobody uses it yet."""
    return open_database(
        data_dir=data_folder(settings),
        dsn=settings.database_url.get_secret_value() if settings.database_url else None,
        shards=settings.shards,
        pool_size_max=_POOL_SIZE_MAX,
    )


def load_or_make_keys(settings: Settings) -> Keys:
    """The installation's keys; in the sandbox they are made when missing. Raises KeysMissing."""
    folder = keys_folder(settings)
    if settings.sandbox:
        create_keys(folder, SystemChance())
    return load_keys(folder)


@asynccontextmanager
async def open_parts(settings: Settings, *, banks_inside: bool = False) -> AsyncIterator[Parts]:
    """Open everything, and close it in reverse.

    `banks_inside`: the simulated banks in this process, for when their service doesn't run yet.
    """
    keys = load_or_make_keys(settings)
    async with (
        installation(settings) as database,
        httpx.AsyncClient(timeout=_HTTP_TIMEOUT_S, follow_redirects=False) as outside,
        httpx.AsyncClient(
            timeout=_BANKS_TIMEOUT_S,
            base_url=settings.banks_url,
            trust_env=False,
            transport=_inside(simulated_banks(database, keys)) if banks_inside else None,
        ) as banks_http,
    ):
        parts = parts_of(settings, database, keys, outside, banks_http)
        async with aclosing(parts.merchants):
            yield parts


def simulated_banks(database: Database, keys: Keys) -> demo_server.SimulatedBanks:
    """What the simulated banks' service serves."""
    assert keys.banks_secret is not None, "a sandbox makes the key that is missing"
    return demo_server.SimulatedBanks(database, keys.sealer, keys.banks_secret)


def _inside(banks: demo_server.SimulatedBanks) -> httpx.ASGITransport:
    app = demo_server.build()
    app.state.banks = banks
    return httpx.ASGITransport(app=app)


def parts_of(
    settings: Settings,
    database: Database,
    keys: Keys,
    outside: httpx.AsyncClient,
    banks_http: httpx.AsyncClient,
) -> Parts:
    """The parts over what was opened: simulators in the sandbox, real adapters in production.

    A real bank's adapter takes its place in `banks`, by its code.
    """
    if settings.sandbox:
        assert keys.banks_secret is not None, "a sandbox makes the key that is missing"
        sms: SmsSender = SandboxSms(database, keys.sealer)
        banks: Banks = {
            bank.bank_code: DemoBank(banks_http, bank.bank_code, keys.banks_secret)
            for bank in banks_service.known_banks()
        }
    else:
        assert settings.sms_url is not None, "production settings are complete"
        token = settings.sms_token.get_secret_value() if settings.sms_token else None
        sms = HttpSms(outside, settings.sms_url, token)
        banks = {}
    merchants = Outward(public_only=not settings.sandbox)
    return Parts(settings, database, keys, outside, merchants, sms, banks)
