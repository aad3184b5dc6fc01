"""The Research API of the lab: counts a call, fails where it should, and answers it."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from tfw.lab.content import World
from tfw.lab.faults import REFUSING, Fault, FaultPlan
from tfw.lab.research_calls import Call, Reply, to_json
from tfw.lab.research_clock import Clock
from tfw.lab.research_comments import CommentShelf
from tfw.lab.research_compliance import Compliance
from tfw.lab.research_faults import FaultEngine
from tfw.lab.research_fields import TOKEN, Endpoint
from tfw.lab.research_lists import AccountLists
from tfw.lab.research_log import CallLog
from tfw.lab.research_posts import Shelf
from tfw.lab.research_quota import CallLedger
from tfw.lab.research_refusals import (
    Json,
    Refusal,
    TokenRefusal,
    day_is_over,
    internal_error,
    invalid_cursor,
    invalid_search,
    invalid_token,
    no_scope,
    timeout,
    too_fast,
    unavailable,
)
from tfw.lab.research_shop import Shops
from tfw.lab.research_tokens import TokenDesk
from tfw.lab.research_videos import Videos
from tfw.lab.things import WorldComment
from tfw.lab.web_answers import web_log_id

TOKEN_ENDPOINT = Endpoint(TOKEN)
HTML_PAGE = "<html><head><title>{0}</title></head><body><h1>{0} Gateway Time-out</h1></body></html>"
_CONTINUING = frozenset({"search_id_rejected", "cursor_rejected"})
_WITHOUT_ERROR = ("tts/shop", "tts/product", "tts/review")


@dataclass(frozen=True)
class Admission:
    """A call that was counted: how many seconds it takes, and the fault that answers it."""

    seconds: float
    fault: Fault | None


class ResearchLab:
    """The stand-in for ``/v2/research/`` and the token endpoint; safe to use from threads."""

    def __init__(self, world: World, plan: FaultPlan, clock: Clock) -> None:
        self.world, self.clock = world, clock
        self.engine = FaultEngine(plan)
        self.ledger, self.log = CallLedger(), CallLog()
        self.tokens = TokenDesk(world.seed)
        self.shelf = Shelf(world, self.engine, clock)
        self.comments = CommentShelf(self.shelf)
        self._endpoints = _endpoints(self.shelf, self.comments)
        self._answers = 0
        self._lock = threading.RLock()

    def replace_plan(self, plan: FaultPlan) -> None:
        """Put other faults, latency, limits and rules in force; searches and tokens are kept."""
        with self._lock:
            self.engine.replace(plan)

    def every_comment(self, post_id: str) -> list[WorldComment]:
        """The truth: the visible comments of a shown post with all their replies."""
        with self._lock:
            return self.comments.every(post_id)

    def admit(self, call: Call) -> Admission:
        """Check the token, count the call, and see which fault happens.

        Raises:
            Refusal: 401 without counting, or 429.
        """
        with self._lock:
            self.engine.begin(call)
            self.tokens.check(call.token, self.clock.now())
            if self.engine.fires("scope_not_authorized", call):
                raise no_scope()
            limits = self.engine.plan.limits
            self.ledger.count(call.endpoint.bucket, self.clock.now(), limits)
            return self._admission(call)

    def answer(self, call: Call, fault: Fault | None) -> Reply:
        """The answer of an endpoint, or of the fault in its place."""
        with self._lock:
            try:
                reply = self._fail(call, fault) if fault else self._serve(call)
            except Refusal as refusal:
                return self.refuse(refusal)
            return self._spoil(call, reply)

    def admit_token(self, call: Call) -> Admission:
        """See which fault happens to a request for a token; none is counted as a call."""
        with self._lock:
            self.engine.begin(call)
            return self._admission(call)

    def give_token(self, call: Call, form: Mapping[str, str], fault: Fault | None) -> Reply:
        """The answer of the token endpoint."""
        with self._lock:
            try:
                if fault:
                    return self._fail(call, fault)
                given = self.tokens.give(form, self.clock.now(), self.engine.plan.rules)
                return self._spoil(call, Reply(200, to_json(given)))
            except TokenRefusal as refusal:
                return self.refuse(refusal)
            except Refusal as refusal:
                return self.refuse(TokenRefusal(refusal.status, refusal.code, refusal.message))

    def refuse(self, refusal: Refusal | TokenRefusal) -> Reply:
        """The answer for a failure."""
        body = to_json(refusal.body(self.log_id()))
        return Reply(refusal.status, body, code=refusal.code)

    def log_id(self) -> str:
        """A log id that no other answer has."""
        self._answers += 1
        return web_log_id(self.clock.now(), self.world.seed, self._answers)

    def _admission(self, call: Call) -> Admission:
        slow = self.engine.fires("slow", call)
        latency = self.engine.plan.latency.get(call.endpoint.path, 0.0)
        kinds = REFUSING.keys() if _continues(call) else REFUSING.keys() - _CONTINUING
        return Admission(latency + (slow.seconds if slow else 0), self.engine.first(kinds, call))

    def _serve(self, call: Call) -> Reply:
        data = self._endpoints[call.endpoint.path](call)
        if isinstance(data, str):
            return Reply(200, data, "text/plain; charset=utf-8")
        rows = next((len(v) for v in data.values() if isinstance(v, list)), None)
        return Reply(200, to_json(self._envelope(call, data)), rows=rows)

    def _envelope(self, call: Call, data: Json) -> Json:
        path = call.endpoint.path
        if path in _WITHOUT_ERROR:
            return {"data": data}
        error: Json = {"code": "ok", "message": "", "log_id": self.log_id()}
        if path.startswith("validation_task"):
            error |= {"message": "ok.", "http_status_code": 200}
        return {"data": data, "error": error}

    def _fail(self, call: Call, fault: Fault) -> Reply:
        if fault.kind == "connection_reset":
            return Reply(0, "", code=fault.kind)
        if fault.kind == "html_page":
            status = fault.status or 504
            return Reply(status, HTML_PAGE.format(status), "text/html", code=fault.kind)
        if fault.kind == "daily_quota":
            self.ledger.end_day(call.endpoint.bucket, self.clock.now())
        if fault.kind == "token_expires":
            self.tokens.end_all()
        raise _refusal_of(call, fault)

    def _spoil(self, call: Call, reply: Reply) -> Reply:
        """The answer with what happens to it on its way."""
        if self.engine.fires("good_500", call):
            body = reply.content.replace('"message": "", ', "").replace('"message": "ok.", ', "")
            reply = replace(reply, status=500, content=body)
        if self.engine.fires("truncated_json", call):
            half = reply.content[: len(reply.content) // 2]
            reply = replace(reply, content=half, code="truncated_json")
        return reply


def _endpoints(shelf: Shelf, comments: CommentShelf) -> dict[str, Callable[[Call], Json | str]]:
    videos, lists = Videos(shelf, comments), AccountLists(shelf)
    shops, compliance = Shops(shelf), Compliance(shelf, comments)
    return {
        "video/query": videos.query,
        "video/comment/list": videos.comments,
        "user/info": lists.info,
        "user/liked_videos": lists.liked,
        "user/pinned_videos": lists.pinned,
        "user/reposted_videos": lists.reposted,
        "user/followers": lists.followers,
        "user/following": lists.following,
        "playlist/info": lists.playlist,
        "tts/shop": shops.shops,
        "tts/product": shops.products,
        "tts/review": shops.reviews,
        "validation_task/create": compliance.create,
        "validation_task_status/get": compliance.status,
        "validation_task/download": compliance.download,
    }


def _continues(call: Call) -> bool:
    """Whether the call goes on with a list that the lab began."""
    return bool((call.body or {}).get("search_id") or call.cursor)


def _refusal_of(call: Call, fault: Fault) -> Refusal:
    match fault.kind:
        case "search_id_rejected":
            return invalid_search((call.body or {}).get("search_id"))
        case "cursor_rejected":
            return invalid_cursor()
        case "something_wrong":
            return internal_error(fault.status or 400)
        case "timeout":
            return timeout()
        case "unavailable":
            return unavailable()
        case "rate_limited":
            return too_fast()
        case "daily_quota":
            return day_is_over()
        case "token_expires":
            return invalid_token()
    return internal_error()
