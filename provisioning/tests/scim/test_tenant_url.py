"""Where a Tenant URL may lead is decided before anything is sent (T01)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.core.errors import ConfigurationError
from provisioning.scim.address import NEVER, AllowedNetworks
from provisioning.scim.tenant_url import check_tenant_url

NOTHING = AllowedNetworks()
LOOPBACK = AllowedNetworks.parse("127.0.0.0/8,::1/128")

HOSTILE = [
    "",
    " ",
    "api.example.org/scim",
    "//api.example.org/scim",
    "ftp://api.example.org/scim",
    "file:///etc/passwd",
    "gopher://api.example.org:70/_",
    "javascript:alert(1)",
    "https:/api.example.org",
    "https:///scim",
    "https://",
    "http://api.example.org/scim",
    "http://93.184.216.34/scim",
    "https://user@api.example.org/scim",
    "https://user:password@api.example.org/scim",
    "https://api.example.org@169.254.169.254/",
    "https://api.example.org/scim#fragment",
    "https://api.example.org/scim#",
    "https://api.example.org:/scim",
    "https://api.example.org/scim?aadOptscim062020",
    "https://api.example.org/scim?",
    "https://api.exam ple.org/scim",
    "https://api.example.org/sc im",
    "https://api.example.org/scim\r\nHost: x",
    "https://api.example.org\n.evil.org/",
    "https://api.example.org/\x00",
    "https://api.example.org\\@evil.org/",
    "https://api.example.org/\u202escim",
    "https://api.example.org:0/scim",
    "https://api.example.org:65536/scim",
    "https://api.example.org:port/scim",
    "https://api.example.org:22/scim",
    "https://api.example.org:25/scim",
    "https://api.example.org:6379/scim",
    "https://api.example.org:5432/scim",
    "https://-api.example.org/scim",
    "https://api..example.org/scim",
    "https://%61pi.example.org/scim",
    "https://[::1/scim",
    "https://[fe80::1%25eth0]/scim",
    "https://[not:an:address]/scim",
    "https://api.example.org/../admin",
    "https://api.example.org/%2e%2e/admin",
    "https://api.example.org/scim/..%2fadmin",
    "https://api.example.org/scim/Users",
    "https://api.example.org/scim/ServiceProviderConfig/",
    "https://localhost/scim",
    "https://LOCALHOST./scim",
    "https://target.localhost/scim",
    "https://127.0.0.1/scim",
    "https://127.1/scim",
    "https://2130706433/scim",
    "https://0x7f000001/scim",
    "https://0177.0.0.1/scim",
    "https://①②⑦.⓪.⓪.①/scim",
    "https://169.254.169.254/latest/meta-data",
    "https://2852039166/latest/meta-data",
    "https://0xa9fea9fe/latest/meta-data",
    "https://0251.0376.0251.0376/latest/meta-data",
    "https://169.254.43518/latest/meta-data",
    "https://169.254.169.254./latest/meta-data",
    "https://100.100.100.200/",
    "https://168.63.129.16/",
    "https://192.0.0.192/",
    "https://0.0.0.0/",
    "https://0/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::]/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[64:ff9b:1::a9fe:a9fe]/",
    "https://[2002:a9fe:a9fe::1]/",
    "https://[2001:0:a9fe:a9fe::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fc00::1]/",
    "https://[fe80::1]/",
    "https://[ff02::1]/",
    "https://" + "a" * 2_100 + ".example.org/",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_T01_a_hostile_tenant_url_is_refused_with_advice(text):
    with pytest.raises(ConfigurationError) as refusal:
        check_tenant_url(text, NOTHING)

    assert refusal.value.advice
    assert refusal.value.code == "InvalidTenantUrl"
    assert "password" not in refusal.value.message.replace("a password in it", "")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (" https://api.mypurecloud.de/api/v2/scim/v2/ \n", "https://api.mypurecloud.de/api/v2/scim/v2"),
        ("https://API.Example.org", "https://api.example.org"),
        ("HTTPS://api.example.org:443/scim//", "https://api.example.org/scim"),
        ("https://scim.example.org:8443/v2", "https://scim.example.org:8443/v2"),
        ("https://bücher.example/scim", "https://xn--bcher-kva.example/scim"),
        ("https://93.184.216.34/scim", "https://93.184.216.34/scim"),
        ("https://[2606:2800:220:1::1]:8443/scim", "https://[2606:2800:220:1::1]:8443/scim"),
        ("https://[64:ff9b::5db8:d822]/", "https://[64:ff9b::5db8:d822]"),
    ],
)  # fmt: skip
def test_T01_a_usable_tenant_url_is_cleaned(text, cleaned):
    assert str(check_tenant_url(text, NOTHING)) == cleaned


@pytest.mark.parametrize(
    "text",
    ["http://127.0.0.1:9400/api/v2/scim/v2", "http://localhost:81", "http://[::1]:5432/scim"],
)
def test_T01_plain_http_reaches_loopback_where_the_settings_allow_it(text):
    assert str(check_tenant_url(text, LOOPBACK)) == text


@pytest.mark.parametrize("text", ["http://10.0.0.1/scim", "http://api.example.org/scim"])
def test_T01_plain_http_reaches_nothing_but_loopback(text):
    with pytest.raises(ConfigurationError):
        check_tenant_url(text, AllowedNetworks.parse("127.0.0.0/8,10.0.0.0/8"))


def test_T01_a_private_network_is_opened_by_the_settings_only():
    opened = AllowedNetworks.parse("10.20.0.0/16")

    assert str(check_tenant_url("https://10.20.1.1:444/scim", opened))
    with pytest.raises(ConfigurationError):
        check_tenant_url("https://10.21.1.1/scim", opened)


@pytest.mark.parametrize("network", ["169.254.0.0/16", "0.0.0.0/0", "::/0"])
def test_T01_link_local_addresses_are_never_opened(network):
    opened = AllowedNetworks.parse(network)

    for text in ("169.254.169.254", "0.0.0.1", "[fe80::1]", "[64:ff9b::a9fe:a9fe]"):
        with pytest.raises(ConfigurationError):
            check_tenant_url(f"https://{text}/", opened)


def test_an_entry_of_the_allow_list_that_is_no_network_is_named():
    with pytest.raises(ConfigurationError, match=r"10\.0\.0\.1/8"):
        AllowedNetworks.parse("127.0.0.0/8, 10.0.0.1/8")


def _wrappings(inner: int) -> list[IPv6Address]:
    return [
        IPv6Address(0xFFFF << 32 | inner),
        IPv6Address(inner),
        IPv6Address(0x64FF9B << 96 | inner),
        IPv6Address(0x64FF9B0001 << 80 | inner),
        IPv6Address(0x2002 << 112 | inner << 80),
        IPv6Address(0x2001 << 112 | inner << 64),
        IPv6Address(0x2001 << 112 | inner ^ 0xFFFFFFFF),
    ]


FORBIDDEN = [
    network
    for network in (*NEVER, *AllowedNetworks.parse("127.0.0.0/8,10.0.0.0/8,100.64.0.0/10").networks)
    if network.version == 4
]


@given(st.sampled_from(FORBIDDEN), st.integers(min_value=0))
def test_T01_any_forbidden_ipv4_in_any_wrapping_is_refused(network, offset):
    inner = int(network.network_address) + offset % network.num_addresses

    assert not NOTHING.admits(IPv4Address(inner))
    for wrapped in _wrappings(inner):
        assert not NOTHING.admits(wrapped), wrapped


@given(st.text(max_size=80), st.booleans())
def test_T01_any_text_is_a_tenant_url_or_one_typed_error(text, prefixed):
    try:
        url = check_tenant_url(f"https://{text}" if prefixed else text, NOTHING)
    except ConfigurationError:
        return

    assert check_tenant_url(str(url), NOTHING) == url
