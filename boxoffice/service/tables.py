"""What the box office remembers. Tokens and codes are kept as SHA-256 digests, content keys sealed."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
Document = dict[str, Any]


class UtcTime(TypeDecorator[datetime]):
    """An aware moment, stored and returned in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: they would mean something else on another machine."""
        del dialect
        if value is not None and value.tzinfo is None:
            msg = "a stored time must be aware"
            raise ValueError(msg)
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite forgets the zone."""
        del dialect
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Table(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcTime, Document: JSON, list[Any]: JSON, bytes: LargeBinary, str: String(255)}  # noqa: RUF012


class AccountRow(Table):
    """A person who can sign in."""

    __tablename__ = "account"
    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    """Case-folded."""
    name: Mapped[str]
    password_hash: Mapped[str]
    created: Mapped[datetime]
    language: Mapped[str | None]
    """Of the page on which the person last signed in: letters are written in it."""


class IdentityRow(Table):
    """A person as another OpenID provider knows them, and their account here."""

    __tablename__ = "identity"
    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    """A digest of the provider's own name for the person."""
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)


class AttemptRow(Table):
    """Failed attempts in one bucket, until it is emptied."""

    __tablename__ = "attempt"
    bucket: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    resets: Mapped[datetime]


class PasswordResetRow(Table):
    """A letter with which an account's password is set anew; the row goes when it is used or has run out."""

    __tablename__ = "password_reset"
    id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    """Of the code in the letter."""
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    """None where the address has no account with a password: nothing is written then."""
    expires: Mapped[datetime] = mapped_column(index=True)
    tried: Mapped[datetime | None]
    sent: Mapped[datetime | None]


class FamilyRow(Table):
    """One sign-in on one device: all tokens that descend from it fall together."""

    __tablename__ = "token_family"
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    thumbprint: Mapped[str]
    scope: Mapped[str]
    created: Mapped[datetime]
    revoked: Mapped[datetime | None]
    device_name: Mapped[str | None]
    """What the device calls itself."""


class CodeRow(Table):
    """An authorization code (RFC 6749 4.1.2)."""

    __tablename__ = "authorization_code"
    digest: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    client_id: Mapped[str]
    redirect_uri: Mapped[str] = mapped_column(String(512))
    scope: Mapped[str]
    nonce: Mapped[str | None]
    challenge: Mapped[str]
    thumbprint: Mapped[str | None]
    """The device key that alone may use it, where the request named one (RFC 9449 10)."""
    expires: Mapped[datetime]
    family_id: Mapped[str | None] = mapped_column(ForeignKey("token_family.id"))
    """Set when the code was used."""


class DeviceCodeRow(Table):
    """A screen that asked to be signed in from another browser (RFC 8628)."""

    __tablename__ = "device_code"
    digest: Mapped[str] = mapped_column(primary_key=True)
    user_code: Mapped[str] = mapped_column(unique=True)
    """Digest of the code that a person types, without its hyphen."""
    scope: Mapped[str]
    expires: Mapped[datetime] = mapped_column(index=True)
    interval_s: Mapped[int]
    """How long the screen must leave between two questions; grows each time it does not."""
    asked: Mapped[datetime | None]
    """When it last asked."""
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    """Who allowed it."""
    denied: Mapped[bool]


class RefreshRow(Table):
    """A refresh token; replaced at its use, and answered for a little while after."""

    __tablename__ = "refresh_token"
    digest: Mapped[str] = mapped_column(primary_key=True)
    family_id: Mapped[str] = mapped_column(ForeignKey("token_family.id"), index=True)
    expires: Mapped[datetime]
    replaced: Mapped[datetime | None]


class AccessRow(Table):
    """An access token."""

    __tablename__ = "access_token"
    digest: Mapped[str] = mapped_column(primary_key=True)
    family_id: Mapped[str] = mapped_column(ForeignKey("token_family.id"), index=True)
    expires: Mapped[datetime] = mapped_column(index=True)


