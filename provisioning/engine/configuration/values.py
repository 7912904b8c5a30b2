"""The kinds of value in a configuration file, each with the sentence that refuses a wrong one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, TypeAlias

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from provisioning.core.durations import print_duration, read_duration
from provisioning.core.errors import ConfigurationError
from provisioning.core.maintenance import read_window
from provisioning.core.quiet_hours import read_quiet_hours
from provisioning.engine.spoken import advice_of, message_of
from provisioning.scim.secret import Secret as TypedSecret

LONGEST_TEXT = 20_000
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SecretReference:
    """Where a secret is read from, never the secret: `env`, `file`, or `stored` to keep it."""

    kind: str
    name: str = ""


def refused(message: str, advice: str = "") -> PydanticCustomError:
    """The error of a value: its sentence and what to do."""
    context = {"message": message, "advice": advice}
    return PydanticCustomError(REFUSED, "{message}", context)


def found(value: object) -> str:
    """A wrong value as a sentence may show it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return _("a set of keys")
    if isinstance(value, list):
        return _("a list")
    text = str(value)
    return f"'{text[:60]}…'" if len(text) > 60 else f"'{text}'"


def read_text(value: object) -> str:
    """Text that can be stored; a number given by a program is its digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        advice = _("Put it in quotes if it is meant as text.") if isinstance(value, bool) else ""
        raise refused(_("Expected text, found %(found)s.") % {"found": found(value)}, advice)
    if len(value) > LONGEST_TEXT:
        raise refused(
            _("The text is longer than %(longest)s characters.") % {"longest": LONGEST_TEXT},
            _("Shorten it."),
        )
    if any(one == "\0" or "\ud800" <= one <= "\udfff" for one in value):
        raise refused(_("The text holds a character that cannot be stored."), _("Type it again."))
    return value


def read_hours(value: object) -> str:
    """Quiet hours, written as they are printed."""
    try:
        return str(read_quiet_hours(read_text(value)))
    except ConfigurationError as error:
        raise refused(message_of(error), advice_of(error)) from None


def read_maintenance(value: object) -> str:
    """A maintenance window, written as it is printed."""
    try:
        return str(read_window(read_text(value)))
    except ConfigurationError as error:
        raise refused(message_of(error), advice_of(error)) from None


def line_of(longest: int) -> BeforeValidator:
    """One line of text that is not empty."""

    def read(value: object) -> str:
        text = read_text(value).strip()
        if not text:
            raise refused(_("This must not be empty."))
        if len(text) > longest:
            raise refused(
                _("This is longer than %(longest)s characters.") % {"longest": longest},
                _("Shorten it."),
            )
        if not all(one.isprintable() for one in text):
            raise refused(_("A line break or control character is inside."), _("Leave it out."))
        return text

    return BeforeValidator(read)


def read_flag(value: object) -> bool:
    """A boolean: only `true` and `false` are."""
    if isinstance(value, bool):
        return value
    raise refused(
        _("Expected true or false, found %(found)s.") % {"found": found(value)},
        _("Write true or false."),
    )


def read_scalar(value: object) -> str | bool:
    """Text, or true or false, as constants and defaults are."""
    return value if isinstance(value, bool) else read_text(value)


def choice(*words: str) -> BeforeValidator:
    """One of a few words."""

    def read(value: object) -> str:
        text = read_text(value) if not isinstance(value, bool) else found(value)
        if text not in words:
            raise refused(
                _("Expected %(known)s, found %(found)s.")
                % {"known": _(" or ").join(words), "found": found(text)},
                _("Write %(word)s.") % {"word": words[0]},
            )
        return text

    return BeforeValidator(read)


def whole(lowest: int, highest: int) -> BeforeValidator:
    """A whole number within bounds."""

    def read(value: object) -> int:
        text = str(value).strip()
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
        if isinstance(value, bool) or not lowest <= number <= highest:
            raise refused(
                _("Expected a whole number from %(lowest)s to %(highest)s, found %(found)s.")
                % {"lowest": lowest, "highest": highest, "found": found(value)}
            )
        return number

    return BeforeValidator(read)


def duration(shortest: str, longest: str, *, unit: str = "s") -> BeforeValidator:
    """A time span in its shortest spelling, within bounds, in whole units."""
    low, high, step = read_duration(shortest), read_duration(longest), read_duration(f"1{unit}")

    def read(value: object) -> str:
        try:
            span = read_duration(read_text(value).strip())
        except ConfigurationError as error:
            raise refused(message_of(error), advice_of(error)) from None
        if not low <= span <= high or span % step != timedelta():
            expected = (
                _("Expected %(shortest)s to %(longest)s in whole days, found %(found)s.")
                if unit == "d"
                else _("Expected a time from %(shortest)s to %(longest)s, found %(found)s.")
            )
            raise refused(
                expected % {"shortest": shortest, "longest": longest, "found": found(value)},
                _("Write for example %(shortest)s.") % {"shortest": shortest},
            )
        return print_duration(span)

    return BeforeValidator(read)


def read_email(value: object) -> str:
    """An e-mail address without a display name."""
    text = read_text(value).strip()
    try:
        validate_email(text)
    except ValidationError:
        raise refused(
            _("%(found)s is not an e-mail address.") % {"found": found(text)},
            _("Write it as in identity@contoso.example."),
        ) from None
    return text


def read_secret(value: object) -> SecretReference | TypedSecret:
    """A reference to a secret, or one from a form; text in its place is refused, not repeated."""
    if isinstance(value, TypedSecret):
        return value
    if value == "stored":
        return SecretReference("stored")
    if isinstance(value, dict) and len(value) == 1:
        ((kind, name),) = value.items()
        if kind in ("env", "file") and isinstance(name, str) and name.strip():
            return SecretReference(kind, name.strip())
    raise refused(
        _("A secret cannot stand in the file, only a reference to it."),
        _("Write {env: NAME} for an environment variable, {file: PATH}, or stored to keep it."),
    )


Text: TypeAlias = Annotated[str, BeforeValidator(read_text)]
Flag: TypeAlias = Annotated[bool, BeforeValidator(read_flag)]
Scalar: TypeAlias = Annotated[str | bool, BeforeValidator(read_scalar)]
Email: TypeAlias = Annotated[str, BeforeValidator(read_email)]
Secret: TypeAlias = Annotated[SecretReference | TypedSecret, BeforeValidator(read_secret)]
