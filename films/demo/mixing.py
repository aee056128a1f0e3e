"""The mixing desk: places sounds in time and space, adds a room, and levels the whole by BS.1770."""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from films.demo.instruments import RATE_HZ, Wave

TARGET_LUFS = -20.0
CEILING = 0.84


class Desk:
    """Collects sounds for a film of a given length."""

    def __init__(self, duration_ms: int) -> None:
        self._count = duration_ms * RATE_HZ // 1000
        self._dry = np.zeros((2, self._count + RATE_HZ * 8))
        self._wet = np.zeros_like(self._dry)

    def add(self, sound: Wave, at_s: float, level: float, pan: float = 0.0, room: float = 0.3) -> None:
        """Lay a sound at ``at_s``; ``pan`` -1 is left, 1 right; ``room`` is its share of echo."""
        start = int(at_s * RATE_HZ)
        if start >= self._count:
            return
        end = min(start + len(sound), self._dry.shape[1])
        angle = (pan + 1) * np.pi / 4
        for side, gain in enumerate((np.cos(angle), np.sin(angle))):
            self._dry[side, start:end] += sound[: end - start] * level * gain
            self._wet[side, start:end] += sound[: end - start] * level * gain * room

    def mix(self) -> NDArray[np.float64]:
        """Two channels, levelled to -20 LUFS, never above the ceiling, faded in and out."""
        rng = np.random.default_rng(1)
        t = np.arange(int(1.9 * RATE_HZ)) / RATE_HZ
        size = 1 << (self._dry.shape[1] + len(t)).bit_length()
        out = np.empty((2, self._count))
        for side in range(2):
            hall = np.convolve(rng.normal(0, 1, len(t)) * np.exp(-t * 3.4), np.ones(4) / 4, "same")
            hall /= np.sqrt((hall**2).sum())
            echo = np.fft.irfft(np.fft.rfft(self._wet[side], size) * np.fft.rfft(hall, size), size)
            out[side] = (self._dry[side] + echo[: self._dry.shape[1]])[: self._count]
        fade = min(int(1.2 * RATE_HZ), self._count // 3)
        out[:, -fade:] *= np.linspace(1, 0, fade) ** 1.5
        for _ in range(3):
            out *= 10 ** ((TARGET_LUFS - loudness_lufs(out)) / 20)
            out = CEILING * np.tanh(out / CEILING)
        return out


def loudness_lufs(sound: NDArray[np.float64]) -> float:
    """Integrated loudness (ITU-R BS.1770-4) of two channels at 48 kHz, with its two gates."""
    count = sound.shape[1]
    size = 1 << count.bit_length()
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    shelf = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z**2) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z**2
    )
    high = (1 - 2 * z + z**2) / (1 - 1.99004745483398 * z + 0.99007225036621 * z**2)
    weighted = np.fft.irfft(np.fft.rfft(sound, size) * shelf * high, size)[:, :count]
    step = RATE_HZ // 10
    sums = np.add.reduceat((weighted**2).sum(axis=0), np.arange(0, count - count % step, step)) / step
    power = np.convolve(sums, np.ones(4) / 4, "valid") if len(sums) >= 4 else sums
    power = power[power > 10 ** ((-70 + 0.691) / 10)]
    if not len(power):
        return -70.0
    power = power[power > power.mean() / 10]
    return float(-0.691 + 10 * np.log10(power.mean()))


def save_wav(sound: NDArray[np.float64], path: Path) -> None:
    """Write 16-bit stereo at 48 kHz."""
    dither = np.random.default_rng(2).triangular(-1, 0, 1, sound.shape)
    samples = np.clip(np.round(sound * 32767 + dither), -32768, 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.T.tobytes())