class PackageRow(Table):
    """A published film package: where it lies and what its manifest must be."""

    __tablename__ = "package"
    id: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    folder: Mapped[str] = mapped_column(String(4096))
    manifest_sha256: Mapped[str]


class ContentKeyRow(Table):
    """A content key, sealed with the service's key."""

    __tablename__ = "content_key"
    package_id: Mapped[str] = mapped_column(ForeignKey("package.id"), primary_key=True)
    key_id: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]


class TitleRow(Table):
    """A title as published."""

    __tablename__ = "title"
    id: Mapped[str] = mapped_column(primary_key=True)
    package_id: Mapped[str] = mapped_column(ForeignKey("package.id"))
    trailer_id: Mapped[str | None] = mapped_column(ForeignKey("package.id"))
    running_time_ms: Mapped[int]
    capacity: Mapped[int | None]
    """How many tickets there are; none for as many as are wanted."""
    facts: Mapped[Document]
    """The catalogue's ``Title`` without packages and offer."""


class AvailRow(Table):
    """One avail of a title. Times are local wall times, as agreed."""

    __tablename__ = "avail"
    title_id: Mapped[str] = mapped_column(ForeignKey("title.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    territories: Mapped[list[Any]]
    start: Mapped[str]
    end: Mapped[str]
    preorder_from: Mapped[str | None]
    zone: Mapped[str]
    minor: Mapped[int]
    currency: Mapped[str]
    unlock_s: Mapped[int]
    watch_s: Mapped[int]
    except_territories: Mapped[list[Any]] = mapped_column(default=list)
    announced_from: Mapped[str | None]
    tier: Mapped[str] = mapped_column(default="")


class ScreeningRow(Table):
    """An online screening: a title that starts for everybody at one moment."""

    __tablename__ = "online_screening"
    id: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str] = mapped_column(ForeignKey("title.id"), index=True)
    start: Mapped[datetime]
    zone: Mapped[str]
    """In which its time is said."""
    capacity: Mapped[int | None]
    """How many places it has; none for as many as are wanted."""
    late_s: Mapped[int]
    """How long after the beginning people are let in."""


class AvailChangeRow(Table):
    """Who changed which avails, when: every title of the change with its avails before and after."""

    __tablename__ = "avail_change"
    id: Mapped[str] = mapped_column(primary_key=True)
    made: Mapped[datetime] = mapped_column(index=True)
    made_by: Mapped[str]
    source: Mapped[str]
    """The file's name and digest, or what was undone."""
    before: Mapped[Document]
    """Avails by title, as `boxoffice.service.avail_changes` writes them."""
    after: Mapped[Document]
    undoes: Mapped[str | None] = mapped_column(unique=True)
    """The change that this one took back."""


class AvailDraftRow(Table):
    """A file of avails that a member of staff looks at before it is accepted."""

    __tablename__ = "avail_draft"
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(index=True)
    made: Mapped[datetime]
    name: Mapped[str]
    form: Mapped[str]
    data: Mapped[bytes]


class ConsoleActRow(Table):
    """What a member of staff did or looked up in the console. Changes of avails are in `AvailChangeRow`."""

    __tablename__ = "console_act"
    id: Mapped[str] = mapped_column(primary_key=True)
    made: Mapped[datetime] = mapped_column(index=True)
    account_id: Mapped[str] = mapped_column(index=True)
    made_by: Mapped[str]
    action: Mapped[str]
    about: Mapped[str]
    """The id of what it was done to."""
    reason: Mapped[str]
    before: Mapped[Document]
    after: Mapped[Document]


class SectionRow(Table):
    """A shelf of the catalogue."""

    __tablename__ = "section"
    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    facts: Mapped[Document]


class SignerRow(Table):
    """A public key that may sign film packages."""

    __tablename__ = "signer"
    key_id: Mapped[str] = mapped_column(primary_key=True)
    jwk: Mapped[Document]


class OrderRow(Table):
    """A purchase of one ticket. At most one per person and title is open at a time."""

    __tablename__ = "purchase"
    __table_args__ = (
        Index(
            "uq_purchase_open",
            "account_id",
            "title_id",
            unique=True,
            sqlite_where=text("state IN ('draft', 'pending', 'paid')"),
            postgresql_where=text("state IN ('draft', 'pending', 'paid')"),
        ),
        Index(
            "ix_purchase_screening",
            "screening_id",
            sqlite_where=text("screening_id IS NOT NULL"),
            postgresql_where=text("screening_id IS NOT NULL"),
        ),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    title_id: Mapped[str] = mapped_column(ForeignKey("title.id"))
    territory: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    minor: Mapped[int]
    currency: Mapped[str]
    terms: Mapped[Document]
    """What the ticket will be sold with."""
    created: Mapped[datetime]
    changed: Mapped[datetime]
    payment: Mapped[str | None]
    """The id of the payment under way or made."""
    method: Mapped[str | None]
    again: Mapped[bool] = mapped_column(default=False)
    """The buyer said that a second ticket is meant."""
    gift: Mapped[bool] = mapped_column(default=False)
    """Its ticket waits for whoever has the code."""
    reason: Mapped[str | None]
    """Why the ticket was given for nothing."""
    given_by: Mapped[str | None]
    """Which of the staff gave it."""
    screening_id: Mapped[str | None]
    """For which online screening; none for the title at any time."""


class IdempotencyRow(Table):
    """Which order a client's key named first."""

    __tablename__ = "idempotency"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_sha256: Mapped[str]
    order_id: Mapped[str] = mapped_column(ForeignKey("purchase.id"))


class PaymentRow(Table):
    """One attempt to pay an order, with whom, and how much of it went back."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("order_id", "attempt"),
        CheckConstraint("refunded_minor >= 0 AND refunded_minor <= minor", "refunded"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    """Order id and attempt: the Idempotency-Key at the provider."""
    order_id: Mapped[str] = mapped_column(ForeignKey("purchase.id"))
    attempt: Mapped[int]
    provider: Mapped[str]
    reference: Mapped[str | None] = mapped_column(unique=True)
    """The provider's own; none until it answered."""
    page: Mapped[str | None] = mapped_column(Text)
    charge: Mapped[str | None] = mapped_column(index=True)
    """What a refund names at the provider."""
    state: Mapped[str]
    minor: Mapped[int]
    """What is asked; once approved, what the provider says it took."""
    currency: Mapped[str]
    refunded_minor: Mapped[int] = mapped_column(default=0)
    """Given back or promised to be; never more than was taken."""
    created: Mapped[datetime]
    settled: Mapped[datetime | None]
    taken_by: Mapped[str | None]
    """Who took it at a venue."""


class RefundRow(Table):
    """Money given back, or an order made void (0): how much, when, why and by whom."""

    __tablename__ = "refund"
    __table_args__ = (UniqueConstraint("order_id", "key"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    """The Idempotency-Key at the provider."""
    order_id: Mapped[str] = mapped_column(ForeignKey("purchase.id"))
    key: Mapped[str]
    """What the one who asked called it: asking again changes nothing."""
    payment_id: Mapped[str | None] = mapped_column(ForeignKey("payment.id"))
    """None where no money was taken."""
    minor: Mapped[int]
    currency: Mapped[str]
    reason: Mapped[str]
    asked_by: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    """asked, made or refused."""
    reference: Mapped[str | None]
    asked: Mapped[datetime]
    tried: Mapped[datetime | None]
    """When somebody last went to the provider with it; nobody else goes for a while."""
    made: Mapped[datetime | None]
    """When the provider took it on."""


class PaymentNoticeRow(Table):
    """A provider's notice that was acted on."""

    __tablename__ = "payment_notice"
    provider: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    received: Mapped[datetime] = mapped_column(index=True)


class TestPaymentRow(Table):
    """A payment at the test provider: no money moves."""

    __tablename__ = "test_payment"
    __test__ = False
    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("purchase.id"), index=True)
    state: Mapped[str]
    minor: Mapped[int]
    currency: Mapped[str]
    return_url: Mapped[str] = mapped_column(String(1024))
    created: Mapped[datetime]


class VoucherRow(Table):
    """A voucher or pass: so many tickets to one title, to the titles of a section, or to any. Its code is not kept."""

    __tablename__ = "voucher"
    digest: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str | None] = mapped_column(ForeignKey("title.id"))
    section_id: Mapped[str | None]
    """Its titles are what the section holds at the moment."""
    tickets: Mapped[int] = mapped_column(default=1)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    """Whose it is since its first use."""
    ends: Mapped[datetime | None]
    created: Mapped[datetime]


class VoucherUseRow(Table):
    """An order that a voucher or pass paid for; one to each title."""

    __tablename__ = "voucher_use"
    __table_args__ = (UniqueConstraint("voucher", "title_id"),)
    order_id: Mapped[str] = mapped_column(ForeignKey("purchase.id"), primary_key=True)
    voucher: Mapped[str] = mapped_column(ForeignKey("voucher.digest"))
    title_id: Mapped[str]


class TicketRow(Table):
    """A ticket. One order makes one, however often it is fulfilled."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("order_id", "item"),
        Index("uq_ticket_gift", "gift", unique=True),
        Index(
            "ix_ticket_screening",
            "screening_id",
            sqlite_where=text("screening_id IS NOT NULL"),
            postgresql_where=text("screening_id IS NOT NULL"),
        ),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("purchase.id"))
    item: Mapped[int] = mapped_column(default=0)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    title_id: Mapped[str] = mapped_column(ForeignKey("title.id"), index=True)
    territory: Mapped[str]
    minor: Mapped[int]
    currency: Mapped[str]
    bought: Mapped[datetime]
    terms: Mapped[Document]
    started: Mapped[datetime | None]
    thumbprint: Mapped[str | None]
    device_name: Mapped[str | None]
    position_ms: Mapped[int] = mapped_column(default=0)
    seen: Mapped[list[Any]]
    refunded: Mapped[datetime | None]
    gift: Mapped[str | None]
    """Digest of the code that makes it somebody's own; until then it is nobody's to watch with."""
    claimed: Mapped[datetime | None]
    screening_id: Mapped[str | None]
    shown_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    """Everything that was shown with it, also what was seen before."""


class LetterRow(Table):
    """A letter about a ticket: one of each kind."""

    __tablename__ = "letter"
    ticket_id: Mapped[str] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    made: Mapped[datetime] = mapped_column(index=True)
    tried: Mapped[datetime | None]
    tries: Mapped[int]
    sent: Mapped[datetime | None]


class PlayRow(Table):
    """An admission: one ticket, one device, one package."""

    __tablename__ = "play"
    id: Mapped[str] = mapped_column(primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("ticket.id"), index=True)
    thumbprint: Mapped[str]
    package_id: Mapped[str] = mapped_column(ForeignKey("package.id"))
    created: Mapped[datetime]
    mark: Mapped[str]
    shown_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    """Everything that was shown in it, as far as it was told."""


class UsedProofRow(Table):
    """A proof of possession that was used (RFC 9449 11.1), for as long as it could be replayed."""

    __tablename__ = "used_proof"
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    expires: Mapped[datetime] = mapped_column(index=True)


class CatalogueVersionRow(Table):
    """One row, whose number grows with every change that the catalogue shows."""

    __tablename__ = "catalogue_version"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]


class TerritoryExceptionRow(Table):
    """An operator's word for where an account is, until it expires: the way out where an address says nothing."""

    __tablename__ = "territory_exception"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    territory: Mapped[str]
    expires: Mapped[datetime]
    reason: Mapped[str]
    made_by: Mapped[str]
    made: Mapped[datetime]


class ReportedDayRow(Table):
    """What was reported for a day: the first edition, then its adjustments. Never rewritten."""

    __tablename__ = "reported_day"
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True)
    night: Mapped[str] = mapped_column(String(10), index=True)
    """The closed day in whose report it stands."""
    made: Mapped[datetime]
    lines: Mapped[list[Any]]


class NoteFlagRow(Table):
    """What one viewer said of one note; nothing tells who."""

    __tablename__ = "note_flag"
    digest: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str] = mapped_column(ForeignKey("title.id"), index=True)
    note: Mapped[str]
    flag: Mapped[str]


