"""Preflight against a real venue in which one thing after the other is really broken."""

import hashlib
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from boxoffice.rules import Licence, LicensedTicket, time_text, write_licence
from boxoffice.rules.signed_texts import write_signed
from core import Cancel, no_progress
from core.strict_json import dump_json
from films import MasterOptions, SigningKey, TrustedKeys, load_manifest, master, read_keys, sign_manifest
from kiosk.door_rules import Light
from kiosk.facts import MachineFacts, gather
from kiosk.ingest import ingest, library_of
from kiosk.ledger import Ledger
from kiosk.ledger_reader import LedgerReader
from kiosk.licences import licence_key, take_licence
from kiosk.operator_files import AcceptedFiles, OperatorFiles, trust
from kiosk.preflight import preflight
from kiosk.programme import Programme, ShowItem, write_programme
from kiosk.ticket_lists import (
    REVOKED_TYPE,
    SOLD_TYPE,
    RevokedTickets,
    SoldTickets,
    write_list,
)
from kiosk.troubles import Finding, Preflight, Trouble
from tests.films.conftest import TINY_LADDER
from tests.kiosk.venue import NOW, OPERATOR, PROGRAMME, RESERVE, SetClocks, screening
from ui.trouble_words import trouble_words

FILM = "paper-moon-feature"
FILM_MS = 8000
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLAYLIST = (
    ShowItem("countdown", 10_000),
    ShowItem("slide", 5000, file="sponsor.png"),
    ShowItem("video", 1000, file="sponsor.mp4"),
    ShowItem("feature", FILM_MS, package=FILM),
)
FRIDAY, SMALL, SATURDAY, YESTERDAY = (
    replace(show, playlist=PLAYLIST, subtitles=("en", "zh-Hans"), notes=("en",)) for show in PROGRAMME.screenings
)
STOCKED = replace(
    PROGRAMME,
    rooms=tuple(replace(room, screen="screen" if room.id == "one" else "") for room in PROGRAMME.rooms),
    screenings=(FRIDAY, replace(SMALL, start=time_text(NOW + 2 * HOUR)), SATURDAY, YESTERDAY),
)
GOOD = MachineFacts({"screen": (1920, 1080)}, han=True, sound=True, decoder=True, may_sleep=False, pin=True)
DOORS, START = NOW, FRIDAY.start_at
SLIDE_AT, VIDEO_AT, FILM_AT = (START + timedelta(seconds=s) for s in (10, 15, 16))


@dataclass
class Venue:
    """One venue, to be broken."""

    folder: Path
    packages: Path
    clocks: SetClocks
    machine: MachineFacts = GOOD
    hashing: bool = True
    decoding: bool = False
    beside: bool = True
    """Whether another process may hold the ledger: it is read from its file."""

    @property
    def film(self) -> Path:
        return next(library_of(self.folder).glob(f"{FILM}@*"))

    def segment(self) -> Path:
        manifest = load_manifest((self.film / "manifest.json").read_bytes())
        return self.film / manifest.video[0].segments[1].file.path

    def text(self, kind: str) -> Path:
        manifest = load_manifest((self.film / "manifest.json").read_bytes())
        return self.film / {"subtitles": manifest.subtitles, "notes": manifest.notes}[kind][0].file.path

    def take(self, kind: str, text: str) -> None:
        with closing(Ledger.open(self.folder, clocks=self.clocks, reserve_bytes=RESERVE)) as ledger:
            files = OperatorFiles(self.folder, ledger)
            {"programme": files.take_programme, "revoked": files.take_revoked, "sold": files.take_sold}[kind](text)

    def programme(self, **changes: Any) -> None:
        self.take("programme", write_programme(replace(STOCKED, seq=9, **changes), OPERATOR))

    def friday(self, **changes: Any) -> None:
        self.programme(screenings=(replace(FRIDAY, **changes), *STOCKED.screenings[1:]))

    def licence(self, keys: dict[str, bytes] | None = None, device: X25519PrivateKey | None = None, **said: Any) -> str:
        """A licence that the operator signed, put into its place."""
        manifest = self.film / "manifest.json"
        text = licence_text(self.folder, manifest, self.packages, keys, device, **said)
        (self.folder / "licences" / f"{FILM}.sclic").write_text(text)
        return text

    def bare(self) -> None:
        """A newer version comes in, with neither texts nor sound."""
        ingest(
            self.packages / "bare", library_of(self.folder), TrustedKeys.of(OPERATOR.public_jwk), no_progress, Cancel()
        )

    def run(self) -> tuple[Programme, Preflight]:
        if self.beside:
            return self._run(LedgerReader(self.folder, self.clocks, reserve_bytes=RESERVE))
        with closing(Ledger.open(self.folder, clocks=self.clocks, reserve_bytes=RESERVE)) as ledger:
            return self._run(ledger)

    def _run(self, ledger: Ledger | LedgerReader) -> tuple[Programme, Preflight]:
        programme = AcceptedFiles(self.folder, ledger.accepted).programme()
        assert programme
        facts = gather(
            self.folder, ledger, programme, self.machine, no_progress, Cancel(), hashing=self.hashing,
            decoding=self.decoding,
        )  # fmt: skip
        return programme, preflight(programme, facts)


