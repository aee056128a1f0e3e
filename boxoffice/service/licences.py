"""Offline licences for viewers: the ticket's own windows, on the device that it is bound to."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from boxoffice.rules import Fix, Licence, LicensedTicket, Reason, Rule, time_text, write_licence
from boxoffice.rules.places import Place
from boxoffice.service.catalogue import package_json
from boxoffice.service.database import Database
from boxoffice.service.identity import Viewer
from boxoffice.service.media_addresses import KEPT
from boxoffice.service.problems import Refusal
from boxoffice.service.strongroom import Strongroom
from boxoffice.service.tables import ContentKeyRow, PackageRow
from boxoffice.service.tickets import Tickets
from core import CinemaError, Clock, Code, base64url
from films import SigningKey

log = logging.getLogger(__name__)


class Licences:
    """Writes offline licences where the title's house rules allow them. Thread-safe."""

    def __init__(
        self, database: Database, clock: Clock, strongroom: Strongroom, tickets: Tickets, folder: Path
    ) -> None:
        self._database, self._clock, self._strongroom, self._tickets = database, clock, strongroom, tickets
        self._signer = SigningKey.load_or_create(folder / "licence-key.pem")

    def issue(self, ticket_id: str, device_key: bytes, viewer: Viewer, place: Place | None = None) -> dict[str, Any]:
        """A licence for this device, which the ticket is bound to from now on.

        Raises `Refusal` with every reason, and `CinemaError` (not-found, wrong-use).
        """
        with self._database.write() as session:
            admitted = self._tickets.admitted(session, ticket_id, viewer, place)
            ticket, title, play, facts = admitted.ticket, admitted.title, admitted.play, admitted.facts
            rules = title.facts["house_rules"]
            if not rules["offline"]:
                raise Refusal((Reason(Rule.NOT_OFFLINE, Fix.NONE),))
            package = session.get_one(PackageRow, play.package_id)
            rows = session.scalars(select(ContentKeyRow).where(ContentKeyRow.package_id == package.id))
            keys = {row.key_id: self._strongroom.unseal(row.sealed, package.id, row.key_id) for row in rows}
            now = self._clock.now()
            ends = facts.watch_by or facts.unlock_by + timedelta(seconds=facts.terms.watch_s)
            licence = Licence(
                v=1,
                id=str(uuid4()),
                seq=int(now.timestamp()),
                issued=time_text(now),
                nbf=time_text(min(now, ends - timedelta(seconds=1))),
                exp=time_text(ends),
                device="",
                package=package.id,
                manifest_sha256=package.manifest_sha256,
                keys={},
                ticket=LicensedTicket(
                    id=ticket.id,
                    play=play.id,
                    title=title.id,
                    bought=time_text(facts.bought),
                    started=time_text(facts.started) if facts.started else None,
                    window_start=time_text(facts.terms.window_start),
                    window_end=time_text(facts.terms.window_end),
                    zone=facts.terms.zone,
                    unlock_s=facts.terms.unlock_s,
                    watch_s=facts.terms.watch_s,
                    running_time_ms=title.running_time_ms,
                    position_ms=ticket.position_ms,
                    mark=play.mark,
                    seek=bool(rules["seek"]),
                    stills=bool(rules.get("stills")),
                    seen=tuple((start, end) for start, end in ticket.seen),
                    shown_ms=ticket.shown_ms,
                    replay_percent=facts.replay_percent,
                ),
            )
            text = write_licence(licence, keys, device_key, self._signer)
            log.info("licence %s issued", licence.id)
            return {
                "licence": text,
                "signer": self._signer.public_jwk,
                "package": package_json(package, self._tickets.addresses.for_play(package.id, play.id, KEPT)),
            }


def device_key_of(document: dict[str, Any]) -> bytes:
    """The ``device_key`` of a request: 32 bytes, base64url. Raises `CinemaError` (wrong-use)."""
    value = document.get("device_key")
    try:
        if not isinstance(value, str) or len(value) != 43:
            raise ValueError
        return base64url.decode(value)
    except ValueError as error:
        raise CinemaError(Code.WRONG_USE, "device_key is an X25519 public key, 32 bytes in base64url.") from error
