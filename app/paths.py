"""Where things are kept on this machine."""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

APP_NAME = "smart-cinema"


@dataclass(frozen=True)
class Paths:
    """The folders of one profile. ``SMART_CINEMA_HOME`` or ``--data`` puts all of them under one folder."""

    data: Path
    config: Path
    cache: Path
    logs: Path

    @classmethod
    def under(cls, root: Path) -> "Paths":
        """All four below one folder."""
        return cls(root / "data", root / "config", root / "cache", root / "logs")

    @classmethod
    def of_this_user(cls, root: Path | None = None) -> "Paths":
        """The system's own places for this user, or below ``root`` where one is given."""
        home = root or (Path(os.environ["SMART_CINEMA_HOME"]) if os.environ.get("SMART_CINEMA_HOME") else None)
        if home is not None:
            return cls.under(home.expanduser().absolute())
        dirs = platformdirs.PlatformDirs(APP_NAME, appauthor=False)
        return cls(
            Path(dirs.user_data_dir), Path(dirs.user_config_dir), Path(dirs.user_cache_dir), Path(dirs.user_log_dir)
        )

    @property
    def unwritable(self) -> Path | None:
        """The first of the four that nothing can be kept in; nothing where all can. Makes no folder."""
        return next((folder for folder in (self.data, self.config, self.cache, self.logs) if not _takes(folder)), None)

    @property
    def demo_films(self) -> Path:
        """The demo's film packages."""
        return self.data / "demo" / "films"

    @property
    def demo_service(self) -> Path:
        """The demo box office's database and keys."""
        return self.data / "demo" / "service"

    @property
    def service(self) -> Path:
        """The box office's database and keys."""
        return self.data / "service"

    @property
    def venue(self) -> Path:
        """A venue's ledger, programme and films."""
        return self.data / "venue"

    @property
    def signing_key(self) -> Path:
        """The key that signs the packages mastered here."""
        return self.data / "signing-key.pem"

    @property
    def updates(self) -> Path:
        """What is known of newer versions, and the next one, staged."""
        return self.data / "updates"

    @property
    def quiet_times(self) -> Path:
        """When nothing may be updated."""
        return self.config / "quiet-times.json"

    @property
    def preferences(self) -> Path:
        """What the viewer chose."""
        return self.config / "preferences.json"


def _takes(folder: Path) -> bool:
    """Whether a folder, or the one that it would be made in, can be written."""
    while not os.path.exists(folder):  # noqa: PTH110 - false, not an error, where one may not even look
        folder = folder.parent
    return os.access(folder, os.W_OK)
