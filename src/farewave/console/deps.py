"""What `app` hands to the endpoints of the console, as `app.state.console`."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request

from farewave.console.passkeys import Site
from farewave.gateway.certificates import Authority, PlatformCertificates

PATH = "/console"
_LOOPBACK = frozenset({"127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True, repr=False)
class ConsoleDeps:
    """`base_url` is where merchants' software reaches the gateway, `site` where this is opened.

    `cookie_secure` None: as the request came.
    """

    base_url: str
    site: Site
    authority: Authority
    certificates: PlatformCertificates
    platform_public_key: str
    cookie_secure: bool | None = None

    @property
    def has_passkeys(self) -> bool:
        """Whether a passkey can be made here: browsers want a name, and TLS but for localhost."""
        parts = urlsplit(self.site.origin)
        host = parts.hostname or ""
        named = not host.replace(".", "").isdigit() and ":" not in host
        return named and (parts.scheme == "https" or host == "localhost")


def console_of(request: Request) -> ConsoleDeps:
    """What `app` filled in."""
    deps: ConsoleDeps = request.app.state.console
    return deps


def origin_of(base_url: str) -> str:
    """Where the console is opened of an installation that is reached at `base_url`.

    A machine's own number is called `localhost`: browsers make no passkeys for numbers.
    """
    parts = urlsplit(base_url)
    host = parts.netloc.rpartition(":")[0] if parts.port is not None else parts.netloc
    if host not in _LOOPBACK:
        return f"{parts.scheme}://{parts.netloc}"
    port = "" if parts.port is None else f":{parts.port}"
    return f"{parts.scheme}://localhost{port}"


def link_address(base_url: str, token: str) -> str:
    """The address of a one-time link. What follows `#` reaches no server, log or other site."""
    return f"{origin_of(base_url)}{PATH}/enter#{token}"
