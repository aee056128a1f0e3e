"""Looks at what a venue has, for preflight: films, licences, slides, ledger, disk. Blocks; nothing is changed."""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from boxoffice.rules import content_keys, moment_of, read_licence
from boxoffice.rules.licences import device_id
from core import Cancel, CinemaError, Progress
from films import MANIFEST_LIMIT_BYTES, Manifest, TrustedKeys, check_package, verify_manifest
from kiosk.ingest import library_of
from kiosk.ledger import Ledger
from kiosk.licences import licence_key
from kiosk.operator_files import OperatorFiles, operators
from kiosk.preflight import Facts, FilmFacts, LicenceFacts
from kiosk.programme import Programme


@dataclass(frozen=True)
class MachineFacts:
    """What only the composition can see of the machine; none where nobody looked."""

    screens: dict[str, tuple[int, int]] | None = None
    han: bool | None = None
    sound: bool | None = None
    decoder: bool | None = None
    fast_decoder: bool | None = None
    may_sleep: bool | None = None


def gather(
    venue: Path,
    ledger: Ledger,
    programme: Programme,
    machine: MachineFacts,
    progress: Progress,
    cancel: Cancel,
    *,
    hashing: bool = True,
) -> Facts:
    """What is here now; with ``hashing`` every byte of the films that the programme plays is read.

    Raises `CinemaError` (cancelled, programme-refused).
    """
    trusted, files, time = operators(venue), OperatorFiles(venue, ledger), ledger.time()
    revoked, sold = files.revoked(), files.sold()
    return Facts(
        now=time.now,
        clock=time.state,
        films=_films(venue, programme, trusted, progress, cancel, hashing=hashing),
        licences=_licences(venue, trusted),
        files=frozenset(file.name for file in _list(venue / "slides") if file.is_file()),
        screens=machine.screens,
        han=machine.han,
        sound=machine.sound,
        decoder=machine.decoder,
        fast_decoder=machine.fast_decoder,
        free_bytes=shutil.disk_usage(venue).free,
        ledger_rescued=ledger.rescued is not None,
        reserve=not ledger.short_of_room,
        copies=ledger.copied,
        revoked=(revoked.event, moment_of(revoked.issued)) if revoked else None,
        sold=(sold.event, moment_of(sold.issued)) if sold else None,
        may_sleep=machine.may_sleep,
    )


def _films(
    venue: Path, programme: Programme, trusted: TrustedKeys, progress: Progress, cancel: Cancel, *, hashing: bool
) -> dict[str, FilmFacts]:
    wanted = {item.package for show in programme.screenings for item in show.playlist if item.package}
    newest: dict[str, tuple[Manifest, Path, str]] = {}
    for folder in _list(library_of(venue)):
        cancel.check()
        if folder.name.partition("@")[0] not in wanted:
            continue
        try:
            data = _head(folder / "manifest.json", MANIFEST_LIMIT_BYTES)
            manifest = verify_manifest(data, _head(folder / "manifest.jws", 1024), trusted)
        except (OSError, CinemaError):
            continue
        known = newest.get(manifest.package_id)
        if known is None or known[0].created < manifest.created:
            newest[manifest.package_id] = (manifest, folder, hashlib.sha256(data).hexdigest())
    found = {}
    for number, (name, (manifest, folder, digest)) in enumerate(newest.items()):

        def share(done: float, stage: str, number: int = number) -> None:
            progress((number + done) / len(newest), stage)

        right = check_package(folder, trusted, None, share, cancel).ok if hashing else None
        found[name] = _film(manifest, digest, right=right)
    return found


def _film(manifest: Manifest, digest: str, *, right: bool | None) -> FilmFacts:
    return FilmFacts(
        digest,
        right,
        manifest.running_time_ms,
        manifest.key_ids,
        len(manifest.audio),
        frozenset(track.language for track in manifest.subtitles),
        frozenset(track.language for track in manifest.notes),
        max((facts.height for item in manifest.video if (facts := item.video)), default=0),
    )


def _licences(venue: Path, trusted: TrustedKeys) -> list[LicenceFacts]:
    key = licence_key(venue)
    device = device_id(key.public_key().public_bytes_raw())
    found = []
    for file in _list(venue / "licences"):
        try:
            licence = read_licence(_head(file, 1 << 20).decode("ascii"), trusted)
        except (OSError, ValueError, CinemaError):
            continue
        try:
            opens = bool(content_keys(licence, key))
        except CinemaError:
            opens = False
        found.append(
            LicenceFacts(
                *(licence.package, licence.manifest_sha256, moment_of(licence.nbf), moment_of(licence.exp)),
                key_ids=frozenset(licence.keys),
                ours=licence.device == device,
                opens=opens,
            )
        )
    return found


def _list(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _head(file: Path, limit_bytes: int) -> bytes:
    with file.open("rb") as handle:
        return handle.read(limit_bytes + 1)
