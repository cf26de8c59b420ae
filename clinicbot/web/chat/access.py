"""Who is asking: origin, session token, whether the conversation still exists."""

from __future__ import annotations

from sanic.request import Request

from clinicbot.errors import NotSignedIn
from clinicbot.web.chat.limits import address_key
from clinicbot.web.chat.tokens import Session
from clinicbot.web.state import chat_of

_SCHEME = "bearer "


def new_session_origin(request: Request) -> str:
    """The origin that a new session is bound to.

    Raises:
        NotAllowed: a page of an origin that is not on the list.
    """
    return chat_of(request).origins.candidates(request.method, request.headers)[-1]


def session_of(request: Request) -> Session:
    """The session that the request's token proves; the storage is not asked.

    Raises:
        NotAllowed: a page of an origin that is not on the list.
        NotSignedIn: no token, or one that is not good here.
    """
    chat = chat_of(request)
    origins = chat.origins.candidates(request.method, request.headers)
    header = request.headers.get("authorization", "")
    if not header.lower().startswith(_SCHEME):
        raise NotSignedIn("no token")
    return chat.tokens.read(header[len(_SCHEME) :].strip(), origins)


async def require_open(request: Request, session: Session) -> None:
    """Refuses conversations that were deleted or never opened.

    Raises:
        NotSignedIn: it is not open.
        StorageUnavailable: nobody knows.
    """
    chat = chat_of(request)
    if not await chat.in_thread(chat.services.conversations.is_open, session.conversation_id):
        raise NotSignedIn("deleted")


def limit_new_sessions(request: Request) -> None:
    """Counts a new session of this address. Raises RateLimited."""
    chat = chat_of(request)
    if chat.settings.limits:
        # remote_addr is set only behind a proxy that the app was told to trust.
        chat.session_buckets.take(address_key(request.remote_addr or request.ip))


def limit_messages(request: Request, session: Session) -> None:
    """Counts a message of this conversation. Raises RateLimited."""
    chat = chat_of(request)
    if chat.settings.limits:
        chat.message_buckets.take(session.conversation_id)
