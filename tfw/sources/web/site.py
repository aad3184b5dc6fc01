"""Which site is read: TikTok's, or a stand-in on this machine."""

import ipaddress
import os
from urllib.parse import urlsplit

from tfw.errors import ParameterError

TIKTOK = "https://www.tiktok.com"
SITE_VARIABLE = "TFW_TIKTOK_URL"


def site_address(site: str | None = None) -> str:
    """The address of the site, without a slash at its end: TikTok's unless something else is given.

    ``site`` comes before the environment's ``TFW_TIKTOK_URL``.

    Raises:
        ParameterError: it is no http or https address of a host.
    """
    address = (site or os.environ.get(SITE_VARIABLE) or TIKTOK).strip().rstrip("/")
    name = "site" if site else SITE_VARIABLE
    try:
        parts = urlsplit(address)
        whole = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) > 0
    except ValueError:
        whole = False
    if not whole or parts.path or parts.query or parts.fragment or parts.username:
        raise ParameterError(
            f"{name} is not the address of a site; write it as {TIKTOK} or http://127.0.0.1:8765."
        )
    return address


def is_loopback(address: str) -> bool:
    """Whether an address is of this very machine."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
