"""How many threads send: as many as a target's answers keep busy."""

from __future__ import annotations

import pytest

from provisioning.engine.execution.threads import SendingThreads


@pytest.mark.parametrize(
    ("milliseconds", "size"),
    [
        ([0] * 100, 2),
        ([2] * 100, 2),
        ([6] * 100, 5),
        ([50] * 100, 16),
        ([1] * 5 + [500] * 95, 16),
    ],
)
def test_threads_are_as_many_as_the_answers_keep_busy(milliseconds, size):
    threads = SendingThreads(16)

    threads.learn(milliseconds)

    assert threads.pool._max_workers == size
    threads.close()


def test_all_threads_are_there_until_something_is_known():
    threads = SendingThreads(16)

    threads.learn([])

    assert threads.pool._max_workers == 16
    threads.close()


def test_a_target_that_became_slow_gets_more_threads_again():
    threads = SendingThreads(16)
    threads.learn([1] * 100)
    threads.pool.submit(int).result()

    threads.learn([30] * 100)

    assert threads.pool._max_workers == 16
    threads.close()


def test_there_are_never_more_threads_than_connections():
    threads = SendingThreads(1)

    threads.learn([1] * 100)

    assert threads.pool._max_workers == 1
    threads.close()
