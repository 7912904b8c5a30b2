"""Where a Microsoft Graph tenant is, and how Rollcall proves itself to it.

Token address and Graph address are settings and no constants: national clouds have their own, and a
simulator too (directory-sources 2.1).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Proof(StrEnum):
    """How the application registration proves itself."""

    SECRET = "secret"  # noqa: S105  the word of a setting
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Cloud:
    """One of Microsoft's clouds: where it signs in, and where its Graph is."""

    sign_in: str
    graph: str


CLOUDS = {
    "global": Cloud("https://login.microsoftonline.com", "https://graph.microsoft.com"),
    "us_government": Cloud("https://login.microsoftonline.us", "https://graph.microsoft.us"),
    "us_defense": Cloud("https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
    "china": Cloud("https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"),
}
"""By learn.microsoft.com/graph/deployments."""

VERSION = "/v1.0"


@dataclass(frozen=True, slots=True)
class GraphSettings:
    """One tenant. `secret` is the client secret, or certificate and private key as PEM."""

    tenant: str
    client_id: str
    proof: Proof
    token_url: str
    graph_url: str
    secret: str = field(repr=False)

    @property
    def scope(self) -> str:
        """What a token is asked for: everything an administrator consented to."""
        return f"{origin_of(self.graph_url)}/.default"


def token_url_of(cloud: str, tenant: str) -> str:
    """Where the tenant's tokens come from in one of Microsoft's clouds."""
    return f"{CLOUDS[cloud].sign_in}/{tenant}/oauth2/v2.0/token"


def graph_url_of(cloud: str) -> str:
    """The base address of Graph in one of Microsoft's clouds."""
    return f"{CLOUDS[cloud].graph}{VERSION}"


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"
