"""The home screen: what is on now, in sections, and what this viewer is in the middle of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from core import CinemaError, Code, pick
from ui.formats import Formats
from ui.props import showing
from ui.viewer.cards import Card, title_card

if TYPE_CHECKING:
    from boxoffice.client import Catalogue, Ticket


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


def derive_home(inputs: HomeInputs) -> HomeProps:
    """Sections in the box office's order; the leading title first; films under way above all."""
    catalogue = inputs.catalogue
    cards: dict[str, Card] = {}
    if catalogue:
        cards = {title.id: title_card(title, inputs.tickets, inputs.formats, inputs.now) for title in catalogue.titles}
    rows: list[Card] = []
    under_way = [card for card in cards.values() if card["underWay"]]
    if under_way:
        rows.append(
            {
                "id": "continue",
                "kind": "continue",
                "name": "",
                "about": "",
                "starts": "",
                "ends": "",
                "cards": under_way,
            }
        )
    sections = catalogue.sections if catalogue else ()
    rows.extend(
        {
            "id": section.id,
            "kind": section.kind,
            "name": pick(section.names, inputs.formats.language),
            "about": pick(section.about, inputs.formats.language),
            "starts": inputs.formats.day(section.starts),
            "ends": inputs.formats.day(section.ends),
            "cards": [cards[title_id] for title_id in section.title_ids if title_id in cards],
        }
        for section in sections
    )
    rows = [row for row in rows if row["cards"]]
    hero = next((title_id for section in sections for title_id in section.title_ids if title_id in cards), None)
    return HomeProps(
        loading=inputs.loading and not cards,
        error=inputs.error.code if inputs.error and not cards else "",
        offline=inputs.error is not None and inputs.error.code is Code.OFFLINE,
        empty=catalogue is not None and not cards,
        hero=cards[hero] if hero else None,
        rows=tuple(rows),
        left_by="/".join(inputs.left_by),
        left_by_keys=inputs.left_by_keys,
    )


class HomeViewModel(showing(HomeProps)):  # type: ignore[misc]
    """The home screen; the shell feeds it."""

    def __init__(self, inputs: HomeInputs) -> None:
        super().__init__(derive_home(inputs))
        self._inputs = inputs

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
        self._inputs = replace(self._inputs, **changes)  # type: ignore[arg-type]
        self.show(derive_home(self._inputs))
