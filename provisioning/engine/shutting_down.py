"""Whether this worker was asked to go, told by its main process and seen by the pool's children.

Celery tells of SIGTERM; its soft shutdown, by SIGQUIT, would let the work go on for 30 s first.
One byte that they share since the fork: no lock, so that a process that is killed holds none.
"""

from __future__ import annotations

from mmap import mmap

_asked = mmap(-1, 1)


def ask() -> None:
    """From now on no unit is begun here, and the one in hand is given back at the next chance."""
    _asked[0] = 1


def asked() -> bool:
    """Whether somebody called `ask` in this process or in the one that it was forked from."""
    return _asked[0] == 1
