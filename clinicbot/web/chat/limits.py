"""Rate limits in memory: one token bucket a key."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

from clinicbot.errors import TooManyRequests

MAX_KEYS = 20_000


class RateLimited(TooManyRequests):
    """A limit was reached; `retry_after` says in how many whole seconds to come back."""

    def __init__(self, seconds: float) -> None:
        super().__init__("rate limit")
        self.retry_after = max(1, int(seconds + 0.999))
        self.values = {"seconds": str(self.retry_after)}


class Buckets:
    """Lets `amount` calls a key through in `seconds`, refilled steadily."""

    def __init__(
        self, amount: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._amount = amount
        self._per_second = amount / seconds
        self._clock = clock
        # key -> (tokens left, when that was); the least recently used key first
        self._state: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> None:
        """Uses one call of this key.

        Raises:
            RateLimited: none is left.
        """
        now = self._clock()
        left, then = self._state.pop(key, (float(self._amount), now))
        left = min(float(self._amount), left + (now - then) * self._per_second)
        allowed = left >= 1
        self._state[key] = (left - 1 if allowed else left, now)
        if len(self._state) > MAX_KEYS:
            self._state.popitem(last=False)
        if not allowed:
            raise RateLimited((1 - left) / self._per_second)


def address_key(address: str) -> str:
    """One key an address; IPv6 by its /64, which is what one household or host is given."""
    try:
        ip = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return address
    if ip.version == 6:
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
