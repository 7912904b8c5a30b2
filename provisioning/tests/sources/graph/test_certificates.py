"""A tenant entered with a certificate instead of a secret, and certificates that are none."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from provisioning.core.errors import ConfigurationError, SourceUnavailable
from provisioning.engine.importing.directory import import_directory
from provisioning.sources.graph.certificates import Certificate
from provisioning.sources.graph.settings import Proof
from provisioning.sources.graph.source import GraphDirectory
from provisioning.tests.simulator.graph.certificates import key_and_certificate, pem, written
from provisioning.tests.simulator.graph.companies import company
from provisioning.tests.sources.graph.tenants import client_of, settings_of, tenant

TODAY = datetime.fromtimestamp(time.time(), UTC)


@pytest.mark.parametrize("key_first", [True, False])
def test_a_certificate_opens_the_tenant(tmp_path, key_first):
    key, certificate = key_and_certificate(TODAY)
    both = pem(key, certificate)
    start = both.index("-----BEGIN CERTIFICATE")
    text = both if key_first else both[start:] + both[:start]
    registered = f"rollcall:{written(tmp_path, certificate)}"
    with tenant(seed=company(), certificates=[registered]) as running:
        settings = replace(settings_of(running), proof=Proof.CERTIFICATE, secret=text)

        assert len(client_of(settings).read("/users")["value"]) == 3
        assert "PRIVATE" not in repr(settings) + repr(Certificate.read(text))


def test_a_certificate_that_is_not_registered_is_refused_with_advice(tmp_path):
    key, certificate = key_and_certificate(TODAY)
    _, other = key_and_certificate(TODAY)
    with tenant(certificates=[f"rollcall:{written(tmp_path, other)}"]) as running:
        secret = pem(key, certificate)
        settings = replace(settings_of(running), proof=Proof.CERTIFICATE, secret=secret)
        with pytest.raises(SourceUnavailable) as raised:
            client_of(settings).read("/users")

    assert "Upload the certificate" in raised.value.advice


def test_what_is_no_certificate_with_its_key_is_refused_before_anything_is_sent():
    key, certificate = key_and_certificate(TODAY)
    stranger, _ = key_and_certificate(TODAY)
    curve = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    alone = certificate.public_bytes(Encoding.PEM).decode()

    for text in ("", "secret", alone, curve.decode() + alone, pem(stranger, certificate)):
        with pytest.raises(ConfigurationError):
            Certificate.read(text)
    assert Certificate.read(pem(key, certificate)).thumbprint


def test_a_certificate_that_soon_ends_says_so():
    key, certificate = key_and_certificate(TODAY)
    read = Certificate.read(pem(key, certificate))

    assert not read.expires_within(30, TODAY)
    assert read.expires_within(30, TODAY + timedelta(days=340))


@pytest.mark.django_db
def test_every_read_warns_of_a_certificate_that_soon_ends(tmp_path):
    key, certificate = key_and_certificate(TODAY)
    registered = f"rollcall:{written(tmp_path, certificate)}"
    with tenant(seed=company(), certificates=[registered]) as running:
        entered = replace(
            settings_of(running), proof=Proof.CERTIFICATE, secret=pem(key, certificate)
        )
        later = TODAY + timedelta(days=340)
        source = GraphDirectory(entered, client_of(entered), {}, later)
        report = import_directory(source, name="entra", now=later)

    ends = certificate.not_valid_after_utc.date().isoformat()
    assert f"ends on {ends}" in report.warnings[0].reason
