"""What a venue's devices ask of the service: to be enrolled, to hand in records, and for what they go by."""

import re
import zlib
from typing import Any

from starlette.responses import JSONResponse, Response

from boxoffice.rules.sealed_files import device_of, unseal
from boxoffice.rules.venues import BATCH
from boxoffice.service.accounts import attempts_in
from boxoffice.service.calls import Call
from boxoffice.service.console.roles import ALLOWED, Action, Role
from boxoffice.service.database import Database
from boxoffice.service.identity import Identity
from boxoffice.service.problems import HttpProblem
from boxoffice.service.proofs import ALGORITHMS, ProofBook, ProofRefused
from boxoffice.service.tables import AccountRow, FamilyRow, StaffRow
from boxoffice.service.venue_records import VenueRecords
from boxoffice.service.venues import Applicant, Venues, applicant_of
from core import CinemaError, Clock, Code
from core.strict_json import parse_object
from films import TrustedKeys

PRIVATE = {"Cache-Control": "no-store"}
UPLOAD_BYTES = 2 << 20
UNPACKED_BYTES = 16 << 20
STICK_BYTES = 256 << 20
WRONG_CODES_PER_PLACE = 20
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class VenueApi:
    """Answers ``/v1/venue/*``. A device proves its key with each request (RFC 9449's proof, without a token)."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        identity: Identity,
        proofs: ProofBook,
        issuer: str,
        venues: Venues,
    ) -> None:
        self._database, self._clock, self._identity = database, clock, identity
        self._proofs, self._issuer, self._venues = proofs, issuer, venues
        self._records = VenueRecords(database, clock, venues)

    def enrol(self, call: Call) -> Response:
        """``POST /v1/venue/enrolment``: by a code from the console, or in the name of staff who allowed this device."""
        document = call.json()
        applicant = applicant_of(document)
        code = document.get("code")
        if isinstance(code, str):
            return JSONResponse(self._by_code(call, applicant, code), 201, PRIVATE)
        venue_id = document.get("venue")
        if venue_id is not None and not isinstance(venue_id, str):
            raise CinemaError(Code.WRONG_USE, "venue is a text.")
        return JSONResponse(self._by_staff(call, applicant, venue_id), 201, PRIVATE)

    def _by_code(self, call: Call, applicant: Applicant, code: str) -> dict[str, Any]:
        self._own(self._device(call), applicant)
        refusal: CinemaError | None = None
        with self._database.write() as session:
            place = attempts_in(session, f"venue codes:{call.place}", self._clock.now())
            if place.count >= WRONG_CODES_PER_PLACE:
                raise HttpProblem(429, Code.REFUSED, "Too many wrong codes came from here; wait a quarter of an hour.")
            try:
                venue = self._venues.venue_of_code(session, code)
                return self._venues.enrol(session, venue, applicant, "a code")
            except CinemaError as error:
                place.count += 1
                refusal = error
        raise refusal

    def _by_staff(self, call: Call, applicant: Applicant, venue_id: str | None) -> dict[str, Any]:
        viewer = self._identity.viewer(call)
        self._own(viewer.thumbprint, applicant)
        with self._database.write() as session:
            staff = session.get(StaffRow, viewer.account_id)
            if staff is None or Role(staff.role) not in ALLOWED[Action.CHANGE_VENUES]:
                raise CinemaError(Code.REFUSED, "Whoever enrols a device may change venues in the console.")
            venue = self._venues.only_venue(session, venue_id)
            person = session.get_one(AccountRow, viewer.account_id)
            given = self._venues.enrol(session, venue, applicant, f"{person.name} ({staff.role})")
            # Nobody stays signed in on a machine that stands in a foyer.
            for family in session.query(FamilyRow).filter_by(thumbprint=viewer.thumbprint, revoked=None):
                family.revoked = self._clock.now()
        return given

    def have(self, call: Call) -> Response:
        """``GET /v1/venue/records``."""
        return JSONResponse(self._records.have(self._device(call)), headers=PRIVATE)

    def take(self, call: Call) -> Response:
        """``POST /v1/venue/records``."""
        device_id = self._device(call)
        key = call.headers.get("idempotency-key", "")
        if not _UUID.fullmatch(key):
            raise CinemaError(Code.WRONG_USE, "Idempotency-Key is a UUID of version 7.")
        records, heads = _batch(_unpacked(call, UNPACKED_BYTES), BATCH)
        return JSONResponse(self._records.take(device_id, key, records, heads), headers=PRIVATE)

    def files(self, call: Call) -> Response:
        """``GET /v1/venue/files``: those whose digest is not among ``have``."""
        device_id = self._device(call)
        known = set(call.query.get("have", "").split(",")[:500])
        with self._database.write() as session:
            device = self._venues.device(session, device_id)
            device.seen = self._clock.now()
            found = self._venues.files(session, device)
        return JSONResponse({"files": [item for item in found if item["sha256"] not in known]}, headers=PRIVATE)

    def _device(self, call: Call) -> str:
        """Whose key the request proves."""
        try:
            return self._proofs.verify(call.headers.get("dpop"), call.method, self._issuer + call.path, None).thumbprint
        except (ProofRefused, CinemaError) as error:
            challenge = {"WWW-Authenticate": f'DPoP error="invalid_dpop_proof", algs="{" ".join(ALGORITHMS)}"'}
            detail = f"The proof was refused: {error.args[0]}."
            raise HttpProblem(401, Code.SIGN_IN_NEEDED, detail, challenge) from error

    def _own(self, thumbprint: str, applicant: Applicant) -> None:
        if TrustedKeys.of(applicant.jwk).key_ids != {thumbprint}:
            raise CinemaError(Code.WRONG_USE, "x is another key than the one that was proved.")


def take_stick(database: Database, clock: Clock, venues: Venues, file: bytes) -> str:
    """A file that came on a stick; the receipt for it. Raises `CinemaError` (wrong-use), `HttpProblem`."""
    device_id = device_of(file)
    with database.write() as session:
        device = venues.device(session, device_id)
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": device.x}
    head, packed = unseal(file, jwk, venues.sync_key)
    came, heads = _batch(_inflated(packed, STICK_BYTES), STICK_BYTES)
    return str(VenueRecords(database, clock, venues).take(head.device, head.batch, came, heads)["receipt"])


def _unpacked(call: Call, limit: int) -> bytes:
    if call.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HttpProblem(415, Code.WRONG_USE, "The request must be application/json.")
    packing = call.headers.get("content-encoding", "identity").strip().lower()
    if packing == "identity":
        return call.body
    if packing != "gzip":
        raise HttpProblem(415, Code.WRONG_USE, "The request may be packed with gzip alone.")
    return _inflated(call.body, limit)


def _inflated(data: bytes, limit: int) -> bytes:
    """The bytes that gzip packed, all of them and no more than ``limit``. Raises `CinemaError` (wrong-use)."""
    unpacking = zlib.decompressobj(wbits=31)
    try:
        plain = unpacking.decompress(data, limit)
    except zlib.error as error:
        raise CinemaError(Code.WRONG_USE, "The request is not whole gzip.") from error
    if not unpacking.eof or unpacking.unused_data:
        raise CinemaError(Code.WRONG_USE, "The request is not whole gzip, or is too large.")
    return plain


def _batch(data: bytes, most: int) -> tuple[list[str], list[str]]:
    said = parse_object(data, len(data), Code.WRONG_USE, "The request")
    records, heads = said.get("records"), said.get("heads")
    if not isinstance(records, list) or not isinstance(heads, list) or set(said) != {"records", "heads"}:
        raise CinemaError(Code.WRONG_USE, "The request holds records and heads.")
    texts = [text for text in (*records, *heads) if isinstance(text, str)]
    if len(texts) != len(records) + len(heads) or len(records) > most or len(heads) > most:
        raise CinemaError(Code.WRONG_USE, f"records and heads are texts, at most {most} each.")
    return texts[: len(records)], texts[len(records) :]
