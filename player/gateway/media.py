"""What may reach the decoder: bytes with the right hash, opened with the right key, of a kind we play."""

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from core import CinemaError, Code
from player.presentation import Piece

KEY_BYTES = 16
TS_PACKET_BYTES = 188
INIT_BOXES = {b"ftyp"}
SEGMENT_BOXES = {b"styp", b"moof", b"sidx", b"emsg", b"prft", b"ftyp"}


def verify(piece: Piece, data: bytes) -> None:
    """Raise `CinemaError` (segment-corrupt) unless size and SHA-256 are those of the manifest."""
    if piece.size_bytes is not None and len(data) != piece.size_bytes:
        raise CinemaError(Code.SEGMENT_CORRUPT, "A part of the film arrived with the wrong length; it was not shown.")
    if piece.sha256 is not None and not hmac.compare_digest(hashlib.sha256(data).hexdigest(), piece.sha256):
        raise CinemaError(Code.SEGMENT_CORRUPT, "A part of the film arrived altered; it was not shown.")


def decrypt(data: bytes, key: bytes, iv: str) -> bytes:
    """Undo AES-128-CBC with PKCS7 padding (RFC 8216 4.3.2.4). Raises `CinemaError` (key-malformed, segment-corrupt)."""
    if len(key) != KEY_BYTES:
        raise CinemaError(Code.KEY_MALFORMED, f"A content key has {len(key)} bytes instead of 16; nothing was opened.")
    if not data or len(data) % 16:
        raise CinemaError(Code.SEGMENT_CORRUPT, "A part of the film is not whole; it was not shown.")
    opener = Cipher(algorithms.AES(key), modes.CBC(bytes.fromhex(iv))).decryptor()
    clear = opener.update(data) + opener.finalize()
    padding = clear[-1]
    if not 1 <= padding <= 16 or clear[-padding:] != bytes([padding]) * padding:
        raise CinemaError(Code.SEGMENT_CORRUPT, "A part of the film cannot be opened with its key; it was not shown.")
    return clear[:-padding]


def refuse_foreign(data: bytes, *, init: bool, mpeg_ts: bool) -> None:
    """Raise `CinemaError` (media-refused) for anything but ISO BMFF or, where it is meant, MPEG-TS."""
    if mpeg_ts:
        good = len(data) >= TS_PACKET_BYTES and all(
            data[at] == 0x47 for at in range(0, min(len(data), 5 * TS_PACKET_BYTES), TS_PACKET_BYTES)
        )
    else:
        good = len(data) >= 8 and bytes(data[4:8]) in (INIT_BOXES if init else SEGMENT_BOXES)
    if not good:
        raise CinemaError(Code.MEDIA_REFUSED, "A part of the stream is of a kind that is not played; it was not shown.")
