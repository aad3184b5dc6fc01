"""The client key and secret of the Research API, from the environment or a private file.

| source | what it holds |
| --- | --- |
| `TFW_RESEARCH_CLIENT_KEY`, `TFW_RESEARCH_CLIENT_SECRET` | both together; they come first |
| `params/credentials.ini` | section `[Tiktok]` with `CLIENT_KEY` and `CLIENT_SECRET` |

No message, log line or repr shows either of them.
"""

import configparser
import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from tfw.errors import SettingsError
from tfw.settings import Settings, load_settings

KEY_VARIABLE = "TFW_RESEARCH_CLIENT_KEY"
SECRET_VARIABLE = "TFW_RESEARCH_CLIENT_SECRET"
FILE_NAME = "credentials.ini"
SECTION = "Tiktok"
# What the example file has in place of the values.
PLACEHOLDER = re.compile(r"(your|my)[-_ ].*|<.*>|x+|\.\.\.|changeme", re.IGNORECASE)
HELP = (
    f"Set {KEY_VARIABLE} and {SECRET_VARIABLE}, or copy params/credentials.example.ini to "
    f"params/{FILE_NAME}, fill it in and run `chmod 600 params/{FILE_NAME}`."
)


class CredentialsError(SettingsError):
    """The credentials of the Research API are missing, unfit, or refused by TikTok."""


@dataclass(frozen=True)
class Credentials:
    """A client key and secret, and where they came from."""

    client_key: SecretStr
    client_secret: SecretStr
    origin: str

    @property
    def id(self) -> str:
        """A name for these credentials that does not give them away.

        All collaborators of a project share its client key, and so its quota.
        """
        key = self.client_key.get_secret_value()
        return hashlib.sha256(f"tfw:{key}".encode()).hexdigest()[:12]


def read_credentials(settings: Settings | None = None) -> Credentials:
    """The credentials of this project, from the environment or else from the ini file.

    Raises:
        CredentialsError: there are none, one is missing or still a placeholder, or others may
            read the file.
    """
    named = {name: os.environ.get(name, "").strip() for name in (KEY_VARIABLE, SECRET_VARIABLE)}
    if any(named.values()):
        return _from_environment(named)
    return read_credentials_file((settings or load_settings()).params / FILE_NAME)


def read_credentials_file(path: Path) -> Credentials:
    """The credentials in an ini file that only its owner can read.

    Raises:
        CredentialsError: as :func:`read_credentials`.
    """
    _check_private(path)
    section = _section(path)
    return Credentials(
        client_key=_value(section, "CLIENT_KEY", path),
        client_secret=_value(section, "CLIENT_SECRET", path),
        origin=str(path),
    )


def _from_environment(named: dict[str, str]) -> Credentials:
    missing = [name for name, value in named.items() if not value]
    if missing:
        raise CredentialsError(
            f"{missing[0]} is not set, but its partner is. Set both {KEY_VARIABLE} and "
            f"{SECRET_VARIABLE}, or neither and use params/{FILE_NAME}."
        )
    key, secret = (_checked(value, name) for name, value in named.items())
    return Credentials(key, secret, "the environment")


def _check_private(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise CredentialsError(
            f"There are no credentials for the Research API: {path} does not exist. {HELP}"
        ) from None
    except OSError as error:
        raise CredentialsError(f"{path} cannot be read: {error.strerror}.") from None
    if not stat.S_ISREG(mode):
        raise CredentialsError(f"{path} is not a file. {HELP}")
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise CredentialsError(
            f"{path} can be read or changed by others (mode {stat.S_IMODE(mode):04o}), so its "
            f"secret is not used. Run `chmod 600 {path}` and try again."
        )


def _section(path: Path) -> configparser.SectionProxy:
    # What configparser says about a faulty line quotes it, secrets and all: it is not passed on.
    parser = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=None)
    fault = None
    try:
        parser.read_string(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        fault = error.strerror
    except UnicodeDecodeError:
        fault = "it is not UTF-8 text"
    except configparser.Error as error:
        line = getattr(error, "lineno", None)
        fault = f"line {line} is not INI" if line else "it is not an INI file"
    if fault:
        raise CredentialsError(f"{path} cannot be read: {fault}. It should look like {_LOOK}")
    found = {name.lower(): name for name in parser.sections()}
    if SECTION.lower() not in found:
        raise CredentialsError(f"{path} has no section [{SECTION}]. It should look like {_LOOK}")
    return parser[found[SECTION.lower()]]


_LOOK = f"params/credentials.example.ini: [{SECTION}] with CLIENT_KEY and CLIENT_SECRET below it."


def _value(section: configparser.SectionProxy, key: str, path: Path) -> SecretStr:
    value = section.get(key, "").strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1].strip()
    return _checked(value, f"{key} in section [{section.name}] of {path}")


def _checked(value: str, place: str) -> SecretStr:
    problem = None
    if not value:
        problem = "is missing or empty"
    elif PLACEHOLDER.fullmatch(value):
        problem = "is still the placeholder of the example"
    elif not re.fullmatch(r"[\x21-\x7e]+", value):
        problem = "holds blanks or characters that no key has (its value is not shown)"
    if problem:
        raise CredentialsError(
            f"{place} {problem}. Both values are on your research project page at "
            f"developers.tiktok.com. {HELP}"
        )
    return SecretStr(value)
