"""Creates in waves: each person after their manager, a circle cut at exactly one person."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from provisioning.core.waves import waves_of

PEOPLE = st.sampled_from([f"p{number}" for number in range(8)])


def test_a_report_comes_one_wave_after_the_manager():
    waves, closing = waves_of({"ana": "boss", "ben": "ana"})

    assert waves == {"ana": 1, "ben": 2}
    assert closing == set()


def test_a_circle_is_cut_at_its_smallest_person():
    waves, closing = waves_of({"a": "b", "b": "c", "c": "a"})

    assert closing == {"a"}
    assert waves == {"a": 0, "c": 1, "b": 2}


def test_who_manages_themselves_closes_a_circle_alone():
    assert waves_of({"a": "a"}) == ({"a": 0}, {"a"})


def test_people_below_a_circle_do_not_close_it():
    waves, closing = waves_of({"a": "b", "b": "a", "x": "b", "y": "x"})

    assert closing == {"a"}
    assert waves["x"] == waves["b"] + 1
    assert waves["y"] == waves["x"] + 1


@given(st.dictionaries(PEOPLE, PEOPLE))
def test_nobody_precedes_their_manager_but_who_closes_a_circle(managers: dict[str, str]):
    waves, closing = waves_of(managers)

    for person, manager in managers.items():
        if person not in closing:
            assert waves[person] > waves.get(manager, 0) or manager not in managers
    assert closing <= set(managers)


@given(st.dictionaries(PEOPLE, PEOPLE))
def test_every_circle_is_closed_once(managers: dict[str, str]):
    _, closing = waves_of(managers)

    uncut = {person: manager for person, manager in managers.items() if person not in closing}
    assert waves_of(uncut)[1] == set()
    for person in closing:
        path, current = [person], managers[person]
        while current != person:
            path.append(current)
            current = managers[current]
        assert len(closing & set(path)) == 1


def test_a_long_chain_needs_no_recursion():
    chain = {f"p{number}": f"p{number + 1}" for number in range(20_000)}

    waves, _ = waves_of(chain)

    assert waves["p0"] == 20_000
