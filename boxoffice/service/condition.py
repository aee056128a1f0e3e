"""How the service is: alive, ready for requests, and its figures."""

import hmac

from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse, Response

from boxoffice.service.bells import Bells
from boxoffice.service.calls import Call
from boxoffice.service.config import ServiceConfig
from boxoffice.service.database import Database
from boxoffice.service.metrics import Metrics
from boxoffice.service.migration import is_at_head
from boxoffice.service.problems import not_found

NO_STORE = {"Cache-Control": "no-store"}


class Condition:
    """Answers ``/healthz``, ``/readyz`` and ``/metrics``. Thread-safe."""

    def __init__(self, config: ServiceConfig, database: Database, bells: Bells, metrics: Metrics) -> None:
        self._token = config.metrics_token
        self._database = database
        self._bells = bells
        self._metrics = metrics

    def alive(self, _call: Call) -> Response:
        """This process answers; restart it if it does not."""
        return JSONResponse({"status": "ok"}, headers=NO_STORE)

    def ready(self, _call: Call) -> Response:
        """Whether requests should be sent here: the database answers, is at our version, and we are not stopping."""
        status = "stopping" if self._bells.are_silent else self._database_status()
        return JSONResponse({"status": status}, 200 if status == "ok" else 503, NO_STORE)

    def _database_status(self) -> str:
        try:
            with self._database.read() as session:
                return "ok" if is_at_head(session.connection()) else "database-at-another-version"
        except SQLAlchemyError:
            return "database-away"

    def figures(self, call: Call) -> Response:
        """For Prometheus: who has the token, or where there is none, this machine without a proxy between."""
        if self._token is not None:
            given = call.headers.get("authorization", "").encode()
            allowed = hmac.compare_digest(given, f"Bearer {self._token}".encode())
        else:
            proxied = {"forwarded", "x-forwarded-for", "x-forwarded-host", "via"} & call.headers.keys()
            allowed = not proxied and call.client in {"127.0.0.1", "::1"}
        if not allowed:
            raise not_found()
        return Response(self._metrics.text(), headers=NO_STORE, media_type="text/plain; version=0.0.4")
