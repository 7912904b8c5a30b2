"""The one error of wrong options: what was given, and what to give instead."""

from __future__ import annotations


class SettingError(ValueError):
    """An option of the simulator that it cannot work with."""

    def __init__(self, message: str, *, path: str, advice: str) -> None:
        """Keep the option's name, what is wrong with it and what to do about it."""
        super().__init__(message)
        self.message = message
        self.path = path
        self.advice = advice


class CannotStart(RuntimeError):
    """The options are right, but the simulator cannot listen or read its state."""
