"""Stage one: all renditions of the picture and the sound in one run of ffmpeg, as clear CMAF segments."""

import itertools
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from core import Cancel, CinemaError, Code
from films.boxes import BoxError, TrackFacts, read_init, read_segment
from films.mastering.ladder import Step
from films.mastering.options import FrameSource, MasterOptions
from films.mastering.probe import SourceFacts
from films.mastering.process import RESERVE_BYTES, disk_full, run_ffmpeg

SAMPLE_RATE_HZ = 48_000
AAC_FRAME = 1024
_LOUDNESS = re.compile(r"Integrated loudness:\s+I:\s+(-?[\d.]+) LUFS")
_BYTES_A_PIXEL = {"bgra": 4.0, "rgba": 4.0, "rgb24": 3.0, "yuv420p": 1.5}
_FULL_RANGE_MATRIX = "out_color_matrix=bt709:out_range=tv"
_COLOUR = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709,setsar=1"


@dataclass(frozen=True)
class EncodedRendition:
    """One rendition as ffmpeg left it: its folder, what its initialisation section says, its segments' lengths."""

    folder: str
    track: TrackFacts
    durations_ms: tuple[int, ...]


@dataclass(frozen=True)
class Encoded:
    """What the stage leaves: the pictures best first, then the sound."""

    renditions: tuple[EncodedRendition, ...]
    loudness_lufs: float | None


def segment_frames(options: MasterOptions, fps: Fraction) -> int:
    """How many frames a segment holds: the whole number nearest to the wanted length."""
    return max(1, round(options.segment_ms * fps / 1000))


def encoded_bytes(facts: SourceFacts, steps: tuple[Step, ...], options: MasterOptions) -> int:
    """About how much room the renditions take, twice: clear while working, and encrypted."""
    kbps = sum(step.rung.max_kbps for step in steps) // 2 + options.audio_kbps
    return 2 * kbps * facts.duration_ms // 8


def encode(
    source: Path | FrameSource,
    *,
    facts: SourceFacts,
    steps: tuple[Step, ...],
    options: MasterOptions,
    folder: Path,
    progress: Callable[[float], None],
    cancel: Cancel,
) -> Encoded:
    """Write ``video/<rung>/`` and ``audio/<language>/`` below ``folder``."""
    renditions = [f"video/{step.rung.id}" for step in steps]
    if facts.sound:
        renditions.append(f"audio/{options.language}")
    for name in renditions:
        (folder / name).mkdir(parents=True, exist_ok=True)
    needed = encoded_bytes(facts, steps, options) + RESERVE_BYTES
    log = run_ffmpeg(
        _arguments(source, facts, steps, options),
        folder=folder,
        cancel=cancel,
        on_time=lambda time_ms: progress(min(1.0, time_ms / facts.duration_ms)),
        fps=float(facts.fps),
        needed_bytes=lambda: needed,
        frames=None if isinstance(source, Path) else source.frames(),
        frame_bytes=0
        if isinstance(source, Path)
        else round(source.width * source.height * _BYTES_A_PIXEL[source.pixel_format]),
    )
    loudness = _LOUDNESS.findall(log)
    return Encoded(
        tuple(read_rendition(folder, name, needed) for name in renditions),
        max(-99.0, float(loudness[-1])) if loudness else None,
    )


def read_rendition(folder: Path, name: str, needed_bytes: int) -> EncodedRendition:
    """What ffmpeg wrote for one rendition, looked at box by box: an encoder on a full disk may say nothing.

    Durations are whole ms whose sums never stray from the exact times.
    """
    try:
        track = read_init((folder / name / "init.mp4").read_bytes())
        segments = sorted(
            (path for path in (folder / name).glob("*.m4s") if path.stem.isdigit()), key=lambda path: int(path.stem)
        )
        ends = [0]
        expected = 0
        for path in segments:
            fragment = read_segment(path.read_bytes())
            if abs(fragment.start - expected) > track.timescale // 2:
                raise CinemaError(Code.ENCODER_FAILED, "ffmpeg left a hole between two segments.")
            expected = fragment.start + fragment.duration
            ends.append(round(expected * 1000 / track.timescale))
    except (OSError, BoxError) as error:
        if isinstance(error, FileNotFoundError):
            raise CinemaError(Code.ENCODER_FAILED, "ffmpeg did not write what it was asked for.") from error
        raise disk_full(folder, needed_bytes) from error
    if len(ends) < 2:
        raise CinemaError(Code.ENCODER_FAILED, "ffmpeg wrote no segments; the film may be empty.")
    durations = (max(1, end - start) for start, end in itertools.pairwise(ends))
    return EncodedRendition(name, track, tuple(durations))


