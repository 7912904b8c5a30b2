"""Logs on standard error: one record, one line, whatever a name in it holds (T18).

`LOG_FORMAT=json` writes JSON objects, `text` a line for people. Both carry what was bound with
`structlog.contextvars` (job, cycle, change).
"""

from __future__ import annotations

import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def one_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Escapes control characters in every text of the record, so that none forges a second line."""
    return {key: _escaped(value) for key, value in event.items()}


def _escaped(value: object) -> object:
    if not isinstance(value, str):
        return value
    return _CONTROL.sub(lambda match: f"\\x{ord(match.group()):02x}", value)


def text_line(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """`time level event key=value …`"""
    time, level = event.pop("timestamp", ""), str(event.pop("level", "info"))
    said = str(event.pop("event", ""))
    rest = " ".join(f"{key}={value}" for key, value in sorted(event.items()))
    return f"{time} {level:<8}{said} {rest}".rstrip()


def logging_configuration(log_format: str) -> dict[str, Any]:
    """What `logging.config.dictConfig` gets; structlog's own loggers take the same road."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if log_format == "json" else text_line
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    one_line,
                    renderer,
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "provisioning": {"level": "INFO"},
            "console": {"level": "INFO"},
            "celery": {"level": "INFO"},
            # Django's own handler writes a second time; ours is the root's.
            "django": {"handlers": [], "level": "INFO"},
            "django.server": {"handlers": [], "propagate": True},
        },
    }
