"""What is on, in one territory, now."""

import hashlib
import json
from bisect import bisect_right
from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from boxoffice.rules import Avail, Offer, OfferState, OnlineScreening, Taken, is_territory, offer_for, with_places
from boxoffice.rules.places import Place
from boxoffice.service.capacity import places_taken
from boxoffice.service.catalogue_version import catalogue_version
from boxoffice.service.database import Database
from boxoffice.service.media_addresses import MediaAddresses
from boxoffice.service.screenings import (
    Showing,
    is_told,
    moments_of,
    offers_of,
    screening_of,
    screenings_of,
    waiting,
)
from boxoffice.service.tables import PackageRow, SectionRow, SignerRow, TitleRow
from boxoffice.service.terms import avails_of, house_rules_of
from boxoffice.service.wire import money_json, reason_json, time_json
from core import CinemaError, Clock, Code

FRESH = timedelta(seconds=10)
"""How old an offer may be that something else than the clock changes."""
STALE = timedelta(seconds=30)
TERRITORIES = 64
"""Prepared at a time."""


@dataclass(frozen=True)
class _Known:
    version: int
    sections: list[dict[str, Any]]
    titles: list[tuple[dict[str, Any], list[Avail]]]
    """Without their offers."""
    capacities: dict[str, int]
    """Of the titles that have one."""
    screenings: list[Showing]
    moments: list[datetime]
    """When an offer changes by the clock, in order."""
    signers: list[dict[str, Any]]

    def until(self, now: datetime) -> datetime:
        """How long offers of now are told."""
        place = bisect_right(self.moments, now)
        return min([now + FRESH, *self.moments[place : place + 1]])


@dataclass(frozen=True)
class Prepared:
    """A territory's catalogue as it is sent."""

    version: int
    made: datetime
    until: datetime
    offers: list[Offer]
    of_screenings: dict[str, Offer]
    body: bytes
    etag: str

    def is_fresh(self, now: datetime) -> bool:
        """Whether it is told without a second look."""
        return self.made <= now < self.until

    def will_do(self, now: datetime) -> bool:
        """Whether it is told while somebody else takes that look: no offer has changed by the clock."""
        return self.made <= now < self.made + STALE and self.until == self.made + FRESH


class Catalogue:
    """Answers ``/v1/catalogue``. Thread-safe."""

    def __init__(self, database: Database, clock: Clock, addresses: MediaAddresses, default_territory: str) -> None:
        self._database = database
        self._mirrors = addresses.for_all()
        self._clock = clock
        self._default = default_territory
        self._guard = Lock()
        self._known: _Known | None = None
        self._prepared: OrderedDict[Place, Prepared] = OrderedDict()
        self._preparing: defaultdict[Place, Lock] = defaultdict(Lock)

    def prepared(self, territory: str | None, place: Place | None = None) -> Prepared:
        """Sections, titles with their offers, and who may sign packages: of the present version, seconds old at most.

        ``place`` is where the viewer is, where that is known; else the ``territory`` asked for is believed. One caller
        prepares anew, and meanwhile the others get what is only a little older.
        """
        asked = tidy_territory(territory) if territory is not None else self._default
        here = place or Place(asked)
        with self._database.read() as session:
            version = catalogue_version(session)
        with self._guard:
            found, preparing = self._prepared.get(here), self._preparing[here]
        current = found if found is not None and found.version == version else None
        now = self._clock.now()
        if current is not None and current.is_fresh(now):
            return current
        may_wait = current is None or not current.will_do(now)
        if not preparing.acquire(blocking=may_wait) and current is not None:
            return current
        try:
            with self._guard:
                latest = self._prepared.get(here)
            if latest is not None and latest is not found and latest.version >= version:
                return latest
            return self._prepare(here, found)
        finally:
            preparing.release()

    def _prepare(self, here: Place, before: Prepared | None) -> Prepared:
        now = self._clock.now()
        with self._database.read() as session:
            known = self._know(session)
            taken = places_taken(session, known.capacities, now) if known.capacities else {}
            places = {title_id: (known.capacities[title_id], found) for title_id, found in taken.items()}
            shown = [one for one in known.screenings if is_told(one.screening, now)]
            of_screenings = offers_of(session, shown, here, now, places) if shown else {}
        offers = [
            with_places(_offer_at(avails, here, now), *places.get(title["id"], (None, Taken())))
            for title, avails in known.titles
        ]
        same = before is not None and before.version == known.version
        if before is not None and same and (before.offers, before.of_screenings) == (offers, of_screenings):
            made = replace(before, made=now, until=known.until(now))
        else:
            told = _catalogue_json(here.territory, known, offers, of_screenings)
            body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
            etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
            made = Prepared(known.version, now, known.until(now), offers, of_screenings, body, etag)
        with self._guard:
            self._prepared[here] = made
            self._prepared.move_to_end(here)
            while len(self._prepared) > TERRITORIES:
                oldest, _ = self._prepared.popitem(last=False)
                self._preparing.pop(oldest, None)
        return made

    def _know(self, session: Session) -> _Known:
        known = self._known
        version = catalogue_version(session)
        if known is None or known.version != version:
            avails = avails_of(session)
            packages = {row.id: row for row in session.scalars(select(PackageRow))}
            rows = session.scalars(select(TitleRow).order_by(TitleRow.id)).all()
            titles = [(_title_json(row, packages, self._mirrors), avails.get(row.id, [])) for row in rows]
            capacities = {row.id: row.capacity for row in rows if row.capacity is not None}
            sections = [row.facts for row in session.scalars(select(SectionRow).order_by(SectionRow.position))]
            lengths = {row.id: row.running_time_ms for row in rows}
            screenings = [
                Showing(row.title_id, screening_of(row), lengths[row.title_id], avails.get(row.title_id, []))
                for row in waiting(screenings_of(session), self._clock.now())
            ]
            moments = sorted({*_moments(avails), *moments_of(screenings)})
            known = self._known = _Known(version, sections, titles, capacities, screenings, moments, _signers(session))
        return known


