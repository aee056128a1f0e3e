"""A report for support: what this machine is, what was logged and measured; no keys, no tokens, no titles, no names."""

import getpass
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from app import __version__
from app.doctor import examine
from app.logs import redact
from app.paths import Paths
from app.settings import FilePreferences
from core import CinemaError, Code

TOLD = (
    "language",
    "territory",
    "subtitles_on",
    "notes_on",
    "quality",
    "hardware_decoding",
    "match_refresh",
    "night",
    "speakers",
    "surround",
    "caption_scale",
    "captions",
    "second_captions",
    "reduced_motion",
    "look",
    "window_width",
    "window_height",
    "window_maximised",
)
"""Preferences that say nothing of what somebody watched."""

LOG_LIMIT_BYTES = 4 << 20
VENUE = ("films", "slides", "licences", "copies")
"""Folders of a venue whose files are named, and not shown."""
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IP = re.compile(r"\b(?!127\.)(?:\d{1,3}\.){3}\d{1,3}\b")
_WORDS = """Smart Cinema, report for support

report.json   the machine as `doctor` sees it, settings, and figures of the last film that was played
logs/         what the program logged; credentials, addresses and names are struck out
venue/        of a venue: settings, the last preflight, its shows, the names of its files

It holds no keys, no tokens and nothing of who watched what. Read it before you send it.
"""


def venue_parts(venue: Path) -> dict[str, str]:
    """What a venue adds: settings, the last preflight, shows, how its ledger stands. No keys, tickets or persons."""
    from app.venue_status import status_of

    parts = {"venue/status.json": json.dumps(status_of(venue), indent=2)}
    for file in (venue / "venue.json", venue / "preflight.json", *sorted((venue / "shows").glob("*.json"))):
        try:
            parts[f"venue/{file.name}"] = file.read_bytes()[:LOG_LIMIT_BYTES].decode("utf-8", "replace")
        except OSError:
            continue
    names = sorted(str(file.relative_to(venue)) for folder in VENUE for file in _here(venue / folder))
    return parts | {"venue/files.txt": "\n".join(names) + "\n"}


def _here(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def write_report(
    out: Path, paths: Paths, played: Mapping[str, object] | None = None, parts: Mapping[str, str] | None = None
) -> Path:
    """Write the zip file ``out``, readable by this user alone; ``played`` are figures of the last film, ``parts`` more
    texts by their names in the file.

    Raises `CinemaError` (file-unreadable) where it cannot be written.
    """
    report = {
        "made": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "version": __version__,
        "machine": [asdict(finding) for finding in examine(paths)],
        "settings": {
            name: value for name, value in asdict(FilePreferences(paths.preferences).current).items() if name in TOLD
        },
        "played": dict(played or {}),
    }
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.touch(mode=0o600)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
            bundle.writestr("README.txt", _WORDS)
            bundle.writestr("report.json", json.dumps(_scrubbed(report), indent=2, ensure_ascii=False))
            for name, text in (parts or {}).items():
                bundle.writestr(name, scrub(text))
            for log in sorted(paths.logs.glob("*.log*")):
                if log.is_file():
                    text = log.read_bytes()[-LOG_LIMIT_BYTES:].decode("utf-8", "replace")
                    bundle.writestr(f"logs/{log.name}", scrub(text))
    except OSError as error:
        raise CinemaError(Code.FILE_UNREADABLE, f"The report cannot be written to {out}: {error.strerror}.") from error
    return out


def default_place() -> Path:
    """A new name in the folder that this user's downloads go to."""
    import platformdirs

    return platformdirs.user_downloads_path() / f"smart-cinema-report-{datetime.now():%Y%m%d-%H%M%S}.zip"


def _scrubbed(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _scrubbed(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(item) for item in value]
    return scrub(value) if isinstance(value, str) else value


def scrub(text: str) -> str:
    """Strike out credentials, electronic and network addresses, and this user's name and folder."""
    home, user = str(Path.home()), getpass.getuser()
    text = _IP.sub("[address]", _ADDRESS.sub("[address]", redact(text)))
    if len(home) > 1:
        text = text.replace(home, "~")
    return re.sub(rf"(?<![\w-]){re.escape(user)}(?![\w-])", "[user]", text) if len(user) > 2 else text
