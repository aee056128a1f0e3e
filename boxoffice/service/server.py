"""The application, put together, and running it."""

import asyncio
import json
import logging
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from boxoffice.service.accounts import Accounts
from boxoffice.service.api import Api
from boxoffice.service.authorization import Server
from boxoffice.service.bells import Bells
from boxoffice.service.calls import Call, endpoint
from boxoffice.service.catalogue import Catalogue
from boxoffice.service.checkout import Checkout, TestProviderPages
from boxoffice.service.config import ServiceConfig
from boxoffice.service.console.pages import Console
from boxoffice.service.console.staff import Staff
from boxoffice.service.database import Database
from boxoffice.service.guard import Guard
from boxoffice.service.identity import Identity
from boxoffice.service.licences import Licences
from boxoffice.service.media import Media
from boxoffice.service.orders import Orders
from boxoffice.service.pages import Pages
from boxoffice.service.payments import TestProvider
from boxoffice.service.problems import HttpProblem, problem_response, response_for
from boxoffice.service.proofs import ProofBook
from boxoffice.service.screens import Screens
from boxoffice.service.signin import SignIn
from boxoffice.service.strongroom import Strongroom
from boxoffice.service.tickets import Tickets
from core import CinemaError, Clock, Code, SystemClock

log = logging.getLogger(__name__)

SWEEP_S = 300
OPENAPI = Path(__file__).parent / "openapi.json"
PAGES = ("/checkout/", "/test-provider/", "/oauth/authorize", "/device", "/console")


def create_app(config: ServiceConfig, clock: Clock | None = None) -> Starlette:
    """The service as an ASGI application over a migrated database."""
    clock = clock or SystemClock()
    issuer = config.issuer
    strongroom = Strongroom(config.data_dir)
    database = Database(config.database_url)
    provider = TestProvider(clock)
    bells = Bells()
    proofs = ProofBook(clock.now)
    identity = Identity(database, clock, proofs, issuer)
    pages = Pages(strongroom, issuer)
    orders = Orders(database, clock, strongroom, provider, issuer, bells.ring)
    tickets = Tickets(database, clock, strongroom, config.mirrors)
    licences = Licences(database, clock, strongroom, tickets, config.data_dir)
    accounts = Accounts(database, clock)
    sign_in = SignIn(database, accounts, Server(issuer, clock, strongroom), pages, proofs, identity, strongroom)
    screens = Screens(database, clock, accounts, pages, issuer)
    checkout = Checkout(database, clock, orders, pages)
    till = TestProviderPages(database, provider, orders, pages)
    console = Console(config, database, clock, Staff(database, clock, accounts), pages, strongroom)
    api = Api(identity, Catalogue(database, clock, config), orders, tickets, licences, bells)
    description = json.loads(OPENAPI.read_bytes())

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        bells.open()
        sweeping = asyncio.create_task(_sweep(orders))
        try:
            yield
        finally:
            sweeping.cancel()
            await asyncio.gather(sweeping, return_exceptions=True)
            bells.close()
            database.close()

    def health(_call: Call) -> Response:
        with database.read() as session:
            session.connection()
        return JSONResponse({"status": "ok"})

    def described(_call: Call) -> Response:
        return JSONResponse(description)

    routes = [
        Route("/healthz", endpoint(health)),
        Route("/openapi.json", endpoint(described)),
        Route("/assets/page.css", endpoint(pages.style)),
        Route("/.well-known/openid-configuration", endpoint(sign_in.discovery)),
        Route("/oauth/authorize", endpoint(sign_in.authorize), methods=["GET", "POST"]),
        Route("/oauth/device", endpoint(screens.begin), methods=["POST"]),
        Route("/device", endpoint(screens.page), methods=["GET", "POST"]),
        Route("/oauth/token", endpoint(sign_in.token), methods=["POST"]),
        Route("/oauth/revoke", endpoint(sign_in.revoke), methods=["POST"]),
        Route("/oauth/userinfo", endpoint(sign_in.userinfo)),
        Route("/oauth/jwks", endpoint(sign_in.jwks)),
        *console.routes(),
        Route("/v1/catalogue", endpoint(api.catalogue)),
        Route("/v1/media/{package_id}/{path:path}", Media(database, identity, tickets).answer),
        Route("/v1/orders", endpoint(api.place_order), methods=["POST"]),
        Route("/v1/orders/{order_id}", api.order),
        Route("/v1/orders/{order_id}/cancel", endpoint(api.cancel_order), methods=["POST"]),
        Route("/v1/tickets", endpoint(api.tickets)),
        Route("/v1/tickets/{ticket_id}/admission", endpoint(api.admit), methods=["POST"]),
        Route("/v1/tickets/{ticket_id}/licence", endpoint(api.licence), methods=["POST"]),
        Route("/v1/plays/{play_id}/keys/{key_id}", endpoint(api.key)),
        Route("/v1/plays/{play_id}/progress", endpoint(api.progress), methods=["POST"]),
        Route("/v1/vouchers/redeem", endpoint(api.redeem), methods=["POST"]),
        Route("/checkout/{secret}", endpoint(checkout.show)),
        Route("/checkout/{secret}/pay", endpoint(checkout.pay), methods=["POST"]),
        Route("/checkout/{secret}/voucher", endpoint(checkout.voucher), methods=["POST"]),
        Route("/checkout/{secret}/done", endpoint(checkout.done)),
        Route("/test-provider/pay/{session}", endpoint(till.show)),
        Route("/test-provider/pay/{session}", endpoint(till.settle), methods=["POST"]),
    ]

    app = Starlette(
        routes=routes,
        lifespan=life,
        middleware=[Middleware(Guard, secure=issuer.startswith("https:"))],
        exception_handlers=_refusals(pages),
    )
    app.router.redirect_slashes = False
    return app


