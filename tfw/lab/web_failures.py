"""What the lab's web site answers in place of a list or a page, where a scenario wants it."""

from tfw.lab.web_answers import web_log_id
from tfw.lab.web_site import WebSite
from tfw.lab.web_visit import Answer, Visit, json_answer

CAPTCHAS = {"captcha_v1": 1, "captcha_v2": 2}
_LIST_STATUS = {"http_403": 403, "http_429": 429, "http_500": 500}
_PAGE_STATUS = {"page_403": 403, "page_429": 429, "page_500": 500}
_PASSED = "_wafchallengeid"


def list_failure(site: WebSite, visit: Visit, post_id: str) -> Answer | None:
    """The answer of a list that fails; None where it does not."""
    for mode, status in _LIST_STATUS.items():
        if mode in visit.modes:
            return Answer(f"<html><body>{status}</body></html>", status)
    if _is_empty(site, visit, post_id):
        return Answer(media_type="application/json; charset=utf-8")
    if "verify_json" in visit.modes or captcha_now(site, visit, post_id):
        return json_answer(_verify(site))
    if "list_limit" in visit.modes:
        return json_answer(_status(site, 10404, "fyp_video_list_limit"))
    if _needs_refresh(site, visit, post_id):
        return json_answer(_status(site, 10101, "server error"))
    return None


def page_failure(site: WebSite, visit: Visit, post_id: str) -> Answer | None:
    """The answer of a page that is no page; None where it is one."""
    for mode, status in _PAGE_STATUS.items():
        if mode in visit.modes:
            return Answer(f"<html><title>{status}</title><body></body></html>", status)
    if "page_empty" in visit.modes:
        return Answer()
    if "page_empty_once" in visit.modes and not _before(site, visit, "page_empty_once", post_id):
        return Answer()
    if "login_page" in visit.modes:
        return Answer(status=302, headers={"Location": "/login"})
    return None


def must_wait(visit: Visit) -> bool:
    """Whether the waiting page stands in place of the page."""
    passed = "please_wait" in visit.modes and _PASSED in visit.cookies
    return bool(visit.modes & {"please_wait", "please_wait_forever"}) and not passed


def captcha_now(site: WebSite, visit: Visit, post_id: str) -> int:
    """The generation of the captcha that this session has to solve on this page, or 0."""
    wanted = next((number for mode, number in CAPTCHAS.items() if mode in visit.modes), 0)
    return 0 if site.memory.seen(visit.session, "solved", post_id) else wanted


def _is_empty(site: WebSite, visit: Visit, post_id: str) -> bool:
    if "empty_always" in visit.modes:
        return True
    return "empty_once" in visit.modes and not _before(site, visit, "empty_once", post_id)


def _needs_refresh(site: WebSite, visit: Visit, post_id: str) -> bool:
    """The first list after the first page fails, or the first where all do."""
    if "refresh_panel_always" in visit.modes:
        return True
    return "refresh_panel" in visit.modes and not _before(site, visit, "refresh_panel", post_id)


def _before(site: WebSite, visit: Visit, mode: str, post_id: str) -> bool:
    """Whether this happened to the session at this post before; from now on it has."""
    return site.memory.count(visit.session, mode, post_id) > 0


def _verify(site: WebSite) -> dict[str, object]:
    return {
        "code": "10000",
        "type": "verify",
        "subtype": "slide",
        "region": "us",
        "from": "",
        "version": "",
        "detail": web_log_id(site.now(), "verify"),
    }


def _status(site: WebSite, code: int, message: str) -> dict[str, object]:
    log_id = web_log_id(site.now(), code, message)
    return {
        "statusCode": code,
        "status_code": code,
        "status_msg": message,
        "log_pb": {"impr_id": log_id},
    }
