"""A venue's programme: rooms, gates, screenings and what each plays, as the operator signed it. Read strictly."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from boxoffice.rules import moment_of
from boxoffice.rules.signed_texts import read_signed, write_signed
from core import CinemaError, Code, base64url
from core.records import from_plain, to_plain
from core.strict_json import dump_json, parse_json
from films import SigningKey, TrustedKeys

TYPE = "smart-cinema programme 1"
LIMIT_BYTES = 4 << 20
SCREENINGS, ROOMS, GATES, ITEMS, PEOPLE, PRICES = 5000, 100, 16, 100, 100_000, 12
LONGEST_MS = 24 * 3_600_000
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True)
class Room:
    """A room, how many it takes, and the screen (the output's name) that its films are shown on."""

    id: str
    names: Mapping[str, str]
    capacity: int
    screen: str = ""
    notes_screen: str = ""
    """The output that notes are shown on instead of the picture; empty for none."""


@dataclass(frozen=True)
class Gate:
    """A door with its bit in the gate mask of tickets, and the rooms it leads to."""

    bit: int
    name: str
    rooms: tuple[str, ...]


@dataclass(frozen=True)
class ShowItem:
    """One item of a show playlist. Films are named by their package, pictures by their file."""

    kind: Literal["countdown", "slide", "video", "trailer", "feature", "intermission", "credits", "ballot"]
    duration_ms: int
    package: str = ""
    file: str = ""


@dataclass(frozen=True)
class PretixSale:
    """Which tickets of pretix are for a screening: its subevent, and the item; 0 where any or none."""

    subevent: int = 0
    item: int = 0


@dataclass(frozen=True)
class Price:
    """What a place costs at the door, and for whom it is."""

    names: Mapping[str, str]
    minor: int
    currency: str


@dataclass(frozen=True)
class Screening:
    """One show in one room. Times are RFC 3339 in UTC."""

    id: str
    session: int
    """Its number on tickets."""
    room: str
    names: Mapping[str, str]
    doors: str
    start: str
    playlist: tuple[ShowItem, ...]
    capacity: int | None = None
    """Where it is less than the room's."""
    subtitles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """Languages that must be there."""
    commentators: tuple[str, ...] = ()
    """Whose notes are shown, by id; empty for everybody's."""
    pretix: tuple[PretixSale, ...] = ()
    title: str = ""
    """The title's id in reports; by default the feature's package."""
    prices: tuple[Price, ...] = ()
    """What places cost at the door; without one, none are sold there."""

    @cached_property
    def work(self) -> str:
        """What is shown, as reports name it."""
        return self.title or next((item.package for item in self.playlist if item.kind == "feature"), "")

    @cached_property
    def doors_at(self) -> datetime:
        """When people are let in."""
        return moment_of(self.doors)

    @cached_property
    def start_at(self) -> datetime:
        """When it begins."""
        return moment_of(self.start)

    @cached_property
    def end_at(self) -> datetime:
        """When its playlist ends."""
        return self.start_at + timedelta(milliseconds=sum(item.duration_ms for item in self.playlist))


@dataclass(frozen=True)
class DoorKey:
    """A key that signed tickets: its number on them, and its 32 bytes in base64url.

    Tickets of a retired one were replaced.
    """

    id: int
    x: str
    retired: bool = False


@dataclass(frozen=True)
class Programme:
    """A venue's screenings; `read_programme` makes one only of what a trusted key signed."""

    type: str
    seq: int
    """Rises with every programme for one venue."""
    issued: str
    event: int
    """The festival's number on tickets."""
    names: Mapping[str, str]
    zone: str
    rooms: tuple[Room, ...]
    gates: tuple[Gate, ...]
    screenings: tuple[Screening, ...]
    door_keys: tuple[DoorKey, ...]
    pretix_keys: tuple[str, ...] = ()
    """Public keys of pretix' signed tickets, 32 bytes each, base64url."""

    @cached_property
    def room(self) -> Mapping[str, Room]:
        """Rooms by id."""
        return {room.id: room for room in self.rooms}

    @cached_property
    def session(self) -> Mapping[int, Screening]:
        """Screenings by their number on tickets."""
        return {screening.session: screening for screening in self.screenings}

    @cached_property
    def ticket_keys(self) -> Mapping[int, Ed25519PublicKey]:
        """The keys of our own tickets, by number."""
        return {key.id: public_key(key.x) for key in self.door_keys}

    @cached_property
    def pretix_ticket_keys(self) -> tuple[Ed25519PublicKey, ...]:
        """The keys of pretix' tickets."""
        return tuple(map(public_key, self.pretix_keys))

    def gate(self, name: str) -> Gate:
        """The gate of this name. Raises `CinemaError` (wrong-use)."""
        for gate in self.gates:
            if gate.name == name:
                return gate
        known = ", ".join(gate.name for gate in self.gates)
        raise CinemaError(Code.WRONG_USE, f"The programme has no gate {name}; it has {known}.")

    def capacity(self, screening: Screening) -> int:
        """How many it takes."""
        room = self.room[screening.room].capacity
        return room if screening.capacity is None else min(room, screening.capacity)


def public_key(text: str) -> Ed25519PublicKey:
    """A key of a programme. Raises ``ValueError``."""
    return Ed25519PublicKey.from_public_bytes(base64url.decode(text))


def write_programme(programme: Programme, signer: SigningKey) -> str:
    """The programme as a signed text. Raises `CinemaError` (programme-refused) for one that could not be read."""
    check(programme)
    return write_signed(dump_json(to_plain(programme)), signer)


def read_programme(text: str, trusted: TrustedKeys) -> Programme:
    """What a trusted key signed. Raises `CinemaError` (programme-refused) for everything else."""
    payload = read_signed(text, trusted, LIMIT_BYTES, Code.PROGRAMME_REFUSED, "The programme")
    document = parse_json(payload, LIMIT_BYTES, Code.PROGRAMME_REFUSED, "The programme")
    programme = from_plain(document, Programme, "programme", Code.PROGRAMME_REFUSED)
    check(programme)
    return programme


def check(programme: Programme) -> None:
    """Refuse what contradicts itself or is beyond any venue. Raises `CinemaError` (programme-refused)."""
    if programme.type != TYPE:
        _refuse("programme.type", "is of a kind or version that this program does not know; update it")
    _number("programme.seq", programme.seq, 1, 1 << 53)
    _number("programme.event", programme.event, 0, 1 << 32)
    _time("programme.issued", programme.issued)
    _names("programme.names", programme.names)
    try:
        ZoneInfo(programme.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        _refuse("programme.zone", "is no time zone")
    _rooms(programme)
    _keys(programme)
    _count("programme.screenings", programme.screenings, SCREENINGS)
    _unique("programme.screenings", [screening.id for screening in programme.screenings])
    _unique("programme.screenings", [screening.session for screening in programme.screenings])
    for index, screening in enumerate(programme.screenings):
        _screening(f"programme.screenings[{index}]", screening, programme)


def _rooms(programme: Programme) -> None:
    _count("programme.rooms", programme.rooms, ROOMS)
    _count("programme.gates", programme.gates, GATES)
    _unique("programme.rooms", [room.id for room in programme.rooms])
    _unique("programme.gates", [gate.bit for gate in programme.gates])
    _unique("programme.gates", [gate.name for gate in programme.gates])
    for index, room in enumerate(programme.rooms):
        where = f"programme.rooms[{index}]"
        _name(f"{where}.id", room.id)
        _names(f"{where}.names", room.names)
        _number(f"{where}.capacity", room.capacity, 1, PEOPLE + 1)
        _short(f"{where}.screen", room.screen)
        _short(f"{where}.notes_screen", room.notes_screen)
        if room.screen and room.screen == room.notes_screen:
            _refuse(f"{where}.notes_screen", "is the screen that the film is on")
    for index, gate in enumerate(programme.gates):
        where = f"programme.gates[{index}]"
        _number(f"{where}.bit", gate.bit, 0, GATES)
        _name(f"{where}.name", gate.name)
        if not gate.rooms or not set(gate.rooms) <= {room.id for room in programme.rooms}:
            _refuse(f"{where}.rooms", "names a room that the programme does not have, or none")


def _keys(programme: Programme) -> None:
    _unique("programme.door_keys", [key.id for key in programme.door_keys])
    for index, key in enumerate(programme.door_keys):
        _number(f"programme.door_keys[{index}].id", key.id, 0, 1 << 16)
    _count("programme.door_keys", programme.door_keys, 100)
    _count("programme.pretix_keys", programme.pretix_keys, 100)
    try:
        for text in (*(key.x for key in programme.door_keys), *programme.pretix_keys):
            public_key(text)
    except ValueError:
        _refuse("programme.door_keys", "hold something that is no Ed25519 key")


def _screening(where: str, screening: Screening, programme: Programme) -> None:
    _name(f"{where}.id", screening.id)
    _names(f"{where}.names", screening.names)
    _number(f"{where}.session", screening.session, 0, 1 << 32)
    if screening.room not in {room.id for room in programme.rooms}:
        _refuse(f"{where}.room", "is no room of the programme")
    _time(f"{where}.doors", screening.doors)
    _time(f"{where}.start", screening.start)
    if screening.doors_at > screening.start_at:
        _refuse(f"{where}.doors", "open after the start")
    if screening.capacity is not None:
        _number(f"{where}.capacity", screening.capacity, 0, PEOPLE + 1)
    for language in (*screening.subtitles, *screening.notes):
        if not _LANGUAGE.fullmatch(language):
            _refuse(where, "names a language by something that is no language tag")
    for person in screening.commentators:
        _short(f"{where}.commentators", person)
    _prices(where, screening)
    for sale in screening.pretix:
        if not (0 <= sale.item < 1 << 53 and 0 <= sale.subevent < 1 << 53):
            _refuse(f"{where}.pretix", "is out of range")
    _count(f"{where}.playlist", screening.playlist, ITEMS)
    if not screening.playlist:
        _refuse(f"{where}.playlist", "is empty")
    for index, item in enumerate(screening.playlist):
        _item(f"{where}.playlist[{index}]", item)


def _prices(where: str, screening: Screening) -> None:
    if screening.title:
        _name(f"{where}.title", screening.title)
    _count(f"{where}.prices", screening.prices, PRICES)
    for price in screening.prices:
        _names(f"{where}.prices", price.names)
        _number(f"{where}.prices", price.minor, 0, 1 << 31)
        if not _CURRENCY.fullmatch(price.currency):
            _refuse(f"{where}.prices", "name a currency by something that is no ISO 4217 code")


def _item(where: str, item: ShowItem) -> None:
    _number(f"{where}.duration_ms", item.duration_ms, 0 if item.kind == "ballot" else 1, LONGEST_MS)
    wants_package = item.kind in ("trailer", "feature")
    wants_file = item.kind in ("slide", "video")
    may_have_file = wants_file or item.kind in ("intermission", "credits", "ballot")
    if bool(item.package) != wants_package or (item.file and not may_have_file) or (wants_file and not item.file):
        _refuse(where, "names a package only for a film, and a file only for a picture or a video")
    for text in (item.package, item.file):
        if text:
            _name(where, text)


def _refuse(where: str, what: str) -> NoReturn:
    raise CinemaError(Code.PROGRAMME_REFUSED, f"The programme was refused: {where} {what}.", {"where": where})


def _number(where: str, number: int, least: int, below: int) -> None:
    if not least <= number < below:
        _refuse(where, f"must be {least} to {below - 1}")


def _count(where: str, items: Collection[object], most: int) -> None:
    if len(items) > most:
        _refuse(where, f"has more than {most}")


def _unique(where: str, items: Collection[object]) -> None:
    if len(set(items)) != len(items):
        _refuse(where, "has the same one twice")


def _name(where: str, text: str) -> None:
    if not _NAME.fullmatch(text) or text.startswith("."):
        _refuse(where, "is malformed: letters, digits, dots, hyphens")


def _short(where: str, text: str) -> None:
    if len(text) > 200 or not text.isprintable():
        _refuse(where, "is too long or holds control characters")


def _names(where: str, names: Mapping[str, str]) -> None:
    _count(where, names, 40)
    if not names:
        _refuse(where, "has no name in any language")
    for language, text in names.items():
        if not _LANGUAGE.fullmatch(language) or not text.strip():
            _refuse(where, "must map language tags to names")
        _short(where, text)


def _time(where: str, text: str) -> None:
    try:
        moment_of(text)
    except CinemaError:
        _refuse(where, "is no time as in 2026-11-23T19:00:00Z")
