"""Makes a `Feature` of an admitted ticket or of a trailer: the box office's bytes, keys and texts, ready to play."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from boxoffice.client import BoxOffice, PackageRef, Play
from core import Cancel, CinemaError, Code
from films import all_files
from player import Feature, Fetch, Pathways, Received, feature_of


@dataclass(frozen=True)
class Viewing:
    """A feature and, unless it is a trailer, the play it belongs to."""

    feature: Feature
    play: Play | None


def open_ticket(box_office: BoxOffice, ticket_id: str, signers: Sequence[Mapping[str, str]], cancel: Cancel) -> Viewing:
    """Use a ticket and fetch what the first frame needs. Raises `CinemaError` (refused and all of the line's)."""
    play = box_office.admit(ticket_id)
    cancel.check()
    feature = _feature(box_office, play.package, signers, cancel, play)
    return Viewing(feature, play)


def open_trailer(
    box_office: BoxOffice, package: PackageRef, signers: Sequence[Mapping[str, str]], cancel: Cancel
) -> Viewing:
    """A trailer: a clear package that needs no ticket."""
    return Viewing(_feature(box_office, package, signers, cancel, None), None)


def _feature(
    box_office: BoxOffice,
    package: PackageRef,
    signers: Sequence[Mapping[str, str]],
    cancel: Cancel,
    play: Play | None,
) -> Feature:
    manifest, _ = box_office.manifest(package, signers)
    cancel.check()

    def place(mirror: str | None) -> Fetch:
        def fetch(path: str, expected_size: int | None, fetch_cancel: Cancel, received: Received) -> bytes:
            return box_office.media(package, path, expected_size, cancel=fetch_cancel, received=received, mirror=mirror)

        return fetch

    hashes = {file.path: file.sha256 for file in all_files(manifest)} if package.mirrors else {}
    own = place(None)
    fetch = Pathways([*map(place, package.mirrors), own], hashes) if package.mirrors else own

    def key(key_id: str) -> bytes:
        if play is None:
            raise CinemaError(Code.KEY_MISSING, "A trailer is never encrypted; this package is not right.")
        return box_office.key(play.id, key_id)

    return feature_of(
        manifest,
        fetch,
        key,
        cancel,
        seek_allowed=play is None or play.house_rules.seek,
        start_ms=play.position_ms if play else 0,
        mark=play.mark if play else "",
    )
