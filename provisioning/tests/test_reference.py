"""The reference says what the code does: its generated parts are as the code would write them."""

from __future__ import annotations

import pytest

from provisioning.core.vocabulary import Reason
from provisioning.engine.sentences import REASONS
from provisioning.management.make import reference


@pytest.mark.parametrize("page", reference.PAGES)
def test_a_page_is_as_the_code_would_write_it(page: str):
    on_disk = (reference.REFERENCE / page).read_text(encoding="utf-8")

    assert on_disk == reference.written(page), "make reference writes it anew"


def test_a_page_without_a_place_for_its_part_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(reference, "REFERENCE", tmp_path)
    (tmp_path / "scoping-filters.md").write_text("# Scoping filters\n")

    with pytest.raises(LookupError, match="no place for operators"):
        reference.written("scoping-filters.md")


def test_every_reason_is_told_once_with_its_sentence():
    groups = (
        reference.SKIPS,
        reference.NOT_ENTITLED,
        reference.HELD,
        reference.GUARDED,
        reference.WRITES,
        reference.STANDINGS,
    )
    told = [reason for group in groups for reason in group]

    assert sorted(told) == sorted(Reason)
    assert set(REASONS) == {reason.value for reason in Reason}