def licence_text(
    folder: Path,
    manifest: Path,
    packages: Path,
    keys: dict[str, bytes] | None,
    device: X25519PrivateKey | None,
    **said: Any,
) -> str:
    data = manifest.read_bytes()
    start, end = said.pop("start", NOW - DAY), said.pop("end", NOW + 20 * DAY)
    ticket = LicensedTicket(
        "t",
        "p",
        "moon",
        time_text(NOW),
        None,
        time_text(start),
        time_text(end),
        "UTC",
        1,
        1,
        1,
        0,
        "",
        seek=False,
        stills=False,
    )
    plain = Licence(
        1,
        "l",
        1,
        time_text(NOW - DAY),
        time_text(start),
        time_text(end),
        "",
        FILM,
        hashlib.sha256(data).hexdigest(),
        {},
        ticket,
    )
    public = (device or licence_key(folder)).public_key().public_bytes_raw()
    keys = read_keys(packages / "feature.keys.json") if keys is None else keys
    return write_licence(replace(plain, **said), keys, public, OPERATOR)


def a_list(kind: str, *, seq: int = 2, issued: timedelta = -HOUR, event: int = 2026) -> str:
    when = time_text(NOW + issued)
    if kind == "revoked":
        return write_list(RevokedTickets(REVOKED_TYPE, seq, when, event, ()), OPERATOR)
    return write_list(SoldTickets(SOLD_TYPE, seq, when, event, ()), OPERATOR)


@pytest.fixture(scope="session")
def stock(
    tmp_path_factory: pytest.TempPathFactory, source_film: Path, options_for: Callable[..., MasterOptions]
) -> Path:
    """Packages on a stick, and a venue that has everything."""
    root = tmp_path_factory.mktemp("stock")
    packages, folder = root / "packages", root / "venue"
    made: dict[str, Any] = {"package_id": FILM, "signing_key": OPERATOR, "ladder": TINY_LADDER[:1]}
    master(source_film, packages / "feature", options_for(**made), no_progress, Cancel())
    silent = packages / "silent.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(source_film), "-an", "-c", "copy", str(silent)], check=True)
    bare: dict[str, Any] = {"subtitles": {}, "notes": {}, "created": "2026-02-02T03:04:05Z"}
    master(silent, packages / "bare", options_for(**made, **bare), no_progress, Cancel())
    trust(folder, OPERATOR.public_jwk)
    trusted = TrustedKeys.of(OPERATOR.public_jwk)
    assert ingest(packages / "feature", library_of(folder), trusted, no_progress, Cancel()).folder
    slides = folder / "slides"
    slides.mkdir()
    for name in ("sponsor.png", "sponsor.mp4"):
        picture = ["-i", "testsrc2=s=64x36:d=1", *(["-frames:v", "1"] if name.endswith("png") else [])]
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", *picture, str(slides / name)], check=True)
    with closing(Ledger.open(folder, clocks=SetClocks(), reserve_bytes=RESERVE)) as ledger:
        files = OperatorFiles(folder, ledger)
        files.take_programme(write_programme(STOCKED, OPERATOR))
        files.take_revoked(a_list("revoked", seq=1))
        files.take_sold(a_list("sold", seq=1))
        manifest = next(library_of(folder).glob(f"{FILM}@*")) / "manifest.json"
        take_licence(folder, ledger, licence_text(folder, manifest, packages, None, None))
    return root


