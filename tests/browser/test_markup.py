"""X-03: what visitors and answers write is text, never markup."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.pages import ask_and_wait

pytestmark = pytest.mark.browser
HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "</p></article><style>body{display:none}</style>",
    "javascript:alert(1)",
    "{{7*7}} ${7*7} &lt;b&gt;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_x_03_markup_is_shown_as_it_was_typed(page: Any, text: str) -> None:
    ask_and_wait(page, text)
    assert page.locator(".visitor .bubble").inner_text().endswith(text)
    assert page.locator(".assistant").last.inner_text().endswith(text)
    page.reload()
    page.wait_for_selector(".visitor")
    assert page.locator(".visitor .bubble").inner_text().endswith(text)
    elements = "script, img, svg, iframe, style, object, embed, link"
    assert page.locator(f".log :is({elements})").count() == 0
    assert page.dialogs == []
    assert page.problems == []
    assert page.is_visible("#question")
