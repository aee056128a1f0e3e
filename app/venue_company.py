"""A door among others: which one leads, and the keys of all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from core import CinemaError, Code
from films import SigningKey, TrustedKeys
from kiosk import (
    Company,
    Door,
    LanLeader,
    LeadingDoor,
    Ledger,
    devices_of,
    keys_of,
    sale_keys_of,
    seller_of,
    trusted_device,
)

if TYPE_CHECKING:
    from app.venue_door import DoorPlace


@contextmanager
def in_company(venue: Path, ledger: Ledger, place: "DoorPlace") -> Iterator[Company]:
    """What the door has beside its ledger. Raises `CinemaError` (wrong-use) for a leading door that is not known."""
    seller, devices = seller_of(venue), devices_of(venue, ledger)
    keys = sale_keys_of(devices, seller)
    if not place.leader:
        yield Company(None, seller, keys)
        return
    name, at, address = place.leader.rpartition("@")
    if not at or devices is None:
        raise CinemaError(Code.WRONG_USE, "Name the leading door as NAME@HOST:PORT, after: kiosk sync")
    leader = LanLeader(_address(address), _signer(venue), trusted_device(devices, name))
    try:
        yield Company(leader, seller, keys)
    finally:
        leader.close()


@contextmanager
def leading(venue: Path, ledger: Ledger, door: Door, place: "DoorPlace") -> Iterator[None]:
    """Answer the other doors meanwhile, where this one leads."""
    if not place.lead:
        yield
        return

    def places(screening_id: str, sale: bool) -> int | None:
        programme = door.programme
        found = next((one for one in programme.screenings if one.id == screening_id), None)
        if found is None:
            return None
        return door.places(found) if sale else programme.capacity(found)

    def keys() -> dict[str, TrustedKeys]:
        devices = devices_of(venue, ledger)
        return keys_of(devices) if devices else {}

    try:
        answering = LeadingDoor(_address(place.lead), ledger, _signer(venue), keys, places)
    except OSError as error:
        raise CinemaError(Code.WRONG_USE, f"This door cannot answer at {place.lead}: {error.strerror}.") from error
    try:
        yield
    finally:
        answering.close()


def _signer(venue: Path) -> SigningKey:
    return SigningKey.load_or_create(venue / "device-key.pem")


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or not 0 <= int(port) < 1 << 16:
        raise CinemaError(Code.WRONG_USE, f"{text} is no HOST:PORT.")
    return host or "0.0.0.0", int(port)  # noqa: S104 - doors are asked from the network
