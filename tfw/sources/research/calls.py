"""One request to the Research API, from the ledger to an answer that can be used."""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from tfw.sources.research.answers import Answer, Meaning, read_answer, read_transport_error
from tfw.sources.research.credentials import CredentialsError
from tfw.sources.research.endpoints import Endpoint
from tfw.sources.research.pace import Pacer, Pause
from tfw.sources.research.quota import QuotaLedger
from tfw.sources.research.retries import Tries
from tfw.sources.research.tokens import TokenKeeper

log = logging.getLogger(__name__)

PREFIX = "/v2/research/"
# A fresh token at once; once more, because the new one may have ended in another thread's hands.
TOKEN_WAITS = (0.0, 5.0)
# Without these a row cannot be stored.
NEEDED_FIELDS = ("id", "video_id")


@dataclass(frozen=True)
class Request:
    """What to ask: the JSON body, or a file with form fields, and the fields of the rows."""

    endpoint: Endpoint
    body: Mapping[str, Any] = field(default_factory=dict)
    fields: Sequence[str] = ()
    file: tuple[str, bytes] | None = None
    # What is not worth waiting for: the first such answer ends the request.
    give_up_on: frozenset[Meaning] = frozenset()


class Caller:
    """Makes requests, each written into the ledger first, and repeats them as the table says."""

    def __init__(
        self,
        http: httpx.Client,
        tokens: TokenKeeper,
        quota: QuotaLedger,
        pacer: Pacer,
        pause: Pause,
    ) -> None:
        self.quota = quota
        self.pause = pause
        self._http = http
        self._tokens = tokens
        self._pacer = pacer
        self._refused_fields: set[tuple[str, str]] = set()

    def for_run(self, max_requests: int | None) -> "Caller":
        """A caller with its own cap and its own stop; token, pace and ledger are shared."""
        quota = self.quota.capped(max_requests)
        caller = Caller(self._http, self._tokens, quota, self._pacer, self.pause.fresh())
        caller._refused_fields = self._refused_fields
        return caller

    def call(self, request: Request) -> tuple[Answer, int]:
        """The answer, and the number of requests that it took.

        Raises:
            ResearchError: the API does not give it; the class says what to do.
            CredentialsError: TikTok refuses the client key or secret.
            StoreError: the ledger cannot be written.
        """
        tries = Tries(request.endpoint.name, request.give_up_on)
        refused = 0
        while True:
            token = self._tokens.get(self.pause)
            answer = self._try(request, token.get_secret_value(), tries)
            if answer.meaning is Meaning.OK:
                return answer, tries.made
            refused = refused + 1 if answer.meaning is Meaning.TOKEN else 0
            if 0 < refused <= len(TOKEN_WAITS):
                self._tokens.drop(token)
                self.pause(TOKEN_WAITS[refused - 1])
            elif not self._drops_field(request, answer):
                self._wait(request, answer, tries)

    def _try(self, request: Request, token: str, tries: Tries) -> Answer:
        self._pacer.wait(self.pause)
        self.quota.reserve(request.endpoint.bucket, request.endpoint.name)
        tries.made += 1
        try:
            response = self._http.post(
                PREFIX + request.endpoint.path,
                headers={"Authorization": f"Bearer {token}"},
                params=self._params(request),
                **_content(request),
            )
        except httpx.HTTPError as error:
            return read_transport_error(error)
        return read_answer(response, request.endpoint)

    def _params(self, request: Request) -> dict[str, str] | None:
        name = request.endpoint.name
        fields = [one for one in request.fields if (name, one) not in self._refused_fields]
        return {"fields": ",".join(fields)} if fields else None

    def _drops_field(self, request: Request, answer: Answer) -> bool:
        """Whether the API refuses one field by name; it is not asked for any more.

        Fields come and go, and one that is gone should not stop a collection.
        """
        if answer.meaning is not Meaning.REFUSED or "field" not in answer.message.lower():
            return False
        named = [one for one in request.fields if re.search(rf"\b{one}\b", answer.message)]
        new = {(request.endpoint.name, one) for one in named} - self._refused_fields
        if len(named) != 1 or not new or named[0] in NEEDED_FIELDS:
            return False
        self._refused_fields |= new
        log.warning("%s: the API refuses the field %s; it is left out", *next(iter(new)))
        return True

    def _wait(self, request: Request, answer: Answer, tries: Tries) -> None:
        if answer.meaning is Meaning.DAILY:
            reached = self.quota.exhaust(request.endpoint.bucket)
            reached.attempts = tries.made
            raise reached
        if answer.meaning is Meaning.TOKEN:
            raise CredentialsError(
                f"TikTok refuses a fresh access token: {answer}. Is the research project of these "
                "credentials still approved?"
            )
        seconds = tries.wait_after(answer)
        log.info("%s: %s; again in %.0f s", request.endpoint.name, answer, seconds)
        self.pause(seconds)


def _content(request: Request) -> dict[str, Any]:
    if request.file is None:
        return {"json": dict(request.body)}
    name, content = request.file
    return {"data": dict(request.body), "files": {"file_data": (name, content, "text/plain")}}
