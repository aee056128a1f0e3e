"""A venue's clock, ledger and programme, as tests set them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from boxoffice.rules import ClockReading, DoorTicket, time_text, write_door_ticket
from core import base64url
from films import SigningKey, TrustedKeys
from kiosk.ledger import Ledger
from kiosk.programme import TYPE, DoorKey, Gate, PretixSale, Programme, Room, Screening, ShowItem

NOW = datetime(2026, 11, 23, 19, tzinfo=UTC)
RESERVE = 256 << 10


class SetClocks:
    """The machine's clocks, as a test sets them."""

    def __init__(self, wall: datetime = NOW) -> None:
        self.wall, self.boot, self.since_boot_ms = wall, "monday", 0

    def read(self) -> ClockReading:
        return ClockReading(self.wall, self.boot, self.since_boot_ms)

    def forward(self, by: timedelta) -> None:
        self.wall += by
        self.since_boot_ms += int(by.total_seconds() * 1000)

    def reboot(self, wall: datetime) -> None:
        self.wall, self.boot, self.since_boot_ms = wall, self.boot + "+", 0


OpenLedger = Callable[..., Ledger]


OPERATOR = SigningKey.generate()
TRUSTED = TrustedKeys.of(OPERATOR.public_jwk)
DOOR_KEY, OLD_KEY, PRETIX_KEY = (Ed25519PrivateKey.generate() for _ in range(3))
FEATURE_MS = 95 * 60_000


def x_of(key: Ed25519PrivateKey) -> str:
    return base64url.encode(key.public_key().public_bytes_raw())


def screening(name: str, session: int, room: str, start: datetime, subevent: int = 0) -> Screening:
    """A quarter of an hour of doors, a trailer and a feature of 95 minutes."""
    return Screening(
        name,
        session,
        room,
        {"en": name.title(), "zh-Hans": "纸月亮"},
        time_text(start - timedelta(minutes=30)),
        time_text(start),
        (
            ShowItem("countdown", 10_000),
            ShowItem("trailer", 60_000, package="paper-moon-trailer"),
            ShowItem("feature", FEATURE_MS, package="paper-moon-feature"),
        ),
        subtitles=("en",),
        pretix=(PretixSale(subevent),) if subevent else (),
    )


PROGRAMME = Programme(
    type=TYPE,
    seq=3,
    issued=time_text(NOW - timedelta(days=1)),
    event=2026,
    names={"en": "Festival of Light", "zh-Hans": "光影节"},
    zone="Europe/Berlin",
    rooms=(Room("one", {"en": "Room 1"}, 100, "HDMI-1"), Room("two", {"en": "Room 2"}, 2, "HDMI-2")),
    gates=(Gate(0, "A", ("one",)), Gate(1, "B", ("one", "two"))),
    screenings=(
        screening("friday", 1, "one", NOW + timedelta(minutes=20), subevent=300),
        screening("small", 2, "two", NOW + timedelta(minutes=20)),
        screening("saturday", 3, "one", NOW + timedelta(days=1)),
        screening("yesterday", 4, "one", NOW - timedelta(days=1)),
    ),
    door_keys=(DoorKey(1, x_of(DOOR_KEY)), DoorKey(2, x_of(OLD_KEY), retired=True)),
    pretix_keys=(x_of(PRETIX_KEY),),
)


def ticket(number: int = 1, *, session: int = 1, people: int = 1, gates: int = 0b11, event: int = 2026) -> DoorTicket:
    """A ticket for half an hour before its screening until three hours after."""
    at = PROGRAMME.session[session].doors_at if session in PROGRAMME.session else NOW
    return DoorTicket(1, number, event, session, at, at + timedelta(hours=3), gates, people)


def code(number: int = 1, **said: int) -> str:
    return write_door_ticket(ticket(number, **said), DOOR_KEY)
