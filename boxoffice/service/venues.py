"""Venues and their devices: enrolling these, and what they go by."""

import logging
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from boxoffice.rules import Licence, time_text, write_licence
from boxoffice.rules.signed_texts import read_signed
from boxoffice.rules.venues import (
    CERTIFICATE_TYPE,
    DEVICES_TYPE,
    SALE_KEYS,
    DeviceCertificate,
    VenueDevice,
    VenueDevices,
    write_paper,
)
from boxoffice.service.database import Database
from boxoffice.service.problems import HttpProblem, not_found
from boxoffice.service.strongroom import Strongroom, digest
from boxoffice.service.tables import (
    ContentKeyRow,
    PackageRow,
    SignerRow,
    VenueDeviceRow,
    VenueFileRow,
    VenueLicenceRow,
    VenueRow,
)
from core import CinemaError, Clock, Code, base64url
from core.strict_json import parse_object
from films import SigningKey, TrustedKeys

log = logging.getLogger(__name__)

CODE_LIFE = timedelta(hours=24)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 12
NAME_LETTERS = 120
FILE_BYTES = 8 << 20
TYPES = {
    "programme": "smart-cinema programme 1",
    "revoked": "smart-cinema revoked tickets 1",
    "sold": "smart-cinema sold tickets 1",
}
"""What each kind of file calls itself."""
_X = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Applicant:
    """A device that asks to belong to a venue. Its key was proved by whoever asks for it."""

    x: str
    licence_key: str
    name: str

    @property
    def jwk(self) -> dict[str, str]:
        """Its public key."""
        return {"kty": "OKP", "crv": "Ed25519", "x": self.x}


def applicant_of(document: dict[str, Any]) -> Applicant:
    """What a request says about a device. Raises `CinemaError` (wrong-use)."""
    texts = {name: document.get(name) for name in ("x", "licence_key", "name")}
    keys = (texts["x"], texts["licence_key"])
    if not all(isinstance(key, str) and _X.fullmatch(key) for key in keys):
        raise CinemaError(Code.WRONG_USE, "x and licence_key are keys of 32 bytes in base64url.")
    name = tidy_name(str(texts["name"] or ""))
    if not name:
        raise CinemaError(Code.WRONG_USE, "A device has a name of at most 120 letters.")
    applicant = Applicant(str(texts["x"]), str(texts["licence_key"]), name)
    TrustedKeys.of(applicant.jwk)
    return applicant


def tidy_name(text: str) -> str:
    """A name for people, or nothing where it is none."""
    clean = " ".join(text.split())
    return clean if len(clean) <= NAME_LETTERS and clean.isprintable() else ""


