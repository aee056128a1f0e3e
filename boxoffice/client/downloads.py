"""Films kept on this device where the house rules allow it: fetched whole, verified, played without a network."""

import contextlib
import errno
import hashlib
import json
import logging
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from boxoffice.client.answers import read_licence_answer
from boxoffice.client.boxoffice import BoxOffice
from boxoffice.client.fields import read_json
from boxoffice.client.model import HouseRules, IssuedLicence, PackageRef, Play, Reason, Ticket
from boxoffice.rules import (
    Fix,
    Intervals,
    Licence,
    Rule,
    admit,
    content_keys,
    facts_of_licence,
    moment_of,
    read_licence,
    seen_ms,
    ticket_of,
    time_text,
    union,
)
from core import Cancel, CinemaError, Clock, Code, Words
from core.whole_file import write_whole
from films import FileRef, Manifest, TrustedKeys, load_manifest

log = logging.getLogger(__name__)

RESERVE_BYTES = 512 << 20
BACKOFF_S = (1.0, 2.0, 5.0, 10.0, 30.0)
LOOK_S = 0.1
MARK_EVERY_S = 30
LATEST = "latest time"
"""The fact that holds the latest time this device has known."""
_NAME = re.compile(r"[A-Za-z0-9-]{1,100}")

Read = Callable[[str, int, Cancel], bytes]
"""Reads one file of a package whose size is known. Raises `CinemaError`."""


@dataclass(frozen=True)
class Download:
    """A film that lies here, whole or in part."""

    ticket_id: str
    title_id: str
    names: Words
    done_bytes: int
    size_bytes: int
    ends: datetime
    """When its licence ends."""

    @property
    def complete(self) -> bool:
        """Everything is here and was verified."""
        return self.done_bytes >= self.size_bytes


@dataclass(frozen=True)
class KeptFilm:
    """A film that may be played now, from the disk."""

    manifest: Manifest
    """Only with the renditions that lie here."""
    folder: Path
    keys: Mapping[str, bytes]
    play: Play


