"""The one family of exceptions. A code is stable for scripts and screens; the message is for people and logs."""

from collections.abc import Mapping
from enum import StrEnum


class Code(StrEnum):
    """Every refusal the product can give. QML and the command line choose words by these."""

    # anywhere
    INTERNAL = "internal"
    CANCELLED = "cancelled"
    WRONG_USE = "wrong-use"
    DISK_FULL = "disk-full"
    FILE_MISSING = "file-missing"
    FILE_UNREADABLE = "file-unreadable"
    FROM_SOURCES = "from-sources"
    LIBRARY_MISSING = "library-missing"
    SCREEN_MISSING = "screen-missing"
    # updates
    UPDATE_REFUSED = "update-refused"
    UPDATE_KEPT_BACK = "update-kept-back"
    UPDATE_ELSEWHERE = "update-elsewhere"
    # films
    PACKAGE_MALFORMED = "package-malformed"
    PACKAGE_UNSIGNED = "package-unsigned"
    PACKAGE_WRONG = "package-wrong"
    SOURCE_UNREADABLE = "source-unreadable"
    ENCODER_MISSING = "encoder-missing"
    ENCODER_FAILED = "encoder-failed"
    NOTES_MALFORMED = "notes-malformed"
    SUBTITLES_MALFORMED = "subtitles-malformed"
    EDITION_IN_USE = "edition-in-use"
    IMPORT_MALFORMED = "import-malformed"
    # the line to the box office
    OFFLINE = "offline"
    SERVER_ERROR = "server-error"
    SERVER_ANSWER = "server-answer-malformed"
    CERTIFICATE = "certificate"
    REDIRECTED = "redirected"
    NOT_FOUND = "not-found"
    # sign-in
    SIGN_IN_NEEDED = "sign-in-needed"
    SIGN_IN_MISMATCH = "sign-in-mismatch"
    SIGN_IN_TIMED_OUT = "sign-in-timed-out"
    SIGN_IN_DENIED = "sign-in-denied"
    KEYSTORE_UNAVAILABLE = "keystore-unavailable"
    # rules of admission
    REFUSED = "refused"
    SOLD_OUT = "sold-out"
    PAYMENT_FAILED = "payment-failed"
    VOUCHER_INVALID = "voucher-invalid"
    AVAILS_REFUSED = "avails-refused"
    AVAILS_CHANGED = "avails-changed"
    LICENCE_REFUSED = "licence-refused"
    # playback
    LIBMPV_MISSING = "libmpv-missing"
    LIBMPV_UNFIT = "libmpv-unfit"
    SEGMENT_CORRUPT = "segment-corrupt"
    KEY_MISSING = "key-missing"
    KEY_MALFORMED = "key-malformed"
    PLAYLIST_REFUSED = "playlist-refused"
    MEDIA_REFUSED = "media-refused"
    PLAYBACK_FAILED = "playback-failed"
    MARK_MISSING = "mark-missing"
    # the venue
    LEDGER_IN_USE = "ledger-in-use"
    LEDGER_UNWRITABLE = "ledger-unwritable"
    LEDGER_DAMAGED = "ledger-damaged"
    PROGRAMME_REFUSED = "programme-refused"
    INGEST_REFUSED = "ingest-refused"


class CinemaError(Exception):
    """Something was refused or failed, with a stable code.

    ``message`` says what happened and what to do next; ``details`` holds numbers, times and
    identifiers for screens. Neither may hold keys, tokens or the titles a person watches.
    """

    def __init__(self, code: Code, message: str, details: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details: Mapping[str, object] = details or {}

    @property
    def passing(self) -> bool:
        """Whether the same may succeed at another try: the line or a server is at fault, not what was asked."""
        return self.code in (Code.OFFLINE, Code.SERVER_ERROR)

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]"
