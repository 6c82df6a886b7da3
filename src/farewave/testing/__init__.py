"""Testing: what users get for the tests of their own integrations, a plugin of pytest.

Owns: a gateway that runs for as long as the tests do, an application on it, a person who pays, the
sandbox's clock and its faults. Everything goes over HTTP, as from any other machine: nothing of the
tested program runs inside of Farewave.

Doors: the fixtures in `plugin` (installed with this package, found by pytest itself), and the
classes behind them: `Gateway`, `Application`, `Buyer`, `Faults`, `Clock`.
"""

from farewave.testing.application import Application
from farewave.testing.buyer import Buyer, Paid
from farewave.testing.gateway import Gateway
from farewave.testing.switches import Clock, Faults

__all__ = ["Application", "Buyer", "Clock", "Faults", "Gateway", "Paid"]
