"""What goes into the bundle, what always comes from the machine it runs on, and what waits for machines that lack it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("core", "films", "boxoffice", "player", "kiosk", "ui", "app")
FALLBACK = "fallback"
"""The folder of the libraries that are loaded only where the machine has none of that name."""

LEFT_OUT = (
    "films.demo",
    "ui.gallery",
    "ui.gallery_pages",
    "ui.gallery_door",
    "ui.catalogues",
    "app.pictures",
    "app.references",
)
"""Rooms' modules that a bundle cannot run: they draw the demo films and the gallery, or work on the sources."""

EXCLUDED_MODULES = (
    # A viewer's and a venue's copy: a box office on PostgreSQL, or with Stripe, runs from the sources. Receipts hold no such pictures.
    *(
        "stripe",
        "readline",
        "psycopg",
        "psycopg_binary",
        "psycopg_pool",
        "PIL._avif",
        "PIL._webp",
        "PIL._imagingcms",
        "PIL._imagingft",
    ),
    *("tkinter", "_tkinter", "curses", "ensurepip", "idlelib", "lib2to3", "pydoc_data", "test", "turtle", "unittest"),
    *("numpy", "skia", "setuptools", "pip", "pkg_resources", "wheel", "pytest", "fontTools.varLib.interpolatable"),
    *("IPython", "matplotlib", "pandas", "lxml.html", "jeepney.io.trio", "MySQLdb", "pysqlite2", "psycopg2"),
)

HOST = re.compile(
    r"^(ld-linux.*|libc|libm|libdl|librt|libpthread|libresolv|libutil|libnsl|libcrypt|libstdc\+\+|libgcc_s|libatomic|"
    r"libGL|libGLX|libEGL|libOpenGL|libGLdispatch|libGLESv2|libgbm|libdrm.*|libglapi|"
    r"libX11|libX11-xcb|libxcb|libXau|libXdmcp|libxcb-(?!cursor|util|icccm|image|keysyms|render-util).*|"
    r"libICE|libSM|libXext|libXfixes|libXrender|libexpat|libz|libbsd|libmd|libuuid)\.so"
)
"""Drivers are loaded into these, and must meet the very ones that they were built against: a libstdc++ or libxcb of ours
is older than a new system's, and OpenGL does not start. `tests/packaging` holds the list."""

SOFT = re.compile(
    r"^(libfontconfig|libfreetype|libdbus-1|libasound|libpulse|libpulse-simple|libpulsecommon-.*|libpipewire-0\.3|"
    r"libva|libva-drm|libvdpau|libvulkan|libwayland-.*|libxkbcommon|libxkbcommon-x11|libsystemd|libudev)\.?(-[\d.]+)?\.so|"
    r"^libpulsecommon-.*\.so"
)
"""They talk to a daemon or read files of the system: its own is better than ours, ours better than none."""

QT_PLUGINS = (
    *("platforms/libqxcb", "platforms/libqoffscreen", "platforms/libqwayland", "platforms/libqminimal"),
    *("platforms/qwindows", "platforms/libqcocoa", "platforms/qoffscreen", "platforms/libqoffscreen"),
    *(
        "imageformats/libqjpeg",
        "imageformats/libqsvg",
        "imageformats/libqwebp",
        "imageformats/qjpeg",
        "imageformats/qsvg",
    ),
    *("iconengines/libqsvgicon", "iconengines/qsvgicon", "xcbglintegrations/", "platforminputcontexts/"),
    *("platformthemes/libqxdgdesktopportal", "wayland-", "tls/"),
)
NO_QT_PLUGINS = ("libqgtk3", "libqtvirtualkeyboard", "qtvirtualkeyboard")

LANGUAGES = re.compile(r"^(root|en|zh|es|it|ko|fr|de)(_[A-Za-z0-9_]+)?\.dat$")
"""Babel's data of the languages of the interface, and of German: the demo's territory. A language more is 60 kB."""


QT_WORDS = re.compile(r"^qtbase_(en|zh_CN|zh_TW|es|it|ko|fr|de)\.qm$")
"""Qt's own words, of the languages that the interface speaks or will speak."""


