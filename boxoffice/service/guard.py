"""Around every request: headers that browsers obey, figures, and a log line without addresses, tokens or titles."""

import logging
import re
import time
from contextvars import ContextVar
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from boxoffice.service.metrics import Metrics

log = logging.getLogger("boxoffice.service.access")
logging.getLogger("uvicorn.access").setLevel(logging.CRITICAL)  # its lines hold whole addresses

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
}
HSTS = "max-age=31536000"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_PROXYS_ID = re.compile(rb"[A-Za-z0-9-]{8,64}")
_request: ContextVar[str] = ContextVar("request", default="")


def current_request() -> str:
    """The id of the request that is being answered, or nothing."""
    return _request.get()


class Guard:
    """ASGI middleware. ``secure`` says that viewers reach the service by https."""

    def __init__(self, app: ASGIApp, *, secure: bool, metrics: Metrics) -> None:
        self._app = app
        self._headers = {**HEADERS, **({"strict-transport-security": HSTS} if secure else {})}
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        _request.set(request_id)
        started = time.monotonic()
        status = 0

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = list(message.get("headers", []))
                present = {name.lower() for name, _ in headers}
                headers += [(n.encode(), v.encode()) for n, v in self._headers.items() if n.encode() not in present]
                headers.append((b"x-request-id", request_id.encode()))
                message = {**message, "headers": headers}
            await send(message)

        self._metrics.running.inc()
        try:
            await self._app(scope, receive, guarded)
        finally:
            self._metrics.running.dec()
            seconds = time.monotonic() - started
            method = scope["method"] if scope["method"] in METHODS else "-"
            route = getattr(scope.get("route"), "path", "-")
            self._metrics.answered(method, route, status, seconds)
            facts = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000)}
            log.info("%s %s %d %d ms", *facts.values(), extra={"facts": facts})


def _request_id(scope: Scope) -> str:
    """A proxy's id, where it has given one, or a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _PROXYS_ID.fullmatch(value):
            return str(value.decode())
    return uuid4().hex
