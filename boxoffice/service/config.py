"""What the operator decides about a box office."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from core import CinemaError, Code


@dataclass(frozen=True)
class ServiceConfig:
    """Where the service keeps its things and how it is reached."""

    data_dir: Path
    """Key files; readable by the service's user alone."""
    database_url: str
    """SQLAlchemy URL."""
    host: str = "127.0.0.1"
    port: int = 8400
    """0 takes a free one."""
    base_url: str | None = None
    """How viewers reach the service, also the issuer; by default from host and port."""
    default_territory: str = "DE"
    mirrors: tuple[str, ...] = ()
    """Addresses below which every package lies once more, for example at a CDN; best first. They get no credentials."""
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
