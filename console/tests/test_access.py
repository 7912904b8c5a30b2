"""Who may see and do what: every address of the site map, tried as a stranger and as a reader."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path

from console import urls
from console.access import public, role_of
from console.frame import application_links, console_links
from console.models import Account, Role
from console.tests.signing_in import administrator, reader
from provisioning.tests.builders import configure

pytestmark = pytest.mark.django_db

PUBLIC = {"home", "directory", "login", "logout", "language", "setup", "healthz", "readyz"}
# A token opens these, and no session does (test_inbound_scim.py).
PUBLIC |= {"inbound-scim", "inbound-scim-root"}
OWN = {"account", "mapping-values"}
"""What readers may send: their own settings, and a mapping whose values they want to see."""
MADE_UP = {"slug": "wiki", "kind": "users", "extension": "csv", "value": "agent"}


def patterns(
    resolver: URLResolver | None = None, begin: str = "/"
) -> Iterator[tuple[str, str, URLPattern]]:
    """Name, address with made-up parts, and pattern of everything in the site map."""
    for one in (resolver or get_resolver("console.urls")).url_patterns:
        address = begin + _made_up(str(one.pattern))
        if isinstance(one, URLResolver):
            yield from patterns(one, address)
        else:
            yield str(one.name), address, one


def _made_up(route: str) -> str:
    pieces = []
    for piece in route.split("<"):
        variable, closing, rest = piece.partition(">")
        kind, _colon, name = variable.rpartition(":")
        made = {"int": "1", "uuid": str(uuid.UUID(int=1))}.get(kind, MADE_UP.get(name, "x"))
        pieces.append(made + rest if closing else piece)
    return "".join(pieces)


EVERYTHING = [(name, address) for name, address, _one in patterns()]
GUARDED = [(name, address) for name, address in EVERYTHING if name not in PUBLIC]


@pytest.mark.parametrize(("name", "address"), GUARDED)
def test_T44_a_stranger_is_led_to_the_sign_in_page_and_back(client, name, address):
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 302
        assert answer["Location"] == f"/login/?next={address}"


@pytest.mark.parametrize(("name", "address"), GUARDED)
def test_T44_a_fragment_sends_a_stranger_s_whole_page_to_the_sign_in_page(client, name, address):
    here = "http://testserver/applications/wiki/?tab=1"

    answer = client.get(address, headers={"hx-request": "true", "hx-current-url": here})

    assert answer["HX-Redirect"] == "/login/?next=%2Fapplications%2Fwiki%2F%3Ftab%3D1"
    assert answer.content == b""


@pytest.mark.parametrize(("name", "address"), GUARDED)
def test_T44_a_reader_changes_nothing_but_their_own_account(client, name, address):
    reader(client)

    answer = client.post(address)

    assert name in OWN or answer.status_code in (403, 405)


@pytest.mark.parametrize(("name", "address"), GUARDED)
def test_T44_whoever_has_no_role_sees_nothing(client, name, address):
    client.force_login(User.objects.create_user("somebody"))

    assert client.get(address).status_code == 403


@pytest.mark.parametrize(("name", "address"), GUARDED)
def test_every_view_names_its_role(name, address):
    marked = {one.name: one.callback for _name, _address, one in patterns()}

    assert hasattr(marked[name], "rollcall_access")


def test_T44_a_view_that_names_no_role_is_closed_even_to_administrators(client, settings):
    administrator(client)
    settings.ROOT_URLCONF = __name__

    assert client.get("/forgotten/").status_code == 403
    assert client.get("/open/").content == b"hello"


def test_readers_read_every_page_of_the_navigation(client):
    reader(client)
    configure({"name": "Wiki", "slug": "wiki", "template": "scim"})
    links = [*application_links("wiki"), *console_links(Role.READER)]

    closed = [one.section for one in links if client.get(one.address).status_code != 200]

    assert closed == []


def test_the_refusal_says_whose_task_it_is(client):
    reader(client)

    answer = client.get("/administration/administrators/")

    assert answer.status_code == 403
    assert "This needs the role Administrator" in answer.content.decode()


@pytest.mark.parametrize(
    ("make", "role"),
    [
        (lambda user: None, None),
        (lambda user: Account.objects.create(user=user, role=Role.READER), Role.READER),
        (
            lambda user: Account.objects.create(user=user, role=Role.ADMINISTRATOR),
            Role.ADMINISTRATOR,
        ),
        (
            lambda user: User.objects.filter(pk=user.pk).update(is_superuser=True),
            Role.ADMINISTRATOR,
        ),
        (lambda user: User.objects.filter(pk=user.pk).update(is_active=False), None),
    ],
    ids=["no account", "reader", "administrator", "superuser", "inactive"],
)
def test_the_role_of_somebody(make, role):
    user = User.objects.create_user("marie")
    make(user)

    assert role_of(User.objects.get(pk=user.pk)) == role


def becomes(user, **values):
    Account.objects.create(user=user, role=Role.READER)
    User.objects.filter(pk=user.pk).update(**values)


def test_signing_out_ends_the_session(client):
    administrator(client)
    client.post("/logout/")

    assert client.get("/applications/")["Location"].startswith("/login/")


def forgotten(request):
    return HttpResponse("secret")


@public
def open_to_all(request):
    return HttpResponse("hello")


handler403 = urls.handler403
urlpatterns = [
    path("forgotten/", forgotten),
    path("open/", open_to_all),
    *urls.urlpatterns,
]
