"""What `app` hands to the endpoints of people, as `app.state.people`."""

from dataclasses import dataclass, field

from starlette.requests import Request

from farewave.kit.sealing import Sealer
from farewave.people.hashing import SERVICE_HASHING, PasswordHashing
from farewave.people.ports import SmsSender


@dataclass(frozen=True, slots=True)
class PeopleDeps:
    """`sandbox` shows SMS codes in answers. `cookie_secure` None: as the request came."""

    sealer: Sealer
    sms: SmsSender
    sandbox: bool = False
    cookie_secure: bool | None = None
    hashing: PasswordHashing = field(default=SERVICE_HASHING)


def people_of(request: Request) -> PeopleDeps:
    """What `app` filled in."""
    deps: PeopleDeps = request.app.state.people
    return deps
