"""Licences from every road, and how they stand; packages from a mirror whose line drops."""

import functools
import http.server
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from boxoffice.rules import time_text
from core import Cancel, CinemaError, Code, no_progress
from films import all_files
from kiosk import (
    Colour,
    Door,
    Inbox,
    Light,
    OperatorFiles,
    RevokedTickets,
    Verdict,
    ingest_from_network,
    put_down,
    standings,
    trust,
    write_programme,
)
from kiosk.ingest import STAGING
from kiosk.licence_colours import standing
from kiosk.ticket_lists import REVOKED_TYPE
from kiosk.venue_facts import LicenceFacts
from tests.kiosk.conftest import Film
from tests.kiosk.test_preflight import LICENCE
from tests.kiosk.test_preflight_injected import FILM, licence_text
from tests.kiosk.venue import NOW, OPERATOR, PROGRAMME, OpenLedger, code

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "colour", "word"),
    [
        ({}, Colour.GREEN, "good"),
        ({"expires": NOW + 2 * DAY + timedelta(seconds=1)}, Colour.GREEN, "good"),
        ({"expires": NOW + 2 * DAY}, Colour.YELLOW, "ends-soon"),
        ({"expires": NOW + timedelta(seconds=1)}, Colour.YELLOW, "ends-soon"),
        ({"expires": NOW}, Colour.RED, "ended"),
        ({"not_before": NOW + DAY}, Colour.GREY, "not-yet"),
        ({"ours": False}, Colour.RED, "other-device"),
        ({"opens": False}, Colour.RED, "locked"),
    ],
)
def test_a_licence_stands_in_a_colour_and_a_word(changes: dict[str, Any], colour: Colour, word: str) -> None:
    found = standing(replace(LICENCE, **changes), NOW)
    assert (found.colour, found.word) == (colour, word)


def test_what_needs_somebody_comes_first() -> None:
    licences: list[LicenceFacts] = [
        LICENCE,
        replace(LICENCE, package="b", ours=False),
        replace(LICENCE, package="c", expires=NOW + DAY),
    ]
    assert [item.colour for item in standings(licences, NOW)] == [Colour.RED, Colour.YELLOW, Colour.GREEN]


def test_a_licence_that_is_put_down_is_taken_by_the_open_door_and_a_bad_one_is_put_aside(
    tmp_path: Path, film: Film, open_ledger: OpenLedger
) -> None:
    venue = tmp_path / "venue"
    trust(venue, OPERATOR.public_jwk)
    ledger = open_ledger()
    files = OperatorFiles(venue, ledger)
    programme = files.take_programme(write_programme(PROGRAMME, OPERATOR))
    inbox = Inbox(venue, files, Door(ledger, programme, programme.gates[0]))
    put_down(venue, "licence", "not a licence")
    put_down(venue, "licence", licence_text(venue, film.folder / "manifest.json", tmp_path, {"2k-1": b"K" * 16}, None))
    inbox.look()
    assert (venue / "licences" / f"{FILM}.sclic").is_file()
    assert [file.suffix for file in (venue / "inbox").iterdir()] == [".refused"]


def test_a_list_of_refunds_of_a_month_ago_still_counts_and_keeps_nobody_else_out(
    tmp_path: Path, open_ledger: OpenLedger
) -> None:
    old = RevokedTickets(REVOKED_TYPE, 1, time_text(NOW - 31 * DAY), 2026, (f"{7:016x}",))
    door = Door(open_ledger(), PROGRAMME, PROGRAMME.gates[0], old)
    assert door.scan(code(8)).light is Light.GREEN
    assert door.scan(code(7)).verdict is Verdict.REVOKED


