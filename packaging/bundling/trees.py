"""Folders as packages hold them: sums of every file, one time and one owner for all, archives that are the same every time."""

import hashlib
import os
import tarfile
from pathlib import Path


def sums(folder: Path) -> str:
    """A line for every file and link, as ``sha256sum`` writes and reads it."""
    lines = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            lines.append(f"{hashlib.sha256(str(path.readlink()).encode()).hexdigest()} @{name}")
        elif path.is_file():
            lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}")
    return "\n".join(lines) + "\n"


def differences(one: str, other: str) -> list[str]:
    """The names whose sums are not the same."""
    first, second = ({line[64:]: line[:64] for line in text.splitlines()} for text in (one, other))
    return sorted(name.strip() for name in first.keys() | second.keys() if first.get(name) != second.get(name))


def settle(folder: Path, epoch: int) -> None:
    """One time for all, and the rights that packages have."""
    for path in [*folder.rglob("*"), folder]:
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (epoch, epoch), follow_symlinks=False)


def archive(folder: Path, out: Path, top: str, epoch: int, preset: int = 6) -> None:
    """``folder`` as a tar.xz whose only entry at the top is ``top``; ``preset`` is xz's, 0 to 9."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = epoch
        return entry

    with tarfile.open(out, "w:xz", preset=preset, format=tarfile.PAX_FORMAT) as tar:
        tar.add(folder, top, recursive=False, filter=plain)
        for path in sorted(folder.rglob("*")):
            tar.add(path, f"{top}/{path.relative_to(folder).as_posix()}", recursive=False, filter=plain)
