"""libmpv's options as data, and the check that every one of them took."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from films import Colour, to_bt709

NETWORK_TIMEOUT_S = 2000
"""The gateway holds a request open while the line is down; libmpv must not give up first. FFmpeg allows 2147 s."""

BUFFER_S = 60
"""How much film libmpv keeps ready, within its bytes: more shows a better line late and costs data never watched."""

STREAM_LAVF = "protocol_whitelist=[http,tcp],format_whitelist=[hls,mpegts,mov,webvtt],extension_picky=1,http_multiple=0"
"""``http_multiple=0``: else FFmpeg asks for the next segment before it reads the present one, and waits for both."""
FILE_LAVF = "protocol_whitelist=[http,tcp],format_whitelist=[mov,mp4,matroska,webm,mpegts,mp3,flac,wav,ogg]"
FILE_CODECS = "codec_whitelist=[h264,hevc,av1,vp8,vp9,mpeg2video,mpeg4,prores,ffv1,libdav1d]"

METER = "@meter:lavfi=[astats=metadata=1:reset=1:measure_overall=RMS_level:measure_perchannel=none]"
METERED = "af-metadata/meter"
"""Where libmpv tells what that measures."""
QUIETEST_DB = -60.0
NIGHT = "lavfi=[acompressor=threshold=0.05:ratio=6:attack=15:release=400:makeup=4:knee=6,alimiter=limit=0.9:level=0]"
"""Night mode: what is louder than -26 dB is pressed together, everything is raised by 12 dB, nothing clips."""

PASSED_THROUGH = "ac3,eac3,dts"

TRANSFERS = {"pq": "smpte2084", "hlg": "arib-std-b67"}
"""HDR as libmpv names it, and as FFmpeg does."""

MAPPED_WIDTH = 1280
"""Wider pictures are made smaller before they are mapped: 40 ms a frame at 1920 on one core, 19 ms at 1280."""

FIXED: Mapping[str, str] = {
    # nothing but what is said here
    "config": "no",
    "osd-level": "0",
    "terminal": "no",
    "input-default-bindings": "no",
    "input-builtin-bindings": "no",
    "input-vo-keyboard": "no",
    "input-media-keys": "no",
    "input-ipc-server": "",
    "resume-playback": "no",
    "save-position-on-quit": "no",
    "stop-screensaver": "no",
    # only streams of the gateway, only formats and codecs we know
    "demuxer": "lavf",
    "demuxer-lavf-propagate-opts": "yes",
    "demuxer-lavf-o": STREAM_LAVF,
    "vd-lavc-o": "codec_whitelist=[h264,hevc,av1]",
    "load-unsafe-playlists": "no",
    "access-references": "yes",
    "ordered-chapters": "no",
    "autoload-files": "no",
    "sub-auto": "no",
    "audio-file-auto": "no",
    "cover-art-auto": "no",
    "embeddedfonts": "no",
    "sid": "no",
    "tls-verify": "yes",
    "network-timeout": str(NETWORK_TIMEOUT_S),
    # memory, never disk
    "cache": "yes",
    "cache-on-disk": "no",
    "cache-pause": "yes",
    "cache-pause-initial": "no",
    "cache-secs": str(BUFFER_S),
    "demuxer-max-bytes": "256MiB",
    "demuxer-max-back-bytes": "64MiB",
    "demuxer-donate-buffer": "no",  # else what was played may fill the room of what is to come, too
    # the showing
    "vo": "libmpv",
    "idle": "yes",
    "keep-open": "yes",
    "keep-open-pause": "no",
    "hr-seek": "yes",
    "video-timing-offset": "0",
    "audio-fallback-to-null": "yes",
    "audio-client-name": "Smart Cinema",
    # HDR on screens for SDR, where OpenGL draws
    "tone-mapping": "bt.2390",
    "target-prim": "bt.709",
    "target-trc": "bt.1886",
    "target-peak": "203",
    # where there is no GPU: swscale's quick path for a picture of the window's own size, else zimg (`scales_by`)
    "sws-fast": "yes",
    "sws-scaler": "bilinear",
    "sws-allow-zimg": "no",
}

OTHER_NAMES: Mapping[str, tuple[str, ...]] = {"load-console": ("load-osd-console",)}
"""What an option was called before, by its newest name: 0.35 to 0.41."""

WHERE_KNOWN: Mapping[str, str] = {
    # a libmpv built without Lua has no scripts, and no options of theirs
    "load-scripts": "no",
    "ytdl": "no",
    "osc": "no",
    "load-stats-overlay": "no",
    "load-auto-profiles": "no",
    "load-console": "no",
    "load-select": "no",
    "load-positioning": "no",
    "load-commands": "no",
    "load-context-menu": "no",
    "input-ipc-client": "",
    "zimg-scaler": "bilinear",
    "zimg-threads": "1",
    "zimg-dither": "no",
}
"""Options that only some builds have; where they are missing, so is what they switch off."""

EXPECTED: Mapping[str, object] = {
    "demuxer-max-bytes": 256 << 20,
    "demuxer-max-back-bytes": 64 << 20,
    "sub-auto": "no",
}


@dataclass(frozen=True)
class LoadOptions:
    """What differs from one thing played to the next."""

    start_ms: int = 0
    paused: bool = False
    plain_file: bool = False
    film_time: bool = False
    """The stream's own times are the film's; libmpv shall not shift them by the start of the sound."""

    def as_text(self) -> str:
        """The options argument of libmpv's ``loadfile``; values quoted by length."""
        pairs = {"pause": "yes" if self.paused else "no"}
        if self.start_ms > 0:
            pairs["start"] = f"{self.start_ms / 1000:.3f}"
        if self.plain_file:
            pairs |= {"demuxer-lavf-o": FILE_LAVF, "vd-lavc-o": FILE_CODECS}
        else:
            pairs["demuxer-lavf-format"] = "hls"
        if self.film_time:
            pairs["rebase-start-time"] = "no"
        return ",".join(f"{name}=%{len(value)}%{value}" for name, value in pairs.items())


