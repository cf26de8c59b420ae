from __future__ import annotations

import json
import re
from pathlib import Path

from clinicbot.settings import PROJECT_ROOT
from clinicbot.web.page import render_page
from tests.web_server import web_messages, web_settings

STATIC = PROJECT_ROOT / "clinicbot" / "web" / "static"
WEB = STATIC.parent


def scripts() -> str:
    return "".join(path.read_text() for path in sorted(STATIC.glob("*.js")))


def rendered(**clinic: str) -> str:
    return render_page(web_settings(), web_messages(**clinic))


def test_the_page_names_the_clinic_and_its_phone() -> None:
    html = rendered(name="Elm & Oak", phone="020 7946 0000")
    assert "Elm &amp; Oak" in html
    assert 'href="tel:02079460000"' in html


def test_a_clinic_without_a_phone_has_no_empty_link() -> None:
    assert "tel:" not in rendered(phone="")


def test_a_text_cannot_close_the_script_that_holds_it() -> None:
    html = rendered(name="</script><script>alert(1)</script>")
    assert "<script>alert" not in html
    data = re.search(r'id="chat-data">(.*?)</script>', html, re.DOTALL)
    assert data is not None
    assert "</script>" in str(json.loads(data.group(1))["greeting"])


def test_the_template_and_the_scripts_hold_no_words_for_visitors() -> None:
    template = (WEB / "templates" / "demo.html").read_text()
    without_code = re.sub(r"\{[{%].*?[}%]\}|<[^>]*>", " ", template, flags=re.DOTALL)
    assert re.findall(r"[A-Za-z]{2,}", without_code) == []
    without_comments = re.sub(r"/\*.*?\*/|//[^\n]*", "", scripts(), flags=re.DOTALL)
    sentences = [s for s in re.findall(r'"([^"]*)"', without_comments) if re.search(r"\w \w", s)]
    assert [s for s in sentences if s[0].isupper()] == []


def test_the_scripts_never_parse_markup_or_run_strings() -> None:
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function"
    assert re.findall(forbidden, scripts()) == []


def test_the_page_has_no_inline_style_or_script() -> None:
    html = rendered()
    assert not re.search(r'\sstyle="|\son\w+="|<style', html)
    executable = [
        tag for tag in re.findall(r"<script[^>]*>", html) if "application/json" not in tag
    ]
    assert all("src=" in tag for tag in executable)


def test_every_text_that_the_scripts_use_exists() -> None:
    used = set(re.findall(r"\btexts\.(\w+)", scripts()))
    assert used - set(web_messages().page()["script"]) == set()


def test_every_file_of_the_page_is_served() -> None:
    named = set(re.findall(r'/static/([\w.]+)"', rendered()))
    named |= set(re.findall(r'from "\./([\w.]+)"', scripts()))
    assert named == {path.name for path in Path(STATIC).iterdir()}
