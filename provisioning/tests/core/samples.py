"""The examples of the standards, read from the samples folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "samples"


def sample(name: str) -> Any:
    """The example kept under this name."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def names(prefix: str) -> list[str]:
    """Every example whose name begins so."""
    return sorted(path.stem for path in FOLDER.glob(f"{prefix}*.json"))
