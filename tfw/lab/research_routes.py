"""The Research API over HTTP: requests read, calls logged, answers sent."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from tfw.lab.faults import Fault
from tfw.lab.research import TOKEN_ENDPOINT, Admission, ResearchLab
from tfw.lab.research_calls import Call, Reply, endpoint_of
from tfw.lab.research_fields import Endpoint
from tfw.lab.research_refusals import Refusal
from tfw.lab.research_tokens import bearer

Cut = Callable[[Request], None]
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def research_routes(lab: ResearchLab, cut: Cut) -> APIRouter:
    """The routes of the lab; ``cut`` ends the connection of a request without an answer."""
    router = APIRouter()

    async def token(request: Request) -> Response:
        if request.method != "POST":
            return _send(lab.refuse(_not_post()), request, cut)
        texts, _ = await _form(request)
        call = Call(TOKEN_ENDPOINT, "", None)
        reply = await _answered(
            lab, call, lab.admit_token, lambda fault: lab.give_token(call, texts, fault)
        )
        return _send(reply, request, cut)

    async def endpoint(request: Request) -> Response:
        found = endpoint_of(request.path_params["path"])
        if found is None or request.method != "POST":
            return _send(lab.refuse(_not_post() if found else _no_route()), request, cut)
        call = await _read(request, found)
        reply = await _answered(lab, call, lab.admit, lambda fault: lab.answer(call, fault))
        return _send(reply, request, cut)

    for path, handler in (
        ("/v2/oauth/token/", token),
        ("/v2/oauth/token", token),
        ("/v2/research/{path:path}", endpoint),
    ):
        router.add_api_route(path, handler, methods=_METHODS, include_in_schema=False)
    return router


async def _answered(
    lab: ResearchLab,
    call: Call,
    admit: Callable[[Call], Admission],
    answer: Callable[[Fault | None], Reply],
) -> Reply:
    asked = lab.log.open(call, lab.clock.now())
    try:
        admission = admit(call)
    except Refusal as refusal:
        reply = lab.refuse(refusal)
    else:
        asked.fault = admission.fault.kind if admission.fault else None
        await asyncio.sleep(admission.seconds)
        reply = await run_in_threadpool(answer, admission.fault)
    lab.log.close(asked, reply)
    return reply


def _send(reply: Reply, request: Request, cut: Cut) -> Response:
    if not reply.status:
        cut(request)
    # Half a character pair, sent back in a message, stays the escape that JSON knows.
    content = reply.content.encode("utf-8", "backslashreplace")
    return Response(content, reply.status or 500, media_type=reply.media_type)


async def _read(request: Request, endpoint: Endpoint) -> Call:
    token, fields = bearer(request.headers.get("authorization")), request.query_params.get("fields")
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        texts, upload = await _form(request)
        return Call(endpoint, token, texts, fields, upload)
    return Call(endpoint, token, _json_object(await request.body()), fields)


async def _form(request: Request) -> tuple[dict[str, str], bytes | None]:
    """The texts of a form, and its file; nothing where the form cannot be read."""
    try:
        async with request.form() as form:
            file = form.get("file_data")
            content = await file.read() if isinstance(file, UploadFile) else None
            return {k: v for k, v in form.items() if isinstance(v, str)}, content
    except HTTPException:
        return {}, None


def _json_object(body: bytes) -> Mapping[str, Any] | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _no_route() -> Refusal:
    return Refusal(404, "unsupported_path", "Unsupported path")


def _not_post() -> Refusal:
    return Refusal(405, "method_not_allowed", "Only POST is supported")
