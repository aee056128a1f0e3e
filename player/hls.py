"""Foreign HLS playlists (RFC 8216) read behind limits: what they name, or a refusal."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from m3u8.parser import parse

from core import CinemaError, Code
from player.addresses import resolved_address, same_host
from player.presentation import Piece

TEXT_LIMIT_BYTES = 5 << 20
LINES_LIMIT = 250_000
LINE_LIMIT = 8192
SEGMENTS_LIMIT = 50_000
SEGMENT_LIMIT_S = 3600
TAGS_LIMIT = 400
"""How many keys, variants or audio renditions one playlist may name."""

SEQUENCE_DIGITS = 19
HEARD = "public.accessibility.describes-music-and-sound"
REFUSED_TAGS = ("#EXT-X-BYTERANGE:", "#EXT-X-GAP", "#EXT-X-I-FRAMES-ONLY", "#EXT-X-SKIP")
COUNTED_TAGS = ("#EXT-X-KEY:", "#EXT-X-STREAM-INF:", "#EXT-X-MEDIA:", "#EXT-X-MAP:")
KNOWN_TAGS = ("#EXTINF:", "#EXT-X-MEDIA-SEQUENCE:", "#EXT-X-ENDLIST", "#EXT-X-PLAYLIST-TYPE:", *COUNTED_TAGS)


@dataclass(frozen=True)
class Variant:
    """One choice of a master playlist; ``audio`` and ``subtitles`` name the groups that belong to it, if any."""

    url: str
    bandwidth_bps: int
    codecs: str
    width: int
    height: int
    frames_per_s: float
    audio: str | None
    subtitles: str | None


@dataclass(frozen=True)
class Alternative:
    """One rendition of an audio or a subtitles group (RFC 8216 4.3.4.1)."""

    url: str
    group: str
    language: str | None
    default: bool
    sdh: bool = False
    """Subtitles that also say what is heard."""


@dataclass(frozen=True)
class Master:
    """A playlist of playlists."""

    variants: tuple[Variant, ...]
    """Best first."""
    sounds: tuple[Alternative, ...]
    subtitles: tuple[Alternative, ...]


@dataclass(frozen=True)
class Media:
    """The parts of one rendition."""

    pieces: tuple[Piece, ...]
    init: Piece | None


@dataclass
class Budget:
    """How many segments the playlists of one presentation may still name together."""

    segments_left: int = field(default=SEGMENTS_LIMIT)

    def take(self, count: int) -> None:
        """Count segments. Raises `CinemaError` (playlist-refused) when there are too many."""
        self.segments_left -= count
        if self.segments_left < 0:
            refuse(f"it names more than {SEGMENTS_LIMIT} segments")


def read_playlist(data: bytes, url: str, budget: Budget) -> Master | Media:
    """What a playlist fetched from ``url`` names. Raises `CinemaError` (playlist-refused)."""
    lines = _lines(data)
    budget.take(sum(line.startswith("#EXTINF:") for line in lines))
    try:
        found = parse("\n".join(lines))
    except Exception:
        refuse("it is malformed")
    if found["is_variant"]:
        return _master(found, url)
    return _media(found, url, lines)


def refuse(why: str) -> NoReturn:
    """Raise `CinemaError` (playlist-refused) that says why."""
    raise CinemaError(Code.PLAYLIST_REFUSED, f"The playlist was refused: {why}.")


def _lines(data: bytes) -> list[str]:
    """The lines that matter, counted before the parser sees them."""
    if len(data) > TEXT_LIMIT_BYTES:
        refuse(f"it is longer than {TEXT_LIMIT_BYTES >> 20} MiB")
    if data.count(b"\n") + data.count(b"\r") > 2 * LINES_LIMIT:
        refuse("it has too many lines")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        refuse("it is not UTF-8")
    if not text.startswith("#EXTM3U"):
        refuse("it is no HLS playlist")
    kept = ["#EXTM3U"]
    counted = 0
    for raw in text.replace("\r", "\n").split("\n"):
        line = raw.strip()
        if not line or (line.startswith("#") and not line.startswith(KNOWN_TAGS)):
            if line.startswith(REFUSED_TAGS):
                refuse(f"{line[1:24].partition(':')[0]} is not supported")
            continue
        if len(line) > LINE_LIMIT or not line.isprintable():
            refuse("a line of it is malformed")
        counted += line.startswith(COUNTED_TAGS)
        if counted > TAGS_LIMIT:
            refuse("it names too many keys or renditions")
        kept.append(line)
    return kept


def _master(found: Mapping[str, list[dict[str, str]]], url: str) -> Master:
    variants = [_variant(playlist, url) for playlist in found["playlists"]]
    if not variants or found["segments"]:
        refuse("it mixes variants and segments, or names none")

    def alternatives(kind: str) -> tuple[Alternative, ...]:
        named = [
            media
            for media in found["media"]
            if media.get("type") == kind and media.get("uri") and media.get("forced") != "YES"
        ]
        return tuple(
            Alternative(
                _apart(url, media["uri"]),
                media.get("group_id", ""),
                media.get("language"),
                media.get("default") == "YES",
                HEARD in str(media.get("characteristics", "")),
            )
            for media in sorted(named, key=lambda media: media.get("default") != "YES")
        )

    ordered = sorted(variants, key=lambda variant: (variant.height, variant.bandwidth_bps), reverse=True)
    return Master(tuple(ordered), alternatives("AUDIO"), alternatives("SUBTITLES"))


def _variant(playlist: Mapping[str, object], url: str) -> Variant:
    info = playlist["stream_info"]
    if not isinstance(info, dict):
        refuse("it is malformed")
    width, _, height = str(info.get("resolution", "")).partition("x")
    bandwidth = info.get("bandwidth", 0)
    rate = info.get("frame_rate", 0.0)
    return Variant(
        _apart(url, str(playlist["uri"])),
        bandwidth if isinstance(bandwidth, int) and 0 <= bandwidth < 1 << 40 else 0,
        str(info.get("codecs", "")),
        _size(width),
        _size(height),
        rate if isinstance(rate, float) and math.isfinite(rate) and 0 <= rate <= 1000 else 0.0,
        str(info["audio"]) if info.get("audio") else None,
        str(info["subtitles"]) if info.get("subtitles") else None,
    )


def _apart(url: str, reference: str) -> str:
    """The address of another playlist. Raises `CinemaError` (playlist-refused) when it is the same one."""
    named = resolved_address(url, reference)
    if named == url:
        refuse("it names itself")
    return named


def _size(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else 0


def _media(found: dict[str, object], url: str, lines: list[str]) -> Media:
    segments, maps = found["segments"], found["segment_map"]
    assert isinstance(segments, list)  # noqa: S101 - the parser's own form
    assert isinstance(maps, list)  # noqa: S101 - the parser's own form
    if not segments:
        refuse("it names no segments")
    if not found["is_endlist"] and str(found["playlist_type"]).lower() != "vod":
        refuse("live streams are not played")
    sequence = found["media_sequence"]
    if not isinstance(sequence, int) or not 0 <= sequence < 10**SEQUENCE_DIGITS:
        refuse("its media sequence number is out of range")
    keys = _Keys(url)
    init = _init(maps, url, lines, keys)
    if init is not None and any("init_section" not in segment for segment in segments):
        refuse("it names an initialisation section too late")
    pieces = tuple(_piece(segment, number, url, keys) for number, segment in enumerate(segments, sequence))
    return Media(pieces, init)


def _init(maps: list[dict[str, str]], url: str, lines: list[str], keys: "_Keys") -> Piece | None:
    if not maps:
        return None
    if any(found != maps[0] for found in maps) or not maps[0].get("uri") or "byterange" in maps[0]:
        refuse("its initialisation section changes or is part of a file")
    at = next(number for number, line in enumerate(lines) if line.startswith("#EXT-X-MAP:"))
    before = [line for line in lines[:at] if line.startswith("#EXT-X-KEY:")]
    if not before:
        return Piece(resolved_address(url, maps[0]["uri"]))
    key = parse(before[-1] + "\n#EXTINF:1,\nx")["segments"][0].get("key", {})
    if key.get("method") == "AES-128" and "iv" not in key:
        refuse("its initialisation section is encrypted without an IV")
    key_id, iv = keys.of(key, 0)
    return Piece(resolved_address(url, maps[0]["uri"]), key_id=key_id, iv=iv)


def _piece(segment: dict[str, object], number: int, url: str, keys: "_Keys") -> Piece:
    duration_s, reference = segment.get("duration"), segment.get("uri")
    if not isinstance(duration_s, float) or not isinstance(reference, str):
        refuse("it is malformed")
    if not (math.isfinite(duration_s) and 0 < duration_s <= SEGMENT_LIMIT_S):
        refuse("a segment's length is out of range")
    key = segment.get("key")
    key_id, iv = keys.of(key, number) if isinstance(key, dict) else (None, None)
    return Piece(resolved_address(url, reference), max(1, round(duration_s * 1000)), key_id=key_id, iv=iv)


class _Keys:
    """The keys that a playlist names: AES-128, and only from the playlist's own host."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._known: dict[str, str] = {}

    def of(self, key: dict[str, str], sequence: int) -> tuple[str | None, str | None]:
        """Key address and IV (32 hex digits) for a media sequence number (RFC 8216 5.2); none where it is clear."""
        method = key.get("method")
        if method == "NONE":
            return None, None
        if method != "AES-128" or key.get("keyformat", "identity") != "identity" or not key.get("uri"):
            refuse("its encryption is not supported")
        iv = key.get("iv")
        return self._address(key["uri"]), f"{sequence:032x}" if iv is None else _iv(iv)

    def _address(self, reference: str) -> str:
        known = self._known.get(reference)
        if known is None:
            known = self._known[reference] = resolved_address(self._url, reference)
            if not same_host(self._url, known):
                refuse("it takes keys from another host")
        return known


def _iv(text: str) -> str:
    digits = text[2:].lower()
    if text[:2].lower() != "0x" or not 1 <= len(digits) <= 32 or not set(digits) <= set("0123456789abcdef"):
        refuse("an IV is malformed")
    return digits.zfill(32)
