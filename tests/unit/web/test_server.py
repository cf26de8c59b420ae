from __future__ import annotations

import socket

import pytest

from clinicbot.errors import SetUpError
from clinicbot.web.server import bind


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SetUpError) as refused:
            bind("127.0.0.1", port)
    line = f"Port {port} is in use; choose another with PORT={port + 1} make run"
    assert str(refused.value) == line


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_that_is_not_ours_is_said(host: str) -> None:
    with pytest.raises(SetUpError, match=host):
        bind(host, 0)


def test_the_socket_listens_before_anything_is_announced() -> None:
    with bind("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        pass