def _arguments(
    source: Path | FrameSource, facts: SourceFacts, steps: tuple[Step, ...], options: MasterOptions
) -> list[str]:
    frames = segment_frames(options, facts.fps)
    length_us = math.floor(Fraction(frames * 1_000_000) / facts.fps)
    arguments = [*_inputs(source), "-filter_complex", _filters(source, facts, steps), "-loglevel", "info"]
    for index, step in enumerate(steps):
        rung = step.rung
        arguments += [
            *("-map", f"[v{index}]", "-c:v", "libx264", "-preset", rung.preset, "-profile:v", "high"),
            # avc3: every segment carries its parameter sets, so that a player may change the rendition at any of them.
            *("-tag:v", "avc3", "-x264-params", "repeat-headers=1"),
            *("-pix_fmt", "yuv420p", "-crf", str(rung.crf)),
            *("-maxrate", f"{rung.max_kbps}k", "-bufsize", f"{2 * rung.max_kbps}k"),
            *("-force_key_frames", f"expr:eq(mod(n,{frames}),0)", "-g", str(-(-frames // 2)), "-flags", "+cgop"),
            *_output(length_us, f"video/{rung.id}"),
        ]
    if facts.sound:
        arguments += [
            *("-map", "[a]", "-c:a", "aac", "-b:a", f"{options.audio_kbps}k", "-ar", str(SAMPLE_RATE_HZ)),
            *_output(length_us, f"audio/{options.language}"),
        ]
    return arguments


def _inputs(source: Path | FrameSource) -> list[str]:
    if isinstance(source, Path):
        return ["-nostdin", "-protocol_whitelist", "file", "-i", f"file:{source.resolve()}"]
    arguments = [
        *("-f", "rawvideo", "-pixel_format", source.pixel_format, "-video_size", f"{source.width}x{source.height}"),
        *("-framerate", f"{source.fps_num}/{source.fps_den}", "-i", "pipe:0"),
    ]
    if source.audio is not None:
        arguments += ["-protocol_whitelist", "file", "-i", f"file:{source.audio.resolve()}"]
    return arguments


def _filters(source: Path | FrameSource, facts: SourceFacts, steps: tuple[Step, ...]) -> str:
    if isinstance(source, Path):
        head = f"[0:v:0]fps={facts.fps}:start_time=0,"
    elif source.pixel_format == "yuv420p":
        head = "[0:v:0]setparams=range=tv:colorspace=bt709,"
    else:
        head = "[0:v:0]"
    chains = []
    for index, step in enumerate(steps):
        matrix = f":{_FULL_RANGE_MATRIX}" if index == 0 else ""
        scale = f"scale={step.width}:{step.height}:flags=bicubic{matrix},format=yuv420p,{_COLOUR}"
        last = index == len(steps) - 1
        chains.append(f"{head}{scale}" + (f"[v{index}]" if last else f",split[v{index}][s{index}]"))
        head = f"[s{index}]"
    if facts.sound:
        sound = "[0:a:0]" if isinstance(source, Path) else "[1:a:0]"
        end = facts.duration_ms / 1000 - AAC_FRAME / SAMPLE_RATE_HZ
        chains.append(
            f"{sound}aresample={SAMPLE_RATE_HZ}:async=1:first_pts=0,aformat=channel_layouts=stereo,"
            f"apad=whole_dur={end:.6f},atrim=end={end:.6f},ebur128=framelog=quiet,aformat=sample_fmts=fltp[a]"
        )
    return ";".join(chains)


def _output(length_us: int, name: str) -> list[str]:
    return [
        *("-map_metadata", "-1", "-map_chapters", "-1", "-avoid_negative_ts", "disabled"),
        *("-f", "hls", "-hls_time", f"{length_us / 1_000_000:.6f}", "-hls_playlist_type", "vod"),
        *("-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", "init.mp4", "-start_number", "1"),
        *("-hls_segment_filename", f"{name}/%05d.m4s", f"{name}/index.m3u8"),
    ]
