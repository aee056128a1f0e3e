"""Instruments made of numbers: plucked strings, a bamboo flute, a shawm, drums, wind and firecrackers. Mono, 48 kHz."""

import math

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
Wave = NDArray[np.float64]


def _count(seconds: float) -> int:
    return int(seconds * RATE_HZ)


def _fade(wave: Wave, attack_s: float, release_s: float) -> Wave:
    rise, fall = max(1, _count(attack_s)), max(1, _count(release_s))
    wave[:rise] *= np.linspace(0, 1, rise)[: len(wave)]
    wave[-fall:] *= np.linspace(1, 0, fall)[-len(wave) :]
    return wave


def pluck(pitch_hz: float, seconds: float, brightness: float, seed: int) -> Wave:
    """A plucked silk or steel string (Karplus and Strong, 1983)."""
    period = max(2, round(RATE_HZ / pitch_hz))
    rng = np.random.default_rng(seed)
    loop = rng.uniform(-1, 1, period)
    softness = round(lerp_int(14, 2, brightness))
    loop = np.convolve(np.concatenate([loop, loop[:softness]]), np.ones(softness) / softness, "valid")[:period]
    loop -= loop.mean()
    rounds = _count(seconds) // period + 1
    decay = 0.5 ** (1 / (pitch_hz * (0.28 + 110 / pitch_hz)))
    out = np.empty(rounds * period)
    for index in range(rounds):
        out[index * period : (index + 1) * period] = loop
        loop = decay * (0.72 * loop + 0.28 * np.roll(loop, 1))
    peak = float(np.abs(out).max()) or 1.0
    return _fade(out[: _count(seconds)] / peak, 0.001, 0.05)


def lerp_int(first: float, last: float, share: float) -> int:
    """A whole number ``share`` of the way between two."""
    return max(1, round(first + (last - first) * share))


def flute(pitch_hz: float, seconds: float, seed: int) -> Wave:
    """A bamboo flute: few harmonics, breath, and a vibrato that arrives late."""
    t = np.arange(_count(seconds)) / RATE_HZ
    vibrato = 0.007 * np.clip((t - 0.25) * 2, 0, 1) * np.sin(2 * math.pi * 5.1 * t)
    scoop = -0.03 * np.exp(-t * 26)
    phase = 2 * math.pi * np.cumsum(pitch_hz * (1 + vibrato + scoop)) / RATE_HZ
    tone = np.sin(phase) + 0.32 * np.sin(2 * phase) + 0.11 * np.sin(3 * phase) + 0.05 * np.sin(4 * phase)
    breath = np.convolve(np.random.default_rng(seed).normal(0, 1, len(t)), np.ones(6) / 6, "same")
    return np.asarray(_fade(0.55 * tone + 0.06 * breath * (0.4 + np.exp(-t * 12)), 0.07, min(0.16, seconds / 3)))


def shawm(pitch_hz: float, seconds: float) -> Wave:
    """A suona: bright, nasal, a little bent into its note."""
    t = np.arange(_count(seconds)) / RATE_HZ
    bend = -0.045 * np.exp(-t * 20) + 0.008 * np.sin(2 * math.pi * 6.2 * t) * np.clip(t * 4 - 0.5, 0, 1)
    phase = 2 * math.pi * np.cumsum(pitch_hz * (1 + bend)) / RATE_HZ
    tone = sum(
        np.sin(k * phase) * math.exp(-(((k * pitch_hz - 1500) / 1300) ** 2))
        for k in range(1, 12)
        if k * pitch_hz < 9000
    )
    return np.asarray(_fade(0.6 * np.tanh(1.1 * np.asarray(tone)), 0.02, min(0.06, seconds / 3)))


def drum(depth: float, seed: int) -> Wave:
    """A skin drum; ``depth`` 0 is a small dry one, 1 a great one."""
    t = np.arange(_count(0.35 + 0.6 * depth)) / RATE_HZ
    pitch = (150 - 88 * depth) * (1 + 0.7 * np.exp(-t * 28))
    body = np.sin(2 * math.pi * np.cumsum(pitch) / RATE_HZ) * np.exp(-t * (11 - 7 * depth))
    skin = np.random.default_rng(seed).normal(0, 1, len(t)) * np.exp(-t * 90) * 0.3
    return np.asarray(_fade(body + skin, 0.001, 0.03))


def gong(pitch_hz: float, seconds: float) -> Wave:
    """Bronze: partials that do not agree, the high ones dying first."""
    t = np.arange(_count(seconds)) / RATE_HZ
    partials = ((1, 1.0), (1.48, 0.6), (2.09, 0.55), (2.56, 0.4), (3.39, 0.3), (4.1, 0.2), (5.43, 0.16))
    tone = sum(
        level * np.sin(2 * math.pi * pitch_hz * ratio * t) * np.exp(-t * ratio * 0.9) for ratio, level in partials
    )
    return np.asarray(_fade(0.4 * np.asarray(tone), 0.004, 0.2))


def wind(seconds: float, low_hz: float, high_hz: float, seed: int) -> Wave:
    """Air between two frequencies, coming and going."""
    count = _count(seconds)
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(0, 1, count))
    bins = np.fft.rfftfreq(count, 1 / RATE_HZ)
    middle = math.sqrt(low_hz * high_hz)
    spectrum *= np.exp(-((np.log2(np.maximum(bins, 1) / middle) / (math.log2(high_hz / low_hz) / 2)) ** 2))
    noise = np.fft.irfft(spectrum, count)
    t = np.arange(count) / count
    return np.asarray(noise / (np.abs(noise).max() or 1.0) * np.sin(math.pi * t) ** 1.3)


def firecrackers(seconds: float, seed: int) -> Wave:
    """A string of firecrackers some way off."""
    rng = np.random.default_rng(seed)
    out = np.zeros(_count(seconds) + _count(0.2))
    for at in np.sort(rng.random(int(seconds * 17))) * seconds:
        count = _count(rng.uniform(0.03, 0.12))
        bang = rng.normal(0, 1, count) * np.exp(-np.arange(count) / count * 7) * rng.uniform(0.25, 1)
        out[_count(at) : _count(at) + count] += np.convolve(bang, np.ones(3) / 3, "same")
    return out


def rustle(seconds: float, seed: int) -> Wave:
    """Paper moved or scissors through it."""
    rng = np.random.default_rng(seed)
    count = _count(seconds)
    steps = np.interp(np.arange(count), np.arange(0, count + 900, 900), rng.random(count // 900 + 2) ** 3)
    noise = rng.normal(0, 1, count)
    return np.asarray(_fade((noise - np.convolve(noise, np.ones(9) / 9, "same")) * steps, 0.03, 0.08))
