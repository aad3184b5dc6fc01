"""Who may change anything at a desk.

In a notebook of one's own: everyone. On the dashboard (`make dashboard`) nobody, unless the person
knows the token that whoever started it has set:

| environment variable | meaning |
| --- | --- |
| `TFW_READ_ONLY` | `1`: desks show everything and change nothing |
| `TFW_DASHBOARD_TOKEN` | who gives this token may change things all the same |
| `TFW_PERSON` | the name that changes are kept under; else the login name |
"""

import getpass
import hmac
import os
import time
from collections.abc import Callable
from functools import cache

import ipywidgets as widgets
from pydantic import SecretStr

from tfw.errors import TfwError

READ_ONLY = "This page is read-only: nothing here can be changed."
WITH_TOKEN = f"{READ_ONLY} Whoever started it can give you a token that opens it."
# A wrong token costs its giver this long, so that guessing leads nowhere.
WRONG_TOKEN_SECONDS = 1.0


class AccessError(TfwError):
    """This page is read-only."""


class Access:
    """Whether the person here may change anything.

    Args:
        read_only: whether desks change nothing.
        token: opens a read-only page to whoever gives it; None: nothing opens it.
    """

    def __init__(self, *, read_only: bool = False, token: SecretStr | None = None) -> None:
        self._read_only = read_only
        self._token = token
        self._listeners: list[Callable[[], None]] = []

    @property
    def may_write(self) -> bool:
        """Whether the person here may change anything."""
        return not self._read_only

    def check(self) -> None:
        """Do nothing for a person who may write.

        Raises:
            AccessError: the page is read-only.
        """
        if self._read_only:
            raise AccessError(WITH_TOKEN if self._token else READ_ONLY)

    def unlock(self, token: str) -> None:
        """Open the page for changes.

        Raises:
            AccessError: that is not the token.
        """
        given, wanted = token.encode(), (self._token or SecretStr("")).get_secret_value().encode()
        if not wanted or not hmac.compare_digest(given, wanted):
            time.sleep(WRONG_TOKEN_SECONDS)
            raise AccessError("That is not the token of this page; nothing was opened.")
        self._read_only = False
        for listener in self._listeners:
            listener()

    def on_unlock(self, listener: Callable[[], None]) -> None:
        """Call a function when the page is opened for changes."""
        self._listeners.append(listener)

    def row(self) -> widgets.Widget:
        """What a desk shows at its top: nothing, or that it is read-only and how to open it."""
        if self.may_write:
            return widgets.HBox(layout={"display": "none"})
        said = widgets.HTML(WITH_TOKEN if self._token else READ_ONLY)
        if self._token is None:
            return widgets.HBox([said])
        field = widgets.Password(
            placeholder="token", layout={"width": "14em"}, continuous_update=False
        )
        button = widgets.Button(description="Open for changes")
        row = widgets.HBox([said, field, button], layout={"flex_flow": "row wrap"})

        def give(_: object) -> None:
            token, field.value = field.value, ""
            try:
                self.unlock(token)
            except AccessError as error:
                said.value = str(error)

        button.on_click(give)
        self.on_unlock(lambda: setattr(row.layout, "display", "none"))
        return row


@cache
def access() -> Access:
    """The access of this kernel, as its environment says."""
    token = os.environ.get("TFW_DASHBOARD_TOKEN")
    read_only = os.environ.get("TFW_READ_ONLY", "") not in ("", "0")
    return Access(read_only=read_only, token=SecretStr(token) if token else None)


def person() -> str:
    """The name that changes made here are kept under."""
    return os.environ.get("TFW_PERSON") or getpass.getuser()
