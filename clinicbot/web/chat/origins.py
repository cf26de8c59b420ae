"""Which web origins may talk to the visitor API, and the CORS headers that say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from clinicbot.errors import NotAllowed, SetUpError
from clinicbot.web.chat.tokens import NO_ORIGIN

_ORIGIN = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?")
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")
LOOPBACK_BINDINGS = {"127.0.0.1", "localhost", "::1"}
WILDCARD_BINDINGS = {"0.0.0.0", "::"}
PREFLIGHT_SECONDS = 600


def own_origins(host: str, port: int) -> tuple[str, ...]:
    """The addresses under which this server's own pages are opened."""
    hosts: tuple[str, ...] = (f"[{host}]" if ":" in host else host,)
    if host in LOOPBACK_BINDINGS | WILDCARD_BINDINGS:
        hosts = LOOPBACK_HOSTS
    suffix = "" if port == 80 else f":{port}"
    return tuple(f"http://{name}{suffix}" for name in hosts)


class Origins:
    """An exact allow-list; nothing is ever allowed by pattern."""

    def __init__(self, allowed: Iterable[str], host: str, port: int) -> None:
        """Raises SetUpError when an entry is not an origin (such as "*" or one with a path)."""
        listed = tuple(origin.lower().rstrip("/") for origin in allowed)
        for origin in listed:
            if not _ORIGIN.fullmatch(origin):
                raise SetUpError(
                    f"CLINIC_ORIGINS: {origin!r} is not an origin such as https://www.example.org."
                )
        self._allowed = frozenset(listed) | frozenset(own_origins(host, port))

    def is_allowed(self, origin: str | None) -> bool:
        """Whether a browser page of this origin may talk to us."""
        return origin in self._allowed

    def candidates(self, method: str, headers: Mapping[str, str]) -> tuple[str, ...]:
        """The origins a request may stand for: its own, or without an Origin header
        "none", and our own address where browsers leave the header out.

        Raises:
            NotAllowed: it comes from a page whose origin is not on the list.
        """
        origin = headers.get("origin")
        if origin is not None:
            if not self.is_allowed(origin):
                raise NotAllowed("origin")
            return (origin,)
        site = headers.get("sec-fetch-site")
        if site not in {None, "same-origin", "none"}:
            raise NotAllowed("origin")
        # Browsers send no Origin with a same-origin GET. A page of another origin cannot
        # send our Authorization header without one, so the token may count as our own page's.
        if site == "same-origin" or method == "GET":
            return (NO_ORIGIN, *self._addressed(headers.get("host", "")))
        return (NO_ORIGIN,)

    def _addressed(self, host: str) -> list[str]:
        return [o for o in (f"http://{host}", f"https://{host}") if o in self._allowed]


def cors_headers(origin: str) -> dict[str, str]:
    """What lets a page of this (allowed) origin read our answer; cookies are never asked for."""
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "Retry-After, X-Request-ID",
    }


def preflight_headers(methods: str) -> dict[str, str]:
    """What a preflight asks: methods, headers, for how long to remember it."""
    return {
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
        "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
    }
