"""The viewer's own data, kept as a file where downloads go."""

from datetime import datetime
from pathlib import Path

from core import CinemaError, Code


def save_data(document: bytes, folder: Path | None = None) -> Path:
    """A new JSON file, readable by this user alone. Raises `CinemaError` (file-unreadable)."""
    import platformdirs

    out = (folder or platformdirs.user_downloads_path()) / f"smart-cinema-my-data-{datetime.now():%Y%m%d-%H%M%S}.json"
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.touch(mode=0o600)
        out.write_bytes(document)
    except OSError as error:
        raise CinemaError(Code.FILE_UNREADABLE, f"The data cannot be written to {out}: {error.strerror}.") from error
    return out
