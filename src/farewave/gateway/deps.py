"""What `app` hands to the gateway's route, as `app.state.gateway`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.requests import Request

from farewave.gateway.certificates import PlatformCertificates
from farewave.gateway.model import Platform
from farewave.gateway.registry import Registry
from farewave.kit.chance import Chance
from farewave.payments.desk import PayDesk


@dataclass(frozen=True, slots=True, repr=False)
class GatewayDeps:
    """`platform_key` signs every answer; SDKs are given its public half, or `certificates`.

    `now` and `chance` date answers of protocol v3, which carry a
    time (judged by callers' machines) and a number used once. `faults`: whether a switchboard may
    make calls go wrong, as in the sandbox.
    """

    platform_key: rsa.RSAPrivateKey
    pay_desk: PayDesk
    registry: Registry
    platform: Platform
    certificates: PlatformCertificates
    now: Callable[[], datetime]
    chance: Chance
    faults: bool = False


def gateway_of(request: Request) -> GatewayDeps:
    """What `app` filled in."""
    deps: GatewayDeps = request.app.state.gateway
    return deps
