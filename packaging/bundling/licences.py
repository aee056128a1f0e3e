"""The licences of everything in a bundle, a folder each, and one page that says who made what."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from bundling.contents import Component

QT = """Qt and PySide6 are used under the GNU Lesser General Public License, version 3 (LGPL-3 and GPL-3 beside this file).
They are dynamic libraries in the folder _internal/PySide6: you may replace them by your own builds of the same version.
Their sources: https://download.qt.io/official_releases/ and https://code.qt.io/pyside/pyside-setup.git

Inside Qt's libraries are works of others under licences of their own, which ask to be named: HarfBuzz (MIT), FreeType
(FreeType licence), libpng and zlib (zlib), libjpeg-turbo (IJG, BSD-3-Clause), PCRE2 (BSD-3-Clause), SQLite (public
domain), ICU (Unicode), double-conversion (BSD-3-Clause), libwebp (BSD-3-Clause), md4c (MIT), the Unicode character
database (Unicode), easing functions by Robert Penner (BSD-3-Clause), TinyCBOR (MIT), xkbcommon (MIT), and wayland (MIT).
"""

SOURCES = """Smart Cinema is free software under the GNU General Public License, version 3 or later; so is this bundle as a whole,
because libmpv in it is built under the GPL. The sources of every part are those that sbom.cdx.json names: packages of
PyPI by version, and Debian's source packages by version. Whoever gives this bundle on offers them as well (GPL 3, 6).
"""


def gather(components: Iterable[Component], out: Path) -> list[str]:
    """Copy every text into ``out/NAME/`` and write ``out/README.txt``; returns the components that brought none."""
    out.mkdir(parents=True, exist_ok=True)
    lines, silent = [SOURCES], []
    for item in sorted(components):
        folder = out / item.name.replace(" ", "-").replace("/", "-")
        for text in item.texts:
            folder.mkdir(exist_ok=True)
            name = text.name
            if (folder / name).exists() and (folder / name).read_bytes() != text.read_bytes():
                name = f"{text.parent.name}-{text.name}"
            shutil.copyfile(text, folder / name)
        if not item.texts:
            silent.append(item.name)
        lines.append(f"{item.name} {item.version}: {item.licence}")
    (out / "Qt").mkdir(exist_ok=True)
    (out / "Qt" / "NOTICE.txt").write_text(QT, encoding="utf-8")
    (out / "README.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return silent
