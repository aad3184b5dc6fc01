"""Client access tokens of the lab, each valid for two hours."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import blake2b

from tfw.lab.faults import Rules
from tfw.lab.research_refusals import Json, TokenRefusal, invalid_token

CLIENT_KEY = "lab-key"
CLIENT_SECRET = "lab-secret"
_TOKENS_KEPT = 1_000


class TokenDesk:
    """Gives and checks tokens; a new one does not end the others."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._given = 0
        self._expiry: dict[str, datetime] = {}

    def give(self, form: Mapping[str, str], now: datetime, rules: Rules) -> Json:
        """The answer with a new token.

        Raises:
            TokenRefusal: the form lacks something or the credentials are wrong.
        """
        code, description = _fault_of(form)
        if code:
            status = 401 if code == "invalid_client" else 400
            raise TokenRefusal(rules.token_failure_status or status, code, description)
        self._given += 1
        key = f"{self._seed}/{self._given}/{now.timestamp()}"
        token = "clt." + blake2b(key.encode(), digest_size=24).hexdigest()
        while len(self._expiry) >= _TOKENS_KEPT:
            del self._expiry[next(iter(self._expiry))]
        self._expiry[token] = now + timedelta(seconds=rules.token_seconds)
        return {"access_token": token, "expires_in": rules.token_seconds, "token_type": "Bearer"}

    def check(self, token: str, now: datetime) -> None:
        """Let a valid token pass.

        Raises:
            Refusal: it is unknown, or was given too long ago.
        """
        if token not in self._expiry or self._expiry[token] <= now:
            raise invalid_token()

    def end_all(self) -> None:
        """Make every token given so far invalid."""
        self._expiry.clear()

    @property
    def given(self) -> int:
        """How many tokens were given."""
        return self._given


def bearer(header: str | None) -> str:
    """The token in an ``Authorization`` header, empty where there is none."""
    kind, _, token = (header or "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _fault_of(form: Mapping[str, str]) -> tuple[str, str]:
    missing = [n for n in ("client_key", "client_secret", "grant_type") if not form.get(n)]
    if missing:
        return "invalid_request", f"The request parameter {missing[0]} is missing."
    if form["grant_type"] != "client_credentials":
        return "unsupported_grant_type", "The grant type is not supported."
    if (form["client_key"], form["client_secret"]) != (CLIENT_KEY, CLIENT_SECRET):
        return "invalid_client", "Client key or secret is incorrect."
    return "", ""
