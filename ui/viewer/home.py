"""The home screen: what is on now, in sections, and what this viewer is in the middle of.

A programme may hold thousands of titles, so a shelf's cards are made when the shelf comes near.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Slot

from core import CinemaError, Code, pick
from ui.formats import Formats
from ui.props import showing
from ui.rows import Rows
from ui.viewer.cards import Card, ends_soon, title_card, usable_ticket

if TYPE_CHECKING:
    from boxoffice.client import Catalogue, Ticket, Title

UNDER_WAY = "continue"
"""The row of films that this viewer is in the middle of."""


@dataclass(frozen=True)
class HomeInputs:
    """What the home screen is made of."""

    formats: Formats
    now: datetime
    catalogue: Catalogue | None = None
    tickets: tuple[Ticket, ...] = ()
    loading: bool = True
    error: CinemaError | None = None
    left_by: tuple[str, str] = ("", "")
    """The row and the film in it by which the page was left last."""
    left_by_keys: bool = False
    edition: int = 0
    """Rises whenever a card may look different."""


@dataclass(frozen=True)
class HomeProps:
    """What QML shows."""

    loading: bool
    error: str
    offline: bool
    empty: bool
    hero: object
    rows: tuple[object, ...]
    left_by: str
    """The card to come back to: its row's id, a slash, its film's."""
    left_by_keys: bool
    edition: int


def derive_home(inputs: HomeInputs) -> HomeProps:
    """Sections in the box office's order; the leading title first; films under way above all."""
    catalogue = inputs.catalogue
    offered = _offered(inputs)
    sections = catalogue.sections if catalogue else ()
    rows = [
        {
            "id": section.id,
            "kind": section.kind,
            "name": pick(section.names, inputs.formats.language),
            "about": pick(section.about, inputs.formats.language),
            "starts": inputs.formats.day(section.starts),
            "ends": inputs.formats.day(section.ends),
        }
        for section in sections
        if any(title_id in offered for title_id in section.title_ids)
    ]
    if _under_way(inputs):
        rows.insert(0, {"id": UNDER_WAY, "kind": UNDER_WAY, "name": "", "about": "", "starts": "", "ends": ""})
    hero = next((offered[name] for section in sections for name in section.title_ids if name in offered), None)
    return HomeProps(
        loading=inputs.loading and not offered,
        error=inputs.error.code if inputs.error and not offered else "",
        offline=inputs.error is not None and inputs.error.code is Code.OFFLINE,
        empty=catalogue is not None and not offered,
        hero=title_card(hero, inputs.tickets, inputs.formats, inputs.now) if hero else None,
        rows=tuple(rows),
        left_by="/".join(inputs.left_by),
        left_by_keys=inputs.left_by_keys,
        edition=inputs.edition,
    )


def derive_shelf(inputs: HomeInputs, row_id: str) -> list[Card]:
    """The cards of one row."""
    if row_id == UNDER_WAY:
        titles = _under_way(inputs)
    else:
        offered, sections = _offered(inputs), inputs.catalogue.sections if inputs.catalogue else ()
        names = next((section.title_ids for section in sections if section.id == row_id), ())
        titles = [offered[name] for name in names if name in offered]
    return [title_card(title, inputs.tickets, inputs.formats, inputs.now) for title in titles]


def _offered(inputs: HomeInputs) -> dict[str, Title]:
    return {title.id: title for title in inputs.catalogue.titles} if inputs.catalogue else {}


def _under_way(inputs: HomeInputs) -> list[Title]:
    bought = {ticket.title_id for ticket in inputs.tickets}
    titles = [title for title in inputs.catalogue.titles if title.id in bought] if inputs.catalogue and bought else []
    return [title for title in titles if (it := usable_ticket(inputs.tickets, title.id)) and it.position_ms > 0]


def _looks(inputs: HomeInputs) -> tuple[object, ...]:
    """Everything that a card shows."""
    titles = inputs.catalogue.titles if inputs.catalogue else ()
    soon = {title.id for title in titles if ends_soon(title, inputs.now)}
    return inputs.catalogue, inputs.tickets, inputs.formats, soon


class HomeViewModel(showing(HomeProps)):  # type: ignore[misc]
    """The home screen; the shell feeds it."""

    def __init__(self, inputs: HomeInputs) -> None:
        super().__init__(derive_home(inputs))
        self._inputs, self._looks = inputs, _looks(inputs)
        self._shelves = Rows(self)

    @Property(QObject, constant=True)
    def shelves(self) -> Rows:
        """The rows, as a view that keeps its place wants them."""
        return self._shelves

    @Slot(str, result="QVariantList")
    def cards(self, row_id: str) -> list[Card]:
        """The cards of one row, in this edition."""
        return derive_shelf(self._inputs, row_id)

    @Slot(str, str, bool)
    def leave_by(self, row_id: str, title_id: str, by_keys: bool) -> None:
        """Remember the card that leads away, to come back to."""
        self.feed(left_by=(row_id, title_id), left_by_keys=by_keys)

    @Slot()
    def come_back(self) -> None:
        """The card was come back to."""
        self.feed(left_by=("", ""))

    def feed(self, **changes: object) -> None:
        """Replace some inputs and show what follows."""
        inputs = replace(self._inputs, **changes)  # type: ignore[arg-type]
        looks = _looks(inputs)
        if looks != self._looks:
            inputs = replace(inputs, edition=inputs.edition + 1)
        self._inputs, self._looks = inputs, looks
        self.show(derive_home(inputs))
        self._shelves.take(self.props.rows)
