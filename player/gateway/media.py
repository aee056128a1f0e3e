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


def first_timestamp(data: bytes) -> int | None:
    """The earliest MPEG-2 timestamp (90 kHz) among the first pictures and sounds of a transport stream.

    ISO/IEC 13818-1 2.4.3; none where there is none.
    """
    first: dict[int, int] = {}
    for at in range(0, len(data) - TS_PACKET_BYTES + 1, TS_PACKET_BYTES):
        packet = data[at : at + TS_PACKET_BYTES]
        pid = int.from_bytes(packet[1:3]) & 0x1FFF
        begins, filled, carries = packet[1] & 0x40, packet[3] & 0x20, packet[3] & 0x10
        head = packet[5 + packet[4] if filled else 4 :]
        if packet[0] != 0x47 or not begins or not carries or pid in first or head[:3] != b"\0\0\1" or len(head) < 14:
            continue
        if (0xC0 <= head[3] <= 0xEF or head[3] == 0xBD) and head[7] & 0x80:
            parts = (head[9] >> 1 & 7, int.from_bytes(head[10:12]) >> 1, int.from_bytes(head[12:14]) >> 1)
            first[pid] = parts[0] << 30 | parts[1] << 15 | parts[2]
    return min(first.values(), default=None)


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