@pytest.fixture
def venue(stock: Path, tmp_path: Path) -> Venue:
    shutil.copytree(stock / "venue", tmp_path / "venue")
    return Venue(tmp_path / "venue", stock / "packages", SetClocks())


def change(file: Path, *, at: int = 20) -> None:
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)


def edited(venue: Venue) -> None:
    with closing(sqlite3.connect(venue.folder / "ledger.sqlite3")) as db, db:
        db.execute("UPDATE audit SET record = CAST(replace(record, 'monday', 'mandey') AS BLOB) WHERE seq = 1")


def smashed(venue: Venue) -> None:
    file = venue.folder / "ledger.sqlite3"
    with closing(sqlite3.connect(file)) as db:
        page = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'audit'").fetchone()[0] - 1
        size = db.execute("PRAGMA page_size").fetchone()[0]
    data = bytearray(file.read_bytes())
    data[page * size : page * size + 200] = b"\xff" * 200
    file.write_bytes(data)
    venue.beside = False


def exchanged(venue: Venue) -> None:
    """The wrapped keys of one licence in another, signed as if that were right."""
    text = venue.licence()
    payload = json.loads(_payload(text))
    other = json.loads(_payload(venue.licence(seq=2)))
    payload["keys"] = other["keys"]
    (venue.folder / "licences" / f"{FILM}.sclic").write_text(write_signed(dump_json(payload), OPERATOR))


def _payload(jws: str) -> bytes:
    from core import base64url

    return base64url.decode(jws.split(".")[1])


def without_copies(venue: Venue) -> None:
    shutil.rmtree(venue.folder / "copies")
    (venue.folder / "copies").write_text("in the way")


def another_signer(venue: Venue) -> None:
    data = (venue.film / "manifest.json").read_bytes()
    (venue.film / "manifest.jws").write_bytes(sign_manifest(data, SigningKey.generate()))


def forgotten(kind: str) -> Callable[[Venue], None]:
    """A venue that was never given the list."""

    def forget(venue: Venue) -> None:
        with closing(sqlite3.connect(venue.folder / "ledger.sqlite3")) as db, db:
            db.execute("DELETE FROM accepted WHERE name = ?", (kind,))

    return forget


def both(*acts: Callable[[Venue], object]) -> Callable[[Venue], None]:
    def act(venue: Venue) -> None:
        for one in acts:
            one(venue)

    return act


def wall(when: timedelta) -> Callable[[Venue], None]:
    return lambda venue: venue.clocks.reboot(NOW + when)


def overlapping(venue: Venue) -> None:
    venue.programme(
        screenings=(
            *STOCKED.screenings,
            replace(screening("late", 9, "one", START + timedelta(seconds=5)), playlist=PLAYLIST),
        )
    )


def crowded(venue: Venue) -> None:
    long = replace(FRIDAY, playlist=(*PLAYLIST, ShowItem("intermission", 3_600_000)))
    after = replace(screening("next", 9, "one", long.end_at + timedelta(minutes=5)), playlist=PLAYLIST)
    venue.programme(screenings=(long, *STOCKED.screenings[1:], after))


def one_screen(venue: Venue) -> None:
    rooms = tuple(replace(room, screen="screen") for room in STOCKED.rooms)
    at_once = replace(STOCKED.screenings[1], start=time_text(START + timedelta(seconds=20)))
    venue.programme(rooms=rooms, screenings=(FRIDAY, at_once))


def machine(**changes: Any) -> Callable[[Venue], None]:
    def act(venue: Venue) -> None:
        venue.machine = replace(GOOD, **changes)

    return act


