"""Making the demo: every film and trailer mastered into packages of its own, once."""

import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from core import Cancel, CinemaError, Code, Progress
from films.demo.film import EDITION, Quality
from films.demo.programme import FILMS, DemoFilm
from films.keybox import keys_path
from films.mastering import FAST_LADDER, MasterOptions, Rung, master
from films.signing import SigningKey, TrustedKeys, verify_manifest

log = logging.getLogger(__name__)

KEY_ROTATION_MS = 20_000
QUICK_ROTATION_MS = 8_000
QUICK_LADDER = (Rung("270p", 512, 270, 700, 24, "ultrafast"), Rung("180p", 340, 180, 400, 26, "ultrafast"))
CREATED = "2026-02-01T00:00:00Z"


@dataclass(frozen=True)
class DemoPackages:
    """Where one film's packages lie."""

    film: DemoFilm
    feature: Path
    trailer: Path


def make_demo(
    out_dir: Path, signing_key: SigningKey, progress: Progress, cancel: Cancel, quality: str = "full"
) -> tuple[DemoPackages, ...]:
    """Make what is missing of the demo and give back where it lies.

    ``quality`` is ``"full"`` (2048x1080) or ``"quick"`` (512x270, the first 20 s: for tests). What is finished and
    signed by this key is kept; what was interrupted is resumed. Raises as `films.master` does.
    """
    if quality not in get_args(Quality):
        raise CinemaError(Code.WRONG_USE, "The demo comes in the qualities full and quick.")
    kind = cast("Quality", quality)
    trusted = TrustedKeys.of(signing_key.public_jwk)
    out_dir.mkdir(parents=True, exist_ok=True)
    jobs = [(film, trailer) for film in FILMS for trailer in (False, True)]
    lengths = [(film.trailer_frames(kind) if trailer else film.frames(kind)).frame_count for film, trailer in jobs]
    done = 0
    for (film, trailer), length in zip(jobs, lengths, strict=True):
        cancel.check()
        out = out_dir / (f"{film.id}-trailer" if trailer else film.id)
        if not _finished(out, trusted, trailer):
            start, share = done / sum(lengths), length / sum(lengths)
            _make(film, trailer, out, kind, signing_key, _part(progress, start, share), cancel)
        done += length
    progress(1.0, "done")
    return tuple(DemoPackages(film, out_dir / film.id, out_dir / f"{film.id}-trailer") for film in FILMS)


def _part(progress: Progress, start: float, share: float) -> Progress:
    def report(done: float, stage: str) -> None:
        progress(start + share * done, stage)

    return report


def _finished(out: Path, trusted: TrustedKeys, trailer: bool) -> bool:
    try:
        data, jws = (out / "manifest.json").read_bytes(), (out / "manifest.jws").read_bytes()
        manifest = verify_manifest(data, jws, trusted)
    except OSError:
        return False
    except CinemaError as refused:
        log.info("a demo package is made again: %s", refused.code)
        return False
    return manifest.extra.get("edition") == str(EDITION) and (trailer or keys_path(out).is_file())


def _make(
    film: DemoFilm, trailer: bool, out: Path, quality: Quality, key: SigningKey, progress: Progress, cancel: Cancel
) -> None:
    with tempfile.TemporaryDirectory(prefix="smart-cinema-") as folder:
        work = Path(folder)
        progress(0.0, "score")
        sound = work / "sound.wav"
        film.write_sound(sound, quality, trailer)
        poster, backdrop = film.write_posters(work)
        subtitles, notes = ({}, {}) if trailer else film.write_texts(work, quality)
        reel = film.trailer_frames(quality, sound) if trailer else film.frames(quality, sound)
        options = MasterOptions(
            package_id=out.name,
            title_id=film.id,
            names=film.names,
            signing_key=key,
            kind="trailer" if trailer else "feature",
            clear=trailer,
            ladder=FAST_LADDER if quality == "full" else QUICK_LADDER,
            key_rotation_ms=KEY_ROTATION_MS if quality == "full" else QUICK_ROTATION_MS,
            subtitles=subtitles,
            notes=notes,
            poster=poster,
            backdrop=backdrop,
            shots_ms=tuple(
                cut for cut in (sum(s.duration_ms for s in reel.shots[:n]) for n in range(1, len(reel.shots)))
            ),
            extra={"edition": str(EDITION)},
            created=CREATED,
        )
        master(reel, out, options, progress, cancel)
