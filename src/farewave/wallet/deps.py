"""What `app` hands to the endpoints and jobs of the wallet, as `app.state.wallet`."""

from dataclasses import dataclass

from starlette.requests import Request

from farewave.banks.service import Banks
from farewave.kit.sealing import Sealer


@dataclass(frozen=True, slots=True, repr=False)
class WalletDeps:
    """`banks` by code: the same ones that the cards are bound through."""

    sealer: Sealer
    banks: Banks


def wallet_of(request: Request) -> WalletDeps:
    """What `app` filled in."""
    deps: WalletDeps = request.app.state.wallet
    return deps