class Downloads:
    """What is kept below one folder, by ticket. Every method may read the disk, so call it on a worker; thread-safe."""

    def __init__(self, folder: Path, box_office: BoxOffice, clock: Clock) -> None:
        self._folder, self._box_office, self._clock = folder, box_office, clock
        self._lock = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}
        """Who changes the files of a ticket: one at a time."""
        self._fetching: dict[str, set[Cancel]] = {}

    def all(self) -> tuple[Download, ...]:
        """Everything kept; what cannot be read any more is left out."""
        found = []
        for record in sorted(self._folder.glob("*/record.json")) if self._folder.is_dir() else []:
            with contextlib.suppress(CinemaError, OSError):
                found.append(self._describe(record.parent))
        return tuple(found)

    def fetch(
        self,
        ticket_id: str,
        signers: Sequence[Mapping[str, str]],
        source: Callable[[PackageRef, Manifest], Read],
        progress: Callable[[Download], None],
        cancel: Cancel,
        *,
        tallest: int | None = None,
    ) -> Download:
        """Fetch what is not here yet, verify all of it, and return once it can be played without a network.

        Waits while the line is down. Called off, it keeps what it has, and the next call goes on from there.
        ``tallest`` is the greatest height of the picture that is wanted. Raises `CinemaError`: refused (with reasons),
        disk-full, keystore-unavailable, segment-corrupt, cancelled, and what `BoxOffice` raises.
        """
        place = self._place(ticket_id)
        with self._fetching_alone(ticket_id, cancel):
            return self._fetch(place, signers, source, progress, cancel, tallest)

    def _fetch(
        self,
        place: Path,
        signers: Sequence[Mapping[str, str]],
        source: Callable[[PackageRef, Manifest], Read],
        progress: Callable[[Download], None],
        cancel: Cancel,
        tallest: int | None,
    ) -> Download:
        issued, licence = self._issued(place)
        manifest, data = self._box_office.manifest(issued.package, signers)
        cancel.check()
        files = _wanted(manifest, tallest)
        package = place / "package"
        missing = sum(file.size_bytes for file in files if not _is_there(package, file))
        self._make(package)
        if shutil.disk_usage(package).free < missing + RESERVE_BYTES:
            raise CinemaError(
                Code.DISK_FULL, f"Keeping this film needs {missing >> 20} MB more; make room and try again."
            )
        self._write(place / "record.json", {**_plain(issued), "files": [file.path for file in files]})
        self._box_office.remember(f"{place.name} licence", str(licence.seq))
        self._put(package / "manifest.json", data)
        done = 0
        shown = _described(place, manifest, files, done, licence)
        read = source(issued.package, manifest)
        for file in files:
            cancel.check()
            if not _is_whole(package / file.path, file):
                self._put(package / file.path, _read_patiently(read, file, cancel))
            done += file.size_bytes
            shown = replace(shown, done_bytes=done)
            progress(shown)
        self._write(place / "whole.json", {"size_bytes": done})
        return shown

    def open(self, ticket_id: str) -> KeptFilm:
        """A whole film, if the same rules as at the box office allow it now.

        Raises `CinemaError`: not-found, refused (with reasons), licence-refused, package-wrong, file-missing,
        keystore-unavailable.
        """
        place = self._place(ticket_id)
        if not (place / "whole.json").is_file():
            raise CinemaError(Code.NOT_FOUND, "This film is not on this device.")
        issued, licence, keys = self._opened(place)
        manifest = self._manifest(place, licence)
        needed = _files_of(replace(manifest, pictures=()))  # a card does without
        if not manifest.video or not all(_is_there(place / "package", file) for file in needed):
            raise _part_missing()
        seen = self._seen(place)
        first = self._started(ticket_id, str(seen["started"]) if seen["started"] else None)
        started = moment_of(first) if first else None
        shown_ms = int(str(seen["shown_ms"]))
        facts = facts_of_licence(licence, started, _intervals(seen), shown_ms)
        now = self._trusted_now(moment_of(licence.issued))
        decision = admit(facts, licence.device, licence.device, now)
        reasons = tuple(Reason(item.rule, item.at, item.zone, item.fix, item.device) for item in decision.reasons)
        if not reasons and now >= (ends := moment_of(licence.exp)):
            reasons = (Reason(Rule.WATCH_PASSED, ends, facts.terms.zone, Fix.NONE, None),)
        if reasons:
            raise CinemaError(Code.REFUSED, "This ticket cannot be used now.", {"reasons": reasons})
        ticket = ticket_of(licence)
        play = Play(
            id=ticket.play,
            ticket_id=ticket.id,
            package=issued.package,
            position_ms=int(str(seen["position_ms"])),
            watch_by=facts.watch_by or moment_of(licence.exp),
            house_rules=HouseRules(
                seek=ticket.seek,
                offline=True,
                cast=False,
                second_screen=False,
                stills=ticket.stills,
                replay_percent=ticket.replay_percent,
            ),
            mark=ticket.mark,
            seen=union(ticket.seen, _intervals(seen), running_time_ms=ticket.running_time_ms),
            shown_ms=shown_ms,
        )
        return KeptFilm(manifest, place / "package", keys, play)

    def progress(self, ticket_id: str, position_ms: int, seen: Intervals, shown_ms: int = 0) -> Ticket | None:
        """Write down what was shown, and tell the box office; none where it cannot be told now.

        ``shown_ms`` is everything that was shown in the play so far, at earlier sittings too.
        """
        place = self._place(ticket_id)
        with self._lock:
            known = self._seen(place)
            licence = self._licence(place)[1]
            together = union(_intervals(known), seen, running_time_ms=ticket_of(licence).running_time_ms)
            started = known["started"]
            if started is None and seen_ms(together):
                now = self._trusted_now(moment_of(licence.issued))
                started = self._started(ticket_id, None) or time_text(now)
                self._box_office.remember(f"{ticket_id} started", str(started))
            news = {"position_ms": position_ms, "seen": together, "started": started, "told": False}
            news |= {"play": ticket_of(licence).play, "shown_ms": max(shown_ms, int(str(known["shown_ms"])))}
            self._write(place / "seen.json", news)
        try:
            return self._tell(place)
        except CinemaError as error:
            if _later(error):
                return None
            raise

    def tell_all(self) -> None:
        """Tell the box office what was watched while it was out of reach: of every film, whatever it says to another.

        Raises what `BoxOffice.progress` raised first.
        """
        refused: list[CinemaError] = []
        for download in self.all():
            place = self._place(download.ticket_id)
            try:
                if not self._seen(place)["told"]:
                    self._tell(place)
            except CinemaError as error:
                refused.append(error)
                if _later(error):
                    break
        if refused:
            raise refused[0]

    def remove(self, ticket_id: str) -> None:
        """Delete a film from this device; the ticket stays. What was not told yet is told first, where it can be.

        Whoever fetches it is called off.
        """
        place = self._place(ticket_id)
        with self._lock:
            for cancel in self._fetching.get(ticket_id, ()):
                cancel.cancel()
        with contextlib.suppress(CinemaError):
            if not self._seen(place)["told"]:
                self._tell(place)
        with self._turn(ticket_id), self._lock:
            if place.is_symlink():
                place.unlink()
            else:
                shutil.rmtree(place, ignore_errors=True)

    def _turn(self, ticket_id: str) -> threading.Lock:
        with self._lock:
            return self._turns.setdefault(ticket_id, threading.Lock())

    @contextlib.contextmanager
    def _fetching_alone(self, ticket_id: str, cancel: Cancel) -> Iterator[None]:
        with self._lock:
            self._fetching.setdefault(ticket_id, set()).add(cancel)
        turn = self._turn(ticket_id)
        try:
            while not turn.acquire(timeout=LOOK_S):
                cancel.check()
            try:
                cancel.check()
                yield
            finally:
                turn.release()
        finally:
            with self._lock:
                self._fetching[ticket_id].discard(cancel)

    def _tell(self, place: Path) -> Ticket:
        seen, (_, licence) = self._seen(place), self._licence(place)
        ticket = self._box_office.progress(
            ticket_of(licence).play, int(str(seen["position_ms"])), _intervals(seen), int(str(seen["shown_ms"]))
        ).ticket
        with self._lock:
            if self._seen(place) == seen:
                self._write(place / "seen.json", {**seen, "told": True})
        return ticket

    def _issued(self, place: Path) -> tuple[IssuedLicence, Licence]:
        """The licence that lies here while it holds, else a new one."""
        with contextlib.suppress(CinemaError):
            issued, licence, _ = self._opened(place)
            if self._clock.now() < moment_of(licence.exp):
                return issued, licence
        issued = self._box_office.licence(place.name)
        return issued, read_licence(issued.licence, TrustedKeys.of(issued.signer))

    def _opened(self, place: Path) -> tuple[IssuedLicence, Licence, dict[str, bytes]]:
        """The licence that lies here with its keys, unless this device was given a newer one."""
        issued, licence = self._licence(place)
        keys = content_keys(licence, self._box_office.licence_key())
        newest = self._box_office.fact(f"{place.name} licence") or ""
        if newest.isdecimal() and licence.seq < int(newest):
            raise CinemaError(Code.LICENCE_REFUSED, "The licence was refused: this device was given a newer one.")
        return issued, licence, keys

    def _licence(self, place: Path) -> tuple[IssuedLicence, Licence]:
        try:
            issued = read_licence_answer(read_json((place / "record.json").read_bytes(), "record"))
        except (OSError, CinemaError) as error:
            raise CinemaError(Code.NOT_FOUND, "This film is not on this device.") from error
        licence = read_licence(issued.licence, TrustedKeys.of(issued.signer))
        if ticket_of(licence).id != place.name:
            raise CinemaError(Code.NOT_FOUND, "What lies here belongs to another ticket.")
        return issued, licence

    def _kept(self, place: Path) -> tuple[bytes, frozenset[str]]:
        """The manifest as it lies here, and which of its files were wanted."""
        try:
            data = (place / "package" / "manifest.json").read_bytes()
            kept = frozenset(read_json((place / "record.json").read_bytes(), "record").paths("files"))
        except (OSError, CinemaError) as error:
            raise _part_missing() from error
        return data, kept

    def _manifest(self, place: Path, licence: Licence) -> Manifest:
        data, kept = self._kept(place)
        if hashlib.sha256(data).hexdigest() != licence.manifest_sha256:
            raise CinemaError(Code.PACKAGE_WRONG, "The film on this device is not the one that the licence is for.")
        manifest = load_manifest(data)
        here = {
            kind: tuple(item for item in items if item.init.path in kept)
            for kind, items in (("video", manifest.video), ("audio", manifest.audio))
        }
        return replace(manifest, video=here["video"], audio=here["audio"])

    def _describe(self, place: Path) -> Download:
        _, licence = self._licence(place)
        data, kept = self._kept(place)
        manifest = load_manifest(data)
        files = [file for file in _files_of(manifest) if file.path in kept]
        size = sum(file.size_bytes for file in files)
        done = sum(file.size_bytes for file in files if _is_there(place / "package", file))
        if not (place / "whole.json").is_file():
            done = min(done, size - 1)
        return _described(place, manifest, files, done, licence)

    def _seen(self, place: Path) -> dict[str, object]:
        """What this device knows of the viewing; what was shown counts from the licence that lies here."""
        ticket = ticket_of(self._licence(place)[1])
        try:
            found = json.loads((place / "seen.json").read_text(encoding="utf-8"))
            started = found["started"] and time_text(moment_of(found["started"]))
            seen = [[int(start), int(end)] for start, end in found["seen"]]
            return {
                "position_ms": int(found["position_ms"]),
                "seen": seen,
                "started": started,
                "told": bool(found["told"]),
                "play": ticket.play,
                "shown_ms": int(found.get("shown_ms", 0)) if found.get("play") == ticket.play else 0,
            }
        except (OSError, ValueError, KeyError, TypeError, CinemaError):
            nothing = {"position_ms": ticket.position_ms, "seen": [], "started": None, "told": True}
            return {**nothing, "play": ticket.play, "shown_ms": 0}

    def _trusted_now(self, issued: datetime) -> datetime:
        """Never before what was seen of time already: a clock put back does not make a window longer."""
        latest = self._box_office.fact(LATEST)
        mark = issued
        with contextlib.suppress(CinemaError):
            mark = max(issued, moment_of(latest)) if latest else issued
        now = max(self._clock.now(), mark)
        if latest is None or (now - mark).total_seconds() >= MARK_EVERY_S:
            self._box_office.remember(LATEST, time_text(now))
        return now

    def _started(self, ticket_id: str, known: str | None) -> str | None:
        """When the film was first seen here: kept in the key store too, so that no deleted file begins it anew."""
        kept = self._box_office.fact(f"{ticket_id} started")
        with contextlib.suppress(CinemaError):
            if kept:
                kept = time_text(moment_of(kept))
                return min(kept, known) if known else kept
        return known

    def _place(self, ticket_id: str) -> Path:
        if not _NAME.fullmatch(ticket_id):
            raise CinemaError(Code.WRONG_USE, "A ticket is named by letters, digits and hyphens.")
        return self._folder / ticket_id

    def _write(self, path: Path, document: object) -> None:
        self._put(path, json.dumps(document).encode())

    def _put(self, path: Path, data: bytes) -> None:
        """Whole or not at all, and never through a link. Raises `CinemaError` (disk-full, file-unreadable)."""
        self._make(path.parent)
        try:
            write_whole(path, data)
        except OSError as error:
            raise _not_written(error) from error

    def _make(self, folder: Path) -> None:
        """A folder below ours that no link leads out of. Raises `CinemaError` (disk-full, file-unreadable)."""
        try:
            if folder.resolve() != self._folder.resolve() / folder.relative_to(self._folder):
                raise CinemaError(Code.FILE_UNREADABLE, "A link leads out of the folder of the films; remove it.")
            folder.mkdir(parents=True, exist_ok=True)
        except (OSError, RuntimeError) as error:
            raise _not_written(error) from error


