"""Headers that every response carries, whatever became of the request."""

from __future__ import annotations

from sanic import Sanic
from sanic.request import Request
from sanic.response import BaseHTTPResponse

from clinicbot.web.chat.origins import cors_headers
from clinicbot.web.state import chat_of, request_id_of

API_PREFIX = "/chat/v1/"
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
# A year; browsers refuse plain http to this host for that long, so it is sent on request only.
HTTPS_ONLY = "max-age=31536000"


def add_security_headers(app: Sanic) -> None:
    """Registers what sets them, and the CORS headers of the API."""
    app.register_middleware(_set_headers, "response")


def _set_headers(request: Request, response: BaseHTTPResponse) -> None:
    chat = chat_of(request)
    response.headers.update(SECURITY_HEADERS)
    if chat.settings.https:
        response.headers["Strict-Transport-Security"] = HTTPS_ONLY
    response.headers["X-Request-ID"] = request_id_of(request)
    response.headers.setdefault("Cache-Control", "no-store")
    if request.path.startswith(API_PREFIX):
        response.headers["Vary"] = "Origin"
        origin = request.headers.get("origin")
        if origin is not None and chat.origins.is_allowed(origin):
            response.headers.update(cors_headers(origin))
    if chat.draining and request.stream is not None:
        # The connection would otherwise stay open until its keep-alive time is over.
        request.stream.keep_alive = False