def _refusals(pages: Pages) -> dict[Any, Any]:
    """How refusals are answered: a page for a person's browser, a problem for a program."""

    async def refused(request: Request, error: Exception) -> Response:
        if not isinstance(error, CinemaError):
            raise error
        response = response_for(error)
        if response.status_code == 500:
            log.error("answered 500: %s", error.code)
        if not request.url.path.startswith(PAGES) and "text/html" not in request.headers.get("accept", ""):
            return response
        which = {403: "form", 404: "not-found"}.get(
            response.status_code, "request" if response.status_code < 500 else "error"
        )
        call = Call(request.method, request.url.path, {}, dict(request.query_params), "", dict(request.headers), {}, "")
        return await run_in_threadpool(
            lambda: pages.show(call, "message.html", {"which": which}, status=response.status_code)
        )

    async def refused_by_http(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        missing = error.status_code == 404
        detail = "There is nothing here." if missing else "This address does not answer to that."
        code = Code.NOT_FOUND if missing else Code.WRONG_USE
        return await refused(request, HttpProblem(error.status_code, code, detail, dict(error.headers or {})))

    return {CinemaError: refused, HTTPException: refused_by_http, Exception: _failed}


async def _failed(_request: Request, error: Exception) -> Response:
    log.error("a request failed: %s", type(error).__name__)
    return problem_response(500, Code.INTERNAL, "The box office could not do this. Try again later.")


async def _sweep(orders: Orders) -> None:
    while True:
        try:
            await run_in_threadpool(orders.sweep)
        except Exception as error:
            log.error("sweeping failed: %s", type(error).__name__)
        await asyncio.sleep(SWEEP_S)


class _Uvicorn(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, opened: Callable[[], None], stop: threading.Event | None) -> None:
        super().__init__(config)
        self._opened = opened
        self._stop = stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._opened()

    async def on_tick(self, counter: int) -> bool:
        if self._stop is not None and self._stop.is_set():
            self.should_exit = True
        return await super().on_tick(counter)


def serve(
    config: ServiceConfig,
    ready: Callable[[str], None],
    stop: threading.Event | None = None,
    clock: Clock | None = None,
) -> None:
    """Serve until interrupted or until ``stop`` is set; ``ready`` is told the base URL once the port answers.

    Raises `CinemaError` (wrong-use) if the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((config.host, config.port))
        except OSError as error:
            raise CinemaError(Code.WRONG_USE, f"Cannot listen on {config.host} port {config.port}: {error}.") from error
        config = replace(config, port=listener.getsockname()[1])
        settings = uvicorn.Config(
            create_app(config, clock),
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="on",
            timeout_graceful_shutdown=5,
            timeout_keep_alive=30,
            h11_max_incomplete_event_size=32 * 1024,
        )
        _Uvicorn(settings, lambda: ready(config.issuer), stop).run([listener])