class Mirror(http.server.SimpleHTTPRequestHandler):
    """A web server with a package's folder, which can fail."""

    asked: list[str]
    trouble: dict[str, str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        trouble = next((what for name, what in self.trouble.items() if name in self.path), "")
        if trouble == "once":
            self.trouble.clear()
        if trouble in ("gone", "once"):
            self.send_error(503)
        elif trouble == "missing":
            self.send_error(404)
        elif trouble in ("wrong", "endless"):
            body = b"x" * (100 if trouble == "wrong" else 1 << 20)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        elif trouble == "elsewhere":
            self.send_response(302)
            self.send_header("Location", "http://localhost:1/x")
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *_told: object) -> None:
        pass


@pytest.fixture
def mirror(film: Film) -> Iterator[tuple[str, type[Mirror]]]:
    class Own(Mirror):
        asked: list[str] = []  # noqa: RUF012 - one server
        trouble: dict[str, str] = {}  # noqa: RUF012

    handler = functools.partial(Own, directory=str(film.folder.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/{film.folder.name}", Own
        server.shutdown()
        thread.join()


def fetched(address: str, film: Film, library: Path, **more: Any) -> Any:
    return ingest_from_network(address, library, film.trusted, no_progress, Cancel(), first_wait_s=0.01, **more)


def test_a_package_comes_from_a_mirror_whole(mirror: tuple[str, type[Mirror]], film: Film, tmp_path: Path) -> None:
    report = fetched(mirror[0], film, tmp_path)
    assert report.folder
    assert report.copied_bytes == sum(file.size_bytes for file in all_files(film.manifest))
    assert all((report.folder / file.path).stat().st_size == file.size_bytes for file in all_files(film.manifest))
    asked = len(mirror[1].asked)
    assert fetched(mirror[0], film, tmp_path).copied_bytes == 0
    assert len(mirror[1].asked) == asked + 2


def test_a_server_with_a_passing_trouble_is_asked_again(
    mirror: tuple[str, type[Mirror]], film: Film, tmp_path: Path
) -> None:
    mirror[1].trouble["video"] = "once"
    assert fetched(mirror[0], film, tmp_path).folder


def test_a_line_that_is_gone_costs_nothing_that_had_arrived(
    mirror: tuple[str, type[Mirror]], film: Film, tmp_path: Path
) -> None:
    last = film.manifest.video[0].segments[-1].file.path
    mirror[1].trouble[last] = "gone"
    with pytest.raises(CinemaError) as caught:
        fetched(mirror[0], film, tmp_path)
    assert caught.value.passing
    assert not list(tmp_path.glob(f"{FILM}@*"))
    mirror[1].trouble.clear()
    mirror[1].asked.clear()
    report = fetched(mirror[0], film, tmp_path)
    assert report.folder
    assert report.kept_bytes > 0
    assert report.copied_bytes + report.kept_bytes == sum(file.size_bytes for file in all_files(film.manifest))
    assert len(mirror[1].asked) < len(all_files(film.manifest))


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        ("wrong", Code.INGEST_REFUSED),
        ("endless", Code.MEDIA_REFUSED),
        ("missing", Code.NOT_FOUND),
        ("elsewhere", Code.REDIRECTED),
    ],
)
def test_a_mirror_that_gives_something_else_gets_nothing_into_the_library(
    mirror: tuple[str, type[Mirror]], film: Film, tmp_path: Path, trouble: str, code: Code
) -> None:
    mirror[1].trouble[film.manifest.video[0].segments[0].file.path] = trouble
    with pytest.raises(CinemaError) as caught:
        fetched(mirror[0], film, tmp_path)
    assert caught.value.code is code
    assert [folder.name for folder in tmp_path.iterdir()] == [STAGING]


def test_a_package_that_nobody_trusted_signed_is_not_even_asked_for(
    mirror: tuple[str, type[Mirror]], film: Film, tmp_path: Path
) -> None:
    stranger = replace(film, trusted=type(film.trusted).of(type(film.signer).generate().public_jwk))
    with pytest.raises(CinemaError) as caught:
        fetched(mirror[0], stranger, tmp_path)
    assert caught.value.code is Code.PACKAGE_UNSIGNED
    assert len(mirror[1].asked) == 2
