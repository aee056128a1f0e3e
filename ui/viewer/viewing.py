"""Makes a `Feature` of an admitted ticket, a film kept on this device, or a trailer: ready to play."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from boxoffice.client import BoxOffice, Downloads, PackageRef, Play, Ticket
from core import Cancel, CinemaError, Code
from films import Manifest, all_files
from player import DirectoryOrigin, Feature, Fetch, Pathways, Received, feature_of
from player.presentation import unheard

DISK_BPS = 1_000_000_000
NOT_HERE = frozenset(
    {Code.NOT_FOUND, Code.LICENCE_REFUSED, Code.PACKAGE_WRONG, Code.FILE_MISSING, Code.KEYSTORE_UNAVAILABLE}
)
"""Why a kept film cannot be played although its ticket may be good: the box office is asked instead."""

Report = Callable[[int, tuple[tuple[int, int], ...], int], "Ticket | None"]
"""Told where the viewer is, what was seen, and how much was shown at this sitting, on workers; answers the ticket where
it is known.
"""


@dataclass(frozen=True)
class Viewing:
    """A feature and, unless it is a trailer, the play it belongs to and where its progress goes."""

    feature: Feature
    play: Play | None
    report: Report | None = None


def open_ticket(box_office: BoxOffice, ticket_id: str, signers: Sequence[Mapping[str, str]], cancel: Cancel) -> Viewing:
    """Use a ticket and fetch what the first frame needs. Raises `CinemaError` (refused and all of the line's)."""
    play = box_office.admit(ticket_id)
    cancel.check()
    manifest, _ = box_office.manifest(play.package, signers)
    pathways = source(box_office, play.package, manifest)

    def report(position_ms: int, seen: tuple[tuple[int, int], ...], shown_ms: int) -> Ticket:
        told = box_office.progress(play.id, position_ms, seen, play.shown_ms + shown_ms)
        pathways.steer(_places(box_office, play.package, told.mirrors))
        return told.ticket

    feature = feature_of(
        manifest,
        pathways,
        lambda key_id: box_office.key(play.id, key_id),
        cancel,
        seek_allowed=play.house_rules.seek,
        stills_allowed=play.house_rules.stills,
        start_ms=play.position_ms,
        seen=play.seen,
        mark=play.mark,
    )
    return Viewing(feature, play, report)


def open_kept(downloads: Downloads, ticket_id: str, cancel: Cancel) -> Viewing:
    """A film from this device's disk. Raises `CinemaError` as `Downloads.open`."""
    kept = downloads.open(ticket_id)

    def key(key_id: str) -> bytes:
        if key_id not in kept.keys:
            raise CinemaError(Code.KEY_MISSING, "A key of the film is not on this device; download it again.")
        return kept.keys[key_id]

    feature = feature_of(
        kept.manifest,
        DirectoryOrigin(kept.folder),
        key,
        cancel,
        seek_allowed=kept.play.house_rules.seek,
        stills_allowed=kept.play.house_rules.stills,
        start_ms=kept.play.position_ms,
        seen=kept.play.seen,
        mark=kept.play.mark,
        line_bps=DISK_BPS,
    )

    def report(position_ms: int, seen: tuple[tuple[int, int], ...], shown_ms: int) -> "Ticket | None":
        return downloads.progress(ticket_id, position_ms, seen, kept.play.shown_ms + shown_ms)

    return Viewing(feature, kept.play, report)


def open_trailer(
    box_office: BoxOffice, package: PackageRef, signers: Sequence[Mapping[str, str]], cancel: Cancel
) -> Viewing:
    """A trailer: a clear package that needs no ticket."""
    manifest, _ = box_office.manifest(package, signers)
    return Viewing(feature_of(manifest, source(box_office, package, manifest), _no_trailer_key, cancel), None)


def source(box_office: BoxOffice, package: PackageRef, manifest: Manifest) -> Pathways:
    """Reads a package's files: from its mirrors, best first, and from the box office where they fail."""
    hashes = {file.path: file.sha256 for file in all_files(manifest)}
    least_bps = min((rendition.bandwidth_bps for rendition in manifest.video), default=0)
    return Pathways(_places(box_office, package, package.mirrors), hashes, least_bps)


def reader(box_office: BoxOffice, package: PackageRef, manifest: Manifest) -> Callable[[str, int, Cancel], bytes]:
    """As `source`, for whoever fetches whole films."""
    fetch = source(box_office, package, manifest)
    return lambda path, size_bytes, cancel: fetch(path, size_bytes, cancel, unheard)


def _places(box_office: BoxOffice, package: PackageRef, mirrors: Sequence[str]) -> dict[str, Fetch]:
    def place(mirror: str | None) -> Fetch:
        def fetch(path: str, expected_size: int | None, cancel: Cancel, received: Received) -> bytes:
            return box_office.media(package, path, expected_size, cancel=cancel, received=received, mirror=mirror)

        return fetch

    return {mirror: place(mirror) for mirror in mirrors} | {package.base: place(None)}


def _no_trailer_key(_key_id: str) -> bytes:
    raise CinemaError(Code.KEY_MISSING, "A trailer is never encrypted; this package is not right.")
