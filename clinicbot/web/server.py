"""Runs the app: one process, one port, a clean start and a clean stop."""

from __future__ import annotations

import errno
import logging
import socket
from asyncio import AbstractEventLoop
from collections.abc import Callable
from functools import partial

from sanic import Sanic

from clinicbot.errors import SetUpError
from clinicbot.settings import Settings

BACKLOG = 256


def serve(
    app: Sanic,
    settings: Settings,
    on_listening: Callable[[Callable[[], None]], None] | None = None,
    handle_signals: bool = True,
) -> None:
    """Serves until SIGINT or SIGTERM, then finishes the turns under way and returns.

    Calls `on_listening` once requests are accepted, with a function that stops the server and
    that any thread may call. `handle_signals` is False in tests, which run the server in a thread.

    Raises:
        SetUpError: the port cannot be had; the message says what to do.
    """
    listening = bind(settings.host, settings.port)
    if on_listening is not None:
        listener = partial(_announce, on_listening)
        app.register_listener(listener, "after_server_start")
    # Sanic's chatter about modes and workers would hide our own lines; its errors stay.
    logging.getLogger("sanic.root").setLevel(logging.ERROR)
    logging.getLogger("sanic.error").setLevel(logging.ERROR)
    try:
        app.run(
            sock=listening,
            access_log=False,
            motd=False,
            register_sys_signals=handle_signals,
            backlog=BACKLOG,
        )
    finally:
        listening.close()


def _announce(
    on_listening: Callable[[Callable[[], None]], None], app: Sanic, loop: AbstractEventLoop
) -> None:
    def stop() -> None:
        loop.call_soon_threadsafe(app.stop)

    on_listening(stop)


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises:
        SetUpError: the port is taken or not ours to take, or there is no such address.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SetUpError(f"CLINIC_HOST={host} is not an address of this machine.") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise SetUpError(_why_not(host, port, error)) from error
    return listening


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use; choose another with PORT={port + 1} make run"
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights; choose one above 1023, as in PORT=8000 make run"
    return f"Cannot listen on {host} port {port}: {error.strerror}."
