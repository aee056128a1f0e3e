"""Letters that an office writes when a test says so, and those that lie in its outbox."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from boxoffice.service.database import Database
from boxoffice.service.letters import Letters
from boxoffice.service.post import Post
from boxoffice.service.strongroom import Strongroom

ISSUER = "https://tickets.example"


class Writer:
    """Writes the letters of an office whose clock the test sets."""

    def __init__(self, office: Any, post: Post) -> None:
        self.database = Database(office.config.database_url)
        self.clock = office.clock
        sender, code_of = "Lichtspiel <tickets@example.org>", Strongroom(office.config.data_dir).mark
        self.letters = Letters(
            self.database,
            office.clock,
            post,
            sender,
            ISSUER,
            lambda order: f"{order}.mark",
            lambda reset: code_of("password", reset),
        )

    def sweep(self) -> None:
        self.letters.sweep()


def letter_of(content: bytes) -> EmailMessage:
    letter: EmailMessage = email.message_from_bytes(content, policy=email.policy.default)
    return letter


def letters_in(folder: Path) -> list[EmailMessage]:
    return sorted((letter_of(path.read_bytes()) for path in folder.glob("*.eml")), key=lambda one: str(one["Date"]))


def text_of(letter: EmailMessage) -> str:
    text: str = letter.get_content()
    return text