Act = Callable[[Venue], object]
SAT_AT = SATURDAY.start_at + timedelta(seconds=16)
RED, AMBER = Light.RED, Light.AMBER
INJECTED: dict[str, tuple[Act, Trouble, Light, str, object]] = {
    "the film was never ingested": (lambda v: shutil.rmtree(v.film), Trouble.FILM_MISSING, RED, "friday", FILM_AT),
    "a segment has one bit wrong": (lambda v: change(v.segment()), Trouble.FILM_DAMAGED, RED, "friday", FILM_AT),
    "a segment is cut short": (lambda v: v.segment().write_bytes(v.segment().read_bytes()[:-1]), Trouble.FILM_DAMAGED, RED, "friday", FILM_AT),
    "a segment is gone": (lambda v: v.segment().unlink(), Trouble.FILM_DAMAGED, RED, "friday", FILM_AT),
    "the subtitles were edited": (lambda v: change(v.text("subtitles")), Trouble.FILM_DAMAGED, RED, "friday", FILM_AT),
    "the notes were edited": (lambda v: change(v.text("notes")), Trouble.FILM_DAMAGED, RED, "friday", FILM_AT),
    "a stranger signed the film": (another_signer, Trouble.FILM_UNSIGNED, RED, "friday", FILM_AT),
    "the manifest was edited": (lambda v: change(v.film / "manifest.json", at=30), Trouble.FILM_UNSIGNED, RED, "friday", FILM_AT),
    "the film's signature is gone": (lambda v: (v.film / "manifest.jws").unlink(), Trouble.FILM_UNSIGNED, RED, "friday", FILM_AT),
    "the programme has another length": (lambda v: v.friday(playlist=(*PLAYLIST[:3], replace(PLAYLIST[3], duration_ms=60_000))), Trouble.FILM_LENGTH, AMBER, "friday", FILM_AT),
    "nobody read the film through": (lambda v: setattr(v, "hashing", False), Trouble.FILM_UNCHECKED, AMBER, "friday", FILM_AT),
    "the key opens nothing that decodes": (both(lambda v: v.licence(dict.fromkeys(load_manifest((v.film / "manifest.json").read_bytes()).key_ids, b"K" * 16)), lambda v: setattr(v, "decoding", True)), Trouble.FILM_UNPLAYABLE, RED, "friday", FILM_AT),
    "another version without sound": (both(lambda v: v.friday(subtitles=(), notes=()), lambda v: v.bare()), Trouble.SOUND_TRACK_MISSING, RED, "friday", FILM_AT),
    "another version without subtitles": (lambda v: v.bare(), Trouble.SUBTITLES_MISSING, RED, "friday", FILM_AT),
    "another version without notes": (lambda v: v.bare(), Trouble.NOTES_MISSING, RED, "friday", FILM_AT),
    "another version than the licence's": (lambda v: v.bare(), Trouble.LICENCE_OTHER_VERSION, RED, "friday", FILM_AT),
    "notes in a language that nobody wrote": (lambda v: v.friday(notes=("fr",)), Trouble.NOTES_MISSING, RED, "friday", FILM_AT),
    "a slide is gone": (lambda v: (v.folder / "slides" / "sponsor.png").unlink(), Trouble.FILE_MISSING, RED, "friday", SLIDE_AT),
    "a slide is empty": (lambda v: (v.folder / "slides" / "sponsor.png").write_bytes(b""), Trouble.FILE_UNREADABLE, RED, "friday", SLIDE_AT),
    "a slide is a letter": (lambda v: (v.folder / "slides" / "sponsor.png").write_text("Dear festival,"), Trouble.FILE_UNREADABLE, RED, "friday", SLIDE_AT),
    "a sponsor's film is cut off": (lambda v: (v.folder / "slides" / "sponsor.mp4").write_bytes((v.folder / "slides" / "sponsor.mp4").read_bytes()[:300]), Trouble.FILE_UNREADABLE, RED, "friday", VIDEO_AT),
    "the slides' folder is gone": (lambda v: shutil.rmtree(v.folder / "slides"), Trouble.FILE_MISSING, RED, "friday", SLIDE_AT),
    "there is no licence": (lambda v: shutil.rmtree(v.folder / "licences"), Trouble.LICENCE_MISSING, RED, "friday", FILM_AT),
    "the licence was edited": (lambda v: change(v.folder / "licences" / f"{FILM}.sclic", at=200), Trouble.LICENCE_DAMAGED, RED, "friday", FILM_AT),
    "the disk came from another machine": (lambda v: (v.folder / "licence-key.pem").unlink(), Trouble.LICENCE_OTHER_DEVICE, RED, "friday", FILM_AT),
    "the device's key is damaged": (lambda v: (v.folder / "licence-key.pem").write_text("?"), Trouble.DEVICE_KEY, RED, "friday", FILM_AT),
    "a licence for another machine": (lambda v: v.licence(device=X25519PrivateKey.generate()), Trouble.LICENCE_OTHER_DEVICE, RED, "friday", FILM_AT),
    "keys of another licence": (exchanged, Trouble.LICENCE_LOCKED, RED, "friday", FILM_AT),
    "a licence that lacks a key": (lambda v: v.licence(dict(list(read_keys(v.packages / "feature.keys.json").items())[:1])), Trouble.LICENCE_KEYS, RED, "friday", FILM_AT),
    "a licence that ends before saturday": (lambda v: v.licence(end=NOW + 5 * HOUR), Trouble.LICENCE_ENDED, RED, "saturday", SAT_AT),
    "a licence that begins too late": (lambda v: v.licence(start=NOW + HOUR), Trouble.LICENCE_NOT_YET, RED, "friday", FILM_AT),
    "a licence that ends soon after": (lambda v: v.licence(end=NOW + 30 * HOUR), Trouble.LICENCE_SOON, AMBER, "saturday", SAT_AT),
    "a clock a year ahead": (wall(365 * DAY), Trouble.CLOCK_AHEAD, RED, "friday", DOORS),
    "a clock a day behind": (wall(-DAY), Trouble.CLOCK_BEHIND, RED, "friday", DOORS),
    "a clock in 1970": (wall(-20_000 * DAY), Trouble.CLOCK_BEHIND, RED, "friday", DOORS),
    "a record was edited": (edited, Trouble.LEDGER_UNSOUND, RED, "friday", DOORS),
    "a page of the ledger is broken": (smashed, Trouble.LEDGER_RESCUED, AMBER, "friday", DOORS),
    "the reserve is gone": (lambda v: (v.folder / "reserve").unlink(), Trouble.RESERVE_GONE, AMBER, "friday", DOORS),
    "the ledger cannot be copied": (without_copies, Trouble.COPIES_MISSING, AMBER, "friday", DOORS),
    "refunds were never told": (forgotten("revoked"), Trouble.REVOKED_MISSING, AMBER, "friday", DOORS),
    "refunds of another festival": (lambda v: v.take("revoked", a_list("revoked", event=1)), Trouble.REVOKED_OTHER_EVENT, AMBER, "friday", DOORS),
    "refunds of a month ago": (lambda v: v.take("revoked", a_list("revoked", issued=-31 * DAY)), Trouble.REVOKED_STALE, AMBER, "friday", DOORS),
    "the list of refunds was edited": (lambda v: change(v.folder / "revoked.jws"), Trouble.REVOKED_DAMAGED, RED, "friday", DOORS),
    "sold tickets were never told": (forgotten("sold"), Trouble.SOLD_MISSING, AMBER, "friday", DOORS),
    "sold tickets of a month ago": (lambda v: v.take("sold", a_list("sold", issued=-31 * DAY)), Trouble.SOLD_STALE, AMBER, "friday", DOORS),
    "the list of sold tickets is gone": (lambda v: (v.folder / "sold.jws").unlink(), Trouble.SOLD_DAMAGED, RED, "friday", DOORS),
    "two shows at once in a room": (overlapping, Trouble.ROOM_BUSY, RED, "late", START + timedelta(seconds=5)),
    "doors open during a show": (crowded, Trouble.DOORS_DURING_SHOW, AMBER, "next", FRIDAY.end_at + HOUR - timedelta(minutes=25)),
    "two rooms on one screen": (one_screen, Trouble.SCREEN_SHARED, RED, "small", START + timedelta(seconds=20)),
    "no gate leads to the room": (lambda v: v.programme(gates=(STOCKED.gates[0],)), Trouble.NO_GATE, RED, "small", NOW),
    "every ticket key was retired": (lambda v: v.programme(door_keys=(STOCKED.door_keys[1],), pretix_keys=()), Trouble.NO_DOOR_KEY, RED, "friday", DOORS),
    "pretix sells and its key is missing": (lambda v: v.programme(pretix_keys=()), Trouble.PRETIX_WITHOUT_KEY, RED, "friday", DOORS),
    "the room takes nobody": (lambda v: v.friday(capacity=0), Trouble.NO_PLACES, RED, "friday", DOORS),
    "this machine opens a door that there is not": (machine(gates=("A", "Foyer")), Trouble.GATE_UNKNOWN, RED, "friday", DOORS),
    "staff have no PIN": (machine(pin=False), Trouble.PIN_MISSING, AMBER, "friday", DOORS),
}  # fmt: skip


