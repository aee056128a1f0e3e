"""The operator's signed files on a venue's disk: each counts once the ledger has accepted its number."""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from boxoffice.rules import moment_of
from core import CinemaError, Code
from core.whole_file import write_whole
from films import SigningKey, TrustedKeys
from kiosk.ledger import Ledger, sha256_of
from kiosk.programme import Programme, read_programme
from kiosk.ticket_lists import (
    PretixTickets,
    RevokedTickets,
    SoldTickets,
    read_pretix,
    read_revoked,
    read_sold,
    with_pretix_revoked,
    with_pretix_sold,
)

F = TypeVar("F", Programme, RevokedTickets, SoldTickets, PretixTickets)


def trust(folder: Path, jwk: dict[str, str]) -> None:
    """Trust an operator's key (a public Ed25519 JWK) on this venue. Raises `CinemaError` (wrong-use)."""
    TrustedKeys.of(jwk)
    known = [item for item in _operators(folder) if item["x"] != jwk["x"]]
    kept = {name: jwk[name] for name in ("kty", "crv", "x")}
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "operators.json", json.dumps([*known, kept]).encode())


def operators(folder: Path) -> TrustedKeys:
    """Whose signatures count here. Raises `CinemaError` (file-unreadable)."""
    return TrustedKeys.of(*_operators(folder))


def _operators(folder: Path) -> list[dict[str, str]]:
    try:
        return [dict(item) for item in json.loads((folder / "operators.json").read_bytes())]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError) as error:
        raise CinemaError(Code.FILE_UNREADABLE, "The venue's list of operators cannot be read; enrol again.") from error


class AcceptedFiles:
    """Programme and lists of tickets, as a ledger accepted them; ``accepted`` tells the number and SHA-256 of each."""

    def __init__(self, folder: Path, accepted: Callable[[str], tuple[int, str] | None]) -> None:
        self._folder, self._accepted = folder, accepted
        self._trusted = operators(folder)

    def programme(self) -> Programme | None:
        """The programme that counts. Raises `CinemaError` (programme-refused) where it is not what was accepted."""
        return self._kept("programme", read_programme)

    def revoked(self) -> RevokedTickets | None:
        """The list of revoked tickets that counts, with those of pretix. Raises as `programme`."""
        return with_pretix_revoked(self._kept("revoked", read_revoked), self.pretix())

    def sold(self) -> SoldTickets | None:
        """The list of sold tickets that counts, with those of pretix. Raises as `programme`."""
        return with_pretix_sold(self._kept("sold", read_sold), self.pretix())

    def pretix(self) -> PretixTickets | None:
        """What was fetched from pretix last. Raises as `programme`."""
        return self._kept("pretix", self._read_pretix)

    def _read_pretix(self, text: str, _operators: TrustedKeys) -> PretixTickets:
        device = SigningKey.load_or_create(self._folder / "device-key.pem")
        return read_pretix(text, TrustedKeys.of(device.public_jwk))

    def _kept(self, name: str, read: Callable[[str, TrustedKeys], F]) -> F | None:
        accepted = self._accepted(name)
        if accepted is None:
            return None
        file = self._folder / f"{name}.jws"
        for place in (file, file.with_suffix(".coming")):
            with contextlib.suppress(OSError):
                data = place.read_bytes()
                if sha256_of(data) == accepted[1]:
                    with contextlib.suppress(OSError):
                        place.replace(file)
                    return read(data.decode("ascii"), self._trusted)
        raise CinemaError(
            Code.PROGRAMME_REFUSED,
            f"The {name} on this disk is not number {accepted[0]}, which counts; import it again.",
        )


class OperatorFiles(AcceptedFiles):
    """The same, with the ledger at hand that accepts new ones."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        super().__init__(folder, ledger.accepted)
        self._ledger = self.ledger = ledger

    def take_programme(self, text: str) -> Programme:
        """Accept a programme. Raises `CinemaError` (programme-refused), or as the ledger does."""
        return self._take("programme", text, read_programme)

    def take_revoked(self, text: str) -> RevokedTickets:
        """Accept a list of revoked tickets. Raises as `take_programme`."""
        return self._take("revoked", text, read_revoked)

    def take_sold(self, text: str) -> SoldTickets:
        """Accept a list of sold tickets. Raises as `take_programme`."""
        return self._take("sold", text, read_sold)

    def take_pretix(self, text: str) -> PretixTickets:
        """Accept what this device fetched from pretix. Raises as `take_programme`."""
        return self._take("pretix", text, self._read_pretix)

    def _take(self, name: str, text: str, read: Callable[[str, TrustedKeys], F]) -> F:
        found = read(text, self._trusted)
        data = text.strip().encode("ascii")
        file = self._folder / f"{name}.jws"
        # Beside first, then the ledger, then in place: cut off anywhere, the one that was accepted is found.
        coming = file.with_suffix(".coming")
        write_whole(coming, data)
        try:
            if not isinstance(found, PretixTickets):  # this machine's own clock says nothing new about the time
                self._ledger.learn(moment_of(found.issued))
            self._ledger.accept(name, found.seq, sha256_of(data))
        except CinemaError:
            with contextlib.suppress(OSError):
                coming.unlink()
            raise
        with contextlib.suppress(FileNotFoundError):  # a reader beside us may have put it in place
            coming.replace(file)
        return found