class StaffRow(Table):
    """An account that may use the operator's console, and as what."""

    __tablename__ = "staff"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    role: Mapped[str]
    created: Mapped[datetime]


class StaffSessionRow(Table):
    """One sign-in to the console, by the digest of its cookie."""

    __tablename__ = "staff_session"
    digest: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("staff.account_id"), index=True)
    created: Mapped[datetime]
    seen: Mapped[datetime]
    """The last request, to the minute."""


class VenueRow(Table):
    """A place where films are shown together."""

    __tablename__ = "venue"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    created: Mapped[datetime]
    code: Mapped[str | None] = mapped_column(unique=True)
    """Digest of the code that enrols one device."""
    code_ends: Mapped[datetime | None]


class VenueDeviceRow(Table):
    """A device that belongs to a venue, by the thumbprint of its key."""

    __tablename__ = "venue_device"
    id: Mapped[str] = mapped_column(primary_key=True)
    venue_id: Mapped[str] = mapped_column(ForeignKey("venue.id"), index=True)
    name: Mapped[str]
    x: Mapped[str]
    """Its Ed25519 key, base64url."""
    licence_key: Mapped[str]
    """Its X25519 key, base64url."""
    sale_key: Mapped[int]
    enrolled: Mapped[datetime]
    enrolled_by: Mapped[str]
    removed: Mapped[datetime | None]
    seen: Mapped[datetime | None]
    """When something came from it last."""


