"""The moving part of a package: are the segments aligned, covered by keys, decryptable, and what they claim?"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from films.boxes import BoxError, TrackFacts, read_init, read_segment
from films.findings import Findings
from films.manifest import Manifest, Rendition, Segment
from films.segment_cipher import CipherError, decrypt_segment

_SLACK_MS = 3
_SOUND_SLACK_MS = 1000


@dataclass(frozen=True)
class _Place:
    """Where a segment belongs."""

    rendition: Rendition
    segment: Segment
    start_ms: int


class MediaCheck:
    """Looks at a package's renditions: first at the plan in the manifest, then file by file, then at the whole."""

    def __init__(self, manifest: Manifest, keys: Mapping[str, bytes] | None, findings: Findings) -> None:
        self._manifest = manifest
        self._keys = keys
        self._findings = findings
        self._tracks: dict[str, TrackFacts] = {}
        self._looked = 0
        self._renditions = (*manifest.video, *manifest.audio)
        self._inits = {rendition.init.path: rendition for rendition in self._renditions}
        self._places = {
            segment.file.path: _Place(rendition, segment, start)
            for rendition in self._renditions
            for segment, start in zip(
                rendition.segments,
                itertools.accumulate((item.duration_ms for item in rendition.segments), initial=0),
                strict=False,
            )
        }

    def check_plan(self) -> None:
        """What the manifest alone shows: aligned cuts, lengths, keys."""
        self._check_alignment()
        self._check_keys()

    def look(self, path: str, data: bytes) -> None:
        """Look at one file whose hash is right. Initialisation sections come before their segments."""
        if path in self._inits:
            self._look_at_init(self._inits[path], data)
        elif path in self._places:
            self._look_at_segment(self._places[path], data)

    def conclude(self) -> None:
        """Say what was right or wrong about the whole."""
        self._check_timescales()
        if self._looked and self._looked == len(self._places):
            self._findings.good("segments", f"All {self._looked} segments hold the picture or sound that they should.")
        elif self._keys is None and self._manifest.key_ids:
            self._findings.warning("not-decrypted", "No keys were given: encrypted segments are checked by hash alone.")

    def _check_alignment(self) -> None:
        first, *others = self._manifest.video
        cuts = [segment.duration_ms for segment in first.segments]
        aligned = True
        for rendition in others:
            if [segment.duration_ms for segment in rendition.segments] != cuts:
                aligned = False
                self._findings.error(
                    "alignment", f"{rendition.id} is not cut at the same times as {first.id}.", rendition.init.path
                )
        if aligned:
            self._findings.good("alignment", f"Every rendition is cut at the same times ({len(cuts)} segments each).")
        length_ms = sum(cuts)
        if abs(length_ms - self._manifest.running_time_ms) > _SLACK_MS:
            self._findings.error(
                "running-time", f"The picture lasts {length_ms} ms, not {self._manifest.running_time_ms} ms."
            )
        for sound in self._manifest.audio:
            sound_ms = sum(segment.duration_ms for segment in sound.segments)
            if abs(sound_ms - length_ms) > _SOUND_SLACK_MS:
                self._findings.warning(
                    "sound-length", f"The sound lasts {sound_ms} ms, the picture {length_ms} ms.", sound.init.path
                )
        if not self._manifest.audio:
            self._findings.warning("silent", "The film has no sound.")

    def _check_timescales(self) -> None:
        """A player that changes the rendition keeps the first one's initialisation section."""
        tracks = [self._tracks[item.init.path] for item in self._manifest.video if item.init.path in self._tracks]
        if len({track.timescale for track in tracks}) > 1:
            self._findings.error(
                "timescale", "The renditions of the picture count time in different units; master the film anew."
            )

    def _check_keys(self) -> None:
        clear = sum(place.segment.key_id is None for place in self._places.values())
        if clear and self._manifest.kind == "feature":
            self._findings.warning("clear", f"{clear} segments of this feature are not encrypted.")
        if clear == len(self._places):
            return
        needed = self._manifest.key_ids
        if self._keys is None:
            return
        for key_id in sorted(needed - self._keys.keys()):
            self._findings.error("key-missing", f"The key {key_id} is not among the keys given.")
        if self._keys.keys() - needed:
            self._findings.warning(
                "key-unused", f"{len(self._keys.keys() - needed)} of the keys given belong to no segment."
            )
        if needed <= self._keys.keys():
            self._findings.good("keys", f"The {len(needed)} keys given cover every encrypted segment.")

    def _look_at_init(self, rendition: Rendition, data: bytes) -> None:
        path = rendition.init.path
        try:
            track = read_init(data)
        except BoxError as error:
            self._findings.error("boxes", f"This is no initialisation section: {error}.", path)
            return
        self._tracks[path] = track
        if track.codecs.lower() != rendition.codecs.lower():
            self._findings.error("codecs", f"This is {track.codecs}, the manifest says {rendition.codecs}.", path)
        picture = rendition.video
        if picture and (track.kind != "video" or (track.width, track.height) != (picture.width, picture.height)):
            self._findings.error(
                "picture-size",
                f"This is {track.width}x{track.height}, the manifest says {picture.width}x{picture.height}.",
                path,
            )
        if rendition.audio and track.kind != "audio":
            self._findings.error("codecs", "This is no sound.", path)

    def _look_at_segment(self, place: _Place, data: bytes) -> None:
        path, segment = place.segment.file.path, place.segment
        track = self._tracks.get(place.rendition.init.path)
        if segment.key_id is not None and segment.iv is not None:
            key = (self._keys or {}).get(segment.key_id)
            if key is None:
                return
            try:
                data = decrypt_segment(data, key, bytes.fromhex(segment.iv))
            except CipherError:
                self._findings.error("decrypt", "The key given does not open this segment.", path)
                return
        if len(data) != segment.clear_bytes:
            self._findings.error("clear-size", f"This opens to {len(data)} bytes, not {segment.clear_bytes}.", path)
            return
        try:
            fragment = read_segment(data)
        except BoxError as error:
            # One wrong key in 256 still leaves padding that looks right.
            self._findings.error("boxes", f"This is no segment, or not opened by the right key: {error}.", path)
            return
        if track is None:
            return
        start_ms, length_ms = (value * 1000 / track.timescale for value in (fragment.start, fragment.duration))
        slack = _SLACK_MS if track.kind == "video" else _SOUND_SLACK_MS
        if abs(start_ms - place.start_ms) > slack or abs(length_ms - segment.duration_ms) > slack:
            self._findings.error(
                "times",
                f"This runs from {start_ms:.0f} ms for {length_ms:.0f} ms; "
                f"the manifest says from {place.start_ms} ms for {segment.duration_ms} ms.",
                path,
            )
            return
        self._looked += 1
