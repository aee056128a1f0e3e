"""What the operator decides about a box office."""

from dataclasses import dataclass
from pathlib import Path


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

    @property
    def issuer(self) -> str:
        """The base URL, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.base_url or f"http://{host}:{self.port}").rstrip("/")
