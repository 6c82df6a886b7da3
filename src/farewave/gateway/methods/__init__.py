"""The gateway's methods, a file for each family: their commands, and what they answer."""

from farewave.gateway.methods import refunds, scans, trades
from farewave.gateway.methods.family import AnyMethod

METHODS: dict[str, AnyMethod] = {
    method.name: method for family in (trades, refunds, scans) for method in family.METHODS
}
"""By name, as in the parameter `method`."""
