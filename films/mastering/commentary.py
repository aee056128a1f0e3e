"""A spoken commentary: clips laid over the film's own sound, which steps back while somebody speaks."""

import json
import math
import re
import tempfile
import wave
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from core import Cancel, CinemaError, Code, Progress
from films.findings import Finding
from films.mastering.probe import look_at, look_at_sound, sound_length_ms
from films.mastering.process import run_ffmpeg
from films.notes.speech import SpokenNote, place_clips
from films.notes.track import NoteTrack

DUCK_DB = -14.0
"""The film's sound beneath a voice; dialogue stays audible as such."""
FALL_MS, RISE_MS = 300, 900
"""The film's sound goes down before a clip begins and comes back after it."""
VOICE_LUFS = -23.0
"""Every clip becomes as loud as EBU R128 has a programme, whatever it was recorded with."""
SILENCE_LUFS = -69.0
"""Where the measure of R128 has its gate."""
MOST_GAIN_DB = 40.0
"""Beyond it there is only noise to be made louder."""
STEREO = "aresample=48000,aformat=sample_fmts=fltp:channel_layouts=stereo"
_MEASURED = re.compile(r"\{[^{}]*\"input_i\"[^{}]*\}")
ENVELOPE_HZ = 1_000
CEILING = 0.97
CLIP_KINDS = (".wav", ".flac", ".mp3", ".m4a", ".ogg", ".opus")


def find_clips(folder: Path, track: NoteTrack) -> dict[str, Path]:
    """The clips of a folder by note: files named by its id. Raises `CinemaError` (file-missing)."""
    if not folder.is_dir():
        raise CinemaError(Code.FILE_MISSING, f"There is no folder {folder}.")
    named = ((note.id, folder / f"{note.id}{kind}") for note in track.notes for kind in CLIP_KINDS)
    return {name: path for name, path in named if path.is_file()}


def speak_notes(
    film: Path, track: NoteTrack, clips: Mapping[str, Path], out: Path, progress: Progress, cancel: Cancel
) -> tuple[tuple[SpokenNote, ...], tuple[Finding, ...]]:
    """Write the film's sound with the clips at their notes' times; where they stand, and which are not heard.

    ``out`` is named by its kind (FLAC, WAV, M4A) and becomes a package's sound by `ExtraSound`. Raises `CinemaError`
    (file-missing, source-unreadable, encoder-failed, disk-full, nothing-to-do) and `Cancelled`.
    """
    facts = look_at(film)
    look_at_sound(film)
    placed, unheard = place_clips(
        track, {name: sound_length_ms(path) for name, path in clips.items()}, facts.duration_ms
    )
    if not placed:
        raise CinemaError(Code.WRONG_USE, "None of the notes has a clip that fits; name the clips by the notes' ids.")
    out = out.resolve()
    with tempfile.TemporaryDirectory() as folder:
        envelope = Path(folder) / "envelope.wav"
        gains_db = [_gain_db(clips[item.id], out.parent, cancel) for item in placed]
        _write_envelope(envelope, placed, facts.duration_ms)
        sounds = [film, envelope, *(clips[item.id] for item in placed)]
        read = [word for file in sounds for word in ("-protocol_whitelist", "file", "-i", f"file:{file.resolve()}")]
        part = out.with_name(f".{out.stem}.part{out.suffix}")
        try:
            run_ffmpeg(
                [
                    "-nostdin",
                    *read,
                    *(
                        "-filter_complex",
                        _graph(placed, gains_db, facts.duration_ms),
                        "-map",
                        "[out]",
                        "-map_metadata",
                        "-1",
                    ),
                    f"file:{part}",
                ],
                folder=out.parent,
                cancel=cancel,
                on_time=lambda time_ms: progress(min(1.0, time_ms / max(1, facts.duration_ms)), "commentary"),
            )
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
    return placed, unheard


def envelope_of(placed: Sequence[SpokenNote], duration_ms: int) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """The gain of the film's sound, a value a millisecond: 1 alone, `DUCK_DB` beneath a voice, in decibels between."""
    decibels = np.zeros(duration_ms)
    for item in placed:
        begin, end = max(0, item.start_ms - FALL_MS), min(duration_ms, item.end_ms + RISE_MS)
        times = np.arange(begin, end)
        down = np.clip((times - item.start_ms) / FALL_MS + 1, 0, 1)
        up = np.clip((item.end_ms + RISE_MS - times) / RISE_MS, 0, 1)
        decibels[begin:end] = np.minimum(decibels[begin:end], DUCK_DB * np.minimum(down, up))
    return 10 ** (decibels / 20)


def _write_envelope(path: Path, placed: Sequence[SpokenNote], duration_ms: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(ENVELOPE_HZ)
        file.writeframes((envelope_of(placed, duration_ms) * 32_767).astype("<i2").tobytes())


def _gain_db(clip: Path, folder: Path, cancel: Cancel) -> float:
    """What a clip lacks to `VOICE_LUFS`; nothing for one that is silent or too short to be measured."""
    log = run_ffmpeg(
        [
            *("-nostdin", "-protocol_whitelist", "file", "-i", f"file:{clip.resolve()}", "-map", "0:a:0"),
            *("-af", f"{STEREO},loudnorm=print_format=json", "-f", "null", "-"),
        ],
        folder=folder,
        cancel=cancel,
    )
    found = _MEASURED.search(log)
    loudness = float(json.loads(found[0])["input_i"]) if found else -math.inf
    return min(MOST_GAIN_DB, VOICE_LUFS - loudness) if loudness > SILENCE_LUFS else 0.0


def _graph(placed: Sequence[SpokenNote], gains_db: Sequence[float], duration_ms: int) -> str:
    end = f"apad=whole_dur={duration_ms / 1000:.3f},atrim=end={duration_ms / 1000:.3f}"
    voices = [
        f"[{index}:a:0]{STEREO},volume={gain:.2f}dB,adelay={item.start_ms}:all=1,{end}[c{index}]"
        for index, (item, gain) in enumerate(zip(placed, gains_db, strict=True), 2)
    ]
    names = "".join(f"[c{index}]" for index in range(2, len(placed) + 2))
    mixed = f"[under]{names}amix=inputs={len(placed) + 1}:normalize=0:duration=first"
    return ";".join(
        [
            f"[0:a:0]aresample=48000:async=1:first_pts=0,aformat=sample_fmts=fltp:channel_layouts=stereo,{end}[film]",
            f"[1:a:0]aresample=48000,pan=stereo|c0=c0|c1=c0,aformat=sample_fmts=fltp,{end}[gain]",
            "[film][gain]amultiply[under]",
            *voices,
            f"{mixed},alimiter=limit={CEILING}:level=0[out]",
        ]
    )
