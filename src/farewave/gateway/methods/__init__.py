"""The gateway's methods, a file for each family: their commands, and what they answer."""

from farewave.gateway.methods import (
    agreements,
    authorizations,
    bills,
    certificates,
    checkouts,
    logins,
    refunds,
    royalties,
    scans,
    trades,
    transfers,
)
from farewave.gateway.methods.family import AnyMethod, PageMethod

_FAMILIES = (
    trades,
    refunds,
    scans,
    checkouts,
    transfers,
    royalties,
    authorizations,
    bills,
    certificates,
    logins,
    agreements,
)
METHODS: dict[str, AnyMethod] = {
    method.name: method for family in _FAMILIES for method in family.METHODS
}
"""By name, as in the parameter `method`."""
PAGES = frozenset(name for name, method in METHODS.items() if isinstance(method, PageMethod))
"""Those that a browser asks for: it gets a page, not a signed node."""
