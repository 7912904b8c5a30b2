"""What an error carries besides its sentence."""

from __future__ import annotations

from provisioning.core.errors import ConfigurationError, InvalidValue, TooManyRequests


def test_an_error_can_have_a_code_advice_and_a_time_of_its_own():
    plain = InvalidValue("No.")
    own = ConfigurationError("No %(name)s.", params={"name": "x"}, advice="Do y.", code="Mine")
    later = TooManyRequests("Later.", retry_after=2.5)

    assert (plain.message, plain.code) == ("No.", InvalidValue.code)
    assert (own.message, own.code, own.advice) == ("No x.", "Mine", "Do y.")
    assert ConfigurationError("No.").code == ConfigurationError.code
    assert later.retry_after == 2.5
