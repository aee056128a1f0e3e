"""From a source to a signed film package, in stages that are kept when the work is stopped."""

import base64
import logging
import shutil
from pathlib import Path

from core import Cancel, CinemaError, Code, Progress
from films.colours import to_bt709
from films.keybox import write_keys
from films.manifest import Manifest
from films.manifest_file import dump_manifest, load_manifest
from films.manifest_rules import is_language
from films.mastering.assemble import assemble, describe_renditions
from films.mastering.encode import Encoded, encode, encoded_bytes
from films.mastering.encrypt import Sealed, make_keys, seal_rendition
from films.mastering.ffmpeg import need_filters
from films.mastering.ladder import Step, fit_ladder
from films.mastering.options import FrameSource, MasterOptions
from films.mastering.pictures import Pictures, make_pictures, thumbnail_every_ms
from films.mastering.probe import SourceFacts, look_at
from films.mastering.process import RESERVE_BYTES, writing
from films.mastering.sounds import Sound, plan_sounds
from films.mastering.staging import Staging, digest
from films.mastering.texts import read_note_files, read_subtitle_files
from films.safe_paths import is_safe_name
from films.signing import sign_manifest

log = logging.getLogger(__name__)

RECIPE = 2
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
    _check_options(options)
    subtitles = (*read_subtitle_files(options.subtitles), *read_subtitle_files(options.sdh, "sdh"))
    notes = read_note_files(options.notes)
    facts = look_at(source)
    mapped = to_bt709(facts.colour)
    if mapped:
        need_filters(mapped)
    steps = fit_ladder(options.ladder, facts.width, facts.height)
    sounds = plan_sounds(facts, options)
    needed = encoded_bytes(facts, steps, sounds) + RESERVE_BYTES
    staging = Staging(out)
    with writing(out.absolute().parent, needed):
        staging.open()
        work = _Mastering(source, facts, steps, sounds, staging, options, progress, cancel)
        encoded, encode_id = work.encode()
        pictures = work.pictures(encode_id)
        sealed = work.encrypt(encoded, encode_id)
        work.report("sign", 0.0)
        package = staging.package
        for folder in ("subtitles", "notes", "poster"):
            shutil.rmtree(package / folder, ignore_errors=True)
        video, audio = describe_renditions(facts, steps, sounds, encoded, sealed)
        manifest = assemble(
            package,
            options,
            video=video,
            audio=audio,
            pictures=pictures,
            subtitles=subtitles,
            notes=notes,
            cancel=cancel,
        )
        data = dump_manifest(manifest)
        load_manifest(data)
        (package / "manifest.json").write_bytes(data)
        (package / "manifest.jws").write_bytes(sign_manifest(data, options.signing_key))
        cancel.check()
        if sealed.keys:
            keys = {key_id: base64.b64decode(key) for key_id, key in sealed.keys.items()}
            write_keys(staging.keys, options.package_id, keys)
        staging.publish()
    work.report("sign", 1.0)
    log.info("package finished: %d renditions, %d ms", len(video) + len(audio), manifest.running_time_ms)
    return manifest


class _Mastering:
    """The stages that take time."""

    def __init__(
        self,
        source: Path | FrameSource,
        facts: SourceFacts,
        steps: tuple[Step, ...],
        sounds: tuple[Sound, ...],
        staging: Staging,
        options: MasterOptions,
        progress: Progress,
        cancel: Cancel,
    ) -> None:
        self._source, self._facts, self._steps, self._sounds = source, facts, steps, sounds
        self._staging, self._options = staging, options
        self._progress, self._cancel = progress, cancel
        self._clear = staging.work / "clear"

    def report(self, stage: str, share: float) -> None:
        """Tell how much of ``stage`` is done, as a share of the whole."""
        low, high = _SHARES[stage]
        self._progress(low + (high - low) * share, stage)

    def encode(self) -> tuple[Encoded, str]:
        """The clear renditions, and what they were made from."""
        options = self._options
        inputs = digest(RECIPE, self._facts, self._steps, self._sounds, options.segment_ms)

        def make() -> Encoded:
            self.report("encode", 0.0)
            return encode(
                self._source,
                facts=self._facts,
                steps=self._steps,
                sounds=self._sounds,
                options=options,
                folder=self._staging.fresh(self._clear),
                progress=lambda share: self.report("encode", share),
                cancel=self._cancel,
            )

        return self._staging.kept("encode", inputs, Encoded, make), inputs

    def pictures(self, encode_id: str) -> Pictures:
        """Thumbnails and cuts."""
        options = self._options
        inputs = digest(encode_id, thumbnail_every_ms(options, self._facts.duration_ms), options.shots_ms)

        def make() -> Pictures:
            self._staging.fresh(self._staging.package / "thumbs")
            return make_pictures(
                self._clear,
                step=self._steps[-1],
                facts=self._facts,
                options=options,
                package=self._staging.package,
                progress=lambda share: self.report("thumbs", share),
                cancel=self._cancel,
            )

        return self._staging.kept("thumbs", inputs, Pictures, make)

    def encrypt(self, encoded: Encoded, encode_id: str) -> Sealed:
        """The renditions inside the package, with their keys."""
        inputs = digest(encode_id, self._options.clear, self._options.key_rotation_ms)
        return self._staging.kept("encrypt", inputs, Sealed, lambda: self._seal(encoded))

    def _seal(self, encoded: Encoded) -> Sealed:
        package = self._staging.package
        for kind in ("video", "audio"):
            shutil.rmtree(package / kind, ignore_errors=True)
        total = sum(path.stat().st_size for path in self._clear.rglob("*.m4s"))
        done = 0

        def step(size_bytes: int) -> None:
            nonlocal done
            done += size_bytes
            self.report("encrypt", done / total)

        sealed = []
        kept: dict[str, str] = {}
        for rendition in encoded.renditions:
            keys = None if self._options.clear else make_keys(rendition.durations_ms, self._options.key_rotation_ms)
            sealed.append(
                seal_rendition(
                    self._clear,
                    package,
                    folder=rendition.folder,
                    durations_ms=rendition.durations_ms,
                    keys=keys,
                    step=step,
                    cancel=self._cancel,
                )
            )
            kept |= {key_id: base64.b64encode(key).decode("ascii") for key_id, key in keys or ()}
        return Sealed(tuple(sealed), kept)


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
