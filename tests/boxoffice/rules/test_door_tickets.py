from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.rules import base45
from boxoffice.rules.door_tickets import (
    CODE_LENGTH,
    DOMAIN,
    PREFIX,
    CodeFault,
    DoorTicket,
    read_door_ticket,
    write_door_ticket,
)

KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
KEYS = {7: KEY.public_key()}
START = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
TICKET = DoorTicket(7, 0xFEED_0000_0000_0001, 2026, 12, START, START + timedelta(hours=4), 0b11, 2)
CODE = write_door_ticket(TICKET, KEY)
BODY_BYTES = 30


def signed(body: bytes) -> str:
    return PREFIX + base45.encode(body + KEY.sign(DOMAIN + body))


def body_of(code: str) -> bytearray:
    return bytearray(base45.decode(code[len(PREFIX) :])[:BODY_BYTES])


def test_a_ticket_comes_back_as_it_was_written() -> None:
    assert read_door_ticket(CODE, KEYS) == TICKET
    assert TICKET.name == "feed000000000001"


def test_the_code_is_short_enough_for_a_small_qr_code() -> None:
    assert len(CODE) == CODE_LENGTH == 145
    code = segno.make(CODE, error="m", boost_error=False)
    assert (code.mode, code.version) == ("alphanumeric", 6)


@given(
    st.builds(
        DoorTicket,
        st.just(7),
        st.integers(0, 2**64 - 1),
        st.integers(0, 2**32 - 1),
        st.integers(0, 2**32 - 1),
        st.integers(0, 2**30).map(lambda minutes: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
        st.just(datetime(6000, 1, 1, tzinfo=UTC)),
        st.integers(1, 2**16 - 1),
        st.integers(1, 255),
    )
)
def test_every_ticket_comes_back(ticket: DoorTicket) -> None:
    assert read_door_ticket(write_door_ticket(ticket, KEY), KEYS) == ticket


@pytest.mark.parametrize(
    "change",
    [{"people": 0}, {"people": 256}, {"gates": 0}, {"gates": 1 << 16}, {"expires": START}, {"id": 1 << 64}, {"key_id": -1}, {"session": 1 << 32}],
)  # fmt: skip
def test_a_ticket_for_nobody_nowhere_or_never_is_not_written(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="ticket"):
        write_door_ticket(replace(TICKET, **change), KEY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", CodeFault.EMPTY),
        ("S", CodeFault.NOT_OURS),
        ("https://example.org/ticket/1", CodeFault.NOT_OURS),
        ("HC1:6BFOXN%TS3DH", CodeFault.NOT_OURS),
        ("🎬" * 20, CodeFault.NOT_OURS),
        ("x" * 4096, CodeFault.NOT_OURS),
        (CODE.lower(), CodeFault.NOT_OURS),
        (" " + CODE, CodeFault.NOT_OURS),
        ("SC1:", CodeFault.DAMAGED),
        (CODE + "0", CodeFault.DAMAGED),
        (CODE[:-1], CodeFault.DAMAGED),
        (CODE[:-3] + ":::", CodeFault.DAMAGED),
        (CODE[:-1] + "a", CodeFault.DAMAGED),
        (PREFIX + "\0" * 141, CodeFault.DAMAGED),
    ],
)
def test_whatever_is_shown_has_a_name(text: str, fault: CodeFault) -> None:
    assert read_door_ticket(text, KEYS) is fault


def test_another_version_another_key_and_another_signer_have_names() -> None:
    newer = body_of(CODE)
    newer[0] = 2
    assert read_door_ticket(signed(bytes(newer)), KEYS) is CodeFault.NEWER
    assert read_door_ticket(CODE, {8: KEY.public_key()}) is CodeFault.KEY_UNKNOWN
    assert read_door_ticket(write_door_ticket(TICKET, OTHER), KEYS) is CodeFault.FORGED


def test_what_was_signed_for_another_purpose_is_forged() -> None:
    body = bytes(body_of(CODE))
    assert read_door_ticket(PREFIX + base45.encode(body + KEY.sign(body)), KEYS) is CodeFault.FORGED


@pytest.mark.parametrize("place", [29, 27, 28])
def test_a_signed_ticket_for_nobody_or_nowhere_is_damaged(place: int) -> None:
    body = body_of(CODE)
    body[27:29] = b"\0\0" if place != 29 else body[27:29]
    body[29] = 0 if place == 29 else body[29]
    assert read_door_ticket(signed(bytes(body)), KEYS) is CodeFault.DAMAGED


def test_a_signed_ticket_that_ends_beyond_the_calendar_is_damaged() -> None:
    body = body_of(CODE)
    body[23:27] = b"\xff" * 4
    assert read_door_ticket(signed(bytes(body)), KEYS) is CodeFault.DAMAGED


def test_no_single_bit_of_the_ticket_may_be_otherwise() -> None:
    data = bytearray(base45.decode(CODE[len(PREFIX) :]))
    for bit in range(len(data) * 8):
        data[bit // 8] ^= 1 << bit % 8
        assert isinstance(read_door_ticket(PREFIX + base45.encode(bytes(data)), KEYS), CodeFault), bit
        data[bit // 8] ^= 1 << bit % 8


def test_no_single_bit_of_the_letters_may_be_otherwise() -> None:
    letters = bytearray(CODE.encode())
    for bit in range(len(letters) * 8):
        letters[bit // 8] ^= 1 << bit % 8
        assert isinstance(read_door_ticket(letters.decode("latin-1"), KEYS), CodeFault), bit
        letters[bit // 8] ^= 1 << bit % 8


def test_a_signature_has_no_second_form() -> None:
    """RFC 8032, 5.1.7: S + L is another number for the same point."""
    data = base45.decode(CODE[len(PREFIX) :])
    order = 2**252 + 27742317777372353535851937790883648493
    other = int.from_bytes(data[-32:], "little") + order
    assert read_door_ticket(PREFIX + base45.encode(data[:-32] + other.to_bytes(32, "little")), KEYS) is CodeFault.FORGED


@given(st.text() | st.binary(max_size=200).map(lambda data: PREFIX + data.decode("latin-1")) | st.binary(min_size=94, max_size=94).map(lambda data: PREFIX + base45.encode(data)))  # fmt: skip
def test_whatever_it_is_it_has_a_name_and_no_exception(text: str) -> None:
    assert isinstance(read_door_ticket(text, KEYS), CodeFault)


@given(st.binary())
def test_base45_comes_back(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


@given(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", max_size=12))
def test_base45_has_one_text_for_the_same_bytes(text: str) -> None:
    try:
        data = base45.decode(text)
    except ValueError:
        return
    assert base45.encode(data) == text


@pytest.mark.parametrize(
    ("data", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")]
)
def test_base45_as_the_rfc_has_it(data: bytes, text: str) -> None:
    assert (base45.encode(data), base45.decode(text)) == (text, data)