def _offer_at(avails: list[Avail], place: Place, now: datetime) -> Offer:
    """The offer; where nobody knows where the viewer is, that and nothing else. What is not told yet stays untold."""
    offer = offer_for(avails, place.territory, now)
    if place.unknown is None or offer.state is OfferState.UNANNOUNCED:
        return offer
    return replace(offer_for((), place.territory, now), reasons=(place.unknown,))


def _moments(avails: dict[str, list[Avail]]) -> list[datetime]:
    every = (one for of_title in avails.values() for one in of_title)
    return sorted(
        {moment for one in every for moment in (one.told_from, one.sold_from, one.window_start, one.window_end)}
    )


def _catalogue_json(
    territory: str, known: _Known, offers: Sequence[Offer], of_screenings: Mapping[str, Offer]
) -> dict[str, Any]:
    screenings = defaultdict(list)
    for one in known.screenings:
        offer = of_screenings.get(one.screening.id)
        if offer is not None and offer.state not in {OfferState.UNANNOUNCED, OfferState.NOT_HERE}:
            screenings[one.title_id].append(screening_json(one.screening, offer))
    titles = {
        title["id"]: {**title, "offer": offer_json(offer), "screenings": screenings.get(title["id"], [])}
        for (title, _), offer in zip(known.titles, offers, strict=True)
        if offer.state is not OfferState.UNANNOUNCED
    }
    sections = [
        {**facts, "title_ids": [title_id for title_id in facts["title_ids"] if title_id in titles]}
        for facts in known.sections
    ]
    return {"territory": territory, "sections": sections, "titles": list(titles.values()), "signers": known.signers}


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
        "left": offer.left,
        "reasons": [reason_json(reason) for reason in offer.reasons],
    }


def screening_json(screening: OnlineScreening, offer: Offer) -> dict[str, Any]:
    """A screening as the API writes it."""
    return {
        "id": screening.id,
        "start": time_json(screening.start),
        "zone": screening.zone,
        "doors_close": time_json(screening.doors_close),
        "offer": offer_json(offer),
    }


def _title_json(row: TitleRow, packages: dict[str, PackageRow], mirrors: Sequence[str]) -> dict[str, Any]:
    package = package_json(packages[row.package_id], mirrors)
    return {
        **row.facts,
        "house_rules": house_rules_of(row),
        "id": row.id,
        "running_time_ms": row.running_time_ms,
        "poster": f"{package['base']}/{row.facts['poster']}",
        "backdrop": f"{package['base']}/{row.facts['backdrop']}",
        "package": package,
        "trailer": package_json(packages[row.trailer_id], mirrors) if row.trailer_id else None,
    }


def _signers(session: Session) -> list[dict[str, Any]]:
    return [row.jwk for row in session.scalars(select(SignerRow).order_by(SignerRow.key_id))]
