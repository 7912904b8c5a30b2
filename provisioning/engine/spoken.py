"""Messages of errors: stored as a sentence of the catalogue with its values, spoken when read.

What a worker stores at night, in whatever language it runs, is read in the reader's own. The
English text is stored beside, for searches and for entries of before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from provisioning.core.errors import ProvisioningError
from provisioning.core.problems import Problem, ToldProblem


def stored(error: ProvisioningError) -> dict[str, Any]:
    """The message of an error as JSON: in English, and as sentence and values.

    A value named `last` is the message of the error behind this one.
    """
    values: dict[str, Any] = dict(error.params)
    if "last" in values and isinstance(error.__cause__, ProvisioningError):
        values["last"] = stored(error.__cause__)
    return {"message": error.message, "template": error.template, "values": values}


def spoken(message: Mapping[str, Any]) -> str:
    """A stored message in the language that is active; without a sentence, its English text."""
    template = str(message.get("template") or message.get("message") or "")
    values = message.get("values")
    if not values:
        return _(template)
    return _(template) % {name: _value(name, value) for name, value in values.items()}


def _value(name: str, value: object) -> object:
    """A value as part of the sentence; a `reason` may itself be of the catalogue."""
    if isinstance(value, Mapping):
        return spoken(value)
    return _(value) if name == "reason" and isinstance(value, str) else value


def message_of(error: ProvisioningError) -> str:
    """What an error says, in the language that is active."""
    return spoken(stored(error))


def advice_of(error: ProvisioningError) -> str:
    """What to do about an error, in the language that is active."""
    template = error.advice_template
    advice = _(template) if template else ""
    return advice % error.params if "%(" in advice else advice


def problem_of(problem: Problem) -> str:
    """A problem and what to do about it, in the language that is active."""
    if isinstance(problem, ToldProblem):
        return f"{message_of(problem.error)} {advice_of(problem.error)}".strip()
    return f"{problem.message} {problem.advice}".strip()


def stored_error(error: ProvisioningError) -> dict[str, Any]:
    """An error as a row keeps it: code, message and advice by the names of Entra's log."""
    told = stored(error)
    return {
        "code": error.code,
        "reason": told.pop("message"),
        "recommendedAction": error.advice,
        **told,
    }


def message_in(row_error: Mapping[str, Any]) -> dict[str, Any]:
    """The message that a row keeps, as `stored` gives it."""
    told = {name: row_error[name] for name in ("template", "values") if name in row_error}
    return {"message": row_error.get("reason", ""), **told}
