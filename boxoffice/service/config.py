"""What the operator decides about a box office."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from boxoffice.service.methods import KINDS
from core import CinemaError, Code


@dataclass(frozen=True)
class StripeAccess:
    """An account at Stripe. Nothing of it may reach a log, hence no repr."""

    key: str = field(repr=False)
    """A secret or restricted API key."""
    webhook_secrets: tuple[str, ...] = field(repr=False)
    """Signing secrets of the notices' endpoint; more than one while they are rolled over."""
    api: str | None = None
    """Where the API is, if not at Stripe."""
    kinds: tuple[str, ...] = ()
    """Ways to pay that the account allows (`methods.KINDS`), offered in the order of the buyer's territory; none leaves
    both to Stripe's own settings.
    """

    def __post_init__(self) -> None:
        if unknown := set(self.kinds) - set(KINDS):
            raise CinemaError(Code.WRONG_USE, f"Ways to pay are {', '.join(KINDS)}, not {', '.join(sorted(unknown))}.")


@dataclass(frozen=True)
class OpenIdAccess:
    """Another OpenID Connect provider that people may sign in with."""

    issuer: str
    """As its discovery document has it, without a slash at its end."""
    client_id: str
    client_secret: str = field(default="", repr=False)
    """None for a public client; PKCE is used with and without."""
    name: str = ""
    """What people call it; by default its host."""

    def __post_init__(self) -> None:
        if not is_web_address(self.issuer) or not self.client_id:
            raise CinemaError(Code.WRONG_USE, "A provider is named by its issuer (https) and our client id there.")

    @property
    def called(self) -> str:
        """What its button says."""
        return self.name or urlsplit(self.issuer).hostname or self.issuer


@dataclass(frozen=True)
class SmtpAccess:
    """A mail server that takes letters on."""

    host: str
    port: int = 587
    """465 speaks TLS at once; at others STARTTLS is asked for, but on this machine."""
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class ServiceConfig:
    """Where the service keeps its things and how it is reached."""

    data_dir: Path
    """Key files; readable by the service's user alone."""
    database_url: str = field(repr=False)
    """SQLAlchemy URL, sqlite or postgresql; it may hold a password."""
    host: str = "127.0.0.1"
    port: int = 8400
    """0 takes a free one."""
    base_url: str | None = None
    """How viewers reach the service, also the issuer; by default from host and port."""
    default_territory: str = "DE"
    mirrors: tuple[str, ...] = ()
    """Addresses below which every package lies once more, for example at a CDN; best first. They get no credentials."""
    sign_mirrors: bool = False
    """Whether addresses at mirrors are signed, expire, and are made for one play (`media_addresses`)."""
    workers: int = 1
    """Processes; more than one takes PostgreSQL."""
    drain_s: int = 5
    """How long requests may take to end once the service stops."""
    metrics_token: str | None = field(default=None, repr=False)
    """Who has it may read the figures; without one, this machine alone may."""

    openid: OpenIdAccess | None = None
    """Who else may say who somebody is, besides accounts here."""
    smtp: SmtpAccess | None = None
    """Without it, letters are put into the folder ``outbox`` beside the keys."""
    letters_from: str = "Smart Cinema <tickets@localhost>"
    """Who letters are from: a name and an address."""
    stripe: StripeAccess | None = None
    """Without it, payments go to the test provider and no money moves."""
    pay_at_venue: bool = False
    """Whether orders may be paid at a venue's desk, where staff mark them as paid."""

    taxes: Path | None = None
    """The table of tax rates and the seller's name, for receipts (TOML)."""
    geoip: Path | None = None
    """An MMDB database of countries or cities; without one, the territory that a viewer asks for is believed."""
    geoip_anonymous: Path | None = None
    """An MMDB database of addresses that hide where their users are (GeoIP2 Anonymous IP)."""
    trusted_proxies: int = 0
    """How many proxies stand before the service, each of which adds to X-Forwarded-For."""
    reporting_zone: str = "UTC"
    """The IANA zone whose days gross is reported by."""
    reporting_zones: Mapping[str, str] = field(default_factory=dict)
    """The same for single titles."""
    zones: Mapping[str, str] = field(default_factory=dict)
    """The IANA zone of a territory's wall dates, where it is not the usual one."""

    def __post_init__(self) -> None:
        if not 0 <= self.trusted_proxies <= 16:
            raise CinemaError(Code.WRONG_USE, "Say 0 to 16 trusted proxies.")
        if self.geoip_anonymous and not self.geoip:
            raise CinemaError(Code.WRONG_USE, "A database of hiding addresses needs one of countries beside it.")
        if not all(map(is_web_address, self.mirrors)):
            msg = "A mirror is named as https://host/path, without a query (http only on this machine)."
            raise CinemaError(Code.WRONG_USE, msg)
        if self.workers < 1 or (self.workers > 1 and not self.database_url.startswith("postgresql")):
            raise CinemaError(Code.WRONG_USE, "Several workers share a PostgreSQL database; SQLite has one.")

    @property
    def issuer(self) -> str:
        """The base URL, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.base_url or f"http://{host}:{self.port}").rstrip("/")


def is_web_address(text: str) -> bool:
    """Whether it is https, or http on this machine, with nothing but host, port and path."""
    try:
        parts = urlsplit(text)
        plain = not (parts.query or parts.fragment or parts.username) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost"))
    return safe and plain and bool(parts.hostname) and text.isascii() and text.isprintable() and " " not in text
