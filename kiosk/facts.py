"""Looks at what a venue has, for preflight: films, licences, slides, ledger, disk. Blocks; nothing is changed."""

import contextlib
import hashlib
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from boxoffice.rules import Licence, TrustedTime, content_keys, moment_of, read_licence
from boxoffice.rules.licences import device_id
from core import Cancel, CinemaError, Code, Progress
from films import (
    MANIFEST_LIMIT_BYTES,
    Manifest,
    SigningKey,
    TrustedKeys,
    check_package,
    ffmpeg_path,
    verify_manifest,
)
from kiosk.audit import audit
from kiosk.ingest import library_of
from kiosk.licences import licence_key
from kiosk.operator_files import AcceptedFiles, operators
from kiosk.programme import Programme
from kiosk.rehearsal import rehearse
from kiosk.ticket_lists import RevokedTickets, SoldTickets
from kiosk.venue_facts import Facts, FilmFacts, LicenceFacts

EASY = 1.5
"""A decoder that is faster than life by less than this is slow."""


class LedgerState(Protocol):
    """What is asked of the ledger: of `Ledger` itself, or of `LedgerReader` beside it."""

    def accepted(self, name: str) -> tuple[int, str] | None:
        """The number and SHA-256 of the signed file ``name`` that counts."""
        ...

    def time(self) -> TrustedTime:
        """The time that everything is judged by."""
        ...

    @property
    def rescued(self) -> object:
        """What was done to a damaged ledger at this start, or none."""
        ...

    @property
    def short_of_room(self) -> bool:
        """Whether the reserve had to be given up."""
        ...

    @property
    def copied(self) -> bool:
        """Whether records are written a second time, elsewhere."""
        ...


@dataclass(frozen=True)
class MachineFacts:
    """What only the composition can see of the machine; none where nobody looked."""

    screens: dict[str, tuple[int, int]] | None = None
    han: bool | None = None
    sound: bool | None = None
    decoder: bool | None = None
    may_sleep: bool | None = None
    mirrored: frozenset[str] = frozenset()
    """Outputs that show what another shows."""
    pin: bool | None = None
    """Whether staff have a PIN here."""
    gates: tuple[str, ...] = ()
    """The gates that this machine opens by itself."""
    rooms: tuple[str, ...] = ()
    """The rooms whose shows it runs by itself."""


def gather(
    venue: Path,
    ledger: LedgerState,
    programme: Programme,
    machine: MachineFacts,
    progress: Progress,
    cancel: Cancel,
    *,
    hashing: bool = True,
    decoding: bool = False,
) -> Facts:
    """What is here now; with ``hashing`` every byte of the films and slides that the programme plays is read, and with
    ``decoding`` 30 s of every film from three places.

    Raises `CinemaError` (cancelled).
    """
    trusted, files, time = operators(venue), AcceptedFiles(venue, ledger.accepted), ledger.time()
    revoked, sold = _list_or_damage(files.revoked), _list_or_damage(files.sold)
    licences = _Licences(venue, trusted)
    looking = _Looking(venue, programme, trusted, progress, cancel)
    films, unsigned, speeds = looking.films(licences.keys if decoding else None, hashing=hashing)
    slides = frozenset(file.name for file in _list(venue / "slides") if file.is_file())
    return Facts(
        now=time.now,
        clock=time.state,
        films=films,
        unsigned=unsigned,
        licences=licences.facts,
        damaged_licences=licences.damaged,
        device_key=licences.device_key,
        files=slides,
        unreadable=looking.unreadable(slides, decoding=hashing),
        screens=machine.screens,
        mirrored=machine.mirrored,
        han=machine.han,
        sound=machine.sound,
        decoder=machine.decoder,
        fast_decoder=min(speeds) >= EASY if speeds else None,
        free_bytes=shutil.disk_usage(venue).free,
        ledger_sound=_is_sound(venue) if hashing else True,
        ledger_rescued=ledger.rescued is not None,
        reserve=not ledger.short_of_room,
        copies=ledger.copied,
        revoked=_age(revoked),
        sold=_age(sold),
        damaged_lists=frozenset(
            name for name, found in (("revoked", revoked), ("sold", sold)) if isinstance(found, CinemaError)
        ),
        may_sleep=machine.may_sleep,
        pin=machine.pin,
        gates=machine.gates,
        rooms=machine.rooms,
    )


def licence_facts(venue: Path) -> list[LicenceFacts]:
    """The licences that lie here and that a trusted key signed."""
    return _Licences(venue, operators(venue)).facts


TicketList = RevokedTickets | SoldTickets | None


def _list_or_damage(read: Callable[[], TicketList]) -> TicketList | CinemaError:
    try:
        return read()
    except CinemaError as error:
        if error.code is Code.PROGRAMME_REFUSED:
            return error
        raise


def _age(found: TicketList | CinemaError) -> tuple[int, datetime] | None:
    return (found.event, moment_of(found.issued)) if isinstance(found, RevokedTickets | SoldTickets) else None


def _is_sound(venue: Path) -> bool:
    try:
        key = SigningKey.load_or_create(venue / "device-key.pem")
        return audit(venue / "ledger.sqlite3", key.key_id, TrustedKeys.of(key.public_jwk)).ok
    except CinemaError:
        return False


@dataclass(frozen=True)
class _Package:
    """A signed package of the library."""

    folder: Path
    manifest: Manifest
    digest: str


