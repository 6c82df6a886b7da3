"""The gateway's methods, a file for each family: their commands, and what they answer."""

from farewave.gateway.methods import (
    agreements,
    authorizations,
    bills,
    certificates,
    checkouts,
    grants,
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
    logins,
    agreements,
)
_OF_MERCHANTS: dict[str, AnyMethod] = {
    method.name: method for family in _FAMILIES for method in family.METHODS
}
_OF_SIGNERS: dict[str, AnyMethod] = {
    method.name: method
    for method in (*certificates.METHODS, *grants.methods(sorted(_OF_MERCHANTS)))
}
METHODS = {**_OF_MERCHANTS, **_OF_SIGNERS}
"""By name, as in the parameter `method`."""
OF_SIGNERS = frozenset(_OF_SIGNERS)
"""Those that nobody calls in a merchant's name: they tell the signer of its own affairs."""
PAGES = frozenset(name for name, method in METHODS.items() if isinstance(method, PageMethod))
"""Those that a browser asks for: it gets a page, not a signed node."""
