import pytest

from tfw.errors import ParameterError
from tfw.sources.web.site import is_loopback, site_address


def test_the_site_is_the_given_one_or_that_of_the_environment_or_the_real_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("TFW_TIKTOK_URL", raising=False)
    assert site_address() == "https://www.tiktok.com"
    monkeypatch.setenv("TFW_TIKTOK_URL", "http://127.0.0.1:8765/")
    assert site_address() == "http://127.0.0.1:8765"
    assert site_address("http://localhost:1") == "http://localhost:1"


@pytest.mark.parametrize("address", ["www.tiktok.com", "ftp://a", "https://a/b", "http://h:x"])
def test_what_is_no_address_of_a_site_is_refused(address: str) -> None:
    with pytest.raises(ParameterError, match="site is not the address of a site"):
        site_address(address)


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("http://127.0.0.1:8765", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:80", True),
        ("http://localhost", True),
        ("https://www.tiktok.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://10.0.0.1", False),
    ],
)
def test_only_this_machine_is_local(address: str, local: bool) -> None:
    assert is_loopback(address) is local
