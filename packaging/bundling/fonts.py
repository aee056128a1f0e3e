"""Cuts the Chinese fonts that are bundled out of Debian's Noto CJK: one face of each file, and the scripts we show.

usage: python -m bundling.fonts OUT [FROM]

Noto Sans CJK and Noto Serif CJK are under the SIL Open Font License 1.1, which lets a cut be bundled; their reserved
font name does not cover "Noto". Glyph variants for Taiwan, Hong Kong, Japan and Korea stay: Qt asks for them by language.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

DEBIAN = Path("/usr/share/fonts/opentype/noto")
FACES = ("NotoSansCJK-Regular", "NotoSansCJK-Bold", "NotoSerifCJK-Bold")
"""Titles are set in the serif's bold and nothing in its regular."""

BLOCKS = (
    *((0x0020, 0x024F), (0x02B0, 0x02FF), (0x0370, 0x03FF), (0x0400, 0x045F), (0x1E00, 0x1EFF), (0x2000, 0x206F)),
    *((0x2070, 0x209F), (0x20A0, 0x20CF), (0x2100, 0x21FF), (0x2200, 0x22FF), (0x2300, 0x23FF), (0x2460, 0x24FF)),
    *((0x2500, 0x27BF), (0x2E80, 0x2FDF), (0x3000, 0x33FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF)),
    *((0xFE10, 0xFE4F), (0xFF00, 0xFFEF)),
)
"""Latin, Greek and Cyrillic, signs, kana, bopomofo, Hangul, and the 20,992 unified ideographs of the basic block."""

EXTENSIONS = ((0x3400, 0x4DBF), (0x20000, 0x2FA1F))
"""Rare characters, as in names: in the regular sans alone, where Qt falls back to."""

CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">.</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""


def characters(face: str) -> Iterator[int]:
    """The characters that stay in a face."""
    blocks = (*BLOCKS, *EXTENSIONS) if face == FACES[0] else BLOCKS
    for first, last in blocks:
        yield from range(first, last + 1)


def cut(source: Path, out: Path) -> None:
    """Write the simplified Chinese face of a collection, with what is shown and nothing else."""
    font = next(font for font in TTCollection(source).fonts if font["name"].getDebugName(1).endswith(" SC"))
    options = subset.Options(
        layout_features=["*"],
        hinting=False,
        notdef_outline=True,
        name_IDs=["*"],
        drop_tables=["vmtx", "vhea", "VORG", "BASE"],
    )
    options.layout_features = ["kern", "liga", "locl", "ccmp", "mark", "mkmk", "palt", "halt", "calt"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters(source.stem))
    subsetter.subset(font)
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    font.save(out, reorderTables=None)


def make(out: Path, source: Path = DEBIAN) -> None:
    """Cut every face that is not cut yet, and write fontconfig's file and the licence beside them."""
    out.mkdir(parents=True, exist_ok=True)
    for face in FACES:
        path = out / f"{face}-SC.otf"
        if not path.exists():
            part = path.with_suffix(".part")
            cut(source / f"{face}.ttc", part)
            part.replace(path)
    (out / "fonts.conf").write_text(CONFIGURATION, encoding="utf-8")
    shown = ["dpkg-query", "-W", "-f", "${Version}", "fonts-noto-cjk"]
    version = subprocess.run(shown, capture_output=True, text=True, check=True).stdout
    (out / "version.txt").write_text(version + "\n", encoding="utf-8")
    licence = Path("/usr/share/doc/fonts-noto-cjk/copyright")
    (out / "OFL.txt").write_text(licence.read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]), *map(Path, sys.argv[2:]))
