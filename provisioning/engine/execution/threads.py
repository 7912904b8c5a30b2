"""The threads that requests are sent from: as many as the target's answers keep busy.

While one waits for its answer, the others prepare theirs. Where an answer takes no longer than what
we do for a request ourselves, more threads only wait for one another: sixteen cost a third more
processor time than two (docs/adr/0018-what-was-saved-on-a-create.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

OWN_MILLISECONDS = 1.5
"""What a request costs us before it leaves and after its answer came, its recording included."""
LEAST = 2
"""One sends while another waits, however quick the answers are."""
QUICK = 0.1
"""The share of answers that tells how quick the target is: the others waited for us as well."""


class SendingThreads:
    """A pool that is as large as the last batch showed to be of use, begun with the most."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = most
        self._pool: ThreadPoolExecutor | None = None

    @property
    def pool(self) -> ThreadPoolExecutor:
        """The threads for one batch; they are kept for the next ones."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._size)
        return self._pool

    def learn(self, milliseconds: Sequence[int]) -> None:
        """Take in how long the answers of a batch took; nothing may be under way."""
        if not milliseconds:
            return
        quick = sorted(milliseconds)[int(len(milliseconds) * QUICK)]
        size = min(self._most, max(LEAST, 1 + int(quick / OWN_MILLISECONDS)))
        if size != self._size:
            self.close()
            self._size = size

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None
