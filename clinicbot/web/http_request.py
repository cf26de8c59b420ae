"""Sanic's request, made to survive what is not HTTP."""

from __future__ import annotations

from typing import Any

from httptools import HttpParserError
from sanic.exceptions import InvalidUsage
from sanic.request import Request


class ChatRequest(Request):
    """Refuses addresses that cannot be parsed, and lengths that are not numbers, with 400."""

    def __init__(self, url_bytes: bytes, headers: Any, *args: Any, **kwargs: Any) -> None:
        try:
            super().__init__(url_bytes, headers, *args, **kwargs)
        except HttpParserError as error:
            # Sanic makes a second request, of method NONE, to carry the error: that must work.
            if kwargs.get("method") != "NONE":
                raise InvalidUsage("address") from error
            super().__init__(b"*", headers, *args, **kwargs)
        lengths = headers.getall("content-length", [])
        if any(not length.isascii() or not length.isdigit() for length in lengths):
            raise InvalidUsage("content length")
        # Two ideas of where the body ends is how requests are smuggled past a proxy.
        if len(lengths) + len(headers.getall("transfer-encoding", [])) > 1:
            raise InvalidUsage("content length")