def _later(error: CinemaError) -> bool:
    """Whether the box office cannot be told now, whatever it is told."""
    return error.passing or error.code is Code.SIGN_IN_NEEDED


def _wanted(manifest: Manifest, tallest: int | None) -> tuple[FileRef, ...]:
    """The best picture that is wanted, every sound, all words with their pictures, and thumbnails."""
    fitting = [item for item in manifest.video if tallest is None or (item.video and item.video.height <= tallest)]
    picture = fitting[0] if fitting else manifest.video[-1]
    return tuple(_files_of(replace(manifest, video=(picture,))))


def _files_of(manifest: Manifest) -> Iterator[FileRef]:
    for rendition in (*manifest.video, *manifest.audio):
        yield rendition.init
        yield from (segment.file for segment in rendition.segments)
    yield from (track.file for track in (*manifest.subtitles, *manifest.notes))
    yield from manifest.pictures
    if manifest.thumbnails:
        yield manifest.thumbnails.map
        yield from manifest.thumbnails.sheets


def _described(
    place: Path, manifest: Manifest, files: Sequence[FileRef], done_bytes: int, licence: Licence
) -> Download:
    size = sum(file.size_bytes for file in files)
    return Download(place.name, manifest.title_id, manifest.names, done_bytes, size, moment_of(licence.exp))


