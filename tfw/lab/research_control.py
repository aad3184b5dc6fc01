"""`/__control`: what the lab has done, and what it shall do next."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from tfw.errors import InputError, SettingsError
from tfw.lab.faults import KINDS, parse_fault_plan
from tfw.lab.research import ResearchLab
from tfw.lab.research_log import as_json
from tfw.lab.web_site import WebSite

_PLAN_KEYS = ("seed", "faults", "latency", "limits", "rules")
_KEYS = (*_PLAN_KEYS, "web", "advance_seconds", "clear_log", "expire_tokens")


def control_routes(lab: ResearchLab, site: WebSite) -> APIRouter:
    """``GET /__control`` and ``/__control/log`` for the state, ``POST /__control`` to change it.

    A posted JSON object has the keys of a fault file, each of which replaces what was there;
    ``advance_seconds`` (move the clock on), ``clear_log`` and ``expire_tokens`` (true); and ``web``
    with ``modes`` for all pages, ``posts`` (modes by post id), ``latency`` and ``modal_seconds``.
    """
    router = APIRouter()

    @router.get("/__control")
    def state() -> JSONResponse:
        return JSONResponse(lab_state(lab, site))

    @router.get("/__control/log")
    def log(endpoint: str | None = None, page: str | None = None) -> JSONResponse:
        return JSONResponse([as_json(asked) for asked in lab.log.calls(endpoint, page)])

    @router.post("/__control")
    async def change(request: Request) -> JSONResponse:
        try:
            change_lab(lab, site, await request.json())
        except (InputError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(lab_state(lab, site))

    return router


def lab_state(lab: ResearchLab, site: WebSite) -> dict[str, Any]:
    """Clock, ledger, counters, plan and faults of the lab and its web site, as JSON values."""
    plan = lab.engine.plan.model_dump(mode="json")
    served = lab.log.served()
    return plan | {
        "now": lab.clock.now().isoformat(),
        "world": {"seed": lab.world.seed, "posts": len(lab.world)},
        "ledger": lab.ledger.days(),
        "tokens_given": lab.tokens.given,
        "calls": lab.log.counts(),
        "pages_served": len(served),
        "pages_served_twice": [" ".join(key) for key, times in served.items() if times > 1][:100],
        "faults": lab.engine.counts(),
        "kinds": KINDS,
        "web": site.state(),
    }


def change_lab(lab: ResearchLab, site: WebSite, change: object) -> None:
    """Do what was posted to the control.

    Raises:
        SettingsError: a key or value is wrong; nothing was changed.
    """
    if not isinstance(change, Mapping):
        raise SettingsError("the control takes a JSON object.")
    unknown = [key for key in change if key not in _KEYS]
    if unknown:
        raise SettingsError(f"{unknown[0]!r} is not known; valid: {', '.join(_KEYS)}.")
    seconds = change.get("advance_seconds", 0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < 1e9:
        raise SettingsError(f"advance_seconds is {seconds!r}: it must be a number from 0 on.")
    parts = {key: change[key] for key in _PLAN_KEYS if key in change}
    kept = lab.engine.plan.model_dump(mode="json", exclude_unset=True)
    plan = parse_fault_plan(kept | parts) if parts else lab.engine.plan
    site.change(change.get("web"), clear_log=bool(change.get("clear_log")))
    lab.replace_plan(plan)
    lab.clock.advance(timedelta(seconds=seconds))
    if change.get("clear_log"):
        lab.log.clear()
    if change.get("expire_tokens"):
        lab.tokens.end_all()
