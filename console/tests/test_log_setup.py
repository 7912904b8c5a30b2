"""Logs: one record is one line, in both forms."""

from __future__ import annotations

import io
import json
import logging
import logging.config

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from console.log_setup import logging_configuration


def written(log_format, message, *arguments):
    """What a handler configured like ours writes for this record."""
    configuration = logging_configuration(log_format)
    stream = io.StringIO()
    configuration["handlers"]["stderr"]["stream"] = stream
    formatter = configuration["formatters"]["line"]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=formatter["foreign_pre_chain"], processors=formatter["processors"]
        )
    )
    record = logging.LogRecord("provisioning.x", logging.ERROR, "", 1, message, arguments, None)
    handler.emit(record)
    return stream.getvalue()


@pytest.mark.parametrize("log_format", ["json", "text"])
@given(name=st.text())
def test_T18_one_record_is_one_line(log_format, name):
    lines = written(log_format, "name is %s", name)

    assert len(lines.splitlines()) == 1
    assert "\x1b" not in lines


def test_T18_a_forged_line_is_escaped_and_readable():
    line = written("text", "hello %s", "bob\nCRITICAL all is lost")

    assert "bob\\x0aCRITICAL" in line


def test_json_lines_carry_time_level_and_logger():
    document = json.loads(written("json", "hello"))

    assert document["event"] == "hello"
    assert document["level"] == "error"
    assert document["logger"] == "provisioning.x"
    assert document["timestamp"].endswith("Z")
