"""The application, put together."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
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
from boxoffice.service.condition import Condition
from boxoffice.service.config import ServiceConfig
from boxoffice.service.console.frame import Frame
from boxoffice.service.console.pages import Console
from boxoffice.service.console.staff import Staff
from boxoffice.service.database import Database
from boxoffice.service.desk import desk_of
from boxoffice.service.elsewhere import ANSWER, CONTINUE, PATH, SignInElsewhere
from boxoffice.service.gifts import Gifts
from boxoffice.service.guard import Guard
from boxoffice.service.identity import Identity
from boxoffice.service.letters import Letters
from boxoffice.service.licences import Licences
from boxoffice.service.media import Media
from boxoffice.service.media_addresses import MediaAddresses
from boxoffice.service.metrics import Metrics
from boxoffice.service.note_flags import NoteFlags
from boxoffice.service.notices import Notices
from boxoffice.service.pages import Pages
from boxoffice.service.passwords import PATH as PASSWORD_PATH
from boxoffice.service.passwords import Passwords
from boxoffice.service.payments import TestProvider
from boxoffice.service.people import People
from boxoffice.service.places import Places
from boxoffice.service.post import Outbox, SmtpPost
from boxoffice.service.problems import HttpProblem, problem_response, response_for
from boxoffice.service.proofs import ProofBook, UsedAnywhere, UsedHere
from boxoffice.service.receipts import Receipts
from boxoffice.service.screens import Screens
from boxoffice.service.signin import SignIn
from boxoffice.service.strongroom import Strongroom
from boxoffice.service.taxes import Taxes, read_taxes
from boxoffice.service.tickets import Tickets
from boxoffice.service.venue_api import UPLOAD_BYTES, VenueApi
from boxoffice.service.venues import Venues
from core import CinemaError, Clock, Code, SystemClock

log = logging.getLogger(__name__)

SWEEP_S = 300
LETTERS_S = 20
STOPPING = "stopping"
"""In the lifespan's state: what to call when no more requests are taken, so that nobody who waits holds up the end."""
OPENAPI = Path(__file__).parent / "openapi.json"
PAGES = ("/checkout/", "/test-provider/", "/oauth/authorize", PATH, PASSWORD_PATH, "/device", "/console")


