"""From a source to a signed film package, in stages that are kept when the work is stopped."""

import base64
import logging
from dataclasses import asdict
from datetime import UTC
from pathlib import Path

from core import Cancel, CinemaError, Code, Progress, SystemClock
from films.keybox import write_keys
from films.manifest import (
    AudioFacts,
    Commentator,
    FileRef,
    Manifest,
    Rendition,
    Segment,
    TextTrack,
    Thumbnails,
    VideoFacts,
)
from films.manifest_file import dump_manifest, load_manifest
from films.manifest_rules import is_language
from films.mastering.encode import encode, encoded_bytes, track_facts
from films.mastering.encrypt import durations_of, file_ref, make_keys, seal_rendition
from films.mastering.ladder import Step, fit_ladder
from films.mastering.options import FrameSource, MasterOptions
from films.mastering.pictures import make_pictures, place_poster, thumbnail_every_ms
from films.mastering.playlists import write_playlists
from films.mastering.probe import SourceFacts, look_at
from films.mastering.process import RESERVE_BYTES, writing
from films.mastering.staging import Staging, digest
from films.mastering.texts import TextFile, read_note_files, read_subtitle_files
from films.safe_paths import is_safe_name
from films.signing import sign_manifest
from films.strict_json import Json

log = logging.getLogger(__name__)

RECIPE = 1
"""Goes up when the same inputs would be encoded differently, so that old work is not kept."""
_SHARES = {"encode": (0.0, 0.86), "thumbs": (0.86, 0.92), "encrypt": (0.92, 0.98), "sign": (0.98, 1.0)}


def master(
    source: Path | FrameSource, out: Path, options: MasterOptions, progress: Progress, cancel: Cancel
) -> Manifest:
    """Make the package ``out`` and, for encrypted ones, ``out.keys.json`` (mode 0600) beside it.

    The work is done in ``out.part``: after a cancellation, a failure or a power cut the same call resumes at the
    first unfinished stage. Progress comes in the stages encode, thumbs, encrypt and sign.
    Raises `CinemaError` (wrong-use, file-missing, source-unreadable, subtitles-malformed, notes-malformed,
    encoder-missing, encoder-failed, disk-full, cancelled).
    """
    return _Mastering(source, out, options, progress, cancel).run()


