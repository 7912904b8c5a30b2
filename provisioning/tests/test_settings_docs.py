"""The reference names every setting that the code reads, and every id that a check may say."""

from __future__ import annotations

import re

import pytest

from provisioning.tests.servers import ROOT

REFERENCE = (ROOT / "docs" / "reference" / "settings.md").read_text()
SETTINGS = (ROOT / "console" / "settings.py").read_text()
READ_ELSEWHERE = {"SIMULATOR_PORT", "ROLLCALL_ADMIN_PASSWORD"}


@pytest.mark.parametrize(
    "name", sorted(set(re.findall(r'_read(?:_list)?\(\s*"(\w+)"', SETTINGS)) | READ_ELSEWHERE)
)
def test_a_setting_has_its_line(name):
    assert f"| `{name}` |" in REFERENCE


def test_every_check_is_explained_and_no_other():
    said = re.findall(r'id="(provisioning\.\w+)"', (ROOT / "provisioning/checks.py").read_text())

    assert sorted(said) == sorted(re.findall(r"^\| `(provisioning\.\w+)`", REFERENCE, re.MULTILINE))
