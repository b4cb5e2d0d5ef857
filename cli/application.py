"""Prefect's server as cartscape runs it: for pages and programs of this machine, and unable to be given a command.

Prefect itself asks for the password. Around it stands a guard that checks who asks from where, refuses whatever
would make a run execute something else than our flows, and makes harmless what is to be kept in Prefect's database.
"""

import json
import os
import re
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tasks.masking import mask_logs, masked
from tasks.process import collect_seldom

NAMES_OF_LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
# only the service itself, while it makes pool and deployments, knows the value of this header
SETUP_HEADER = "X-Cartscape-Setup"
SETUP_TOKEN = "CARTSCAPE_SETUP_TOKEN"
WRITING = {"POST", "PUT", "PATCH", "DELETE"}
LARGEST_BODY_BYTES = 100_000_000
# what decides which program a run executes; outside of the set-up only these questions and orders pass there
GUARDED = re.compile(r"/api/(?:deployments|work_pools|work_queues|automations|block_\w+|admin|variables)(?:/.*)?")
ALLOWED = re.compile(
    r"/api/(?:"
    r"\w+/(?:filter|count|paginate|count:filter)"
    r"|deployments/get_scheduled_flow_runs"
    r"|deployments/[^/]+/(?:create_flow_run|schedule|schedules(?:/[^/]+)?|pause_deployment|resume_deployment)"
    r"|work_pools/[^/]+/(?:concurrency_status|get_scheduled_flow_runs|workers/heartbeat|workers/filter|queues/filter)"
    r"|work_queues/[^/]+/get_runs"
    r")/?"
)
# pages that Prefect serves to anybody about its own interface; those of /api/ ask for the password
DESCRIBING = re.compile(r"(?!/api/).*/(?:docs|redoc|openapi\.json)(?:/.*)?")
RUNS = re.compile(r"/api/(?:flow_runs|deployments/[^/]+/create_flow_run)(?:/.*)?")
COMMANDING = ("job_variables", "infra_overrides", "infrastructure_document_id", "work_pool_name")


def create() -> ASGIApp:
    """The application that uvicorn serves."""
    collect_seldom()
    from prefect.server.api.server import create_app

    mask_logs()
    app: FastAPI = create_app(final=True)
    return TrustedHostMiddleware(Guard(app, os.environ.get(SETUP_TOKEN, "")), allowed_hosts=NAMES_OF_LOOPBACK)


class Guard:
    """Checks and cleans what comes to an application."""

    def __init__(self, app: ASGIApp, setup_token: str = "") -> None:
        """Guard `app`; who sends `setup_token` may also make pools and deployments, nobody where it is empty."""
        self.app = app
        self.setup_token = setup_token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        if not is_of_this_server(headers):
            return await refuse(scope, receive, send, f"{headers['origin']}: a page of another server may not ask here")
        if DESCRIBING.fullmatch(scope["path"]):
            return await refuse(scope, receive, send, f"{scope['path']}: not served; ask /api{scope['path']}")
        if scope["type"] == "websocket":
            return await self.app(scope, masked_messages(receive), send)
        if scope["method"] not in WRITING:
            return await self.app(scope, receive, send)
        try:
            body = await read_body(scope, receive)
        except ValueError as error:
            return await refuse(scope, receive, send, str(error))
        is_setup = bool(self.setup_token) and headers.get(SETUP_HEADER) == self.setup_token
        if not is_setup and (reason := commanding(scope["path"], body)):
            return await refuse(scope, receive, send, reason)
        return await self.app(*replayed(scope, receive, body), send)


def is_of_this_server(headers: Headers) -> bool:
    """Whether a request comes from a program, which names no origin, or from a page of the address that it asks."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def commanding(path: str, body: Any) -> str:
    """Why an order is refused because it could decide what a run executes; empty where it could not."""
    if GUARDED.fullmatch(path) and not ALLOWED.fullmatch(path):
        return f"{path}: pools, deployments and automations are made from prefect.yaml by 'cartscape ui' alone"
    for order in body if isinstance(body, list) else [body]:
        if isinstance(order, dict) and RUNS.fullmatch(path):
            named = [name for name in COMMANDING if order.get(name)]
            if order.get("enforce_parameter_schema") is False:
                named.append("enforce_parameter_schema")
            if named and not path.endswith(("/filter", "/count", "/paginate", "/history", "/lateness")):
                return f"{path}: {', '.join(named)} can't be given; edit prefect.yaml and start 'cartscape ui' again"
    return ""


async def refuse(scope: Scope, receive: Receive, send: Send, reason: str) -> None:
    """Say no; before a websocket is accepted this is its refusal."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
    else:
        await JSONResponse({"exception_message": masked(reason)}, status_code=403)(scope, receive, send)


async def read_body(scope: Scope, receive: Receive) -> Any:
    """The JSON of a request, or its bytes where it holds none. Raises ValueError where it is too large."""
    content = bytearray()
    async for chunk in Request(scope, receive).stream():
        content += chunk
        if len(content) > LARGEST_BODY_BYTES:
            raise ValueError(f"a body over {LARGEST_BODY_BYTES:,} bytes; send less")
    try:
        return json.loads(content)
    except ValueError:
        return bytes(content)


def replayed(scope: Scope, receive: Receive, body: Any) -> tuple[Scope, Receive]:
    """The request with the body that was read, made harmless."""
    content = body if isinstance(body, bytes) else json.dumps(masked(body)).encode()
    scope = {**scope, "headers": list(scope["headers"])}
    if content:
        MutableHeaders(scope=scope)["content-length"] = str(len(content))
    parts: Iterator[Message] = iter([{"type": "http.request", "body": content, "more_body": False}])

    async def again() -> Message:
        return next(parts, None) or await receive()

    return scope, again


def masked_messages(receive: Receive) -> Receive:
    """What comes over a websocket, made harmless: task runs and events arrive so."""

    async def next_message() -> MutableMapping[str, Any]:
        message = await receive()
        with suppress(ValueError, TypeError):
            told = json.loads(message.get("text") or "null")
            # the first message is the password, which is checked and not kept
            if isinstance(told, dict) and told.get("type") != "auth":
                message = {**message, "text": json.dumps(masked(told))}
        return message

    return next_message
