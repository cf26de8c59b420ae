"""docs/settings.md says what clinicbot/settings.py reads, no more and no less."""

from __future__ import annotations

from clinicbot.settings import PROJECT_ROOT, SETTINGS, Setting
from tests.rules.source import ROOT


def _row(setting: Setting) -> str:
    default = setting.default.replace(f"{PROJECT_ROOT}/", "")
    return f"| `{setting.variable}` | {f'`{default}`' if default else ''} | {setting.help} |"


def test_every_setting_has_its_row_in_the_same_order():
    lines = (ROOT / "docs" / "settings.md").read_text().splitlines()
    assert [line for line in lines if line.startswith("| `")] == [_row(one) for one in SETTINGS]


def test_no_setting_stands_twice():
    names = [setting.variable for setting in SETTINGS]
    assert len(names) == len(set(names))
