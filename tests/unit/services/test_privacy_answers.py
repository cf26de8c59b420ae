"""What visitors hear who ask about their own data; the texts are those of content/."""

from __future__ import annotations

import pytest
import yaml

from clinicbot.knowledge.content_files import load_content
from clinicbot.services.privacy_answers import PrivacyAnswers
from clinicbot.settings import PROJECT_ROOT

CONTENT = load_content(PROJECT_ROOT / "content")
PHONE = CONTENT.clinic["phone"]


def answers(kept_days: tuple[int, int] | None = (17, 99)) -> PrivacyAnswers:
    return PrivacyAnswers(CONTENT.messages, CONTENT.clinic, kept_days)


@pytest.mark.parametrize(
    "said",
    ["automated assistant", "stored", "hidden", "staff may read", "live", "17 days", "99 days"],
)
def test_it_tells_what_is_kept_who_reads_it_and_for_how_long(said):
    assert said in answers().tell().as_text()


def test_where_nothing_is_deleted_by_itself_no_days_are_promised():
    text = answers(None).tell().as_text()
    assert "days" not in text
    assert "until you or the clinic deletes it" in text


@pytest.mark.parametrize("kind", ["erase", "export"])
def test_a_wish_is_confirmed_with_its_reference_and_the_clinics_phone(kind):
    reply = answers().noted(kind, "PR-234567")
    assert "PR-234567" in reply.as_text() and PHONE in reply.as_text()
    assert "at once" in reply.as_text()


def test_the_button_is_called_as_it_is_called_on_the_page():
    path = PROJECT_ROOT / "content" / "api_messages.yml"
    button = yaml.safe_load(path.read_text())["page"]["chat"]["delete"]
    texts = [answers().tell(), *(answers().noted(kind, "PR-1") for kind in ("erase", "export"))]
    assert all(f"“{button}”" in reply.as_text() for reply in texts)