def fitting(known: Collection[str], *, hardware_decoding: bool = True) -> dict[str, str]:
    """The options to create libmpv with, where a build knows the options ``known``."""
    chosen = {**FIXED, "hwdec": "auto-safe" if hardware_decoding else "no"}
    for newest, value in WHERE_KNOWN.items():
        name = next((name for name in (newest, *OTHER_NAMES.get(newest, ())) if name in known), None)
        if name is not None:
            chosen[name] = value
    return chosen


def scales_by(picture: tuple[int, int], area: tuple[int, int]) -> Mapping[str, str]:
    """What draws a picture into an area by software with the least work, as options that may change at any time.

    Seen with 0.35 for 2048x1080, in seconds of one core for 8 s of film: as it is 0.68 by swscale and 1.12 by zimg;
    in 1920x1012 2.6 and 1.24; in 1280x676 1.05 and 0.87.
    """
    width, height = picture
    as_it_is = width > 0 and height > 0 and (min(area[0] / width, area[1] / height) == 1)
    return {"sws-allow-zimg": "no" if as_it_is else "yes"}


def level_of(metadata: object) -> int:
    """How loud the meter's last moment was, 0 to 100 for -60 to 0 dBFS."""
    if not isinstance(metadata, Mapping):
        return 0
    said = str(metadata.get("lavfi.astats.Overall.RMS_level", "-inf"))
    decibels = float(said) if re.fullmatch(r"-?[0-9.]+", said) else QUIETEST_DB
    return round(100 * (1 - max(QUIETEST_DB, min(0.0, decibels)) / QUIETEST_DB))


def picture_filter(gamma: str | None) -> str:
    """libmpv's ``vf`` for decoded frames of this transfer, where libmpv draws in software: it maps nothing by itself.

    Its swscale shows 203 nits as 149 of 255 (washed out), its zimg as 255 (blown out), seen with 0.35.
    """
    transfer = TRANSFERS.get(gamma or "")
    if transfer is None:
        return ""
    smaller = f"scale=w='min(iw,{MAPPED_WIDTH})':h=-2:flags=bicubic"
    return f"lavfi=[{smaller},{to_bt709(Colour(transfer=transfer))}]"


def disagreeing(values: Mapping[str, str], found: Mapping[str, object]) -> str | None:
    """The first option whose value read back (``found``) is not the one set, or none."""
    for name, wanted in values.items():
        if not _agrees(found.get(name), EXPECTED.get(name, wanted)):
            return name
    return None


def _agrees(found: object, wanted: object) -> bool:
    if isinstance(found, bool):
        return wanted == ("yes" if found else "no")
    if isinstance(found, int | float):
        return float(str(wanted)) == found
    if isinstance(found, dict):
        return ",".join(f"{key}={_quoted(str(value))}" for key, value in found.items()) == wanted
    if isinstance(found, list):
        return ",".join(str(item.get("name") if isinstance(item, dict) else item) for item in found) == wanted
    return found == wanted


def _quoted(value: str) -> str:
    return f"[{value}]" if "," in value else value
