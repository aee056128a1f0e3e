"""What must hold between the parts of a manifest, beyond the types: bounds, safe paths, no path twice."""

import re
from collections.abc import Iterable
from datetime import datetime

from core import CinemaError, Code, Words
from films.manifest import FileRef, Manifest, Rendition, Segment
from films.picture_files import LIMIT_BYTES as MAX_PICTURE_BYTES
from films.picture_files import MAX_PICTURES, is_picture_name
from films.safe_paths import is_safe_name, is_safe_path

NOTES = "notes"
"""The folder of the notes and their pictures."""
MAX_FILE_BYTES = 64 << 20
MAX_SEGMENTS = 200_000
MAX_SEGMENT_MS = 60_000
MAX_RUNNING_TIME_MS = 48 * 3_600_000
RESERVED_PATHS = frozenset({"manifest.json", "manifest.jws"})

_SHA256 = re.compile(r"[0-9a-f]{64}")
_IV = re.compile(r"[0-9a-f]{32}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,6}")
_CODECS = re.compile(r"[A-Za-z0-9.]{2,40}(?:,[A-Za-z0-9.]{2,40})*")
_EIDR = re.compile(r"10\.5240/(?:[0-9A-F]{4}-){5}[0-9A-Z]")
_CREATED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z")


def is_language(tag: str) -> bool:
    """Whether ``tag`` has the shape of a BCP 47 language tag."""
    return bool(_LANGUAGE.fullmatch(tag))


def all_files(manifest: Manifest) -> tuple[FileRef, ...]:
    """Every file the manifest lists, in its order."""
    renditions = (*manifest.video, *manifest.audio)
    thumbnails = manifest.thumbnails
    return (
        *(file for rendition in renditions for file in (rendition.init, *(item.file for item in rendition.segments))),
        *(track.file for track in (*manifest.subtitles, *manifest.notes)),
        *((thumbnails.map, *thumbnails.sheets) if thumbnails else ()),
        *manifest.pictures,
        *manifest.posters,
        *manifest.playlists,
    )


def check_rules(manifest: Manifest) -> None:
    """Raise `CinemaError` (package-malformed) with the place of the first fault."""
    _require(is_safe_name(manifest.package_id) and len(manifest.package_id) <= 100, "package_id", "is not a plain name")
    _require(is_safe_name(manifest.title_id) and len(manifest.title_id) <= 100, "title_id", "is not a plain name")
    _require(_is_moment(manifest.created), "created", "is not a moment in UTC (RFC 3339, ending in Z)")
    _require(0 < manifest.running_time_ms <= MAX_RUNNING_TIME_MS, "running_time_ms", "is out of range")
    _require(manifest.eidr is None or bool(_EIDR.fullmatch(manifest.eidr)), "eidr", "is not an EIDR")
    _check_words(manifest.names, "names")
    _require(bool(manifest.names), "names", "is empty")
    _check_words(manifest.extra, "extra", languages=False)
    _require(1 <= len(manifest.video) <= 16, "video", "must hold 1 to 16 renditions")
    _require(len(manifest.audio) <= 32, "audio", "holds too many renditions")
    segments = sum(len(rendition.segments) for rendition in (*manifest.video, *manifest.audio))
    _require(segments <= MAX_SEGMENTS, "segments", f"are more than {MAX_SEGMENTS}")
    for kind, renditions in (("video", manifest.video), ("audio", manifest.audio)):
        for rendition in renditions:
            _check_rendition(rendition, kind, manifest.running_time_ms)
        _require_unique((rendition.id for rendition in renditions), kind, "has a rendition id twice")
    _check_tracks(manifest)
    _require(
        list(manifest.shots_ms) == sorted(set(manifest.shots_ms))
        and all(0 <= time <= manifest.running_time_ms for time in manifest.shots_ms)
        and len(manifest.shots_ms) <= MAX_SEGMENTS,
        "shots_ms",
        "is not a rising list of times inside the film",
    )
    _check_files(all_files(manifest))