OTHER_STYLES = re.compile(
    r"QtQuick/Controls/(Fusion|Imagine|Material|Universal|FluentWinUI3|macOS|iOS|Windows|designer)"
)
"""Whoever imports plain QtQuick.Controls might be given any style; ours is Basic (`ui.window`)."""


def qml_imports(qt_qml: Path, scanner: Path) -> frozenset[str]:
    """The folders of Qt's own QML modules that ours need, relative to ``qt_qml``; asked of Qt's own scanner."""
    answer = subprocess.run(
        [scanner, "-rootPath", ROOT / "ui" / "qml", "-importPath", ROOT / "ui" / "qml", "-importPath", qt_qml],
        capture_output=True,
        check=True,
    )
    report = subprocess.run(
        [scanner, "-qmlFiles", ROOT / "player" / "Screening.qml", "-importPath", qt_qml],
        capture_output=True,
        check=True,
    )
    found = [*json.loads(answer.stdout), *json.loads(report.stdout)]
    folders = {item["relativePath"] for item in found if item.get("relativePath")}
    return frozenset(folder for folder in folders if (qt_qml / folder).is_dir() and not OTHER_STYLES.search(folder))


def keeps_qt_file(name: str, modules: Iterable[str]) -> bool:
    """Whether a file that PyInstaller's hooks took from PySide6 stays in the bundle."""
    path = PurePosixPath(name.replace("\\", "/"))
    parts = path.parts
    if "PySide6" not in parts:
        return True
    if "qml" in parts:
        inside = PurePosixPath(*parts[parts.index("qml") + 1 :])
        return inside.parent.as_posix() in set(modules)
    if "plugins" in parts:
        inside = PurePosixPath(*parts[parts.index("plugins") + 1 :]).as_posix()
        return inside.startswith(QT_PLUGINS) and not any(word in inside for word in NO_QT_PLUGINS)
    if "translations" in parts:
        return bool(QT_WORDS.match(path.name))
    return True


def keeps_data(name: str) -> bool:
    """Whether a data file of a library stays."""
    path = PurePosixPath(name.replace("\\", "/"))
    if "locale-data" in path.parts:
        return bool(LANGUAGES.match(path.name))
    if path.parts[:2] == ("sdl2dll", "dll"):
        return "SDL2-2" in path.name or path.name in ("SDL2.dll", "SDL2")
    return "imageio_ffmpeg/binaries" not in path.as_posix()


def is_host_library(name: str) -> bool:
    """Whether a library always comes from the machine. PySide6's and the wheels' own are theirs, under other names."""
    return bool(HOST.match(PurePosixPath(name).name))


def is_soft_library(name: str) -> bool:
    """Whether a library is carried for machines that lack it."""
    return bool(SOFT.match(PurePosixPath(name).name))


def needed(path: Path) -> list[str]:
    """The names that an ELF file needs."""
    answer = subprocess.run(["readelf", "-d", path], capture_output=True, text=True, check=False)
    return re.findall(r"\(NEEDED\).*\[(.+)\]", answer.stdout)


def of_system(name: str) -> Path | None:
    """Where the build machine has a library of this name, if it has."""
    cache = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    found = re.search(rf"(?m)^\s*{re.escape(name)} .*=> (\S+)$", cache)
    return Path(found[1]) if found else None


def swept(binaries: Sequence[tuple[str, str, str]], keep: Iterable[str]) -> list[tuple[str, str, str]]:
    """The binaries that something still needs once plugins are dropped: mark from ``keep`` and extensions, sweep the rest.

    An entry is PyInstaller's (name in the bundle, file, kind).
    """
    if not sys.platform.startswith("linux"):
        return list(binaries)
    by_name: dict[str, list[tuple[str, str, str]]] = {}
    for entry in binaries:
        by_name.setdefault(PurePosixPath(entry[0]).name, []).append(entry)
    kept: set[str] = set()
    waiting = [
        entry
        for entry in binaries
        if entry[2] == "EXTENSION" or entry[0].startswith(tuple(keep)) or "/plugins/" in entry[0] or "/qml/" in entry[0]
    ]
    while waiting:
        entry = waiting.pop()
        if entry[0] in kept:
            continue
        kept.add(entry[0])
        for name in needed(Path(entry[1])):
            waiting.extend(by_name.get(name, ()))
    return [entry for entry in binaries if entry[0] in kept]
