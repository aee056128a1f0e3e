"""A film's page: what it is, when it can be seen, what it costs, and the way in."""

from dataclasses import dataclass, replace
from datetime import datetime

from boxoffice.client import Screening, Ticket, Title
from core import pick, pick_language
from films import SDH_SUBTAG
from ui.formats import Formats
from ui.props import showing
from ui.viewer.cards import (
    Card,
    language_name,
    language_names,
    reason_cards,
    territory_name,
    title_card,
    usable_ticket,
)

HOUR_S = 3600
DAY_S = 24 * HOUR_S


@dataclass(frozen=True)
class FilmInputs:
    """What the page is made of."""

    formats: Formats
    now: datetime
    title: Title | None = None
    tickets: tuple[Ticket, ...] = ()
    busy: bool = False
    error: str = ""


@dataclass(frozen=True)
class FilmProps:
    """What QML shows."""

    card: object
    directors: str
    countries: str
    spoken: str
    subtitles: str
    sdh: str
    notes_languages: str
    commentators: tuple[object, ...]
    sample: object
    unlock_days: int
    watch_hours: int
    seek_allowed: bool
    replay_minutes: int
    """How much may be seen again; -1 for as much as one likes."""
    screenings: tuple[object, ...]
    reasons: tuple[object, ...]
    can_buy: bool
    can_watch: bool
    can_play_trailer: bool
    busy: bool
    error: str


def derive_film(inputs: FilmInputs) -> FilmProps:
    """Buying and watching are offered only where the box office would allow them."""
    title, formats = inputs.title, inputs.formats
    if title is None:
        return FilmProps(
            *(None, "", "", "", "", "", "", (), None, 0, 0, False, -1, (), ()),
            *(False, False, False, inputs.busy, inputs.error),
        )
    plain = tuple(tag for tag in title.subtitles if not tag.endswith(SDH_SUBTAG))
    sdh = tuple(tag.removesuffix(SDH_SUBTAG) for tag in title.subtitles if tag.endswith(SDH_SUBTAG))
    card = title_card(title, inputs.tickets, formats, inputs.now)
    ticket = usable_ticket(inputs.tickets, title.id)
    return FilmProps(
        card=card,
        directors=", ".join(pick(words, formats.language) for words in title.directors),
        countries=", ".join(territory_name(code, formats) for code in title.countries),
        spoken=", ".join(language_names(title.spoken, formats)),
        subtitles=", ".join(language_names(plain, formats)),
        sdh=", ".join(language_names(sdh, formats)),
        notes_languages=", ".join(language_names(title.notes.languages, formats)),
        commentators=tuple(
            {"name": pick(person.name, formats.language), "role": pick(person.role, formats.language)}
            for person in title.notes.commentators
        ),
        sample=_sample(title, formats),
        unlock_days=title.offer.unlock_s // DAY_S,
        watch_hours=title.offer.watch_s // HOUR_S,
        seek_allowed=title.house_rules.seek,
        replay_minutes=_replay_minutes(title),
        screenings=tuple(_screening_card(one, inputs) for one in title.screenings),
        reasons=tuple(reason_cards(title.offer.reasons, formats)),
        can_buy=ticket is None and title.offer.state in ("on-sale", "pre-order") and not inputs.busy,
        can_watch=ticket is not None and not inputs.busy,
        can_play_trailer=title.trailer is not None and not inputs.busy,
        busy=inputs.busy,
        error=inputs.error,
    )


def _replay_minutes(title: Title) -> int:
    if title.house_rules.replay_percent is None:
        return -1
    from boxoffice.rules import again_allowed_ms  # loads much, for few films

    return (again_allowed_ms(title.house_rules.replay_percent, title.running_time_ms) or 0) // 60_000


def _screening_card(screening: Screening, inputs: FilmInputs) -> Card:
    formats, offer = inputs.formats, screening.offer
    held = any(
        ticket.screening_id == screening.id and ticket.state in ("unused", "started") for ticket in inputs.tickets
    )
    return {
        "id": screening.id,
        "state": offer.state,
        "starts": formats.moment(screening.start),
        "startsThere": formats.moment(screening.start, screening.zone),
        "doorsClose": formats.moment(screening.doors_close),
        "price": formats.money(offer.price),
        "left": offer.left or 0,
        "held": held,
        "canBuy": not held and offer.state in ("on-sale", "pre-order") and not inputs.busy,
        "reasons": reason_cards(offer.reasons, formats),
    }


def _sample(title: Title, formats: Formats) -> Card | None:
    language = pick_language([note.language for note in title.notes.sample], formats.language)
    note = next((note for note in title.notes.sample if note.language == language), None)
    if note is None:
        return None
    return {
        "topic": note.topic,
        "title": note.title,
        "body": note.body,
        "language": language_name(note.language, formats.language),
    }


class FilmViewModel(showing(FilmProps)):  # type: ignore[misc]
    """One film's page; the shell feeds it."""

    def __init__(self, inputs: FilmInputs) -> None:
        super().__init__(derive_film(inputs))
        self._inputs = inputs

    @property
    def title(self) -> Title | None:
        """The film that is shown."""
        return self._inputs.title

    def feed(self, **changes: object) -> None:
        """Replace some inputs and show what follows."""
        self._inputs = replace(self._inputs, **changes)  # type: ignore[arg-type]
        self.show(derive_film(self._inputs))
