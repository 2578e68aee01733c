import pytest
from django.test import RequestFactory
from pytest_django import Settings

from triptych.web.accounts.views import address_of


@pytest.mark.parametrize(
    ("peer", "said", "address"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "192.0.2.1", "203.0.113.5"),
        ("10.0.0.1", "192.0.2.1", "192.0.2.1"),
        ("10.0.0.1", "6.6.6.6, 192.0.2.1", "192.0.2.1"),
        ("10.0.0.1", "6.6.6.6, 192.0.2.1, 10.0.0.2", "192.0.2.1"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_only_a_proxy_of_ours_is_believed_about_where_somebody_comes_from(
    settings: Settings, peer: str, said: str, address: str
) -> None:
    settings.TRIPTYCH_TRUSTED_PROXIES = frozenset({"10.0.0.1", "10.0.0.2"})
    headers = {"x-forwarded-for": said} if said else {}
    assert address_of(RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)) == address
