import base64
import struct
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.rules.door_tickets import CodeFault
from boxoffice.rules.pretix_codes import PretixTicket, read_pretix_code

KEY, OTHER, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32) for seed in (1, 2, 3))
KEYS = [OTHER.public_key(), KEY.public_key()]


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])


def message(seed: str, *numbers: int) -> bytes:
    """As protobuf writes it: a field that is 0 is left out."""
    text = b"\x0a" + varint(len(seed)) + seed.encode()
    return text + b"".join(varint(field << 3) + varint(value) for field, value in enumerate(numbers, 2) if value)


def code(payload: bytes, key: Ed25519PrivateKey = KEY, version: int = 1) -> str:
    signature = key.sign(payload)
    data = bytes([version]) + struct.pack(">HH", len(payload), len(signature)) + payload + signature
    return base64.b64encode(data).decode()[::-1]


GOOD = code(message("aB3dE6gH9", 412, 0, 300))


def test_a_ticket_is_what_pretix_wrote() -> None:
    assert read_pretix_code(GOOD, KEYS) == PretixTicket("aB3dE6gH9", 412, 0, 300, None, None)
    times = read_pretix_code(code(message("x", 1, 2, 3, 1_795_000_000, 1_795_003_600)), KEYS)
    assert isinstance(times, PretixTicket)
    assert times.valid_from == datetime.fromtimestamp(1_795_000_000, UTC)
    assert (times.valid_until, times.name) == (datetime.fromtimestamp(1_795_003_600, UTC), "pretix:x")


def test_fields_of_a_later_pretix_are_passed_over() -> None:
    later = message("abc", 5) + varint(9 << 3) + varint(77) + varint(10 << 3 | 2) + b"\x02hi"
    assert read_pretix_code(code(later), KEYS) == PretixTicket("abc", 5, 0, 0, None, None)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", CodeFault.EMPTY),
        (code(message("abc", 5), STRANGER), CodeFault.FORGED),
        (code(message("abc", 5), version=2), CodeFault.NOT_OURS),
        (GOOD + "A", CodeFault.NOT_OURS),
        (GOOD[:-4], CodeFault.NOT_OURS),
        ("A" * 2000, CodeFault.NOT_OURS),
        ("SC1:ABC", CodeFault.NOT_OURS),
        (code(message("", 5)), CodeFault.DAMAGED),
        (code(b""), CodeFault.DAMAGED),
        (code(b"\x0a\xff\x01abc"), CodeFault.DAMAGED),
        (code(b"\x0a\x02\xff\xfe"), CodeFault.DAMAGED),
        (code(b"\x10" + b"\xff" * 11), CodeFault.DAMAGED),
        (code(b"\x0d\0\0\0\0"), CodeFault.DAMAGED),
        (code(message("abc", 1, 1, 1, 1 << 62)), CodeFault.DAMAGED),
    ],
)
def test_whatever_is_shown_has_a_name(text: str, fault: CodeFault) -> None:
    assert read_pretix_code(text, KEYS) is fault


def test_no_single_bit_may_be_otherwise() -> None:
    letters = bytearray(GOOD.encode())
    for bit in range(len(letters) * 8):
        letters[bit // 8] ^= 1 << bit % 8
        assert isinstance(read_pretix_code(letters.decode("latin-1"), KEYS), CodeFault), bit
        letters[bit // 8] ^= 1 << bit % 8


@given(st.text() | st.binary(max_size=200).map(code) | st.binary(max_size=200).map(lambda data: base64.b64encode(data).decode()))  # fmt: skip
def test_whatever_it_is_it_raises_nothing(text: str) -> None:
    read_pretix_code(text, KEYS)
