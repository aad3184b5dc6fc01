"""Starting a Chromium: here, with programs found by path, or through a Selenium Grid."""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import ChromeOptions, Remote
from selenium.webdriver.common.proxy import Proxy, ProxyType
from selenium.webdriver.remote.client_config import ClientConfig
from urllib3.exceptions import HTTPError

from tfw.errors import ParameterError, SettingsError
from tfw.sources.web.failures import BrowserUnavailable, PortTaken
from tfw.sources.web.processes import DriverProcess
from tfw.sources.web.profile import SessionProfile
from tfw.sources.web.site import is_loopback

START_SECONDS = 120
TRIES = 3
FLAGS = (
    "--disable-background-networking",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-features=MediaRouter,OptimizationHints,Translate",
    "--disable-gpu",
    "--disable-sync",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--password-store=basic",
)
# A stand-in on this machine has no business with any other host.
ONLY_THIS_MACHINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
PROGRAMS = {
    "TFW_CHROMIUM": ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "TFW_CHROMEDRIVER": ("chromedriver",),
}


def start_here(
    profile: SessionProfile, *, headless: bool, local_site: bool
) -> tuple[Remote, DriverProcess]:
    """A Chromium on this machine and the process that drives it.

    Raises:
        SettingsError: a variable names a program that is not there.
        BrowserUnavailable: Chromium or its driver is missing, or does not start.
    """
    chromium, driver = find_program("TFW_CHROMIUM"), find_program("TFW_CHROMEDRIVER")
    process = started_driver(driver)
    options = chromium_options(profile, headless=headless, local_site=local_site, ours=True)
    options.binary_location = str(chromium)
    options.add_argument(f"--user-data-dir={process.folder / 'profile'}")
    try:
        return connect(process.url, options), process
    except BaseException as error:
        process.close()
        if isinstance(error, WebDriverException | HTTPError | OSError):
            raise BrowserUnavailable(
                f"{chromium} did not start with {driver}: {first_line(error)}. Both must be of "
                "the same version (Debian: chromium and chromium-driver)."
            ) from error
        raise


def started_driver(driver: Path) -> DriverProcess:
    """A running driver, tried again when another program took the port that it had chosen."""
    for _ in range(TRIES - 1):
        with suppress(PortTaken):
            return DriverProcess(driver)
    return DriverProcess(driver)


def start_on_grid(
    remote_url: str, profile: SessionProfile, *, headless: bool, local_site: bool
) -> Remote:
    """A Chromium that a Selenium Grid opened.

    Raises:
        ParameterError: ``remote_url`` is no address.
        BrowserUnavailable: no Grid answers there, or it opens no browser.
    """
    shown, name, password = grid_address(remote_url)
    ours = is_loopback(remote_url)
    options = chromium_options(profile, headless=headless, local_site=local_site, ours=ours)
    try:
        return connect(shown, options, name, password)
    except (HTTPError, OSError) as error:
        raise BrowserUnavailable(
            f"No Selenium Grid answers at {shown} (remote_url): {type(error).__name__}."
        ) from error
    except WebDriverException as error:
        raise BrowserUnavailable(
            f"The Selenium Grid at {shown} (remote_url) opens no Chromium: {first_line(error)}."
        ) from error


def chromium_options(
    profile: SessionProfile, *, headless: bool, local_site: bool, ours: bool
) -> ChromeOptions:
    """The options of a session; ``ours`` tells whether the browser runs as this very user."""
    options = ChromeOptions()
    options.page_load_strategy = "eager"
    options.unhandled_prompt_behavior = "dismiss"
    width, height = profile.window
    flags = [*FLAGS, f"--window-size={width},{height}", f"--lang={profile.language}"]
    flags += ["--headless=new"] if headless else []
    # Chromium's sandbox refuses to work for root.
    flags += ["--no-sandbox"] if ours and os.geteuid() == 0 else []
    flags += [ONLY_THIS_MACHINE, "--no-proxy-server"] if local_site and not profile.proxy else []
    flags += [f"--user-agent={profile.user_agent}"] if profile.user_agent else []
    flags += [f"--proxy-server={profile.proxy}"] if profile.proxy else []
    for flag in flags:
        options.add_argument(flag)
    general = profile.language.split("-", maxsplit=1)[0]
    languages = dict.fromkeys((profile.language, general))
    options.add_experimental_option("prefs", {"intl.accept_languages": ",".join(languages)})
    return options


def grid_address(remote_url: str) -> tuple[str, str | None, str | None]:
    """The address of a Grid without the user name and password that may stand in it, and these.

    Raises:
        ParameterError: it is no address.
    """
    try:
        parts = urlsplit(remote_url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        parts, port = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ParameterError(
            "remote_url is not the address of a Selenium Grid; write it as http://HOST:4444."
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    address = f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}"
    return address, parts.username, parts.password


def connect(
    address: str, options: ChromeOptions, name: str | None = None, password: str | None = None
) -> Remote:
    """A session with the driver or Grid at an address; Selenium Manager plays no part in it."""
    config = ClientConfig(
        remote_server_addr=address,
        proxy=Proxy(raw={"proxyType": ProxyType.DIRECT}) if is_loopback(address) else None,
        timeout=START_SECONDS,
        username=name,
        password=password,
    )
    return Remote(command_executor=address, options=options, client_config=config)


def find_program(variable: str) -> Path:
    """The path of a program: the one that a variable names, else the first one on the PATH.

    Raises:
        SettingsError: the variable names no program.
        BrowserUnavailable: there is none.
    """
    if named := os.environ.get(variable):
        if found := shutil.which(named):
            return Path(found)
        raise SettingsError(f"{variable} is {named!r}, which is not a program.")
    for name in PROGRAMS[variable]:
        if found := shutil.which(name):
            return Path(found)
    raise BrowserUnavailable(
        f"{PROGRAMS[variable][0]} was not found. Install it (Debian: apt-get install chromium "
        f"chromium-driver), or name its path in {variable}."
    )


def first_line(error: BaseException) -> str:
    """The message of an error without the stack that drivers append."""
    message = getattr(error, "msg", None) or str(error) or type(error).__name__
    return str(message).strip().splitlines()[0].rstrip(".")
