"""Runs in the frozen program before anything of ours: other programs' environment, missing libraries, and fonts."""

import ctypes
import os
import sys
from pathlib import Path

HERE = Path(sys._MEIPASS)  # type: ignore[attr-defined]  # noqa: SLF001 - PyInstaller's name for the bundle


def give_back_the_environment() -> None:
    """The bundle's libraries are ours alone: a browser that we open must load its own.

    The loader of this process has read the variable already; our own children set it anew by themselves.
    """
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is None:
        os.environ.pop("LD_LIBRARY_PATH", None)
    else:
        os.environ["LD_LIBRARY_PATH"] = before


def load_what_is_missing(fallback: Path) -> None:
    """Load each library of ``fallback`` that this machine has none of; whatever needs its name finds it loaded."""
    try:
        known = Path("/etc/ld.so.cache").read_bytes()
    except OSError:
        known = b""
    waiting = [path for path in sorted(fallback.glob("*.so*")) if path.name.encode() + b"\0" not in known]
    while waiting:
        left = []
        for path in waiting:
            try:
                ctypes.CDLL(str(path), ctypes.RTLD_GLOBAL)
            except OSError:
                left.append(path)
        if len(left) == len(waiting):
            return
        waiting = left


def name_the_fonts(folder: Path) -> None:
    """Let fontconfig know of the bundle's fonts beside the system's own."""
    own = folder / "fonts.conf"
    if own.exists() and "FONTCONFIG_FILE" not in os.environ:
        os.environ["FONTCONFIG_FILE"] = str(own)


if sys.platform.startswith("linux"):
    give_back_the_environment()
    load_what_is_missing(HERE / "fallback")
    name_the_fonts(HERE / "fonts")
