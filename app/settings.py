"""Preferences on disk: JSON, written off the caller's thread, whole or not at all."""

import json
import logging
import threading
from dataclasses import asdict, fields, replace
from pathlib import Path

from core.whole_file import write_whole
from ui.captions import caption_style
from ui.preferences import Preferences

log = logging.getLogger(__name__)

SETTLE_S = 0.3
STYLES = ("captions", "second_captions")
FORMAT = 1
"""Rises when a choice changes its meaning. A file of another number is copied aside before it is written over."""


class FilePreferences:
    """Preferences in one JSON file. A damaged file is kept aside and the defaults are used.

    Two versions may share it: what the other alone knows is handed back as it was, and a file of another format is
    kept before it is replaced.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._timer: threading.Timer | None = None
        self.kept_aside: Path | None = None
        self._of_others: dict[str, object] = {}
        self._before: tuple[int, bytes] | None = None
        self._current = self._read()

    @property
    def current(self) -> Preferences:
        """What holds now."""
        return self._current

    def change(self, **changes: object) -> Preferences:
        """Replace the named fields, remember them soon, and return the whole."""
        with self._lock:
            self._current = replace(self._current, **changes)  # type: ignore[arg-type]
            if self._timer is None:
                self._timer = threading.Timer(SETTLE_S, self.flush)
                self._timer.daemon = True
                self._timer.start()
            return self._current

    def flush(self) -> None:
        """Write what changed now; a disk that refuses is logged and the session goes on."""
        with self._lock:
            timer, self._timer = self._timer, None
            current = self._current
        if timer is None:
            return
        timer.cancel()
        with self._writing:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._keep_the_one_before()
                whole = {**self._of_others, "format": FORMAT, **asdict(current)}
                write_whole(self._path, json.dumps(whole, indent=2).encode())
            except OSError as error:
                log.warning("preferences not written: %s", error.strerror)

    def _read(self) -> Preferences:
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return Preferences()
        except (OSError, UnicodeDecodeError):
            return self._set_aside()
        try:
            stored = json.loads(text)
            preferences = _preferences(stored)
        except (ValueError, TypeError, RecursionError):
            return self._set_aside()
        known = {field.name for field in fields(Preferences)}
        self._of_others = {name: value for name, value in stored.items() if name not in known and name != "format"}
        written = stored.get("format", 0)
        if written != FORMAT:
            self._before = (written if type(written) is int else 0, text.encode())
        return preferences

    def _keep_the_one_before(self) -> None:
        before, self._before = self._before, None
        if before is not None:
            number, data = before
            write_whole(self._path.with_suffix(f".format-{number}.json"), data)

    def _set_aside(self) -> Preferences:
        aside = self._path.with_suffix(".damaged.json")
        try:
            self._path.replace(aside)
            self.kept_aside = aside
        except OSError:
            log.warning("damaged preferences could not be kept aside")
        log.warning("preferences were damaged; defaults are used")
        return Preferences()


def _preferences(stored: object) -> Preferences:
    if not isinstance(stored, dict):
        msg = "not an object"
        raise TypeError(msg)
    usual = Preferences()
    defaults = asdict(usual)
    known = {field.name for field in fields(Preferences)}
    taken = {name: value for name, value in stored.items() if name in known}
    for name, value in taken.items():
        default = defaults[name]
        if name in STYLES:
            taken[name] = caption_style(value, getattr(usual, name))
            continue
        if isinstance(default, dict) and isinstance(value, dict):
            taken[name] = {film: delay for film, delay in value.items() if type(delay) is int}
            continue
        if isinstance(default, tuple) and isinstance(value, list):
            taken[name] = tuple(item for item in value if isinstance(item, str))
            continue
        allowed: tuple[type, ...] = (str, type(None)) if default is None else (type(default),)
        if isinstance(default, float):
            allowed = (float, int)
        if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
            msg = f"{name} is {type(value).__name__}"
            raise TypeError(msg)
    return Preferences(**taken)
