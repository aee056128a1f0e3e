"""The last preflight as a small file, ``preflight.json``: for its page and windows, and for when the next is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from boxoffice.rules import moment_of, time_text
from core import CinemaError, Code
from core.records import from_plain, to_plain
from core.strict_json import dump_json, parse_json
from core.whole_file import write_whole
from kiosk.door_rules import Light
from kiosk.licence_colours import Standing
from kiosk.preflight_schedule import Flown
from kiosk.programme import Programme
from kiosk.troubles import Finding, Preflight, Trouble

TYPE = "smart-cinema preflight 1"
LIMIT_BYTES = 8 << 20


@dataclass(frozen=True)
class ReportLine:
    """One finding, with what is needed to say it. Times are RFC 3339 in UTC."""

    trouble: str
    light: str
    at: str
    screening: str
    names: Mapping[str, str]
    room: Mapping[str, str]
    about: Mapping[str, str]


@dataclass(frozen=True)
class LicenceLine:
    """How one licence stood then."""

    package: str
    colour: str
    word: str
    expires: str


@dataclass(frozen=True)
class PreflightReport:
    """What a preflight found."""

    type: str
    at: str
    boot: str
    fingerprint: str
    hashed: bool
    decoded: bool
    festival: Mapping[str, str]
    zone: str
    screenings: int
    next: str
    """The start of the next screening; empty where none is to come."""
    lines: tuple[ReportLine, ...]
    licences: tuple[LicenceLine, ...] = ()
    """What needs somebody first."""

    @property
    def light(self) -> Light:
        """Red where a screening will fail, amber where something is worth a look."""
        lights = {line.light for line in self.lines}
        return next((light for light in (Light.RED, Light.AMBER) if light in lights), Light.GREEN)

    @property
    def first_failure(self) -> ReportLine | None:
        """The first screening that will fail."""
        return next((line for line in self.lines if line.light == Light.RED), None)

    @property
    def flown(self) -> Flown:
        """As the schedule asks."""
        return Flown(moment_of(self.at), self.boot, self.fingerprint, self.decoded)


def report_of(
    result: Preflight,
    programme: Programme,
    now: datetime,
    boot: str,
    fingerprint: str,
    *,
    hashed: bool,
    decoded: bool,
    licences: Sequence[Standing] = (),
) -> PreflightReport:
    """The result with the names that it is told by."""
    shows = {show.id: show for show in programme.screenings}
    coming = [show.start for show in sorted(shows.values(), key=lambda show: show.start_at) if show.end_at > now]

    def line(item: Finding) -> ReportLine:
        show = shows[item.screening]
        room = programme.room[show.room].names
        return ReportLine(item.trouble, item.light, time_text(item.at), item.screening, show.names, room, item.about)

    return PreflightReport(
        type=TYPE,
        at=time_text(now),
        boot=boot,
        fingerprint=fingerprint,
        hashed=hashed,
        decoded=decoded,
        festival=programme.names,
        zone=programme.zone,
        screenings=result.screenings,
        next=coming[0] if coming else "",
        lines=tuple(map(line, result.findings)),
        licences=tuple(LicenceLine(item.package, item.colour, item.word, time_text(item.expires)) for item in licences),
    )


def keep_report(venue: Path, report: PreflightReport) -> None:
    """Write it down, whole. Raises ``OSError``."""
    write_whole(venue / "preflight.json", dump_json(to_plain(report)))


def kept_report(venue: Path) -> PreflightReport | None:
    """The last one; none where there is none that can be read."""
    try:
        data = parse_json((venue / "preflight.json").read_bytes(), LIMIT_BYTES, Code.FILE_UNREADABLE, "The preflight")
        report = from_plain(data, PreflightReport, "preflight", Code.FILE_UNREADABLE)
        moment_of(report.at)
    except (OSError, CinemaError):
        return None
    known = set(Trouble)
    return report if report.type == TYPE and all(line.trouble in known for line in report.lines) else None
