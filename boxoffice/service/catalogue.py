"""What is on, in one territory, now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from boxoffice.rules import Avail, Offer, OfferState, is_territory, offer_for
from boxoffice.rules.places import Place
from boxoffice.service.config import ServiceConfig
from boxoffice.service.database import Database
from boxoffice.service.tables import PackageRow, SectionRow, SignerRow, TitleRow
from boxoffice.service.terms import avails_of
from boxoffice.service.wire import money_json, reason_json, time_json
from core import CinemaError, Clock, Code


class Catalogue:
    """Answers ``/v1/catalogue``."""

    def __init__(self, database: Database, clock: Clock, config: ServiceConfig) -> None:
        self._database = database
        self._mirrors = config.mirrors
        self._clock = clock
        self._default = config.default_territory

    def show(self, territory: str | None, place: Place | None = None) -> dict[str, Any]:
        """Sections, titles with their offers, and who may sign packages."""
        here = tidy_territory(territory) if territory is not None else self._default
        if place is not None:
            here = place.territory
        now = self._clock.now()
        with self._database.read() as session:
            avails = avails_of(session)
            packages = {row.id: row for row in session.scalars(select(PackageRow))}
            offers = {
                row: _offer_at(avails.get(row.id, []), here, now, place)
                for row in session.scalars(select(TitleRow).order_by(TitleRow.id))
            }
            titles = [
                _title_json(row, packages, offer, self._mirrors)
                for row, offer in offers.items()
                if offer.state is not OfferState.UNANNOUNCED
            ]
            shown = {title["id"] for title in titles}
            sections = [
                {**row.facts, "title_ids": [title_id for title_id in row.facts["title_ids"] if title_id in shown]}
                for row in session.scalars(select(SectionRow).order_by(SectionRow.position))
            ]
            return {"territory": here, "sections": sections, "titles": titles, "signers": _signers(session)}


def _offer_at(avails: list[Avail], here: str, now: datetime, place: Place | None) -> Offer:
    """The offer; where nobody knows where the viewer is, that and nothing else. What is not told yet stays untold."""
    offer = offer_for(avails, here, now)
    if place is None or place.unknown is None or offer.state is OfferState.UNANNOUNCED:
        return offer
    nowhere = offer_for((), here, now)
    return replace(nowhere, reasons=(place.unknown,))


def tidy_territory(text: str) -> str:
    """A country (ISO 3166-1 alpha-2) or a state (ISO 3166-2). Raises `CinemaError` (wrong-use)."""
    code = text.upper()
    if not text.isascii() or not is_territory(code):
        raise CinemaError(Code.WRONG_USE, "A territory is a country or a state (ISO 3166), for example DE or US-CA.")
    return code


def package_json(row: PackageRow, mirrors: Sequence[str]) -> dict[str, Any]:
    """Where the package is and what its manifest must be."""
    return {
        "id": row.id,
        "manifest_sha256": row.manifest_sha256,
        "base": f"/v1/media/{row.id}",
        "mirrors": [f"{mirror.rstrip('/')}/{row.id}" for mirror in mirrors],
    }


def offer_json(offer: Offer) -> dict[str, Any]:
    """The offer as the API writes it."""
    return {
        "state": str(offer.state),
        "price": money_json(offer.price),
        "window_start": time_json(offer.window_start),
        "window_end": time_json(offer.window_end),
        "zone": offer.zone,
        "unlock_s": offer.unlock_s,
        "watch_s": offer.watch_s,
        "reasons": [reason_json(reason) for reason in offer.reasons],
    }


def _title_json(row: TitleRow, packages: dict[str, PackageRow], offer: Offer, mirrors: Sequence[str]) -> dict[str, Any]:
    package = package_json(packages[row.package_id], mirrors)
    return {
        **row.facts,
        "id": row.id,
        "running_time_ms": row.running_time_ms,
        "poster": f"{package['base']}/{row.facts['poster']}",
        "backdrop": f"{package['base']}/{row.facts['backdrop']}",
        "package": package,
        "trailer": package_json(packages[row.trailer_id], mirrors) if row.trailer_id else None,
        "offer": offer_json(offer),
    }


def _signers(session: Session) -> list[dict[str, Any]]:
    return [row.jwk for row in session.scalars(select(SignerRow).order_by(SignerRow.key_id))]
