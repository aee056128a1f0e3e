"""Who makes a protected request, and on which device."""

import unicodedata
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import select, update

from boxoffice.service.calls import Call
from boxoffice.service.database import Database
from boxoffice.service.problems import HttpProblem
from boxoffice.service.proofs import ALGORITHMS, ProofBook, ProofRefused
from boxoffice.service.strongroom import digest
from boxoffice.service.tables import AccessRow, FamilyRow
from core import CinemaError, Clock, Code

TOKEN_LENGTH = 128


@dataclass(frozen=True)
class Viewer:
    """An account on a device."""

    account_id: str
    thumbprint: str
    device_name: str


class Identity:
    """Checks ``Authorization: DPoP`` with its proof (RFC 9449 7.1). Thread-safe."""

    def __init__(self, database: Database, clock: Clock, proofs: ProofBook, issuer: str) -> None:
        self._database = database
        self._clock = clock
        self._proofs = proofs
        self._issuer = issuer

    def viewer(self, call: Call) -> Viewer:
        """Who this is. Raises `HttpProblem` 401 with a challenge."""
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "dpop" or not token or len(token) > TOKEN_LENGTH or not token.isascii():
            msg = "invalid_token"
            raise _unauthorized(msg, "Sign in first.")
        try:
            proof = self._proofs.check(call.headers.get("dpop"), call.method, self._issuer + call.path, token)
        except (ProofRefused, CinemaError) as error:
            msg = "invalid_dpop_proof"
            raise _unauthorized(msg, f"The proof was refused: {error.args[0]}.") from error
        with self._database.read() as session:
            query = select(AccessRow, FamilyRow).join(FamilyRow, FamilyRow.id == AccessRow.family_id)
            found = session.execute(query.where(AccessRow.digest == digest(token))).first()
        if found is None or found[0].expires <= self._clock.now() or found[1].revoked:
            msg = "invalid_token"
            raise _unauthorized(msg, "The sign-in has run out or was ended.")
        if found[1].thumbprint != proof.thumbprint:
            msg = "invalid_token"
            raise _unauthorized(msg, "The token belongs to another device.")
        try:  # last, so that nobody without a token fills the book
            self._proofs.spend(proof)
        except ProofRefused as error:
            msg = "invalid_dpop_proof"
            raise _unauthorized(msg, f"The proof was refused: {error.args[0]}.") from error
        viewer = Viewer(found[1].account_id, proof.thumbprint, device_name(call.headers.get("device-name", "")))
        if viewer.device_name and viewer.device_name != found[1].device_name:
            named = update(FamilyRow).where(FamilyRow.id == found[1].id).values(device_name=viewer.device_name)
            with self._database.write() as session:
                session.execute(named)
        return viewer


def device_name(text: str) -> str:
    """A short name for people, without control characters."""
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode("utf-8")
    kept = "".join(letter for letter in text if not unicodedata.category(letter).startswith("C"))
    return " ".join(kept.split())[:60]


def _unauthorized(error: str, message: str) -> HttpProblem:
    challenge = f'DPoP error="{error}", algs="{" ".join(ALGORITHMS)}"'
    return HttpProblem(401, Code.SIGN_IN_NEEDED, message, {"WWW-Authenticate": challenge})
