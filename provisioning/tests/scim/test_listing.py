"""A listing ends whatever the target tells, and says when it proves nothing (T12, F19, F20)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from provisioning.core.resource import Kind, Resource
from provisioning.scim import listing
from provisioning.scim.listing import Listing, Page, Pages
from provisioning.tests.scim.targets import genesys, person


def _people(first: int, last: int) -> tuple[Resource, ...]:
    return tuple({"id": str(number)} for number in range(first, last + 1))


def _honest(total: int, size: int) -> Callable[[int], Page]:
    return lambda start: Page(total, _people(start, min(start + size - 1, total)))


class Asking:
    """A target that counts how often it is asked."""

    def __init__(self, answer: Callable[[int], Page], size: int) -> None:
        self.answer = answer
        self.starts: list[int] = []
        self.pages = Pages(self.ask, size)
        self.listing = Listing((self.pages,), trusted=True)

    def ask(self, start: int) -> Page:
        self.starts.append(start)
        return self.answer(start)

    def read(self) -> list[str]:
        return [str(resource["id"]) for resource in self.listing]


@pytest.mark.parametrize(
    ("total", "requests"), [(0, 1), (1, 1), (99, 1), (100, 1), (101, 2), (200, 2), (1_000, 10)]
)
def test_a_listing_costs_one_request_a_page_and_none_more(total, requests):
    target = Asking(_honest(total, 100), 100)

    assert target.listing.total == total
    assert target.listing.requests_left == requests - 1
    assert target.read() == [str(number) for number in range(1, total + 1)]
    assert len(target.starts) == requests
    assert target.listing.complete


def test_F20_a_smaller_page_than_asked_for_changes_the_price_only():
    target = Asking(_honest(95, 10), 100)

    assert target.listing.requests_left == 9
    assert len(target.read()) == 95
    assert target.listing.complete


def test_T12_a_target_that_repeats_its_first_page_is_stopped():
    target = Asking(lambda _start: Page(1_000, _people(1, 100)), 100)

    assert len(target.read()) == 100
    assert len(target.starts) == 2
    assert set(target.listing.doubts) == {listing.REPEATED, listing.COUNT_DISAGREES}
    assert not target.listing.complete


def test_T12_a_target_that_never_ends_is_stopped():
    def endless(start: int) -> Page:
        return Page(start + 10_000, _people(start, start + 99))

    target = Asking(endless, 100)

    target.read()

    assert len(target.starts) <= 150
    assert not target.listing.complete


def test_T12_pages_of_one_are_stopped_beyond_what_the_total_needs():
    def dwindling(start: int) -> Page:
        return Page(1_000, _people(start, start + (99 if start == 1 else 0)))

    target = Asking(dwindling, 100)

    target.read()

    assert len(target.starts) <= 12
    assert listing.ENDLESS in target.listing.doubts


@pytest.mark.parametrize("stated", [3, 8])
def test_F20_a_count_that_disagrees_is_no_proof_of_absence(stated):
    target = Asking(lambda start: Page(stated, _people(1, 5) if start == 1 else ()), 100)

    assert len(target.read()) == 5
    assert listing.COUNT_DISAGREES in target.listing.doubts


def test_F19_a_total_that_changes_while_reading_is_no_proof_of_absence():
    def shifting(start: int) -> Page:
        return Page(200 if start == 1 else 199, _people(start, min(start + 99, 199)))

    target = Asking(shifting, 100)
    target.read()

    assert listing.SHIFTED in target.listing.doubts


def test_accounts_without_an_id_are_left_out_and_doubted():
    target = Asking(lambda _start: Page(2, ({"id": "1"}, {"userName": "ana"})), 100)

    assert target.read() == ["1"]
    assert listing.NO_IDS in target.listing.doubts


def test_F19_somebody_who_moves_between_two_listings_is_given_once():
    parts = tuple(Pages(_honest(3, 25), 25) for _ in range(2))
    both = Listing(parts, trusted=True)

    assert len(list(both)) == 3
    assert listing.SHIFTED in both.doubts


def test_a_listing_is_not_complete_before_its_end():
    target = Asking(_honest(300, 100), 100)
    reading = iter(target.listing)
    next(reading)

    assert not target.listing.complete


def test_a_target_whose_listings_are_not_trusted_is_never_complete():
    untrusted = Listing((Pages(_honest(3, 25), 25),), trusted=False)

    assert len(list(untrusted)) == 3
    assert not untrusted.complete


def test_F20_a_simulator_that_lies_about_its_pages_is_seen_through():
    with genesys() as (opened, target):
        for number in range(60):
            opened.create(Kind.USER, person(f"p{number:02}@example.org"))
        target.set_faults(["lying_pages"])

        lying = opened.listing(Kind.USER)
        list(lying)

    assert not lying.complete
    assert lying.doubts


def test_only_what_is_needed_is_asked_for():
    with genesys() as (opened, target):
        opened.create(Kind.USER, person("ana@example.org"))

        (page,) = opened.pages(Kind.USER, attributes=("id", "userName"))

    assert set(page.resources[0]) <= {"id", "userName", "active", "meta", "schemas"}
    assert "attributes=id%2CuserName" in str(target.requests[-1]["path"])


@pytest.mark.parametrize(("lookups", "worth"), [(0, False), (3, False), (4, True), (100, True)])
def test_reading_the_rest_is_weighed_against_looking_up(lookups, worth):
    asked = Asking(_honest(400, 100), 100)

    assert asked.listing.cheaper_than(lookups) is worth


def test_a_second_listing_is_not_even_begun_when_it_cannot_pay():
    first, second = Asking(_honest(400, 100), 100), Asking(_honest(4, 100), 100)

    assert not Listing((first.pages, second.pages), trusted=True).cheaper_than(2)

    assert second.starts == []
