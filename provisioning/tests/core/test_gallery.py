"""The gallery: its templates, and where Genesys Cloud runs."""

from __future__ import annotations

import pytest

from provisioning.core.errors import ConfigurationError
from provisioning.core.gallery import TEMPLATES, find_template


@pytest.mark.parametrize(
    ("host", "login"),
    [
        ("api.mypurecloud.de", "login.mypurecloud.de"),
        ("api.euc2.pure.cloud", "login.euc2.pure.cloud"),
    ],
)
def test_a_region_says_where_scim_and_where_tokens_are(host: str, login: str):
    (region,) = [r for r in find_template("genesys-cloud").regions if r.api_host == host]

    assert region.tenant_url == f"https://{host}/api/v2/scim/v2"
    assert region.login_host == login
    assert region.token_url == f"https://{login}/oauth/token"


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("genesys", "Did you mean genesys-cloud?"),
        ("?", "Use one of genesys-cloud, scim."),
    ],
)
def test_an_unknown_template_is_refused_with_the_nearest(name: str, advice: str):
    with pytest.raises(ConfigurationError, match="no template") as caught:
        find_template(name)

    assert caught.value.advice == advice


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_document_of_the_gallery_is_free_to_be_changed(name: str):
    document = find_template(name).document()
    document["credentials"]["tenant_url"] = "https://x.example"  # type: ignore[index]

    assert find_template(name).document()["credentials"]["tenant_url"] == ""  # type: ignore[index]
