"""The reference pages name every key, operator, template and command that exists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from provisioning.core.gallery import GENESYS_REGIONS, TEMPLATES
from provisioning.core.scoping import Operator
from provisioning.engine.configuration.read import ConfigurationText, read_configuration
from provisioning.engine.configuration.schema import ApplicationSection
from provisioning.engine.configuration.validate import read_document
from provisioning.management import commands

DOCS = Path(__file__).resolve().parents[3] / "docs"
CONFIGURATION_FILE = (DOCS / "reference/configuration-file.md").read_text()
COMMANDS = (DOCS / "reference/commands.md").read_text()
CONNECT = (DOCS / "how-to/connect-genesys-cloud.md").read_text()


def keys(section: type[BaseModel]) -> Iterator[str]:
    for name, field in section.model_fields.items():
        yield name
        yield from inner_keys(field.annotation)


def inner_keys(annotation: object) -> Iterator[str]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from keys(annotation)
    for inner in get_args(annotation):
        yield from inner_keys(inner)


@pytest.mark.parametrize("key", sorted(set(keys(ApplicationSection))))
def test_every_key_is_in_the_reference(key):
    assert any(
        f"{before}{key}{after}" in CONFIGURATION_FILE for before in "`.{ \n" for after in "`:.,}"
    )


@pytest.mark.parametrize("word", [*Operator, *TEMPLATES])
def test_every_operator_and_template_is_in_the_reference(word):
    assert f"`{word}`" in CONFIGURATION_FILE


@pytest.mark.parametrize("region", GENESYS_REGIONS, ids=lambda one: one.name)
def test_every_region_is_in_the_how_to(region):
    assert f"| {region.place} | `{region.api_host}` |" in CONNECT


@pytest.mark.parametrize("page", [CONFIGURATION_FILE, CONNECT], ids=["reference", "how-to"])
def test_every_example_follows_the_schema(page):
    for block in page.split("```yaml")[1:]:
        text = ConfigurationText("example", block.split("```")[0].encode())
        for document in read_configuration([text]):
            assert read_document(document)


def test_every_command_is_in_the_reference():
    folder = Path(str(commands.__file__)).parent
    names = {path.stem for path in folder.glob("*.py")} - {"__init__"}

    assert {name for name in names if f"### {name}\n" not in COMMANDS} == set()
