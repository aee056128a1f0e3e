"""VLC by its library, in a process of its own: `python -m race.vlc URL SECONDS LIMIT_S` prints what it played.

It is the engine that ``cvlc`` starts, with its own settings; the command refuses to run as root and tells the time in
whole seconds only. Its clock gets on in steps of about a quarter of a second.
"""

import ctypes
import ctypes.util
import json
import sys
import time

from race.ours import child
from race.score import Play, Sample

SAMPLE_S = 0.05
ENDED, FAILED = 6, 7
OPTIONS = (b"--intf=dummy", b"--vout=dummy", b"--aout=dummy", b"--no-video-title-show", b"--quiet", b"--no-osd")


def play(url: str, seconds: float, limit_s: float) -> Play:
    """Play the first ``seconds`` of the film that lies at ``url``, for ``limit_s`` at most."""
    return child("race.vlc", f"{url}/master.m3u8", seconds, limit_s)


def library() -> ctypes.CDLL:
    """libvlc with the few calls needed here."""
    vlc = ctypes.CDLL(ctypes.util.find_library("vlc") or "libvlc.so.5")
    pointer = ctypes.c_void_p
    for name, result, arguments in (
        ("new", pointer, [ctypes.c_int, ctypes.POINTER(ctypes.c_char_p)]),
        ("get_version", ctypes.c_char_p, []),
        ("media_new_location", pointer, [pointer, ctypes.c_char_p]),
        ("media_player_new_from_media", pointer, [pointer]),
        ("media_player_play", ctypes.c_int, [pointer]),
        ("media_player_stop", None, [pointer]),
        ("media_player_get_time", ctypes.c_int64, [pointer]),
        ("media_player_get_state", ctypes.c_int, [pointer]),
    ):
        function = getattr(vlc, f"libvlc_{name}")
        function.restype, function.argtypes = result, arguments
    return vlc


def main(url: str, seconds: float, limit_s: float) -> None:
    """Play and print."""
    vlc = library()
    engine = vlc.libvlc_new(len(OPTIONS), (ctypes.c_char_p * len(OPTIONS))(*OPTIONS))
    player = vlc.libvlc_media_player_new_from_media(vlc.libvlc_media_new_location(engine, url.encode()))
    vlc.libvlc_media_player_play(player)
    samples: list[Sample] = []
    ending = time.time() + limit_s
    while time.time() < ending and vlc.libvlc_media_player_get_state(player) not in (ENDED, FAILED):
        at_s = vlc.libvlc_media_player_get_time(player) / 1000
        samples.append((time.time(), max(0.0, at_s)))
        if at_s >= seconds:
            break
        time.sleep(SAMPLE_S)
    moved = next(((wall, at_s) for wall, at_s in samples if at_s > 0), None)
    first = None if moved is None else moved[0] - min(moved[1], 0.25)
    notes = {"version": vlc.libvlc_get_version().decode()}
    sys.stdout.write(json.dumps({"first_frame": first, "samples": samples, "notes": notes}) + "\n")
    sys.stdout.flush()
    vlc.libvlc_media_player_stop(player)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))
