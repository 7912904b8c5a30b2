"""A read that ends early adds and changes, removes nothing, and the next one puts it right."""

from __future__ import annotations

import pytest

from provisioning.core.errors import SourceUnavailable
from provisioning.core.resource import Kind
from provisioning.engine.importing.report import Terms
from provisioning.models import ReadState, SourceRead
from provisioning.models.directory import DirectoryObject
from provisioning.tests.sources.conformance.company import (
    NAME,
    PEOPLE,
    edges,
    everything,
    people_present,
    read,
    stored,
)
from provisioning.tests.sources.conformance.opponent import Opponent, Person
from provisioning.tests.sources.conformance.through import Cut, Through

MOST_PAGES = 100


def changed(opponent: Opponent) -> None:
    """Somebody leaves, arrives and changes; memberships begin and end."""
    opponent.rename("p01", "Changed")
    opponent.delete(["p22"])
    opponent.put_people([Person("new", "Newcomer", "", "p02")])
    opponent.add_member("staff", "new")
    opponent.remove_member("staff", "p00")
    opponent.put_group("crew", [(Kind.USER, "p11")])


@pytest.mark.parametrize("silently", [False, True], ids=["with an error", "silently"])
def test_a_first_read_cut_off_at_every_page_is_made_good_by_the_next(
    opponent: Opponent, silently: bool
):
    cuts = 0
    for at in range(MOST_PAGES):
        cut = Cut(at, silently=silently)
        if not _cut_off(opponent, cut):
            break
        cuts += 1
        assert SourceRead.objects.latest("pk").state == ReadState.FAILED
    assert 3 <= cuts < MOST_PAGES

    read(opponent.source())

    assert people_present() == len(PEOPLE)
    assert len(edges()) == 11
    assert all(known for _group, _member, known in edges())


@pytest.mark.parametrize("silently", [False, True], ids=["with an error", "silently"])
def test_changes_cut_off_at_every_page_are_made_good_by_the_next(
    opponent: Opponent, silently: bool
):
    read(opponent.source())
    changed(opponent)
    cuts = 0
    for at in range(MOST_PAGES):
        leaver = stored(opponent, "p22").state
        staff = len(edges())
        cut = Cut(at, silently=silently)
        if not _cut_off(opponent, cut):
            break
        cuts += 1
        # People are removed when all people and groups were read, and never by a part of them.
        if cuts == 1:
            assert stored(opponent, "p22").state == leaver
            assert len(edges()) == staff
    assert 3 <= cuts < MOST_PAGES

    assert read(opponent.source()).users.removed == 0
    by_pieces = everything()
    DirectoryObject.objects.filter(origin__name=NAME).delete()
    read(opponent.source(), Terms(whole=True))

    assert by_pieces == everything()


def _cut_off(opponent: Opponent, cut: Cut) -> bool:
    """Whether the read was cut; one that was not must end well."""
    try:
        read(Through(opponent.source(), cut))
    except SourceUnavailable:
        assert cut.happened
        return True
    assert not cut.happened
    return False
