"""A venue's status on the LAN: one page, read-only, for whoever has the token. No persons, no tickets, no keys."""

import hmac
import json
import secrets
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from app import __version__
from core import CinemaError
from core.whole_file import write_whole
from kiosk import LedgerView, kept_report, kept_state, licence_facts, standings

CROWD = 16
"""So many are answered at once; others are turned away."""
PATIENCE_S = 5.0


def token_of(venue: Path) -> str:
    """The token that the page is asked with, made at its first use (mode 0600). Raises ``OSError``."""
    file = venue / "status-token"
    with suppress(OSError):
        known = file.read_text(encoding="ascii").strip()
        if len(known) >= 32:
            return known
    token = secrets.token_urlsafe(32)
    venue.mkdir(parents=True, exist_ok=True)
    write_whole(file, token.encode())
    file.chmod(0o600)
    return token


def status_of(venue: Path) -> dict[str, object]:
    """What is told."""
    report = kept_report(venue)
    said: dict[str, object] = {
        "version": __version__,
        "preflight": {
            "light": report.light if report else "none",
            "at": report.at if report else "",
            "first_failure": report.first_failure.screening if report and report.first_failure else "",
        },
        "rooms": [],
        "doors": [],
        "licences": [],
    }
    try:
        view = LedgerView(venue)
        programme, time = view.files.programme(), view.time()
        said |= {"now": time.now.isoformat(timespec="seconds"), "clock": time.state}
    except CinemaError as error:
        return said | {"trouble": error.code}
    said["licences"] = [
        {"film": item.package, "colour": item.colour, "word": item.word, "until": item.expires.isoformat()}
        for item in standings(licence_facts(venue), time.now)
    ]
    if programme is None:
        return said
    said["rooms"] = [_room(venue, room.id) for room in programme.rooms]
    said["doors"] = [
        {"screening": show.id, "start": show.start, "inside": view.inside(show.id), "places": programme.capacity(show)}
        for show in programme.screenings
        if show.end_at > time.now and (show.doors_at - time.now).total_seconds() < 3 * 3600
    ]
    return said


def _room(venue: Path, room: str) -> dict[str, object]:
    try:
        state = kept_state(venue, room)
    except CinemaError:
        state = None
    if state is None:
        return {"room": room, "phase": ""}
    return {
        "room": room,
        "screening": state.screening,
        "phase": state.phase,
        "item": state.kind,
        "left_s": state.left_ms // 1000,
        "alarms": list(state.alarms),
        "at": state.at,
    }


class StatusServer(ThreadingHTTPServer):
    """Answers ``GET /?token=...`` with the page and ``GET /status.json`` with the facts, and nothing else."""

    daemon_threads = True

    def __init__(self, venue: Path, host: str, port: int) -> None:
        super().__init__((host, port), _Asked)
        self.venue, self.token = venue, token_of(venue)
        self._room = threading.BoundedSemaphore(CROWD)

    def process_request(self, request: object, client_address: object) -> None:
        """One more, if there is room."""
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)  # type: ignore[arg-type]
        else:
            self.shutdown_request(request)  # type: ignore[arg-type]

    def process_request_thread(self, request: object, client_address: object) -> None:
        """Answer, and make room."""
        try:
            super().process_request_thread(request, client_address)  # type: ignore[arg-type]
        finally:
            self._room.release()


class _Asked(BaseHTTPRequestHandler):
    server: StatusServer
    timeout = PATIENCE_S
    server_version, sys_version = "smart-cinema", ""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        given = parse_qs(address.query).get("token", [""])[0] or self.headers.get("Authorization", "")[7:]
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self.server.token.encode()):
            self._answer(404, b"", "text/plain")
        elif address.path == "/status.json":
            self._answer(200, json.dumps(status_of(self.server.venue)).encode(), "application/json")
        elif address.path == "/":
            self._answer(200, _page(self.server.venue).encode(), "text/html; charset=utf-8")
        else:
            self._answer(404, b"", "text/plain")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_told: object) -> None:
        """Addresses hold the token: nothing is logged."""


def _page(venue: Path) -> str:
    from ui.venue_pages import status_page

    said = status_of(venue)
    report = kept_report(venue)
    return status_page(said, str(report.light) if report else "none")
