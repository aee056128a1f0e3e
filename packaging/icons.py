"""Draws the icons of every size and system from the one SVG. The PNGs are kept in the repository; --check says whether
they are of this drawing.

usage: QT_QPA_PLATFORM=offscreen python packaging/icons.py
"""

import io
import struct
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QGuiApplication, QIcon, QImage

HERE = Path(__file__).parent / "icons"
SOURCE = HERE / "smart-cinema.svg"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
ICO = (16, 24, 32, 48, 64, 256)
ICNS = {b"icp4": 16, b"icp5": 32, b"ic07": 128, b"ic08": 256, b"ic09": 512}


def drawn(size: int) -> bytes:
    """The icon as PNG."""
    image = QIcon(str(SOURCE)).pixmap(size, size).toImage().convertToFormat(QImage.Format.Format_ARGB32)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", 0)
    return bytes(data.data())


def ico(pngs: dict[int, bytes]) -> bytes:
    """Windows' container."""
    out, bodies, offset = io.BytesIO(), [], 6 + 16 * len(ICO)
    out.write(struct.pack("<HHH", 0, 1, len(ICO)))
    for size in ICO:
        body = pngs[size]
        out.write(struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(body), offset))
        bodies.append(body)
        offset += len(body)
    return out.getvalue() + b"".join(bodies)


def icns(pngs: dict[int, bytes]) -> bytes:
    """macOS' container."""
    parts = b"".join(kind + struct.pack(">I", len(pngs[size]) + 8) + pngs[size] for kind, size in ICNS.items())
    return b"icns" + struct.pack(">I", len(parts) + 8) + parts


def main() -> int:
    application = QGuiApplication([])
    pngs = {size: drawn(size) for size in SIZES}
    for size, png in pngs.items():
        (HERE / f"smart-cinema-{size}.png").write_bytes(png)
    (HERE / "smart-cinema.ico").write_bytes(ico(pngs))
    (HERE / "smart-cinema.icns").write_bytes(icns(pngs))
    del application
    return 0


if __name__ == "__main__":
    sys.exit(main())
