"""Whether a library can be loaded, read from its file: a loader maps what is cut off, and the process dies (SIGBUS)."""

import struct
from pathlib import Path

MACHINES = {"x86_64": 62, "amd64": 62, "aarch64": 183, "arm64": 183, "riscv64": 243, "ppc64le": 21, "s390x": 22}
"""ELF's numbers of machines, by what `platform.machine` calls them."""
LOADED = 1
HEADER_BYTES = 64


def fault_of(path: Path, machine: str) -> str | None:
    """Why a library cannot be loaded on ``machine``, to be read after "it"; nothing where no reason is seen.

    Only ELF is read: other systems' loaders say so by themselves. Raises `OSError`.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEADER_BYTES)
        if head[:4] != b"\x7fELF":
            return None
        try:
            order = {1: "<", 2: ">"}[head[5]]
            word = {1: "I", 2: "Q"}[head[4]]
            made_for, _, _, segments_at, sections_at, _, _, segment, segments, section, sections = struct.unpack_from(
                f"{order}HI3{word}I5H", head, 18
            )
            if MACHINES.get(machine.lower(), made_for) != made_for:
                return f"is made for another kind of machine than this ({machine})"
            end = max(segments_at + segment * segments, sections_at + section * sections)
            if end <= size:
                file.seek(segments_at)
                table = file.read(segment * segments)
                where = f"{order}{'IIQQQQ' if word == 'Q' else 'IIIII'}"
                for number in range(segments):
                    kind, *places = struct.unpack_from(where, table, segment * number)
                    if kind == LOADED:
                        end = max(end, places[0 if word == "I" else 1] + places[-1])
        except (KeyError, struct.error, IndexError):
            return "is damaged"
    return f"is cut off: {size:,} of {end:,} bytes are there" if end > size else None