def _is_there(package: Path, file: FileRef) -> bool:
    """Whether it lies here with its size; what it holds is checked when it is played."""
    try:
        return (package / file.path).stat().st_size == file.size_bytes
    except OSError:
        return False


def _is_whole(path: Path, file: FileRef) -> bool:
    try:
        if path.stat().st_size != file.size_bytes:
            return False
        with path.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest() == file.sha256
    except OSError:
        return False


def _read_patiently(read: Read, file: FileRef, cancel: Cancel) -> bytes:
    """Waits out a line that is down; a file that arrives altered is asked for once more."""
    spoilt, attempt = 0, 0
    while True:
        try:
            data = read(file.path, file.size_bytes, cancel)
        except CinemaError as error:
            if not error.passing:
                raise
            cancel.wait(BACKOFF_S[min(attempt, len(BACKOFF_S) - 1)])
            cancel.check()
            attempt += 1
            continue
        if len(data) == file.size_bytes and hashlib.sha256(data).hexdigest() == file.sha256:
            return data
        spoilt += 1
        if spoilt == 2:
            raise CinemaError(Code.SEGMENT_CORRUPT, "A part of the film arrived altered twice; try again later.")


def _part_missing() -> CinemaError:
    return CinemaError(Code.FILE_MISSING, "A part of the film is missing; download it again.")


def _not_written(error: Exception) -> CinemaError:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return CinemaError(Code.DISK_FULL, "The disk is full; make room and try again.")
    return CinemaError(Code.FILE_UNREADABLE, "The film cannot be written to this disk.")


def _plain(issued: IssuedLicence) -> dict[str, object]:
    package = issued.package
    return {
        "licence": issued.licence,
        "signer": dict(issued.signer),
        "package": {
            "id": package.id,
            "manifest_sha256": package.manifest_sha256,
            "base": package.base,
            "mirrors": list(package.mirrors),
        },
    }


def _intervals(seen: Mapping[str, object]) -> Intervals:
    found = seen["seen"]
    assert isinstance(found, list | tuple)  # noqa: S101 - as `_seen` made it
    return tuple((int(start), int(end)) for start, end in found)
