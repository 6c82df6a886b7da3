"""A bounded cache: what was asked for last stays, up to a total weight."""

from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class LastUsed(Generic[K, V]):
    """Values by key, none forgotten while their weights (octets, say) stay within `weight_max`."""

    def __init__(self, weight_max: int) -> None:
        self._weight_max = weight_max
        self._weight = 0
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def get(self, key: K) -> V | None:
        """The value, or None when it isn't kept."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def put(self, key: K, value: V, weight: int) -> None:
        """Keep `value`, and forget what was used longest ago if it gets too much."""
        old = self._kept.pop(key, None)
        self._weight += weight - (old[1] if old else 0)
        self._kept[key] = (value, weight)
        while self._weight > self._weight_max:
            _, (_, lighter) = self._kept.popitem(last=False)
            self._weight -= lighter

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._weight = 0
