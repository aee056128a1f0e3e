"""Cuts ICU's data, which Qt for Linux carries whole, down to the languages of the interface: 32 MB become 5.

Qt has its own data of languages and its own line breaking; of ICU it uses collation, time zones and letters' cases.
What stays is byte for byte what the wheel brought (Unicode licence).
"""

import re
import struct
import subprocess
from pathlib import Path, PurePosixPath

from bundling.rules import LANGUAGES

MARK = b"CmnD"
HEADER_BEFORE_MARK = 12
LOCALE = re.compile(r"[a-z]{2,3}(_[A-Za-z0-9]+)*")
DROPPED_TREES = ("unit", "translit", "rbnf")
DROPPED_KINDS = (".cnv", ".spp", ".dict", ".cfu")
"""Charsets that Python reads, names of measures, rules of other alphabets, and dictionaries that Qt does not ask."""
SOURCE = """.section .rodata
.balign 4096
.globl {name}_dat
.type {name}_dat, @object
{name}_dat: .incbin "{file}"
.size {name}_dat, . - {name}_dat
.section .note.GNU-stack,"",@progbits
"""


def keeps(name: str) -> bool:
    """Whether an entry of ICU's package stays, such as ``icudt73l/coll/zh.res``."""
    path = PurePosixPath(name)
    if path.suffix in DROPPED_KINDS or path.parts[1] in DROPPED_TREES or path.name == "unames.icu":
        return False
    return not LOCALE.fullmatch(path.stem) or bool(LANGUAGES.match(f"{path.stem}.dat"))


def entries(library: bytes) -> tuple[bytes, dict[str, bytes]]:
    """The package's header and what it holds, by name. Raises `ValueError` where there is no package."""
    begin = library.find(MARK) - HEADER_BEFORE_MARK
    if begin < 0:
        raise ValueError("no data of ICU")
    (length,) = struct.unpack_from("<H", library, begin)
    table = begin + length
    (count,) = struct.unpack_from("<I", library, table)
    places = [struct.unpack_from("<II", library, table + 4 + 8 * index) for index in range(count)]
    names = [library[table + name : library.index(b"\0", table + name)].decode() for name, _ in places]
    starts = [table + start for _, start in places]
    ends = [*starts[1:], _end(library, starts[-1])]
    return library[begin:table], {
        name: library[start:end] for name, start, end in zip(names, starts, ends, strict=True)
    }


def _end(library: bytes, start: int) -> int:
    """Where the last entry ends: a resource bundle says its own length, in words, behind its header."""
    (header,) = struct.unpack_from("<H", library, start)
    (_, top) = struct.unpack_from("<I8xI", library, start + header + 4)
    return start + header + 4 * top


def package(header: bytes, held: dict[str, bytes]) -> bytes:
    """ICU's package of these entries: a table sorted by name, then everything at multiples of sixteen."""
    names = sorted(held)
    texts, places, room = b"", [], 4 + 8 * len(names)
    for name in names:
        places.append(room + len(texts))
        texts += name.encode() + b"\0"
    body = bytearray(room + len(texts))
    table = struct.pack("<I", len(names))
    for name, place in zip(names, places, strict=True):
        body += b"\xaa" * (-(len(header) + len(body)) % 16)
        table += struct.pack("<II", place, len(body))
        body += held[name]
    body[: len(table) + len(texts)] = table + texts
    return header + bytes(body)


def cut(library: Path, out: Path) -> Path:
    """Write the library with less in it into the folder ``out``; needs gcc."""
    header, held = entries(library.read_bytes())
    name = min(held).partition("/")[0].removesuffix("l")
    out.mkdir(parents=True, exist_ok=True)
    (out / "icu.dat").write_bytes(package(header, {entry: data for entry, data in held.items() if keeps(entry)}))
    (out / "icu.s").write_text(SOURCE.format(name=name, file=out / "icu.dat"), encoding="ascii")
    made = out / library.name
    flags = ["-shared", "-nostdlib", f"-Wl,-soname,{library.name}", "-Wl,--build-id=none", "-Wl,-z,noexecstack", "-s"]
    subprocess.run(["gcc", *flags, "-o", made, out / "icu.s"], check=True)
    return made
