"""What the player's benches share: a private X server, a film, and a reader of the screen."""

import ctypes
import ctypes.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "player")]

import filmstock  # noqa: E402 - it lies beside the tests of the player

__all__ = ["Screen", "environment", "film", "filmstock", "x_server"]


@contextmanager
def x_server(width: int = 2240, height: int = 1200) -> Iterator[str]:
    """A display of our own, for example ``":99"``."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            yield ":" + pipe.readline().strip()
    finally:
        server.terminate()
        server.wait()


def film(seconds: int, width: int = 2048, height: int = 1080) -> Path:
    """A numbered film of this size, made once."""
    folder = Path(tempfile.gettempdir()) / f"smart-cinema-bench-{width}x{height}-{seconds}"
    if not (folder / "made").exists():
        filmstock.make_hls(folder, seconds, width, height, crf=18)
        (folder / "master.m3u8").write_text(
            "#EXTM3U\n#EXT-X-VERSION:7\n"
            '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="s",NAME="a",DEFAULT=YES,AUTOSELECT=YES,URI="1.m3u8"\n'
            f'#EXT-X-STREAM-INF:BANDWIDTH=9000000,RESOLUTION={width}x{height},AUDIO="s"\n0.m3u8\n',
            encoding="ascii",
        )
        (folder / "made").touch()
    return folder


def environment(display: str) -> dict[str, str]:
    """For a child that draws on that display in software."""
    return {
        **os.environ,
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "QT_QUICK_BACKEND": "software",
        "LC_NUMERIC": "C",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests' / 'player'}{os.pathsep}{Path(__file__).parent}",
    }


class _Image(ctypes.Structure):
    _fields_ = (
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("xoffset", ctypes.c_int),
        ("format", ctypes.c_int),
        ("data", ctypes.c_void_p),
        ("byte_order", ctypes.c_int),
        ("bitmap_unit", ctypes.c_int),
        ("bitmap_bit_order", ctypes.c_int),
        ("bitmap_pad", ctypes.c_int),
        ("depth", ctypes.c_int),
        ("bytes_per_line", ctypes.c_int),
    )


class Screen:
    """Reads pixels of a display, as anybody in front of it would see them."""

    def __init__(self, display: str) -> None:
        self._x = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XFree.argtypes = [ctypes.c_void_p]
        self._x.XGetImage.restype = ctypes.POINTER(_Image)
        self._x.XGetImage.argtypes = [
            *(ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int, ctypes.c_int),
            *(ctypes.c_uint, ctypes.c_uint, ctypes.c_ulong, ctypes.c_int),
        ]
        self._x.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._display = self._x.XOpenDisplay(display.encode())
        self._root = self._x.XDefaultRootWindow(self._display)

    def grab(self, width: int, height: int) -> tuple[bytes, int]:
        """The upper left part of the screen in one request: BGRX bytes and the length of a row."""
        image = self._x.XGetImage(self._display, self._root, 0, 0, width, height, 0xFFFFFFFF, 2)
        row = image.contents.bytes_per_line
        data = ctypes.string_at(image.contents.data, row * height)
        self._x.XFree(image.contents.data)
        self._x.XFree(ctypes.cast(image, ctypes.c_void_p))
        return data, row

    def close(self) -> None:
        self._x.XCloseDisplay(ctypes.c_void_p(self._display))