class _Mastering:
    def __init__(
        self, source: Path | FrameSource, out: Path, options: MasterOptions, progress: Progress, cancel: Cancel
    ) -> None:
        self._source = source
        self._options = options
        self._progress = progress
        self._cancel = cancel
        self._staging = Staging(out)
        self._clear = self._staging.work / "clear"

    def run(self) -> Manifest:
        options, staging = self._options, self._staging
        _check_options(options)
        subtitles, notes = read_subtitle_files(options.subtitles), read_note_files(options.notes)
        facts = look_at(self._source)
        steps = fit_ladder(options.ladder, facts.width, facts.height)
        needed = encoded_bytes(facts, steps, options) + RESERVE_BYTES
        with writing(staging.out.parent, needed):
            staging.open()
        with writing(staging.root, needed):
            encoded, encode_id = self._encode(facts, steps)
            pictures = self._pictures(facts, steps[-1], encode_id)
            sealed, keys = self._encrypt(encoded, encode_id)
            return self._sign(facts, steps, encoded, pictures, sealed, keys, subtitles, notes)

    def _report(self, stage: str, share: float) -> None:
        low, high = _SHARES[stage]
        self._progress(low + (high - low) * share, stage)

    def _encode(self, facts: SourceFacts, steps: tuple[Step, ...]) -> tuple[Json, str]:
        options = self._options
        inputs = digest(RECIPE, facts, steps, options.segment_ms, options.audio_kbps, options.language)
        result = self._staging.finished("encode", inputs)
        if result is None:
            self._report("encode", 0.0)
            self._staging.fresh(self._clear)
            result = encode(
                self._source,
                facts,
                steps,
                options,
                self._clear,
                lambda share: self._report("encode", share),
                self._cancel,
            )
            self._staging.finish("encode", inputs, result)
        return result, inputs

    def _pictures(self, facts: SourceFacts, step: Step, encode_id: str) -> Json:
        options, staging = self._options, self._staging
        inputs = digest(encode_id, thumbnail_every_ms(options, facts.duration_ms), options.shots_ms)
        result = staging.finished("thumbs", inputs)
        if result is None:
            staging.fresh(staging.package / "thumbs")
            result = make_pictures(
                self._clear,
                step,
                facts,
                options,
                staging.package,
                lambda share: self._report("thumbs", share),
                self._cancel,
            )
            staging.finish("thumbs", inputs, result)
        return result

    def _encrypt(self, encoded: Json, encode_id: str) -> tuple[Json, dict[str, bytes]]:
        options, staging = self._options, self._staging
        inputs = digest(encode_id, options.clear, options.key_rotation_ms)
        result = staging.finished("encrypt", inputs)
        if result is None:
            for kind in ("video", "audio"):
                staging.fresh(staging.package / kind)
            result = self._seal(encoded)
            staging.finish("encrypt", inputs, result)
        assert isinstance(result, dict)  # noqa: S101 - written by _seal
        kept = result["keys"]
        assert isinstance(kept, dict)  # noqa: S101 - written by _seal
        return result["renditions"], {key_id: base64.b64decode(str(key)) for key_id, key in kept.items()}

    def _seal(self, encoded: Json) -> Json:
        renditions = encoded["renditions"]  # type: ignore[call-overload,index]
        total = sum(path.stat().st_size for path in self._clear.rglob("*.m4s"))
        done = 0

        def step(size: int) -> None:
            nonlocal done
            done += size
            self._report("encrypt", done / total)

        sealed: list[Json] = []
        kept: dict[str, Json] = {}
        for rendition in renditions:  # type: ignore[union-attr]
            durations = durations_of(rendition)
            keys = None if self._options.clear else make_keys(durations, self._options.key_rotation_ms)
            folder = str(rendition["folder"])  # type: ignore[call-overload,index]
            init, segments = seal_rendition(
                self._clear, self._staging.package, folder, durations, keys, step, self._cancel
            )
            kept |= {key_id: base64.b64encode(key).decode("ascii") for key_id, key in keys or ()}
            sealed.append({"init": asdict(init), "segments": [asdict(segment) for segment in segments]})
        return {"renditions": sealed, "keys": kept}

    def _sign(
        self,
        facts: SourceFacts,
        steps: tuple[Step, ...],
        encoded: Json,
        pictures: Json,
        sealed: Json,
        keys: dict[str, bytes],
        subtitles: tuple[TextFile, ...],
        notes: tuple[TextFile, ...],
    ) -> Manifest:
        self._report("sign", 0.0)
        self._cancel.check()
        options, package = self._options, self._staging.package
        video, audio = self._renditions(facts, steps, encoded, sealed)
        running_time_ms = sum(segment.duration_ms for segment in video[0].segments)
        for folder in ("subtitles", "notes", "poster"):
            self._staging.fresh(package / folder)
        subtitle_tracks, note_tracks = _place(package, subtitles), _place(package, notes)
        posters = []
        for name, picture in (("poster", options.poster), ("backdrop", options.backdrop)):
            if picture is not None:
                place_poster(picture, package / "poster" / f"{name}.jpg", self._cancel)
                posters.append(file_ref(package, f"poster/{name}.jpg"))
        playlists = write_playlists(package, video, audio, subtitle_tracks, running_time_ms)
        for folder in ("subtitles", "notes", "poster", "audio"):
            if not any((package / folder).iterdir()):
                (package / folder).rmdir()
        sheets = range(1, 1 + int(pictures["sheets"]))  # type: ignore[call-overload,index,arg-type]
        people = {person.id: person for text in notes for person in text.commentators}
        manifest = Manifest(
            package_id=options.package_id,
            title_id=options.title_id,
            kind=options.kind,
            created=options.created or SystemClock().now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            running_time_ms=running_time_ms,
            names=dict(options.names),
            video=video,
            audio=audio,
            subtitles=subtitle_tracks,
            notes=note_tracks,
            commentators=tuple(people.values()),
            thumbnails=Thumbnails(
                file_ref(package, "thumbs/thumbs.vtt"),
                tuple(file_ref(package, f"thumbs/{number:02d}.jpg") for number in sheets),
            ),
            posters=tuple(posters),
            playlists=tuple(file_ref(package, path) for path in playlists),
            shots_ms=tuple(time for time in pictures["shots_ms"] if time <= running_time_ms),  # type: ignore[call-overload,index,union-attr,operator,misc]
            eidr=options.eidr,
            extra=dict(options.extra),
        )
        data = dump_manifest(manifest)
        load_manifest(data)
        (package / "manifest.json").write_bytes(data)
        (package / "manifest.jws").write_bytes(sign_manifest(data, options.signing_key))
        if keys:
            write_keys(self._staging.keys, options.package_id, keys)
        self._staging.publish()
        self._report("sign", 1.0)
        log.info("package finished: %d renditions, %d ms", len(video) + len(audio), running_time_ms)
        return manifest

    def _renditions(
        self, facts: SourceFacts, steps: tuple[Step, ...], encoded: Json, sealed: Json
    ) -> tuple[tuple[Rendition, ...], tuple[Rendition, ...]]:
        assert isinstance(encoded, dict)  # noqa: S101 - written by encode
        loudness = encoded["loudness_lufs"]
        video: list[Rendition] = []
        audio: list[Rendition] = []
        for described, kept in zip(encoded["renditions"], sealed, strict=True):  # type: ignore[arg-type]
            track = track_facts(described["track"])  # type: ignore[call-overload,index]
            segments = tuple(
                Segment(**{**item, "file": FileRef(**item["file"])})  # type: ignore[arg-type,call-overload,dict-item,index]
                for item in kept["segments"]  # type: ignore[call-overload,index,union-attr]
            )
            rates = [segment.file.size_bytes * 8000 / segment.duration_ms for segment in segments]
            length = sum(segment.duration_ms for segment in segments)
            average = round(sum(segment.file.size_bytes for segment in segments) * 8000 / length)
            peak = max(average, *(round(rate) for rate in rates))
            init = FileRef(**kept["init"])  # type: ignore[arg-type,call-overload,index]
            if track.kind == "video":
                step = steps[len(video)]
                picture = VideoFacts(step.width, step.height, facts.fps.numerator, facts.fps.denominator, "bt709")
                video.append(Rendition(step.rung.id, track.codecs, peak, average, init, segments, video=picture))
            else:
                language = self._options.language
                sound = AudioFacts(track.channels, track.sample_rate_hz, loudness)  # type: ignore[arg-type]
                audio.append(
                    Rendition(language, track.codecs, peak, average, init, segments, audio=sound, language=language)
                )
        return tuple(video), tuple(audio)


def _place(package: Path, texts: tuple[TextFile, ...]) -> tuple[TextTrack, ...]:
    tracks = []
    for text in texts:
        (package / text.path).write_bytes(text.data)
        commentator: Commentator | None = text.commentators[0] if text.commentators else None
        tracks.append(TextTrack(file_ref(package, text.path), text.language, commentator.id if commentator else None))
    return tuple(tracks)


def _check_options(options: MasterOptions) -> None:
    for name, value in (("package id", options.package_id), ("title id", options.title_id)):
        if not is_safe_name(value) or len(value) > 100:
            raise CinemaError(Code.WRONG_USE, f"The {name} {value!r} must be letters, digits and hyphens.")
    if not is_language(options.language):
        raise CinemaError(Code.WRONG_USE, f"{options.language!r} is not a language tag.")
    if not options.names or not all(is_language(tag) and name for tag, name in options.names.items()):
        raise CinemaError(Code.WRONG_USE, "The film needs a name for each language tag, for example en=Home.")
    if not 500 <= options.segment_ms <= 20_000 or options.key_rotation_ms <= 0:
        raise CinemaError(Code.WRONG_USE, "Segments last 0.5 to 20 s, and keys must rotate after more than no time.")
