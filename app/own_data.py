"""The viewer's own things, kept as files where downloads go."""

import re
from datetime import datetime
from pathlib import Path

from core import CinemaError, Code

NAME_LENGTH = 80


def save_file(name: str, data: bytes, folder: Path | None = None) -> Path:
    """A new file named by ``name`` and the time, for this user alone. Raises `CinemaError` (file-unreadable)."""
    import platformdirs

    stem, dot, kind = name.rpartition(".")
    plain = re.sub(r"[^\w()-]+", " ", stem).strip()[:NAME_LENGTH].strip() or "smart-cinema"
    out = (folder or platformdirs.user_downloads_path()) / f"{plain}-{datetime.now():%Y%m%d-%H%M%S}{dot}{kind}"
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.touch(mode=0o600)
        out.write_bytes(data)
    except OSError as error:
        raise CinemaError(Code.FILE_UNREADABLE, f"The file cannot be written to {out}: {error.strerror}.") from error
    return out