def create_app(config: ServiceConfig, clock: Clock | None = None) -> Starlette:  # noqa: PLR0915 - the one place of all parts
    """The service as an ASGI application over a migrated database."""
    clock = clock or SystemClock()
    issuer = config.issuer
    strongroom = Strongroom(config.data_dir)
    database = Database(config.database_url)
    bells = Bells(database)
    places = Places(database, clock, config)
    proofs = ProofBook(clock.now, UsedAnywhere(database) if database.is_shared else UsedHere())
    metrics = Metrics()
    condition = Condition(config, database, bells, metrics)
    identity = Identity(database, clock, proofs, issuer)
    pages = Pages(strongroom, issuer)
    desk = desk_of(config, database, clock, strongroom, bells.ring)
    orders, till = desk.orders, desk.till
    notices = Notices(database, clock, till, orders)
    post = SmtpPost(config.smtp) if config.smtp else Outbox(config.data_dir / "outbox")
    addresses = MediaAddresses(strongroom, clock, config.mirrors, signed=config.sign_mirrors)
    tickets = Tickets(database, clock, strongroom, addresses)
    licences = Licences(database, clock, strongroom, tickets, config.data_dir)
    accounts = Accounts(database, clock)
    passwords = Passwords(database, clock, accounts, pages, strongroom)
    letters = Letters(database, clock, post, config.letters_from, issuer, orders.checkout_secret, passwords.code_of)
    oauth = Server(issuer, clock, strongroom)
    sign_in = SignIn(database, accounts, oauth, pages, proofs, identity, strongroom, config.openid)
    screens = Screens(database, clock, accounts, pages, issuer, config.openid)
    elsewhere = SignInElsewhere(database, clock, config.openid, sign_in, screens, pages, strongroom, issuer)
    taxes = read_taxes(config.taxes) if config.taxes else Taxes()
    checkout = Checkout(database, clock, till, orders, pages, taxes)
    test_pages = TestProviderPages(TestProvider(database, clock), till, orders, pages)
    catalogue = Catalogue(database, clock, addresses, config.default_territory)
    media = Media(database, identity, tickets, addresses)
    gifts = Gifts(database, clock, strongroom)
    people = People(database, clock, identity, orders, gifts)
    api = Api(
        identity, catalogue, places, orders, gifts, tickets, licences, bells, NoteFlags(database, clock, strongroom)
    )
    receipts = Receipts(database, identity, orders, pages, taxes)
    frame = Frame(Staff(database, clock, accounts), pages, strongroom, secure=issuer.startswith("https:"))
    venues = Venues(database, clock, strongroom, config.data_dir)
    venue_api = VenueApi(database, clock, identity, proofs, issuer, venues)
    console = Console(config, database, clock, frame, desk.refunds, venues)

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[dict[str, Any]]:
        bells.open()
        brooms = (orders.sweep, notices.sweep, proofs.forget, people.sweep)
        sweeping = [
            asyncio.create_task(_sweep(database, "sweep", SWEEP_S, *brooms)),
            asyncio.create_task(_sweep(database, "letters", LETTERS_S, letters.sweep)),
        ]

        def stopping() -> None:
            bells.silence()
            letters.rest()

        try:
            yield {STOPPING: stopping}
        finally:
            for task in sweeping:
                task.cancel()
            await asyncio.gather(*sweeping, return_exceptions=True)
            await run_in_threadpool(bells.close)
            database.close()

    def described(_call: Call) -> Response:
        return JSONResponse(json.loads(OPENAPI.read_bytes()))

    routes = [
        Route("/healthz", endpoint(condition.alive)),
        Route("/readyz", endpoint(condition.ready)),
        Route("/metrics", endpoint(condition.figures)),
        Route("/openapi.json", endpoint(described)),
        Route("/assets/page.css", endpoint(pages.style)),
        Route("/.well-known/openid-configuration", endpoint(sign_in.discovery)),
        Route("/oauth/authorize", endpoint(sign_in.authorize), methods=["GET", "POST"]),
        Route(PATH, endpoint(elsewhere.begin)),
        Route(ANSWER, endpoint(elsewhere.answer)),
        Route(CONTINUE, endpoint(elsewhere.go_on), methods=["GET", "POST"]),
        Route(PASSWORD_PATH, endpoint(passwords.ask), methods=["GET", "POST"]),
        Route(f"{PASSWORD_PATH}/{{code}}", endpoint(passwords.choose), methods=["GET", "POST"]),
        Route("/oauth/device", endpoint(screens.begin), methods=["POST"]),
        Route("/device", endpoint(screens.page), methods=["GET", "POST"]),
        Route("/oauth/token", endpoint(sign_in.token), methods=["POST"]),
        Route("/oauth/revoke", endpoint(sign_in.revoke), methods=["POST"]),
        Route("/oauth/userinfo", endpoint(sign_in.userinfo)),
        Route("/oauth/jwks", endpoint(sign_in.jwks)),
        *console.routes(),
        Route("/v1/catalogue", endpoint(api.catalogue)),
        Route("/v1/media/{package_id}/{path:path}", media.answer),
        Route("/v1/signed/{grant}/{package_id}", endpoint(media.check)),
        Route("/v1/signed/{grant}/{package_id}/{path:path}", endpoint(media.signed)),
        Route("/v1/orders", endpoint(api.place_order), methods=["POST"]),
        Route("/v1/orders/{order_id}", api.order),
        Route("/v1/orders/{order_id}/cancel", endpoint(api.cancel_order), methods=["POST"]),
        Route("/v1/orders/{order_id}/receipt", endpoint(receipts.of_viewer)),
        Route("/v1/tickets", endpoint(api.tickets)),
        Route("/v1/tickets/{ticket_id}/admission", endpoint(api.admit), methods=["POST"]),
        Route("/v1/tickets/{ticket_id}/licence", endpoint(api.licence), methods=["POST"]),
        Route("/v1/tickets/{ticket_id}/note-flags", endpoint(api.flag_notes), methods=["POST"]),
        Route("/v1/plays/{play_id}/keys/{key_id}", endpoint(api.key)),
        Route("/v1/plays/{play_id}/progress", endpoint(api.progress), methods=["POST"]),
        Route("/v1/vouchers/redeem", endpoint(api.redeem), methods=["POST"]),
        Route("/v1/passes", endpoint(api.passes)),
        Route("/v1/gifts", endpoint(api.gifts)),
        Route("/v1/gifts/claim", endpoint(api.claim), methods=["POST"]),
        Route("/v1/account/sign-ins", endpoint(people.sign_ins)),
        Route("/v1/account/sign-ins/end", endpoint(people.end_all), methods=["POST"]),
        Route("/v1/account/sign-ins/{sign_in_id}/end", endpoint(people.end_sign_in), methods=["POST"]),
        Route("/v1/account/data", endpoint(people.export)),
        Route("/v1/account/delete", endpoint(people.delete), methods=["POST"]),
        Route("/v1/venue/enrolment", endpoint(venue_api.enrol), methods=["POST"]),
        Route("/v1/venue/records", endpoint(venue_api.have)),
        Route("/v1/venue/records", endpoint(venue_api.take, UPLOAD_BYTES), methods=["POST"]),
        Route("/v1/venue/files", endpoint(venue_api.files)),
        Route("/v1/payments/{provider}/notices", endpoint(notices.receive), methods=["POST"]),
        Route("/checkout/{secret}", endpoint(checkout.show)),
        Route("/checkout/{secret}/pay", endpoint(checkout.pay), methods=["POST"]),
        Route("/checkout/{secret}/voucher", endpoint(checkout.voucher), methods=["POST"]),
        Route("/checkout/{secret}/done", endpoint(checkout.done)),
        Route("/checkout/{secret}/receipt", endpoint(receipts.of_checkout)),
        Route("/test-provider/pay/{session}", endpoint(test_pages.show)),
        Route("/test-provider/pay/{session}", endpoint(test_pages.settle), methods=["POST"]),
    ]

    app = Starlette(
        routes=routes,
        lifespan=life,
        middleware=[Middleware(Guard, secure=issuer.startswith("https:"), metrics=metrics)],
        exception_handlers=_refusals(pages),
    )
    app.router.redirect_slashes = False
    app.state.trusted_proxies = config.trusted_proxies
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
        cookies = dict(
            request.cookies
        )  # without them the page would give a new form cookie, and open forms would run out
        query, headers = dict(request.query_params), dict(request.headers)
        call = Call(request.method, request.url.path, {}, query, "", headers, cookies, "")
        return await run_in_threadpool(pages.refuse, call, which, response.status_code)

    async def refused_by_http(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        missing = error.status_code == 404
        detail = "There is nothing here." if missing else "This address does not answer to that."
        code = Code.NOT_FOUND if missing else Code.WRONG_USE
        return await refused(request, HttpProblem(error.status_code, code, detail, dict(error.headers or {})))

    async def refused_by_database(request: Request, error: Exception) -> Response:
        log.warning("the database holds no such value: %s", type(error).__name__)
        detail = "The request holds a value that nothing here can have, such as a NUL or a number too large."
        return await refused(request, HttpProblem(400, Code.WRONG_USE, detail))

    return {
        CinemaError: refused,
        HTTPException: refused_by_http,
        DataError: refused_by_database,
        OperationalError: _busy,
        PoolTimeout: _busy,
        Exception: _failed,
    }


async def _failed(_request: Request, error: Exception) -> Response:
    log.error("a request failed: %s", type(error).__name__)
    # The server ends the connection after this, and who was not told would send the next request into its end.
    detail = "The box office could not do this. Try again later."
    return problem_response(500, Code.INTERNAL, detail, headers={"Connection": "close"})


async def _busy(_request: Request, error: Exception) -> Response:
    log.error("the database did not do it: %s", type(error).__name__)
    detail = "The box office is busy. Try again in a moment."
    return problem_response(503, Code.SERVER_ERROR, detail, headers={"Retry-After": "2"})


async def _sweep(database: Database, task: str, every_s: float, *brooms: Callable[[], object]) -> None:
    def once() -> None:
        with database.alone(task) as nobody_else:
            for broom in brooms if nobody_else else ():
                try:
                    broom()
                except Exception as error:
                    log.error("sweeping failed: %s", type(error).__name__)

    while True:
        round_of_brooms = asyncio.create_task(run_in_threadpool(once))
        try:
            await asyncio.shield(round_of_brooms)
        except asyncio.CancelledError:
            await asyncio.wait([round_of_brooms])  # it holds a line of the database, which is closed next
            raise
        except Exception as error:
            log.error("sweeping failed: %s", type(error).__name__)
        await asyncio.sleep(every_s)