class VenueRecordRow(Table):
    """A record of a device's ledger, as it was written, and what reports ask of it."""

    __tablename__ = "venue_record"
    __table_args__ = (Index("ix_venue_record_venue_kind", "venue_id", "kind"),)
    device_id: Mapped[str] = mapped_column(ForeignKey("venue_device.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    venue_id: Mapped[str] = mapped_column(ForeignKey("venue.id"))
    data: Mapped[bytes]
    hash: Mapped[bytes]
    prev: Mapped[bytes]
    kind: Mapped[str]
    at: Mapped[datetime]
    screening: Mapped[str]
    title: Mapped[str]
    ticket: Mapped[str] = mapped_column(index=True)
    gate: Mapped[str]
    how: Mapped[str]
    people: Mapped[int]
    party: Mapped[int]
    minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    batch: Mapped[str]
    received: Mapped[datetime]


class VenueHeadRow(Table):
    """Where a device signed that its chain ended."""

    __tablename__ = "venue_head"
    device_id: Mapped[str] = mapped_column(ForeignKey("venue_device.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    signed: Mapped[str] = mapped_column(Text)
    fits: Mapped[bool]
    """Whether it is what the records say."""


class VenueBatchRow(Table):
    """An upload that was answered; asked again, it is answered the same."""

    __tablename__ = "venue_batch"
    device_id: Mapped[str] = mapped_column(ForeignKey("venue_device.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    answer: Mapped[Document]
    received: Mapped[datetime] = mapped_column(index=True)


class VenueAlarmRow(Table):
    """Something about a venue that somebody should look at."""

    __tablename__ = "venue_alarm"
    device_id: Mapped[str] = mapped_column(ForeignKey("venue_device.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class VenueFileRow(Table):
    """What a venue goes by, as the operator signed it: programme, revoked and sold tickets. The newest counts."""

    __tablename__ = "venue_file"
    venue_id: Mapped[str] = mapped_column(ForeignKey("venue.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str] = mapped_column(Text)
    added: Mapped[datetime]


class VenueLicenceRow(Table):
    """A film that a venue's devices may play in a window."""

    __tablename__ = "venue_licence"
    venue_id: Mapped[str] = mapped_column(ForeignKey("venue.id"), primary_key=True)
    package_id: Mapped[str] = mapped_column(ForeignKey("package.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    start: Mapped[datetime]
    end: Mapped[datetime]
