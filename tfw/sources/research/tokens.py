"""The access token of the Research API, asked for when needed and renewed before it ends."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import SecretStr

from tfw.sources.research.credentials import Credentials, CredentialsError
from tfw.sources.research.failures import ApiDown
from tfw.sources.research.pace import Pause

PATH = "/v2/oauth/token/"
EARLY_SECONDS = 300.0
WAITS = (2.0, 5.0, 10.0, 30.0, 60.0)
# The API's own words for credentials that will never do; everything else may pass.
FINAL = (
    "access_denied",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "unauthorized_client",
    "unsupported_grant_type",
)


@dataclass(frozen=True)
class _Token:
    value: SecretStr
    renew_at: float


class TokenKeeper:
    """A valid access token for all threads; one of them renews it while the others wait."""

    def __init__(
        self,
        http: httpx.Client,
        credentials: Credentials,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._http = http
        self._credentials = credentials
        self._clock = clock
        self._lock = threading.Lock()
        self._token: _Token | None = None

    def get(self, pause: Pause) -> SecretStr:
        """A token that holds for some minutes at least.

        Raises:
            CredentialsError: TikTok refuses the client key or secret.
            ApiDown: no token could be had.
        """
        with self._lock:
            # The wall clock: a laptop that slept has an old token.
            if self._token is None or self._clock() >= self._token.renew_at:
                self._token = self._fetch(pause)
            return self._token.value

    def drop(self, refused: SecretStr) -> None:
        """Forget a token that the API refused, unless another thread has a new one already."""
        with self._lock:
            if self._token and self._token.value == refused:
                self._token = None

    def _fetch(self, pause: Pause) -> _Token:
        problem = ""
        for wait in (*WAITS, None):
            answer, problem = self._ask()
            if answer is not None:
                return self._read(answer)
            if wait is not None:
                pause(wait)
        raise ApiDown(
            f"TikTok gave no access token after {len(WAITS) + 1} tries: {problem}. Nothing is "
            "lost; start the run again later."
        )

    def _ask(self) -> tuple[dict[str, Any] | None, str]:
        """The token's fields, or why there are none this time."""
        try:
            response = self._http.post(PATH, data=self._form())
        except httpx.HTTPError as error:
            return None, f"the connection failed ({type(error).__name__})"
        try:
            body = response.json()
        except ValueError:
            return None, f"HTTP {response.status_code} without readable JSON"
        if isinstance(body, dict) and isinstance(body.get("access_token"), str):
            return body, ""
        code = body.get("error") if isinstance(body, dict) else None
        code = code.get("code") if isinstance(code, dict) else code
        if code in FINAL:
            raise CredentialsError(
                f"TikTok refuses the client key or secret from {self._credentials.origin} "
                f"({code}). Compare both with your research project page at "
                "developers.tiktok.com."
            )
        return None, f"HTTP {response.status_code}, {str(code)[:60]}"

    def _form(self) -> dict[str, str]:
        # Not a local name of `_ask`: tools that print tracebacks with their locals would show it.
        return {
            "client_key": self._credentials.client_key.get_secret_value(),
            "client_secret": self._credentials.client_secret.get_secret_value(),
            "grant_type": "client_credentials",
        }

    def _read(self, answer: dict[str, Any]) -> _Token:
        lifetime = answer.get("expires_in")
        seconds = float(lifetime) if isinstance(lifetime, int | float) else 0.0
        # A short-lived token is renewed after half of its life.
        keep = max(seconds - EARLY_SECONDS, seconds / 2)
        return _Token(SecretStr(answer["access_token"]), self._clock() + keep)
