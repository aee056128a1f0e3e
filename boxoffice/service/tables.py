"""What the box office remembers. Tokens and codes are kept as SHA-256 digests, content keys sealed."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
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


class AttemptRow(Table):
    """Failed attempts in one bucket, until it is emptied."""

    __tablename__ = "attempt"
    bucket: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    resets: Mapped[datetime]


class FamilyRow(Table):
    """One sign-in on one device: all tokens that descend from it fall together."""

    __tablename__ = "token_family"
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    thumbprint: Mapped[str]
    scope: Mapped[str]
    created: Mapped[datetime]
    revoked: Mapped[datetime | None]


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
    """The provider's reference of the payment under way or made."""
    method: Mapped[str | None]
    again: Mapped[bool] = mapped_column(default=False)
    """The buyer said that a second ticket is meant."""


class IdempotencyRow(Table):
    """Which order a client's key named first."""

    __tablename__ = "idempotency"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_sha256: Mapped[str]
    order_id: Mapped[str] = mapped_column(ForeignKey("purchase.id"))


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
    """A voucher for one ticket to one title; the code itself is not kept."""

    __tablename__ = "voucher"
    digest: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str] = mapped_column(ForeignKey("title.id"))
    created: Mapped[datetime]
    order_id: Mapped[str | None] = mapped_column(ForeignKey("purchase.id"), unique=True)


class TicketRow(Table):
    """A ticket. One order makes one, however often it is fulfilled."""

    __tablename__ = "ticket"
    __table_args__ = (UniqueConstraint("order_id", "item"),)
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


class PlayRow(Table):
    """An admission: one ticket, one device, one package."""

    __tablename__ = "play"
    id: Mapped[str] = mapped_column(primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("ticket.id"), index=True)
    thumbprint: Mapped[str]
    package_id: Mapped[str] = mapped_column(ForeignKey("package.id"))
    created: Mapped[datetime]
    mark: Mapped[str]


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