class _Looking:
    """Looks at what the programme plays."""

    def __init__(
        self, venue: Path, programme: Programme, trusted: TrustedKeys, progress: Progress, cancel: Cancel
    ) -> None:
        self._venue, self._trusted, self._progress, self._cancel = venue, trusted, progress, cancel
        items = [item for show in programme.screenings for item in show.playlist]
        self._packages = {item.package for item in items if item.package}
        self._files = {item.file for item in items if item.file}

    def films(
        self, keys: Callable[[str, str], Mapping[str, bytes]] | None, *, hashing: bool
    ) -> tuple[dict[str, FilmFacts], frozenset[str], list[float]]:
        """The newest version of each film, what nobody trusted signed, and how fast the films were decoded."""
        newest, strangers = self._library()
        found, speeds = {}, []
        for number, (name, package) in enumerate(newest.items()):

            def share(done: float, stage: str, number: int = number) -> None:
                self._progress((number + done) / len(newest), stage)

            right = check_package(package.folder, self._trusted, None, share, self._cancel).ok if hashing else None
            facts = _film(package.manifest, package.digest, right=right)
            if keys is not None and (not facts.key_ids or keys(name, package.digest)):
                shown = rehearse(package.folder, package.manifest, keys(name, package.digest), self._cancel)
                facts = replace(facts, plays=shown.plays)
                speeds += [shown.speed] if shown.plays else []
            found[name] = facts
        return found, frozenset(strangers - newest.keys()), speeds

    def unreadable(self, there: frozenset[str], *, decoding: bool) -> frozenset[str]:
        """Slides and videos of the programme that are empty, or of which no picture comes out."""
        wanted = [self._venue / "slides" / name for name in sorted(self._files & there)]
        return frozenset(file.name for file in wanted if not _shows(file, self._cancel, decoding=decoding))

    def _library(self) -> tuple[dict[str, _Package], set[str]]:
        newest: dict[str, _Package] = {}
        strangers: set[str] = set()
        for folder in _list(library_of(self._venue)):
            self._cancel.check()
            name = folder.name.partition("@")[0]
            if name not in self._packages:
                continue
            try:
                data = _head(folder / "manifest.json", MANIFEST_LIMIT_BYTES)
                manifest = verify_manifest(data, _head(folder / "manifest.jws", 1024), self._trusted)
            except (OSError, CinemaError):
                strangers.add(name)
                continue
            known = newest.get(manifest.package_id)
            if known is None or known.manifest.created < manifest.created:
                newest[manifest.package_id] = _Package(folder, manifest, hashlib.sha256(data).hexdigest())
        return newest, strangers


def _shows(file: Path, cancel: Cancel, *, decoding: bool) -> bool:
    cancel.check()
    try:
        if not file.stat().st_size:
            return False
        if not decoding:
            return True
        command = [ffmpeg_path(), "-v", "error", "-xerror", "-protocol_whitelist", "file", "-i", str(file)]
        command += ["-map", "0:v:0", "-frames:v", "1", "-f", "null", "-"]
        return not subprocess.run(command, capture_output=True, timeout=60, check=False).returncode  # noqa: S603 - our own ffmpeg
    except (OSError, subprocess.TimeoutExpired):
        return False


def _film(manifest: Manifest, digest: str, *, right: bool | None) -> FilmFacts:
    return FilmFacts(
        digest,
        right,
        manifest.running_time_ms,
        manifest.key_ids,
        len(manifest.audio),
        frozenset(track.tag for track in manifest.subtitles),
        frozenset(track.language for track in manifest.notes),
        max((facts.height for item in manifest.video if (facts := item.video)), default=0),
    )


class _Licences:
    """The licences that lie here, and the device's key."""

    def __init__(self, venue: Path, trusted: TrustedKeys) -> None:
        self.facts: list[LicenceFacts] = []
        self._opened: dict[tuple[str, str], dict[str, bytes]] = {}
        damaged, self.device_key = set(), True
        try:
            self._key = licence_key(venue)
        except CinemaError:
            self.device_key = False
        for file in _list(venue / "licences"):
            try:
                licence = read_licence(_head(file, 1 << 20).decode("ascii"), trusted)
            except (OSError, ValueError, CinemaError):
                damaged.add(file.stem)
                continue
            self.facts.append(self._facts(licence))
        self.damaged = frozenset(damaged)

    def keys(self, package: str, manifest_sha256: str) -> Mapping[str, bytes]:
        """The content keys of a version of a film; empty where no licence opens."""
        return self._opened.get((package, manifest_sha256), {})

    def _facts(self, licence: Licence) -> LicenceFacts:
        ours = self.device_key and licence.device == device_id(self._key.public_key().public_bytes_raw())
        opened: dict[str, bytes] = {}
        with contextlib.suppress(CinemaError):
            opened = content_keys(licence, self._key) if ours else {}
        if opened:
            self._opened[licence.package, licence.manifest_sha256] = opened
        return LicenceFacts(
            *(licence.package, licence.manifest_sha256, moment_of(licence.nbf), moment_of(licence.exp)),
            key_ids=frozenset(licence.keys),
            ours=ours,
            opens=bool(opened),
        )


def _list(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _head(file: Path, limit_bytes: int) -> bytes:
    with file.open("rb") as handle:
        return handle.read(limit_bytes + 1)