def _check_rendition(rendition: Rendition, kind: str, running_time_ms: int) -> None:
    where = f"{kind}.{rendition.id[:40]}"
    _require(is_safe_name(rendition.id), where, "has an unfit id")
    _require(bool(_CODECS.fullmatch(rendition.codecs)), where, "has unfit codecs")
    _require(0 < rendition.average_bps <= rendition.bandwidth_bps < 1 << 40, where, "has bandwidths out of range")
    _require((rendition.video is not None) == (kind == "video"), where, "has no picture facts, or is not picture")
    _require((rendition.audio is not None) == (kind == "audio"), where, "has no sound facts, or is not sound")
    if rendition.video:
        facts = rendition.video
        _require(2 <= facts.width <= 16384 and 2 <= facts.height <= 16384, where, "has a picture size out of range")
        _require(0 < facts.fps_num <= 1_000_000 and 0 < facts.fps_den <= 100_000, where, "has an impossible frame rate")
        _require(1 <= facts.fps_num / facts.fps_den <= 240, where, "has an impossible frame rate")
        _require(bool(re.fullmatch(r"[a-z0-9-]{1,20}", facts.colour)), where, "has unfit colour")
    if rendition.audio:
        sound = rendition.audio
        _require(1 <= sound.channels <= 64 and 8000 <= sound.sample_rate_hz <= 192_000, where, "has impossible sound")
        _require(sound.loudness_lufs is None or -100 <= sound.loudness_lufs <= 20, where, "has impossible loudness")
        _require(rendition.language is not None, where, "has no language")
    _require(rendition.language is None or is_language(rendition.language), where, "has an unfit language tag")
    _require(len(rendition.segments) >= 1, where, "has no segments")
    for index, segment in enumerate(rendition.segments):
        _check_segment(segment, f"{where}.segments[{index}]")
    length = sum(segment.duration_ms for segment in rendition.segments)
    _require(length <= running_time_ms + 2 * MAX_SEGMENT_MS, where, "is longer than the film")


def _check_segment(segment: Segment, where: str) -> None:
    _require(0 < segment.duration_ms <= MAX_SEGMENT_MS, where, "has a duration out of range")
    _require((segment.key_id is None) == (segment.iv is None), where, "has a key without an IV, or an IV without a key")
    size = segment.file.size_bytes
    if segment.key_id is None or segment.iv is None:
        _require(segment.clear_bytes == size, where, "is clear and has two sizes")
        return
    _require(is_safe_name(segment.key_id) and len(segment.key_id) <= 100, where, "has an unfit key id")
    _require(bool(_IV.fullmatch(segment.iv)), where, "has an unfit IV")
    _require(
        segment.clear_bytes > 0 and size == segment.clear_bytes // 16 * 16 + 16, where, "has sizes that do not fit"
    )


def _check_tracks(manifest: Manifest) -> None:
    for kind, tracks in (("subtitles", manifest.subtitles), ("notes", manifest.notes)):
        _require(len(tracks) <= 256, kind, "are too many")
        for track in tracks:
            _require(is_language(track.language), kind, "has an unfit language tag")
            _require(track.commentator is None or is_safe_name(track.commentator), kind, "has an unfit commentator")
    _require(all(track.role == "main" for track in manifest.notes), "notes", "are no subtitles for the hard of hearing")
    _require_unique((track.tag.lower() for track in manifest.subtitles), "subtitles", "has a language twice")
    _require(len(manifest.pictures) <= MAX_PICTURES, "pictures", "are too many")
    for file in manifest.pictures:
        folder, _, name = file.path.rpartition("/")
        _require(folder == NOTES and is_picture_name(name), "pictures", "has a name that is no picture's")
        _require(file.size_bytes <= MAX_PICTURE_BYTES, file.path, "is too large for a picture")
    _require(len(manifest.commentators) <= 64, "commentators", "are too many")
    for person in manifest.commentators:
        _require(is_safe_name(person.id), "commentators", "has an unfit id")
        _check_words(person.name, "commentators.name")
        _check_words(person.role, "commentators.role")
        _require(not person.portrait or is_safe_name(person.portrait), "commentators", "has an unfit portrait")
    _require_unique((person.id for person in manifest.commentators), "commentators", "has an id twice")


def _check_files(files: tuple[FileRef, ...]) -> None:
    for file in files:
        _require(is_safe_path(file.path), f"path {file.path[:60]!r}", "is not a safe relative path")
        _require(file.path.lower() not in RESERVED_PATHS, file.path, "is reserved")
        _require(0 < file.size_bytes <= MAX_FILE_BYTES, file.path, "has a size out of range")
        _require(bool(_SHA256.fullmatch(file.sha256)), file.path, "has an unfit SHA-256")
    paths = [file.path.lower() for file in files]
    _require_unique(paths, "paths", "hold a path twice")
    folders = {path.rsplit("/", depth)[0] for path in paths for depth in range(1, path.count("/") + 1)}
    _require(not folders & set(paths), "paths", "use a file as a folder")


def _check_words(words: Words, where: str, *, languages: bool = True) -> None:
    _require(len(words) <= 64, where, "holds too many texts")
    for tag, text in words.items():
        _require(is_language(tag) if languages else 0 < len(tag) <= 64, where, "has an unfit language tag")
        _require(0 < len(text) <= 10_000, where, "has a text that is empty or too long")


def _is_moment(text: str) -> bool:
    try:
        return bool(_CREATED.fullmatch(text)) and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _require_unique(items: Iterable[str], where: str, what: str) -> None:
    found = list(items)
    _require(len(set(found)) == len(found), where, what)


def _require(holds: bool, where: str, what: str) -> None:
    if not holds:
        raise CinemaError(Code.PACKAGE_MALFORMED, f"manifest: {where} {what}.", {"where": where})