class Venues:
    """Enrols devices and hands them what they go by. Thread-safe."""

    def __init__(self, database: Database, clock: Clock, strongroom: Strongroom, folder: Path) -> None:
        self._database, self._clock, self._strongroom = database, clock, strongroom
        self.signer = SigningKey.load_or_create(folder / "venue-key.pem")
        self._licence_signer = SigningKey.load_or_create(folder / "licence-key.pem")

    @property
    def sync_key(self) -> X25519PrivateKey:
        """What opens files from venues."""
        return self._strongroom.venue_key

    def make(self, session: Session, name: str) -> VenueRow:
        """A new venue. Raises `CinemaError` (wrong-use) without a name."""
        clean = tidy_name(name)
        if not clean:
            raise CinemaError(Code.WRONG_USE, "A venue has a name of at most 120 letters.")
        row = VenueRow(id=str(uuid4()), name=clean, created=self._clock.now(), code=None, code_ends=None)
        session.add(row)
        return row

    def new_code(self, row: VenueRow) -> str:
        """A code that enrols one device within a day; the one before counts no more."""
        code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
        row.code, row.code_ends = digest(code), self._clock.now() + CODE_LIFE
        return "-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4))

    def venue_of_code(self, session: Session, code: str) -> VenueRow:
        """The venue whose code this is; it counts no more. Raises `CinemaError` (refused)."""
        letters = "".join(letter for letter in code[:64].upper() if letter in LETTERS)
        query = select(VenueRow).where(VenueRow.code == digest(letters), VenueRow.code_ends > self._clock.now())
        row = session.scalar(query.with_for_update())
        if row is None:
            raise CinemaError(Code.REFUSED, "No venue waits for this code; ask for a new one.")
        row.code = row.code_ends = None
        session.flush()  # whoever reads the row anew reads that
        return row

    def only_venue(self, session: Session, venue_id: str | None) -> VenueRow:
        """The venue that is named, or the only one. Raises `CinemaError` (not-found, wrong-use)."""
        rows = list(session.scalars(select(VenueRow).where(VenueRow.id == venue_id) if venue_id else select(VenueRow)))
        if not rows:
            raise not_found()
        if len(rows) > 1:
            raise CinemaError(Code.WRONG_USE, "There are several venues; say which.")
        return rows[0]

    def enrol(self, session: Session, venue: VenueRow, applicant: Applicant, by: str) -> dict[str, Any]:
        """The device belongs to the venue from now on: its certificate, and the key that signs for us.

        Raises `CinemaError` (refused) for a device of another venue.
        """
        session.refresh(venue, with_for_update=True)
        device_id = next(iter(TrustedKeys.of(applicant.jwk).key_ids))
        row = session.get(VenueDeviceRow, device_id)
        if row is not None and row.venue_id != venue.id:
            raise CinemaError(Code.REFUSED, "This device belongs to another venue; give it a new folder.")
        if row is None:
            last = session.scalar(select(func.max(VenueDeviceRow.sale_key)).where(VenueDeviceRow.venue_id == venue.id))
            row = VenueDeviceRow(id=device_id, venue_id=venue.id, x=applicant.x, seen=None)
            row.sale_key = SALE_KEYS.start if last is None else last + 1
            session.add(row)
        row.licence_key, row.name, row.removed = applicant.licence_key, applicant.name, None
        row.enrolled, row.enrolled_by = self._clock.now(), by
        session.flush()
        return self.certificate(session, row)

    def certificate(self, session: Session, device: VenueDeviceRow) -> dict[str, Any]:
        """A device's certificate, and the key that signs for us."""
        jwks = [dict(row.jwk) for row in session.scalars(select(SignerRow).order_by(SignerRow.key_id))]
        operators = [*jwks, self._licence_signer.public_jwk, self.signer.public_jwk]
        certificate = DeviceCertificate(
            CERTIFICATE_TYPE,
            device.id,
            device.venue_id,
            device.name,
            device.sale_key,
            time_text(self._clock.now()),
            base64url.encode(self.sync_key.public_key().public_bytes_raw()),
            tuple({name: str(jwk[name]) for name in ("kty", "crv", "x")} for jwk in operators),
        )
        return {"certificate": write_paper(certificate, self.signer), "key": self.signer.public_jwk}

    def device(self, session: Session, device_id: str) -> VenueDeviceRow:
        """The device with this key, kept from changing meanwhile. Raises `HttpProblem` 401 where it is none of ours."""
        row = session.get(VenueDeviceRow, device_id, with_for_update=True)
        if row is None or row.removed is not None:
            raise HttpProblem(401, Code.SIGN_IN_NEEDED, "This device is not enrolled here (any more).")
        return row

    def put(self, session: Session, venue_id: str, kind: str, text: str) -> int:
        """Keep what the operator signed, for the venue's devices; its number.

        Raises `CinemaError` (programme-refused) for what is not signed by us or is not newer, or (not-found).
        """
        if session.get(VenueRow, venue_id) is None:
            raise not_found()
        jwks = [dict(row.jwk) for row in session.scalars(select(SignerRow))]
        trusted = TrustedKeys.of(*jwks, self.signer.public_jwk)
        payload = read_signed(text, trusted, FILE_BYTES, Code.PROGRAMME_REFUSED, "The file")
        said = parse_object(payload, FILE_BYTES, Code.PROGRAMME_REFUSED, "The file")
        seq = said.get("seq")
        if (
            said.get("type") != TYPES[kind]
            or not isinstance(seq, int)
            or isinstance(seq, bool)
            or not 0 < seq < 1 << 53
        ):
            raise CinemaError(Code.PROGRAMME_REFUSED, "The file was refused: it holds something else.")
        row = session.get(VenueFileRow, (venue_id, kind))
        if row is None:
            row = VenueFileRow(venue_id=venue_id, kind=kind, seq=0)
            session.add(row)
        if seq <= row.seq:
            raise CinemaError(Code.PROGRAMME_REFUSED, f"Number {row.seq} is here already; raise the file's number.")
        row.seq, row.text, row.added = seq, text.strip(), self._clock.now()
        return seq

    def permit(self, session: Session, venue_id: str, package_id: str, start: datetime, end: datetime) -> None:
        """Let the venue's devices play a film in this window. Raises `CinemaError` (not-found, wrong-use)."""
        if session.get(VenueRow, venue_id) is None or session.get(PackageRow, package_id) is None:
            raise not_found()
        if end <= start:
            raise CinemaError(Code.WRONG_USE, "A window ends after it begins.")
        row = session.get(VenueLicenceRow, (venue_id, package_id))
        seq = max(int(self._clock.now().timestamp()), row.seq + 1 if row else 0)
        session.merge(VenueLicenceRow(venue_id=venue_id, package_id=package_id, seq=seq, start=start, end=end))

    def files(self, session: Session, device: VenueDeviceRow) -> list[dict[str, Any]]:
        """What the device should have: kind, number, SHA-256 and text of each."""
        rows = session.scalars(select(VenueFileRow).where(VenueFileRow.venue_id == device.venue_id))
        found = [(row.kind, row.seq, row.text) for row in rows]
        devices = self._devices(session, device.venue_id)
        found.append(("devices", devices.seq, write_paper(devices, self.signer)))
        permits = select(VenueLicenceRow).where(VenueLicenceRow.venue_id == device.venue_id)
        found += [
            (f"licence for {row.package_id}", row.seq, self._licence(session, row, device))
            for row in session.scalars(permits)
        ]
        return [
            {"kind": kind, "seq": seq, "sha256": sha256(text.encode()).hexdigest(), "text": text}
            for kind, seq, text in found
        ]

    def _devices(self, session: Session, venue_id: str) -> VenueDevices:
        query = select(VenueDeviceRow).where(VenueDeviceRow.venue_id == venue_id).order_by(VenueDeviceRow.id)
        rows = list(session.scalars(query))
        changed = max((moment for row in rows for moment in (row.enrolled, row.removed) if moment), default=None)
        at = changed or self._clock.now()
        members = tuple(VenueDevice(row.id, row.name, row.x, row.sale_key) for row in rows if row.removed is None)
        return VenueDevices(DEVICES_TYPE, int(at.timestamp() * 1000), time_text(at), venue_id, members)

    def _licence(self, session: Session, row: VenueLicenceRow, device: VenueDeviceRow) -> str:
        package = session.get_one(PackageRow, row.package_id)
        rows = session.scalars(select(ContentKeyRow).where(ContentKeyRow.package_id == package.id))
        keys = {key.key_id: self._strongroom.unseal(key.sealed, package.id, key.key_id) for key in rows}
        issued = datetime.fromtimestamp(row.seq, row.start.tzinfo)
        licence = Licence(
            *(1, f"{row.venue_id}.{row.seq}", row.seq, time_text(issued), time_text(row.start), time_text(row.end)),
            *("", package.id, package.manifest_sha256, {}),
        )
        return write_licence(licence, keys, base64url.decode(device.licence_key), self._licence_signer)
