"""What was planned meets an account as it is now: written as planned, left out, or told."""

from __future__ import annotations

from hypothesis import given

from provisioning.core.attribute_path import AttributePath
from provisioning.core.diff import Change, Echo, apply, differences
from provisioning.core.fitting import Moved, all_moved, fitting
from provisioning.core.resource import Kind, Resource
from provisioning.tests.core.scim_strategies import RESOURCES
from provisioning.tests.core.test_diff import WANTED

path = AttributePath.parse
TITLE = Change(path("title"), "Agent", "Lead")
NAME = Change(path("displayName"), "Ana", "Ana Li")


def test_what_still_holds_its_before_image_is_written_as_planned():
    fit = fitting([TITLE, NAME], {"title": "Agent", "displayName": "Ana"}, Kind.USER)

    assert (fit.rest, fit.moved) == ((TITLE, NAME), ())


def test_what_is_there_already_is_left_out():
    fit = fitting([TITLE, NAME], {"title": "Lead", "displayName": "Ana"}, Kind.USER)

    assert (fit.rest, fit.moved) == ((NAME,), ())


def test_a_third_value_is_told_with_what_was_planned_and_what_would_be_sent_now():
    fit = fitting([TITLE, NAME], {"title": "Chief", "displayName": "Ana"}, Kind.USER)

    assert fit.rest == (NAME,)
    assert fit.moved == (Moved(path("title"), "Agent", "Chief", "Lead"),)
    assert fit.moved[0].as_list() == ["title", "Agent", "Chief", "Lead"]


def test_a_value_that_is_gone_is_a_third_value():
    assert fitting([TITLE], {}, Kind.USER).moved == (Moved(path("title"), "Agent", None, "Lead"),)


def test_F18_a_value_that_the_target_keeps_its_own_way_is_there_already():
    mobile = path('phoneNumbers[type eq "mobile"].value')
    account: Resource = {"phoneNumbers": [{"type": "mobile", "value": "336"}]}
    echo: dict[str, Echo] = {str(mobile): {"sent": "33 6", "seen": "336"}}

    assert fitting([Change(mobile, None, "33 6")], account, Kind.USER, echo).moved == ()
    assert len(fitting([Change(mobile, None, "33 6")], account, Kind.USER).moved) == 1


def test_of_another_account_everything_is_told_that_it_does_not_hold():
    moved = all_moved([TITLE, NAME], {"title": "Lead", "displayName": "Eva"}, Kind.USER)

    assert moved == (Moved(path("displayName"), "Ana", "Eva", "Ana Li"),)


@given(WANTED, RESOURCES)
def test_I08_a_plan_fits_the_account_it_was_made_from_and_is_done_when_it_was_applied(wanted, held):
    changes = differences(wanted, held, Kind.USER)

    assert fitting(changes, held, Kind.USER).moved == ()
    assert fitting(changes, held, Kind.USER).rest == changes
    after = fitting(changes, apply(changes, held), Kind.USER)
    assert after.moved == ()