def test_a_venue_that_has_everything_is_green_and_its_film_decodes(venue: Venue) -> None:
    venue.decoding = True
    assert venue.run()[1].findings == ()


def test_at_least_forty_failures_are_injected() -> None:
    assert len(INJECTED) >= 40


def judge(result: Preflight, trouble: Trouble, light: Light, show: str, at: object) -> Finding:
    """The finding, if it is as promised: the screening, when, why, the fix; and the first failure, if it is one."""
    found = {(item.trouble, item.light, item.screening): item for item in reversed(result.findings)}
    asked = AMBER if trouble is Trouble.SOUND_TRACK_MISSING else light
    item = found.get((trouble, asked, show))
    assert item, sorted(found)
    assert item.at == at
    why, fix = (words.format(**item.about) for words in trouble_words("en")[item.trouble])
    assert why
    assert fix
    assert result.light is light
    if light is Light.RED:
        assert result.first_failure
        assert (result.first_failure.screening, result.first_failure.at) == (show, at)
    return item


@pytest.mark.parametrize("name", INJECTED)
def test_what_is_really_broken_is_named_with_screening_time_reason_and_fix(venue: Venue, name: str) -> None:
    act, *wanted = INJECTED[name]
    act(venue)
    judge(venue.run()[1], *wanted)  # type: ignore[arg-type]


