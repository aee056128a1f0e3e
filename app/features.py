"""Makes a `Feature` of what the command line names: a package folder, a media file, or an HLS address."""

import argparse
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from app.commands.notes import read_text_track
from app.commands.package import keys_beside, trusted
from app.paths import Paths
from core import Cancel, CinemaError, Code
from films import NoteTrack, parse_notes, read_keys, verify_manifest
from player import DirectoryOrigin, Feature, feature_of, foreign_feature, local_feature

DISK_BPS = 1_000_000_000


def open_feature(options: argparse.Namespace, paths: Paths) -> Feature:
    """What is to be played. Raises `CinemaError` where it cannot be opened."""
    start_ms = round(options.start * 1000)
    notes = {}
    if options.notes:
        track = parse_notes(read_text_track(options.notes))
        notes[track.language] = track
    if urlsplit(options.what).scheme in ("http", "https"):
        return foreign_feature(options.what, notes=notes, start_ms=start_ms)
    path = Path(options.what)
    if path.is_dir():
        return package_feature(path, paths, keys=options.keys, notes=notes, start_ms=start_ms)
    if not path.exists():
        raise CinemaError(Code.FILE_MISSING, f"There is no file or package {path}.")
    return local_feature(path, notes=notes, start_ms=start_ms)


def package_feature(
    folder: Path, paths: Paths, *, keys: Path | None, notes: dict[str, NoteTrack], start_ms: int
) -> Feature:
    """A film package of this disk, its signature verified, with the keys that lie beside it."""
    try:
        data, jws = (folder / "manifest.json").read_bytes(), (folder / "manifest.jws").read_bytes()
    except OSError as error:
        raise CinemaError(
            Code.FILE_MISSING, f"{folder} is no film package: its manifest cannot be read. Run: package check {folder}"
        ) from error
    manifest = verify_manifest(data, jws, trusted(paths, []))
    keys_file = keys_beside(folder, keys)
    content_keys = read_keys(keys_file) if keys_file else {}
    origin = DirectoryOrigin(folder)

    def key(key_id: str) -> bytes:
        try:
            return content_keys[key_id]
        except KeyError:
            raise CinemaError(
                Code.KEY_MISSING, f"There is no key {key_id} for this package; name its key file with --keys."
            ) from None

    feature = feature_of(manifest, origin, key, Cancel(), start_ms=start_ms, line_bps=DISK_BPS)
    return replace(feature, notes=notes) if notes else feature
