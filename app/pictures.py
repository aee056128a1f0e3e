"""The documents' pictures, taken of the program as it is: ``python -m app.pictures [LANGUAGE...]`` takes them anew."""

import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from ui.guide import ROOT

SCREENS = ROOT / "docs" / "screens"
SIZE = (1280, 720)
QUALITY = 84
_NAMED = re.compile(r"screens/([A-Za-z-]+)/([a-z0-9-]+)\.jpg")


def named(root: Path = ROOT) -> Iterator[tuple[str, str, Path]]:
    """Language, screen and file of every picture that a document names, with the document."""
    for path in sorted((root / "README.md", *(root / "docs").rglob("*.md"))):
        for language, screen in _NAMED.findall(path.read_text(encoding="utf-8")):
            yield language, screen, path


def take(languages: Sequence[str] = ()) -> list[Path]:
    """Take every picture that a document names, in these languages or in all; their paths."""
    from PySide6.QtGui import QImage

    from app import __version__
    from ui.gallery import take_screens

    wanted = {(language, screen) for language, screen, _document in named() if language in (languages or language)}
    files = []
    with tempfile.TemporaryDirectory() as folder:
        take_screens(Path(folder), sorted({language for language, _screen in wanted}), [SIZE], __version__)
        for language, screen in sorted(wanted):
            file = SCREENS / language / f"{screen}.jpg"
            file.parent.mkdir(parents=True, exist_ok=True)
            picture = QImage(str(Path(folder) / f"{screen}.{language}.{SIZE[0]}x{SIZE[1]}.png"))
            if picture.isNull() or not picture.save(str(file), quality=QUALITY):
                msg = f"the gallery has no screen {screen}"
                raise LookupError(msg)
            files.append(file)
    return files


if __name__ == "__main__":
    print(*take(sys.argv[1:]), sep="\n")
