"""How letters leave the house: into a folder, or over SMTP. One that did not leave may be given again."""

import os
import secrets
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol

from boxoffice.service.config import SmtpAccess

PATIENCE_S = 20
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class NotSent(Exception):
    """A letter stays here for now; ``args[0]`` says why, without address or text."""


class Post(Protocol):
    """Takes letters on."""

    def send(self, letter: EmailMessage) -> None:
        """Take it on, or raise `NotSent`."""
        ...


class Outbox:
    """Puts every letter into a folder as an ``.eml`` file, for a mailer of the operator's own or for nobody."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, letter: EmailMessage) -> None:
        """Write it whole, then show it; the same letter has the same name."""
        name = "".join(
            sign if sign.isalnum() or sign in "-." else "_" for sign in str(letter["Message-ID"]).strip("<>")
        )
        temporary = self._folder / f".{secrets.token_hex(8)}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(letter.as_bytes(policy=SMTP))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._folder / f"{name}.eml")
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise NotSent(type(error).__name__) from error


class SmtpPost:
    """Hands every letter to a mail server: TLS always, but on this machine."""

    def __init__(self, access: SmtpAccess) -> None:
        self._access = access

    def send(self, letter: EmailMessage) -> None:
        """Hand it over."""
        access = self._access
        try:
            if access.port == 465:
                with smtplib.SMTP_SSL(access.host, access.port, timeout=PATIENCE_S, context=_trust()) as line:
                    self._hand_over(line, letter)
            else:
                with smtplib.SMTP(access.host, access.port, timeout=PATIENCE_S) as line:
                    if access.host not in LOOPBACK:
                        line.starttls(context=_trust())
                    self._hand_over(line, letter)
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(type(error).__name__) from error

    def _hand_over(self, line: smtplib.SMTP, letter: EmailMessage) -> None:
        if self._access.user:
            line.login(self._access.user, self._access.password)
        line.send_message(letter)


def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
