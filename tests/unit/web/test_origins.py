from __future__ import annotations

import pytest

from clinicbot.errors import NotAllowed, SetUpError
from clinicbot.web.chat.origins import Origins
from clinicbot.web.chat.tokens import NO_ORIGIN

SITE = "https://www.clinic.example"
OWN = "http://127.0.0.1:8000"


@pytest.fixture
def origins() -> Origins:
    return Origins((SITE + "/",), "127.0.0.1", 8000)


@pytest.mark.parametrize("origin", [SITE, OWN, "http://localhost:8000", "http://[::1]:8000"])
def test_listed_origins_and_our_own_address_are_allowed(origins: Origins, origin: str) -> None:
    assert origins.candidates("POST", {"origin": origin}) == (origin,)


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "https://clinic.example",
        "http://www.clinic.example",
        "https://www.clinic.example:444",
        "https://www.clinic.example.evil.example",
        "https://evil.example/https://www.clinic.example",
        "https://WWW.clinic.example",
        "https://www.clinic.example ",
        "http://127.0.0.1:8001",
        "none",
    ],
)
def test_any_other_origin_is_refused(origins: Origins, origin: str) -> None:
    with pytest.raises(NotAllowed):
        origins.candidates("POST", {"origin": origin})


def test_without_an_origin_a_request_stands_for_no_page(origins: Origins) -> None:
    assert origins.candidates("POST", {"host": "127.0.0.1:8000"}) == (NO_ORIGIN,)


def test_a_browsers_get_without_origin_may_be_of_our_own_page(origins: Origins) -> None:
    headers = {"host": "127.0.0.1:8000", "sec-fetch-site": "same-origin"}
    assert origins.candidates("GET", headers) == (NO_ORIGIN, OWN)


def test_the_host_header_adds_no_origin_that_is_not_listed(origins: Origins) -> None:
    headers = {"host": "evil.example", "sec-fetch-site": "same-origin"}
    assert origins.candidates("GET", headers) == (NO_ORIGIN,)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "unheard-of"])
def test_a_browser_page_of_another_site_is_refused_without_origin_too(
    origins: Origins, site: str
) -> None:
    with pytest.raises(NotAllowed):
        origins.candidates("GET", {"host": "127.0.0.1:8000", "sec-fetch-site": site})


@pytest.mark.parametrize(
    "entry", ["*", "https://*.clinic.example", "clinic.example", "null", "https://a.example/chat"]
)
def test_what_is_no_origin_is_refused_at_the_start(entry: str) -> None:
    with pytest.raises(SetUpError, match="CLINIC_ORIGINS"):
        Origins((entry,), "127.0.0.1", 8000)
