"""Tickets sold at a door: signed by the door itself, counted against the room, told to the leading door."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from boxoffice.rules import DoorTicket, write_door_ticket
from boxoffice.rules.venues import VenueDevices
from core import CinemaError, Code
from films import TrustedKeys
from kiosk.enrolment import membership
from kiosk.ledger import Ledger
from kiosk.programme import Price, Programme, Screening, public_key
from kiosk.ticket_lists import SoldTickets


@dataclass(frozen=True)
class Seller:
    """The door's own key, and its number on tickets."""

    key_id: int
    key: Ed25519PrivateKey


@dataclass(frozen=True)
class SoldHere:
    """A ticket that was just sold."""

    code: str
    reference: str
    """What is printed below the code, for looking it up."""
    screening: Screening
    price: Price
    people: int

    @property
    def minor(self) -> int:
        """What was paid, in minor units."""
        return self.price.minor * self.people


def new_ticket(seller: Seller, programme: Programme, screening: Screening, people: int) -> tuple[DoorTicket, str]:
    """A ticket for a screening, at every gate that leads there, and its code."""
    gates = sum(1 << gate.bit for gate in programme.gates if screening.room in gate.rooms)
    ticket = DoorTicket(
        *(seller.key_id, secrets.randbits(64), programme.event, screening.session),
        *(screening.doors_at, screening.end_at, gates, people),
    )
    return ticket, write_door_ticket(ticket, seller.key)


def reference_of(ticket: str) -> str:
    """What is printed below a code that was sold at a door."""
    return f"{ticket[:4]}-{ticket[4:8]}".upper()


def presold(sold: SoldTickets | None, screening: Screening, ledger: Ledger) -> int:
    """How many bought elsewhere and have not come in."""
    mine = [ticket for ticket in sold.tickets if ticket.session == screening.session] if sold else []
    if not mine:
        return 0
    came = dict(
        ledger.ask(
            "SELECT ticket, sum(people) FROM (SELECT ticket, people FROM admissions WHERE screening = ?1"
            " UNION ALL SELECT ticket, people FROM claims WHERE screening = ?1 AND sale = 0) GROUP BY ticket",
            screening.id,
        )
    )
    return sum(max(0, ticket.people - int(came.get(ticket.id, 0))) for ticket in mine)


def seller_of(venue: Path) -> Seller | None:
    """What this door signs with; none before it is enrolled. Raises `CinemaError` (file-unreadable)."""
    found = membership(venue)
    if found is None:
        return None
    key = load_pem_private_key((venue / "device-key.pem").read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise CinemaError(Code.FILE_UNREADABLE, "The device's key is of another kind.")
    return Seller(found.certificate.sale_key, key)


def devices_of(venue: Path, ledger: Ledger) -> VenueDevices | None:
    """The venue's devices, as they were last told. Raises `CinemaError` (file-unreadable, programme-refused)."""
    found = membership(venue)
    if found is None or ledger.accepted("devices") is None:
        return None
    try:
        return found.devices((venue / "devices.jws").read_text(encoding="ascii"))
    except OSError as error:
        raise CinemaError(
            Code.FILE_UNREADABLE, "The list of the venue's devices cannot be read; sync again."
        ) from error


def sale_keys_of(devices: VenueDevices | None, seller: Seller | None) -> Mapping[int, Ed25519PublicKey]:
    """The keys of tickets that the venue's doors sold."""
    keys = {one.sale_key: public_key(one.x) for one in devices.devices} if devices else {}
    return {**keys, **({seller.key_id: seller.key.public_key()} if seller else {})}


def trusted_device(devices: VenueDevices, name: str) -> TrustedKeys:
    """The key of the device that staff call ``name``. Raises `CinemaError` (wrong-use)."""
    for one in devices.devices:
        if name in (one.name, one.device):
            return TrustedKeys.of({"kty": "OKP", "crv": "Ed25519", "x": one.x})
    known = ", ".join(one.name for one in devices.devices)
    raise CinemaError(Code.WRONG_USE, f"The venue has no device {name}; it has {known}.")
