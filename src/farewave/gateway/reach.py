"""Which addresses of the network are everybody's: the ones that merchants may have us post to.

Notifications go where others say. Without this a merchant could have the platform post into the
network that it stands in: to itself, to its neighbours, to a cloud's metadata service.
"""

import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from farewave.gateway.rules import is_http_address

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_V4_OCTETS = 0xFFFF_FFFF


class NotPublic(OSError):  # noqa: N818 - reads as the sentence it is
    """A name leads to an address that isn't everybody's."""


def is_public(address: Address) -> bool:
    """Whether the address is one of the public internet.

    Not loopback, private, link-local (with cloud metadata at 169.254.169.254), shared (100.64/10),
    multicast, unspecified or reserved, and no IPv6 form of such a one.
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = _inside(address)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not (
        address.is_multicast
        or address.is_loopback
        or address.is_link_local
        or address.is_private
        or address.is_reserved
        or address.is_unspecified
    )


def _inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that this one stands for: mapped, 6to4, Teredo, NAT64, compatible."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64 or address in _COMPATIBLE:
        return ipaddress.IPv4Address(int(address) & _V4_OCTETS)
    return None


def literal(host: str) -> Address | None:
    """The address that `host` itself is, or None when it is a name to look up."""
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def may_be_public(url: URL) -> bool:
    """Whether `url` may be posted to as far as it tells itself; names are judged at their look-up.

    The host is the one that is connected to: full-width digits have become plain ones in it. What
    is all digits and no address (`2130706433`, `127.1`) is one to some systems, and to none a name.
    """
    host = url.raw_host or ""
    address = literal(host)
    if address is not None:
        return is_public(address)
    return not host.replace(".", "").isdigit()


def can_be_notified(text: str, *, public_only: bool) -> bool:
    """Whether notifications are posted to `text`, as far as it tells itself."""
    if not is_http_address(text):
        return False
    try:
        return not public_only or may_be_public(URL(text))
    except ValueError:
        return False


class PublicOnly(AbstractResolver):
    """Looks names up and hands out public addresses only; raises NotPublic if any isn't.

    What it hands out is what is connected to: there is no second look-up that could tell another.
    """

    def __init__(self, resolver: AbstractResolver) -> None:
        self._resolver = resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """As aiohttp asks it."""
        found = await self._resolver.resolve(host, port, family)
        for each in found:
            address = literal(each["host"])
            if address is None or not is_public(address):
                raise NotPublic("a name leads to an address that isn't public")
        return found

    async def close(self) -> None:
        """Close what does the looking up."""
        await self._resolver.close()
