"""Logging: one rotating file and, when asked, the terminal. Secrets are struck out before anything is written."""

import json
import logging
import logging.handlers
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

SECRETS = re.compile(
    r"(?i)(bearer\s+|dpop:?\s+|(?:access_token|refresh_token|id_token|code_verifier|code|state|"
    r"password|voucher|key|secret)['\"]?\s*[=:]\s*['\"]?)([^\s'\"&,}]{4,})"
)
LONG_TOKENS = re.compile(
    r"eyJ[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]+(?:\.[A-Za-z0-9_\-]*)?"
    r"|[A-Za-z0-9_\-]{40,}(?:\.[A-Za-z0-9_\-]{10,}){0,2}"
)


def redact(text: str) -> str:
    """Strike out what looks like a credential: a last net below code that never logs one."""
    return LONG_TOKENS.sub("[struck out]", SECRETS.sub(r"\1[struck out]", text))


class RedactingFormatter(logging.Formatter):
    """Formats a record and strikes secrets out of the finished line, traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        """The line as it is written."""
        return redact(super().format(record))


class JsonLines(logging.Formatter):
    """One JSON object a line: ``at`` (RFC 3339, UTC), ``level``, ``logger``, ``message``, ``request``, and the facts of
    an answer. Every text is struck out as above.
    """

    def __init__(self, request: Callable[[], str]) -> None:
        super().__init__()
        self._request = request

    def format(self, record: logging.LogRecord) -> str:
        """The line as it is written."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        if request := self._request():
            line["request"] = request
        if record.exc_info:
            line["trace"] = redact(self.formatException(record.exc_info))
        return json.dumps(line | getattr(record, "facts", {}), ensure_ascii=False)


def to_standard_error(request: Callable[[], str], *, verbose: bool) -> None:
    """Log `JsonLines` alone, for whoever gathers the output of a service."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(request))
    root = logging.getLogger()
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    root.addHandler(handler)


def set_up(folder: Path | None, *, verbose: bool) -> None:
    """Log to ``folder`` (1 MiB, three old files) and to standard error when ``verbose``."""
    root = logging.getLogger()
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    formatter = RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    handlers: list[logging.Handler] = []
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handlers.append(
                logging.handlers.RotatingFileHandler(
                    folder / "smart-cinema.log", maxBytes=1 << 20, backupCount=3, encoding="utf-8", delay=True
                )
            )
        except OSError:
            verbose = True
    if verbose:
        handlers.append(logging.StreamHandler(sys.stderr))
    for handler in handlers or [logging.NullHandler()]:
        handler.setFormatter(formatter)
        root.addHandler(handler)
