"""The demo page and its two files, read once and served from memory."""

from __future__ import annotations

import hashlib
import json
import mimetypes
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from sanic import Sanic
from sanic.models.handler_types import RouteHandler
from sanic.request import Request
from sanic.response import HTTPResponse

from clinicbot.settings import Settings
from clinicbot.web.api_messages import ApiMessages

_HERE = Path(__file__).resolve().parent
_METHODS = ["GET", "HEAD"]


def add_page_routes(app: Sanic, settings: Settings, messages: ApiMessages) -> None:
    """Registers / and one route for each file in static/; no path is ever looked up on disk."""
    html = render_page(settings, messages).encode()
    app.add_route(_file_handler(html, "text/html; charset=utf-8"), "/", methods=_METHODS, name="/")
    for path in sorted((_HERE / "static").iterdir()):
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        handler = _file_handler(path.read_bytes(), f"{kind}; charset=utf-8")
        app.add_route(handler, f"/static/{path.name}", methods=_METHODS, name=path.name)


def render_page(settings: Settings, messages: ApiMessages) -> str:
    """The page with its texts filled in, once for people and once as JSON for the script."""
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined
    )
    page = messages.page()
    for_script = {
        "texts": page["script"],
        "greeting": messages.greeting(),
        "notice": messages.notice(),
        "max_chars": settings.max_chars,
    }
    return environment.get_template("demo.html").render(
        page=page, max_chars=settings.max_chars, for_script=_json_in_html(for_script)
    )


def _json_in_html(value: object) -> Markup:
    # "<" escaped: no text can close the script element that holds the JSON.
    return Markup(json.dumps(value, ensure_ascii=False).replace("<", "\\u003c"))


def _file_handler(body: bytes, content_type: str) -> RouteHandler:
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}

    async def send_file(request: Request) -> HTTPResponse:
        """The file, or 304 when the browser has this version."""
        if request.headers.get("if-none-match") == etag:
            return HTTPResponse(status=304, headers=dict(headers))
        return HTTPResponse(body, headers=dict(headers), content_type=content_type)

    return send_file
