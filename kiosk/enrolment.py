"""Belonging to a venue: what the box office gave this device, kept and verified at each use."""

import json
from dataclasses import dataclass
from pathlib import Path

from boxoffice.client import DeviceKey, Enrolment
from boxoffice.rules.venues import DeviceCertificate, VenueDevices, read_certificate, read_devices
from core import CinemaError, Code
from core.whole_file import write_whole
from films import TrustedKeys
from kiosk.ledger import Ledger
from kiosk.operator_files import trust
from kiosk.records import Kind


@dataclass(frozen=True)
class Membership:
    """What this device is to its box office."""

    service: str
    """The box office's address; empty where the certificate came on a stick."""
    certificate: DeviceCertificate
    trusted: TrustedKeys
    """The box office's own key: certificates, receipts, and the list of devices."""

    def devices(self, text: str) -> VenueDevices:
        """The devices of this venue, as the box office signed them. Raises `CinemaError` (programme-refused)."""
        found = read_devices(text, self.trusted)
        if found.venue != self.certificate.venue:
            raise CinemaError(
                Code.PROGRAMME_REFUSED, "The list of devices was refused: it is another venue's; sync again."
            )
        return found


def join(folder: Path, ledger: Ledger, service: str, given: Enrolment) -> DeviceCertificate:
    """Belong to the venue that the certificate names, and trust the keys in it from now on.

    Raises `CinemaError`: programme-refused for another device's certificate, or one that the key did not sign.
    """
    certificate = read_certificate(given.certificate, TrustedKeys.of(given.key))
    if certificate.device != ledger.device:
        raise CinemaError(Code.PROGRAMME_REFUSED, "The certificate was refused: it is for another device.")
    for jwk in certificate.operators:
        trust(folder, dict(jwk))
    kept = {"service": service, "certificate": given.certificate, "key": given.key}
    write_whole(folder / "enrolment.json", json.dumps(kept).encode())
    ledger.append(Kind.ENROLLED, {"venue": certificate.venue, "name": certificate.name})
    return certificate


def membership(folder: Path) -> Membership | None:
    """What `join` kept; none before. Raises `CinemaError` (file-unreadable)."""
    try:
        kept = json.loads((folder / "enrolment.json").read_bytes())
        trusted = TrustedKeys.of(kept["key"])
        return Membership(str(kept["service"]), read_certificate(kept["certificate"], trusted), trusted)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, CinemaError) as error:
        raise CinemaError(Code.FILE_UNREADABLE, "What the box office gave cannot be read; enrol again.") from error


def belongs(folder: Path) -> Membership:
    """As `membership`. Raises `CinemaError` (sign-in-needed) before this device is enrolled."""
    found = membership(folder)
    if found is None:
        raise CinemaError(Code.SIGN_IN_NEEDED, "This device belongs to no venue yet: kiosk enrol --service URL")
    return found


def device_key(folder: Path) -> DeviceKey:
    """The device's key, as requests are proved with it. Raises `CinemaError` (file-unreadable)."""
    try:
        return DeviceKey.from_pem((folder / "device-key.pem").read_bytes())
    except OSError as error:
        raise CinemaError(Code.FILE_UNREADABLE, "The device's key cannot be read.") from error
