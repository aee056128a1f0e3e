"""New versions: found and verified with The Update Framework, staged in a folder, put in place when nothing is lost.

The root of trust is part of the bundle; its keys never touch a machine with a network. An older version, metadata that
stands still, and a file with one bit altered are refused (`docs/packaging.md`).
"""

from typing import TYPE_CHECKING

from core.lazy import lazily

if TYPE_CHECKING:
    from app.updates.installation import Installation, installed
    from app.updates.quiet import QuietTime, around, kept_back, read_quiet_times, write_quiet_times
    from app.updates.releases import Release, Updates
    from app.updates.renewal import Renewal, Renewed
    from app.updates.source import UpdateSource, update_source

__all__ = [
    "Installation",
    "QuietTime",
    "Release",
    "Renewal",
    "Renewed",
    "UpdateSource",
    "Updates",
    "around",
    "installed",
    "kept_back",
    "read_quiet_times",
    "update_source",
    "write_quiet_times",
]

__getattr__ = lazily(
    __name__,
    {
        **dict.fromkeys(("Installation", "installed"), "installation"),
        **dict.fromkeys(("QuietTime", "around", "kept_back", "read_quiet_times", "write_quiet_times"), "quiet"),
        **dict.fromkeys(("Release", "Updates"), "releases"),
        **dict.fromkeys(("Renewal", "Renewed"), "renewal"),
        **dict.fromkeys(("UpdateSource", "update_source"), "source"),
    },
)
