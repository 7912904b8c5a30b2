"""The reference of the provisioning logs names every code that an entry can carry."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from provisioning.core import errors
from provisioning.core.vocabulary import Action, Operation, Reason, Status

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "provisioning-logs.md"
CODES = {
    error.code
    for _, error in inspect.getmembers(errors, inspect.isclass)
    if issubclass(error, errors.ProvisioningError)
}


@pytest.mark.parametrize("word", sorted({*Reason, *Status, *Action, *Operation, *CODES}))
def test_every_code_is_described(word: str):
    assert f"`{word}`" in PAGE.read_text(encoding="utf-8")
