"""Which libraries a Windows DLL needs, and refuses those that a plain Windows lacks: libmpv builds from August 2026 on
import vulkan-1.dll, and then no film plays on machines without a Vulkan driver.

usage: python packaging/windows/dll_imports.py libmpv-2.dll
"""

import struct
import sys
from collections.abc import Iterator
from pathlib import Path

LACKING = frozenset({"vulkan-1.dll", "nvcuda.dll", "libgcc_s_seh-1.dll", "libstdc++-6.dll", "libwinpthread-1.dll"})
MACHINES = {0x8664: "x86_64", 0xAA64: "arm64", 0x14C: "x86"}


def examine(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The machine a PE file is for, and the names in its import table. Raises `ValueError` where it is no PE file."""
    try:
        if data[:2] != b"MZ":
            raise ValueError("no PE file")
        start = struct.unpack_from("<I", data, 0x3C)[0]
        if data[start : start + 4] != b"PE\0\0":
            raise ValueError("no PE file")
        machine, sections, optional = (
            struct.unpack_from("<H", data, start + 4)[0],
            struct.unpack_from("<H", data, start + 6)[0],
            struct.unpack_from("<H", data, start + 20)[0],
        )
        wide = struct.unpack_from("<H", data, start + 24)[0] == 0x20B
        imports = struct.unpack_from("<I", data, start + 24 + (112 if wide else 96) + 8)[0]
        table = [struct.unpack_from("<IIII", data, start + 24 + optional + 40 * index + 8) for index in range(sections)]
        return MACHINES.get(machine, hex(machine)), tuple(_names(data, table, imports))
    except struct.error as error:
        raise ValueError("a PE file that is cut off") from error


def _names(data: bytes, table: list[tuple[int, int, int, int]], imports: int) -> Iterator[str]:
    def place(address: int) -> int:
        for size, virtual, raw_size, raw in table:
            if virtual <= address < virtual + max(size, raw_size):
                return raw + address - virtual
        raise ValueError("an address outside every section")

    if not imports:
        return
    entry = place(imports)
    while name := struct.unpack_from("<I", data, entry + 12)[0]:
        start = place(name)
        yield data[start : data.index(b"\0", start)].decode("ascii").lower()
        entry += 20


def main(path: Path) -> int:
    machine, names = examine(path.read_bytes())
    lacking = sorted(LACKING.intersection(names))
    print(f"{path.name}: {machine}, needs {', '.join(names)}")
    for name in lacking:
        print(f"  a plain Windows has no {name}: take another build")
    return bool(lacking)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
