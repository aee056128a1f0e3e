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
from films.colours import to_bt709
from films.mastering.ladder import Step
from films.mastering.options import FrameSource, MasterOptions
from films.mastering.probe import SourceFacts
from films.mastering.process import RESERVE_BYTES, disk_full, run_ffmpeg
from films.mastering.sounds import LAYOUTS, Sound

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


def encoded_bytes(facts: SourceFacts, steps: tuple[Step, ...], sounds: tuple[Sound, ...]) -> int:
    """About how much room the renditions take, twice: clear while working, and encrypted."""
    kbps = sum(step.rung.max_kbps for step in steps) // 2 + sum(sound.kbps for sound in sounds)
    return 2 * kbps * facts.duration_ms // 8


def encode(
    source: Path | FrameSource,
    *,
    facts: SourceFacts,
    steps: tuple[Step, ...],
    sounds: tuple[Sound, ...],
    options: MasterOptions,
    folder: Path,
    progress: Callable[[float], None],
    cancel: Cancel,
) -> Encoded:
    """Write ``video/<rung>/`` and ``audio/<sound>/`` below ``folder``."""
    renditions = [*(f"video/{step.rung.id}" for step in steps), *(sound.folder for sound in sounds)]
    for name in renditions:
        (folder / name).mkdir(parents=True, exist_ok=True)
    needed = encoded_bytes(facts, steps, sounds) + RESERVE_BYTES
    log = run_ffmpeg(
        _arguments(source, facts, steps, sounds, options),
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
    source: Path | FrameSource,
    facts: SourceFacts,
    steps: tuple[Step, ...],
    sounds: tuple[Sound, ...],
    options: MasterOptions,
) -> list[str]:
    frames = segment_frames(options, facts.fps)
    length_us = math.floor(Fraction(frames * 1_000_000) / facts.fps)
    filters = ";".join([*_pictures(source, facts, steps), *_sounds(source, facts, sounds)])
    arguments = [*_inputs(source, sounds), "-filter_complex", filters, "-loglevel", "info"]
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
    for index, sound in enumerate(sounds):
        arguments += [
            *("-map", f"[a{index}]", "-c:a", "aac", "-b:a", f"{sound.kbps}k", "-ar", str(SAMPLE_RATE_HZ)),
            *_output(length_us, sound.folder),
        ]
    return arguments


def _inputs(source: Path | FrameSource, sounds: tuple[Sound, ...]) -> list[str]:
    """The picture, what of its sound lies apart, then every other sound file once."""
    files = [source] if isinstance(source, Path) else [source.audio] if source.audio is not None else []
    files += _apart(sounds)
    read = [part for file in files for part in ("-protocol_whitelist", "file", "-i", f"file:{file.resolve()}")]
    if isinstance(source, Path):
        return ["-nostdin", *read]
    return [
        *("-f", "rawvideo", "-pixel_format", source.pixel_format, "-video_size", f"{source.width}x{source.height}"),
        *("-framerate", f"{source.fps_num}/{source.fps_den}", "-i", "pipe:0"),
        *read,
    ]


def _apart(sounds: tuple[Sound, ...]) -> list[Path]:
    return list(dict.fromkeys(sound.file for sound in sounds if sound.file is not None))


def _pictures(source: Path | FrameSource, facts: SourceFacts, steps: tuple[Step, ...]) -> list[str]:
    if isinstance(source, Path):
        head = f"[0:v:0]fps={facts.fps}:start_time=0,"
        mapped = to_bt709(facts.colour)
        if mapped:
            # Once for all, at the size of the largest; what the source says of its brightness is true no longer.
            head += f"scale={steps[0].width}:{steps[0].height}:flags=bicubic,{mapped},sidedata=delete,"
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
    return chains


def _sounds(source: Path | FrameSource, facts: SourceFacts, sounds: tuple[Sound, ...]) -> list[str]:
    """Exactly as long as the film; the loudness is that of the first."""
    own = 0 if isinstance(source, Path) else 1
    apart = _apart(sounds)
    first_apart = 1 if isinstance(source, Path) else 1 + (source.audio is not None)
    end = facts.duration_ms / 1000 - AAC_FRAME / SAMPLE_RATE_HZ
    chains = []
    for index, sound in enumerate(sounds):
        place = own if sound.file is None else first_apart + apart.index(sound.file)
        measured = "ebur128=framelog=quiet," if index == 0 else ""
        chains.append(
            f"[{place}:a:0]aresample={SAMPLE_RATE_HZ}:async=1:first_pts=0,"
            f"aformat=channel_layouts={LAYOUTS[sound.channels]},apad=whole_dur={end:.6f},atrim=end={end:.6f},"
            f"{measured}aformat=sample_fmts=fltp[a{index}]"
        )
    return chains


def _output(length_us: int, name: str) -> list[str]:
    return [
        *("-map_metadata", "-1", "-map_chapters", "-1", "-avoid_negative_ts", "disabled"),
        *("-f", "hls", "-hls_time", f"{length_us / 1_000_000:.6f}", "-hls_playlist_type", "vod"),
        *("-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", "init.mp4", "-start_number", "1"),
        *("-hls_segment_filename", f"{name}/%05d.m4s", f"{name}/index.m3u8"),
    ]