@pytest.fixture
def disk(tmp_path: Path, venue: Venue) -> Iterator[Callable[[int], None]]:
    """Moves the venue to a disk of its own that has so many bytes free."""
    place = tmp_path / "disk"
    place.mkdir()

    def moved(free_bytes: int) -> None:
        used = sum(-(-file.stat().st_size // 4096) * 4096 + 4096 for file in venue.folder.rglob("*"))
        mount = ["mount", "-t", "tmpfs", "-o", f"size={used + free_bytes}", "tmpfs", str(place)]
        if subprocess.run(mount, check=False, capture_output=True).returncode:
            pytest.skip("only root can mount a small disk")
        venue.folder = Path(shutil.move(venue.folder, place / "venue"))

    yield moved
    subprocess.run(["umount", "-l", str(place)], check=False)


@pytest.mark.parametrize(
    ("free_bytes", "trouble", "light"),
    [(60 << 10, Trouble.DISK_FULL, Light.RED), (100 << 20, Trouble.DISK_SHORT, Light.AMBER)],
)
def test_a_disk_without_room_for_the_admissions_is_named(
    venue: Venue, disk: Callable[[int], None], free_bytes: int, trouble: Trouble, light: Light
) -> None:
    disk(free_bytes)
    judge(venue.run()[1], trouble, light, "friday", DOORS)


def test_preflight_runs_beside_an_open_door_and_says_the_same(venue: Venue) -> None:
    change(venue.segment())
    venue.beside = False
    alone = venue.run()[1]
    with closing(Ledger.open(venue.folder, clocks=venue.clocks, reserve_bytes=RESERVE)) as held:
        venue.beside = True
        assert venue.run()[1] == alone
        assert held.accepted("programme")
