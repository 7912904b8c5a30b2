"""The configuration that the supervisor reads: restart what dies, stop in the opposite order."""

from __future__ import annotations

from collections.abc import Sequence

# A path may hold any character, and "%" or " ;" mean something in this file: so no path is in it.
# The supervisor stands in ROLLCALL_DATA and finds `python` first on its PATH.
_HEAD = """\
[supervisord]
nodaemon=true
silent=true
logfile=log/supervisor.log
logfile_maxbytes=5MB
logfile_backups=2
pidfile=run/supervisor.pid
childlogdir=log
strip_ansi=true
umask=077
"""

_PROGRAM = """
[program:{name}]
command=python -m provisioning.management.supervise.programs {name}
priority={priority}
autorestart=true
startsecs=1
startretries=1000
stopwaitsecs={patience}
killasgroup=true
redirect_stderr=true
stdout_logfile=log/{name}.log
stdout_logfile_maxbytes=5MB
stdout_logfile_backups=2
"""


def text(names: Sequence[str]) -> str:
    """The whole file, for programs in the order of their start."""
    sections = [
        _PROGRAM.format(
            name=name,
            priority=10 * place,
            # A worker ends behind the requests under way, whose answers may be slow.
            patience=40 if name == "worker" else 10,
        )
        for place, name in enumerate(names, start=1)
    ]
    return _HEAD + "".join(sections)
