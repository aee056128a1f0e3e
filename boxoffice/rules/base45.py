"""Base45 (RFC 9285): bytes in the letters that a QR code packs best. Canonical only."""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}


def encode(data: bytes) -> str:
    """The one text that stands for ``data``."""
    text = []
    for at in range(0, len(data) - 1, 2):
        high, low = divmod(data[at] << 8 | data[at + 1], 45 * 45)
        text += [_ALPHABET[low % 45], _ALPHABET[low // 45], _ALPHABET[high]]
    if len(data) % 2:
        text += [_ALPHABET[data[-1] % 45], _ALPHABET[data[-1] // 45]]
    return "".join(text)


def decode(text: str) -> bytes:
    """The bytes that ``text`` stands for. Raises ``ValueError`` for any other text."""
    if len(text) % 3 == 1:
        msg = "not base45"
        raise ValueError(msg)
    try:
        values = [_VALUES[letter] for letter in text]
    except KeyError:
        msg = "not base45"
        raise ValueError(msg) from None
    data = bytearray()
    try:
        for at in range(0, len(values) - 2, 3):
            data += (values[at] + values[at + 1] * 45 + values[at + 2] * 2025).to_bytes(2, "big")
        if len(values) % 3:
            data.append(values[-2] + values[-1] * 45)
    except OverflowError:
        msg = "base45 of a number that no byte holds"
        raise ValueError(msg) from None
    return bytes(data)
