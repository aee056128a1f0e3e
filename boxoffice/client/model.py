"""What the box office tells a viewer, as plain values. Times are aware and in UTC; money is in minor units."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core import Code, Money, Words

OfferState = Literal["on-sale", "pre-order", "coming", "ended", "sold-out", "not-here"]
OrderState = Literal["draft", "pending", "paid", "issued", "used", "refunded", "void"]
TicketState = Literal["unused", "started", "watched", "ended", "refunded"]
SectionKind = Literal["now", "festival", "coming"]


@dataclass(frozen=True)
class Account:
    """Who is signed in."""

    subject: str
    email: str
    name: str


@dataclass(frozen=True)
class SignedIn:
    """How a sign-in ended: who, and whether the key store will remember it beyond this session."""

    account: Account
    remembered: bool
    keystore_problem: Code | None
    """Why it will not be remembered."""


@dataclass(frozen=True)
class SignInPlace:
    """A device on which the account is signed in."""

    id: str
    device: str
    """What it calls itself; may be empty."""
    created: datetime
    seen: datetime
    this: bool


@dataclass(frozen=True)
class Reason:
    """Why a viewing is refused: the rule, its moment in the territory's zone, and what would fix it."""

    rule: str
    at: datetime | None
    zone: str | None
    fix: str
    device: str | None


@dataclass(frozen=True)
class Offer:
    """What one territory may buy, and when."""

    state: OfferState
    price: Money | None
    window_start: datetime | None
    window_end: datetime | None
    zone: str
    unlock_s: int
    watch_s: int
    reasons: tuple[Reason, ...]
    left: int | None = None
    """How many tickets are left, where they are few."""


@dataclass(frozen=True)
class HouseRules:
    """What a title allows while it plays; pausing is always allowed."""

    seek: bool
    offline: bool
    cast: bool
    second_screen: bool
    stills: bool = False
    replay_percent: int | None = None
    """How much of the running time may be seen again; none for as much as one likes."""


@dataclass(frozen=True)
class PackageRef:
    """Where a film package is served from, and the hash that its manifest must have."""

    id: str
    manifest_sha256: str
    base: str
    mirrors: tuple[str, ...] = ()
    """Other places that hold the same files, best first; they are told nothing of who asks."""


@dataclass(frozen=True)
class IssuedLicence:
    """An offline licence as the box office gave it, the key that signed it (a public JWK), and what it is for."""

    licence: str
    signer: Mapping[str, str]
    package: PackageRef


@dataclass(frozen=True)
class SampleNote:
    """One commentator note shown before buying."""

    language: str
    topic: str
    title: str
    body: str


@dataclass(frozen=True)
class NotesCommentator:
    """Who wrote the notes of a title."""

    id: str
    name: Words
    role: Words


@dataclass(frozen=True)
class NotesOffer:
    """Which notes come with a title."""

    languages: tuple[str, ...]
    count: int
    commentators: tuple[NotesCommentator, ...]
    sample: tuple[SampleNote, ...]


@dataclass(frozen=True)
class Screening:
    """A showing online that begins for everybody at one moment; nobody is let in once its doors close."""

    id: str
    start: datetime
    zone: str
    doors_close: datetime
    offer: Offer


@dataclass(frozen=True)
class Title:
    """A film as the catalogue offers it in one territory."""

    id: str
    eidr: str | None
    names: Words
    original_name: str
    synopsis: Words
    tagline: Words
    directors: tuple[Words, ...]
    countries: tuple[str, ...]
    year: int
    running_time_ms: int
    spoken: tuple[str, ...]
    subtitles: tuple[str, ...]
    notes: NotesOffer
    poster: str
    backdrop: str
    package: PackageRef
    trailer: PackageRef | None
    house_rules: HouseRules
    accent: str
    """``#rrggbb``, taken from the poster."""
    offer: Offer
    screenings: tuple[Screening, ...] = ()
    """By their beginning."""


@dataclass(frozen=True)
class Section:
    """A shelf of the catalogue; a festival section has its own window."""

    id: str
    kind: SectionKind
    names: Words
    about: Words
    title_ids: tuple[str, ...]
    starts: datetime | None
    ends: datetime | None


@dataclass(frozen=True)
class Catalogue:
    """Everything on offer in one territory, and who may sign film packages (JWKs)."""

    territory: str
    sections: tuple[Section, ...]
    titles: tuple[Title, ...]
    signers: tuple[dict[str, str], ...]
    saved: datetime | None = None
    """When this copy was fetched, if it stands in for a box office that cannot be reached now."""

    def title(self, title_id: str) -> Title | None:
        """The title with that id, if it is offered here."""
        return next((title for title in self.titles if title.id == title_id), None)


@dataclass(frozen=True)
class Order:
    """A purchase on its way from draft to an issued ticket."""

    id: str
    state: OrderState
    title_id: str
    total: Money
    checkout_url: str
    ticket_id: str | None
    created: datetime
    gift: str | None = None
    screening_id: str | None = None
    """The code to pass on, of a gift that is paid."""


@dataclass(frozen=True)
class Pass:
    """So many tickets, one to each title, that are the account's already."""

    id: str
    names: Words
    """Of the section that it is for; none for every title."""
    title_ids: tuple[str, ...] | None
    """What it still pays for; none for every title but those used."""
    used_title_ids: tuple[str, ...]
    tickets: int
    left: int
    ends: datetime | None

    def pays(self, title_id: str) -> bool:
        """Whether it is good for a ticket to this title."""
        return title_id not in self.used_title_ids and (self.title_ids is None or title_id in self.title_ids)


@dataclass(frozen=True)
class Gift:
    """A ticket that the account bought for somebody; ``code`` is none once somebody has it or it was refunded."""

    order_id: str
    title_id: str
    bought: datetime
    code: str | None
    claimed: datetime | None
    refunded: datetime | None


@dataclass(frozen=True)
class Device:
    """The device a ticket is bound to: the thumbprint of its key and a name for people."""

    id: str
    name: str
    this: bool


@dataclass(frozen=True)
class Ticket:
    """One viewing, by one person, on one device."""

    id: str
    title_id: str
    order_id: str
    state: TicketState
    bought: datetime
    unlock_by: datetime
    started: datetime | None
    watch_by: datetime | None
    device: Device | None
    position_ms: int
    seen_ms: int
    running_time_ms: int
    allowed: bool
    reasons: tuple[Reason, ...]
    price: Money
    screening_id: str | None = None
    """The online screening that it is for; none for any time."""
    opens: datetime | None = None
    """When a viewing can start at the earliest."""
    again_ms: int = 0
    """How much was seen again."""
    again_allowed_ms: int | None = None
    """So much of that does not count; none where nothing does."""


@dataclass(frozen=True)
class Play:
    """An admitted viewing: which package, from where, until when, and the short code drawn over the picture."""

    id: str
    ticket_id: str
    package: PackageRef
    position_ms: int
    watch_by: datetime
    house_rules: HouseRules
    mark: str
    seen: tuple[tuple[int, int], ...] = ()
    """Intervals of the film, in milliseconds, that were shown at earlier sittings."""
    shown_ms: int = 0
    """What was shown in this play at earlier sittings, also what was seen before."""


@dataclass(frozen=True)
class Told:
    """What the box office answers to a report of progress."""

    ticket: Ticket
    mirrors: tuple[str, ...]
    """Where the film's files lie now, best first: it may be told another order while a film plays."""
