"""What `app` hands to the endpoints and jobs of banks, as `app.state.banks`."""

from dataclasses import dataclass

from starlette.requests import Request

from farewave.banks.service import Banks
from farewave.kit.sealing import Sealer


class SimulatedBank(ValueError):  # noqa: N818 - reads as the sentence it is
    """Production was handed a bank where no real money moves."""


@dataclass(frozen=True, slots=True, repr=False)
class BanksDeps:
    """`banks` by code. Raises SimulatedBank for a simulated one outside of the sandbox."""

    sealer: Sealer
    banks: Banks
    sandbox: bool = False

    def __post_init__(self) -> None:
        if not self.sandbox:
            simulated = sorted(code for code, bank in self.banks.items() if bank.simulated)
            if simulated:
                raise SimulatedBank(f"production has no simulated bank: {', '.join(simulated)}")


def banks_of(request: Request) -> BanksDeps:
    """What `app` filled in."""
    deps: BanksDeps = request.app.state.banks
    return deps
