"""The fixtures. Pytest finds them by itself wherever Farewave is installed."""

from collections.abc import Iterator

import pytest

from farewave.testing.application import Application, new_application
from farewave.testing.buyer import Buyer
from farewave.testing.gateway import Gateway, running
from farewave.testing.switches import Clock, Faults

_BALANCE_FEN = 1_000_00


@pytest.fixture(scope="session")
def farewave_gateway() -> Iterator[Gateway]:
    """A running gateway of the session's own: `url`, `gateway_url`, `port`."""
    with running() as gateway:
        yield gateway


@pytest.fixture(scope="session")
def farewave_app(farewave_gateway: Gateway) -> Application:
    """An application on it: `app_id`, `seller_id`, and keys in the forms that SDKs want."""
    return new_application(farewave_gateway, "Test shop")


@pytest.fixture(scope="session")
def farewave_certified_app(farewave_gateway: Gateway) -> Application:
    """An application in certificate mode; its certificates are in `told`."""
    return new_application(farewave_gateway, "Certified test shop", certificates=True)


@pytest.fixture
def farewave_buyer(farewave_gateway: Gateway) -> Iterator[Buyer]:
    """A new person with 1,000 yuan in the wallet and more on a card."""
    buyer = Buyer.signed_up(farewave_gateway, _BALANCE_FEN)
    yield buyer
    buyer.close()


@pytest.fixture
def farewave_faults(farewave_app: Application) -> Iterator[Faults]:
    """The switchboard for `farewave_app`; cleared after the test."""
    faults = Faults(farewave_app)
    yield faults
    faults.clear()
    faults.close()


@pytest.fixture
def farewave_clock(farewave_gateway: Gateway) -> Iterator[Clock]:
    """The gateway's clock; back at the machine's time after the test."""
    clock = Clock(farewave_gateway.url)
    yield clock
    clock.reset()
    clock.close()
