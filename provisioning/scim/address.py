"""Which network addresses a Tenant URL may lead to (threats T01 and T02).

The public internet, and what the server's settings add. `ipaddress.is_global` is not enough: it
calls wrapped, multicast and cloud addresses global, so the tables of the IANA special-purpose
registries stand here, and every address that carries another one is judged by that one too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from provisioning.core.errors import ConfigurationError
from provisioning.core.wording import gettext_noop

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NEVER: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # "this network"; 0.0.0.0 reaches loopback on Linux
        "169.254.0.0/16",  # link-local, and the metadata service of most clouds
        "100.100.100.200/32",  # Alibaba Cloud metadata
        "168.63.129.16/32",  # Azure's host
        "192.0.0.192/32",  # Oracle Cloud metadata
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "::/128",
        "fe80::/10",  # link-local
        "fec0::/10",  # site-local, deprecated
        "fd00:ec2::/32",  # AWS services on instances
        "fd20:ce::254/128",  # Google Cloud metadata
        "ff00::/8",  # multicast
        "64:ff9b:1::/48",  # local NAT64: it may stand for any IPv4 address
    )
)
"""Refused whatever the settings say."""

SPECIAL: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
    )
)
"""Not the public internet: only an entry of the allow-list opens them."""

PUBLIC_IPV6 = IPv6Network("2000::/3")
COMPATIBLE = IPv6Network("::/96")
NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class AllowedNetworks:
    """Networks beyond the public internet that the server's settings open."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def parse(cls, text: str) -> AllowedNetworks:
        """Read a comma-separated list of CIDRs (`ALLOWED_TARGET_NETWORKS`)."""
        networks: list[Network] = []
        for entry in filter(None, (part.strip() for part in text.split(","))):
            try:
                networks.append(ip_network(entry))
            except ValueError:
                raise ConfigurationError(
                    gettext_noop("“%(entry)s” is not a network."),
                    params={"entry": entry},
                    advice=gettext_noop("Write it as in 10.20.0.0/16, without bits after the /."),
                ) from None
        return cls(tuple(networks))

    @property
    def loopback(self) -> bool:
        """True when this very machine may be reached, and plain http with it."""
        return any(network.is_loopback for network in self.networks)

    def admits(self, address: Address) -> bool:
        """True when a connection to the address, and to all it stands for, is permitted."""
        return all(self._admits_one(candidate) for candidate in unwrapped(address))

    def _admits_one(self, address: Address) -> bool:
        if _within(address, NEVER):
            return False
        if _within(address, self.networks):
            return True
        if isinstance(address, IPv6Address) and address not in PUBLIC_IPV6:
            return False
        return not _within(address, SPECIAL)


def parse_address(text: str) -> Address | None:
    """The address a text spells, without its zone; None when it spells none."""
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None


def is_loopback(address: Address) -> bool:
    """True when the address, or what it stands for, is this machine."""
    return all(candidate.is_loopback for candidate in unwrapped(address))


def unwrapped(address: Address) -> tuple[Address, ...]:
    """What an address stands for: itself, or the IPv4 addresses carried inside it."""
    if isinstance(address, IPv4Address) or address.is_loopback or address.is_unspecified:
        return (address,)
    return tuple(_carried(address)) or (address,)


def _carried(address: IPv6Address) -> Iterator[IPv4Address]:
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address in COMPATIBLE or address in NAT64:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo


def _within(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
