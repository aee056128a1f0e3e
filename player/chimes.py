"""Short sounds that say the same as a light: made here, played by a libmpv of their own, which has no picture."""

import math
import struct
import wave
from pathlib import Path
from typing import Any

from player.library import load_libmpv

RATE_HZ = 48_000
TONES = {
    "green": ((880.0, 0.09), (1318.5, 0.16)),
    "amber": ((660.0, 0.12), (0.0, 0.06), (660.0, 0.12)),
    "red": ((196.0, 0.45),),
}
"""Notes by light: Hz and seconds; 0 Hz is silence."""


class Chimes:
    """Plays a chime at once, in place of whatever chime still sounds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mpv: Any = None

    def play(self, light: str) -> None:
        """Sound the light's chime; a machine without sound is silent. Raises `CinemaError` where libmpv is missing."""
        if light not in TONES:
            return
        if self._mpv is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            for name, notes in TONES.items():
                write_chime(self._folder / f"{name}.wav", notes)
            self._mpv = load_libmpv().MPV(vo="null", vid="no", config=False, idle="yes", input_default_bindings=False)
        self._mpv.command_async("loadfile", str(self._folder / f"{light}.wav"), "replace")

    def close(self) -> None:
        """Be silent."""
        mpv, self._mpv = self._mpv, None
        if mpv is not None:
            mpv.terminate()


def write_chime(path: Path, notes: tuple[tuple[float, float], ...]) -> None:
    """The notes as a mono WAV file, each let in and out softly."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        for hertz, seconds in notes:
            count = round(seconds * RATE_HZ)
            file.writeframes(b"".join(_sample(hertz, place, count) for place in range(count)))


def _sample(hertz: float, place: int, count: int) -> bytes:
    edge = min(1.0, place / 480, (count - place) / 480)
    return struct.pack("<h", round(16_000 * edge * math.sin(2 * math.pi * hertz * place / RATE_HZ)))
