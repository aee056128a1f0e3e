"""Which sounds a package gets: the film's own in stereo and, where it has that, in 5.1, and those given apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core import CinemaError, Code
from films.manifest import SoundRole
from films.manifest_rules import is_language
from films.mastering.options import ExtraSound, MasterOptions
from films.mastering.probe import SourceFacts, look_at_sound

STEREO, SURROUND = 2, 6
LAYOUTS = {STEREO: "stereo", SURROUND: "5.1"}


@dataclass(frozen=True)
class Sound:
    """One rendition of the sound to make."""

    id: str
    """The folder below ``audio/``."""
    language: str
    role: SoundRole
    channels: int
    kbps: int
    file: Path | None
    """None for the film's own sound."""
    fingerprint: str = ""

    @property
    def folder(self) -> str:
        """Where it lies in the package."""
        return f"audio/{self.id}"


def plan_sounds(facts: SourceFacts, options: MasterOptions) -> tuple[Sound, ...]:
    """The sounds of a package, the film's own first.

    Raises `CinemaError` (wrong-use, file-missing, source-unreadable) where one given apart is not fit.
    """
    planned: list[Sound] = []
    if facts.channels:
        planned += _versions(options.language, "main", facts.channels, options.audio_kbps)
    for extra in options.sounds:
        if not is_language(extra.language):
            raise CinemaError(Code.WRONG_USE, f"{extra.language!r} is not a language tag.")
        found = look_at_sound(extra.file)
        planned += _versions(extra.language, extra.role, found.channels, options.audio_kbps, extra, found.fingerprint)
    names = [sound.id for sound in planned]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise CinemaError(Code.WRONG_USE, f"There are two sounds of the same language and kind ({twice}).")
    return tuple(planned)


def _versions(
    language: str,
    role: SoundRole,
    channels: int,
    kbps: int,
    extra: ExtraSound | None = None,
    fingerprint: str = "",
) -> Sequence[Sound]:
    name = language if role == "main" else f"{language}-{role}"
    file = extra.file if extra else None
    stereo = Sound(name, language, role, STEREO, kbps, file, fingerprint)
    if channels < SURROUND:
        return [stereo]
    return [stereo, Sound(f"{name}-51", language, role, SURROUND, kbps * 5 // 2, file, fingerprint)]
