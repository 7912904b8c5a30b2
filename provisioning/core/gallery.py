"""The gallery: what an application is before anybody configured it.

A template is a configuration document in normal form (every key of interface.md, "Configuration
file"), the actions its server allows, the regions it runs in and the name of its quirks. Genesys
Cloud follows the tutorial's mappings (entra-provisioning 22), generic SCIM the defaults of 6.10.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

from provisioning.core.errors import ConfigurationError
from provisioning.core.leaving import Event
from provisioning.core.resource import Kind
from provisioning.core.urns import ENTERPRISE_USER, GENESYS_USER
from provisioning.core.wording import gettext_noop

ENTERPRISE = ENTERPRISE_USER
ALL_ACTIONS = ("create", "update", "delete")
UPDATE_ONLY = ("update",)

# What both templates begin with.
_DEFAULTS: Mapping[str, object] = MappingProxyType(
    {
        "provisioning": {"mode": "automatic", "status": "off", "interval": "40m"},
        "credentials": {
            "tenant_url": "",
            "secret_token": None,
            "client_credentials": None,
        },
        "limits": {
            "requests_per_minute": None,
            "connections": None,
            "quiet_hours": None,
            "quiet_requests_per_minute": 0,
            "maintenance": [],
        },
        "dialect": "rfc",
        "notification": {"email": [], "on_failure": True},
        "scope": "assigned",
        "nested_groups": False,
        "exclude_default_access": True,
        "roles": [],
        "assignments": [],
        "assignments_from": {"source": None, "app": None},
        "on_leaving_scope": "disable",
        "on_deletion": {"action": "delete", "after": "30d"},
        "deprovisioning": {event.value: None for event in Event},
        "deletion_guard": {"percent": 5, "at_least": 3, "at_most": 100},
        "log_retention": "180d",
    }
)


@dataclass(frozen=True, slots=True)
class Region:
    """One place a service runs in; the login host is the API host with another first label."""

    name: str
    place: str
    api_host: str

    @property
    def login_host(self) -> str:
        """Where access tokens are obtained (genesys-scim 2)."""
        return "login." + self.api_host.removeprefix("api.")

    @property
    def tenant_url(self) -> str:
        """The base address of the SCIM service."""
        return f"https://{self.api_host}/api/v2/scim/v2"

    @property
    def token_url(self) -> str:
        """Where client credentials are exchanged for a token."""
        return f"https://{self.login_host}/oauth/token"


@dataclass(frozen=True, slots=True)
class Template:
    """One entry of the gallery."""

    name: str
    title: str
    quirks: str
    user_actions: tuple[str, ...]
    group_actions: tuple[str, ...]
    regions: tuple[Region, ...]
    expected_url: str
    required: tuple[str, ...]
    # What the mapping editor offers where the application does not describe its attributes.
    attributes: Mapping[Kind, tuple[str, ...]]
    _document: Mapping[str, object]

    def document(self) -> dict[str, object]:
        """A configuration document with every default, free to be changed."""
        return deepcopy(dict(self._document))


def find_template(name: str) -> Template:
    """The template of that name; raises `ConfigurationError` with the nearest one."""
    if name in TEMPLATES:
        return TEMPLATES[name]
    near = get_close_matches(name, TEMPLATES, n=1, cutoff=0.4)
    raise ConfigurationError(
        gettext_noop("The gallery has no template '%(name)s'."),
        params={
            "name": name[:60],
            "nearest": near[0] if near else "",
            "known": ", ".join(TEMPLATES),
        },
        advice=gettext_noop("Did you mean %(nearest)s?")
        if near
        else gettext_noop("Use one of %(known)s."),
    )


def _row(target: str, source: str, **more: object) -> dict[str, object]:
    return {"target": target, "source": source, **more}


_ACTIVE: dict[str, object] = {"target": "active", "expression": "Not([IsSoftDeleted])"}

_GROUP_ROWS = [
    _row("displayName", "displayName", match=1),
    _row("externalId", "objectId"),
    _row("members", "members"),
]

_GENESYS_USER_ROWS = [
    _row("userName", "userPrincipalName", match=1),
    _ACTIVE,
    _row("displayName", "displayName"),
    _row('emails[type eq "work"].value', "mail"),
    _row("title", "jobTitle"),
    _row('phoneNumbers[type eq "mobile"].value', "mobile"),
    _row('phoneNumbers[type eq "work"].value', "telephoneNumber"),
    _row(f"{ENTERPRISE}:department", "department"),
    _row(f"{ENTERPRISE}:manager", "manager"),
]

# Without proxyAddresses, which is a list and fills no single address (6.6).
_SCIM_USER_ROWS = [
    _row("userName", "userPrincipalName", match=1),
    _ACTIVE,
    _row("displayName", "displayName"),
    _row("title", "jobTitle"),
    _row('emails[type eq "work"].value', "mail"),
    _row("preferredLanguage", "preferredLanguage"),
    _row("name.givenName", "givenName"),
    _row("name.familyName", "surname"),
    _row('addresses[type eq "other"].formatted', "physicalDeliveryOfficeName"),
    _row('addresses[type eq "work"].streetAddress', "streetAddress"),
    _row('addresses[type eq "work"].locality', "city"),
    _row('addresses[type eq "work"].region', "state"),
    _row('addresses[type eq "work"].postalCode', "postalCode"),
    _row('addresses[type eq "work"].country', "country"),
    _row('phoneNumbers[type eq "work"].value', "telephoneNumber"),
    _row('phoneNumbers[type eq "mobile"].value', "mobile"),
    _row('phoneNumbers[type eq "fax"].value', "facsimileTelephoneNumber"),
    _row("externalId", "mailNickname"),
    _row(f"{ENTERPRISE}:employeeNumber", "employeeId"),
    _row(f"{ENTERPRISE}:department", "department"),
    _row(f"{ENTERPRISE}:manager", "manager"),
]


def _mappings(user_rows: list[dict[str, object]], group_actions: tuple[str, ...]) -> object:
    return {
        "users": {"actions": list(ALL_ACTIONS), "attributes": user_rows, "filters": []},
        "groups": {
            "enabled": True,
            "actions": list(group_actions),
            "attributes": _GROUP_ROWS,
            "filters": [],
        },
    }


_GROUP_ATTRIBUTES = ("displayName", "externalId", "members")

# genesys-scim 5, in its order: what its SCIM service knows, and nothing it ignores.
_GENESYS_ATTRIBUTES = (
    *("userName", "displayName", "active", "title", "password", "externalId"),
    'emails[type eq "work"].value',
    *(
        f'phoneNumbers[type eq "{kind}"].value'
        for kind in (
            *("work", "work2", "work3", "work4", "home", "mobile", "other"),
            *("microsoftteams", "zoomphone", "eightbyeight", "ringcentral"),
        )
    ),
    "roles",
    *(
        f"{ENTERPRISE}:{name}"
        for name in ("division", "department", "manager", "employeeNumber", "dateHire")
    ),
    f"{GENESYS_USER}:routingSkills",
    f"{GENESYS_USER}:routingLanguages",
    *(
        f'{GENESYS_USER}:externalIds[authority eq "{name}"].value'
        for name in ("microsoftteams", "ringcentral", "zoomphone")
    ),
)

_SCIM_ATTRIBUTES = (
    *("userName", "active", "displayName", "title", "externalId", "name.givenName"),
    *("name.familyName", "name.formatted", "nickName", "userType", "preferredLanguage"),
    *("locale", "timezone", "profileUrl", "password", "roles", 'roles[primary eq "True"].value'),
    *('emails[type eq "work"].value', 'emails[type eq "home"].value'),
    *(f'phoneNumbers[type eq "{kind}"].value' for kind in ("work", "mobile", "fax")),
    *(
        f'addresses[type eq "work"].{name}'
        for name in (
            *("formatted", "streetAddress", "locality", "region", "postalCode", "country"),
        )
    ),
    *(
        f"{ENTERPRISE}:{name}"
        for name in (
            *("employeeNumber", "costCenter", "organization"),
            *("division", "department", "manager"),
        )
    ),
)

GENESYS_REGIONS = (
    Region("us-east-1", "US East (N. Virginia)", "api.mypurecloud.com"),
    Region("us-east-2", "US East (FedRAMP)", "api.use2.us-gov-pure.cloud"),
    Region("us-west-2", "US West (Oregon)", "api.usw2.pure.cloud"),
    Region("ca-central-1", "Canada (Central)", "api.cac1.pure.cloud"),
    Region("mx-central-1", "Mexico (Central)", "api.mxc1.pure.cloud"),
    Region("sa-east-1", "South America (São Paulo)", "api.sae1.pure.cloud"),
    Region("eu-west-1", "EU (Dublin)", "api.mypurecloud.ie"),
    Region("eu-west-2", "EU (London)", "api.euw2.pure.cloud"),
    Region("eu-central-1", "EU (Frankfurt)", "api.mypurecloud.de"),
    Region("eu-central-2", "EU (Zürich)", "api.euc2.pure.cloud"),
    Region("ap-south-1", "Asia Pacific (Mumbai)", "api.aps1.pure.cloud"),
    Region("ap-northeast-1", "Asia Pacific (Tokyo)", "api.mypurecloud.jp"),
    Region("ap-northeast-2", "Asia Pacific (Seoul)", "api.apne2.pure.cloud"),
    Region("ap-northeast-3", "Asia Pacific (Osaka)", "api.apne3.pure.cloud"),
    Region("ap-southeast-1", "Asia Pacific (Singapore)", "api.apse1.pure.cloud"),
    Region("ap-southeast-2", "Asia Pacific (Sydney)", "api.mypurecloud.com.au"),
    Region("me-central-1", "Middle East (UAE)", "api.mec1.pure.cloud"),
    Region("eusc-de-east-1", "EU Sovereign (Germany)", "api.edee1.eusc-pure.cloud"),
)
"""The regions of genesys-scim 2, in its order; a Tenant URL outside them may be typed."""

GENESYS_CLOUD = Template(
    name="genesys-cloud",
    title=gettext_noop("Genesys Cloud"),
    quirks="genesys",
    user_actions=ALL_ACTIONS,
    # SCIM of Genesys Cloud has no way to create or delete a group (genesys-scim 6).
    group_actions=UPDATE_ONLY,
    regions=GENESYS_REGIONS,
    expected_url="…/api/v2/scim/v2",
    required=("userName", "displayName"),
    attributes={Kind.USER: _GENESYS_ATTRIBUTES, Kind.GROUP: _GROUP_ATTRIBUTES},
    _document={
        **_DEFAULTS,
        "roles": [
            {"value": "agent", "name": "Agent"},
            {"value": "supervisor", "name": "Supervisor"},
        ],
        "mappings": _mappings(_GENESYS_USER_ROWS, UPDATE_ONLY),
    },
)

GENERIC_SCIM = Template(
    name="scim",
    title=gettext_noop("Generic SCIM 2.0"),
    quirks="generic",
    user_actions=ALL_ACTIONS,
    group_actions=ALL_ACTIONS,
    regions=(),
    expected_url="…/scim/v2",
    required=("userName",),
    attributes={Kind.USER: _SCIM_ATTRIBUTES, Kind.GROUP: _GROUP_ATTRIBUTES},
    _document={**_DEFAULTS, "mappings": _mappings(_SCIM_USER_ROWS, ALL_ACTIONS)},
)

TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {template.name: template for template in (GENESYS_CLOUD, GENERIC_SCIM)}
)
