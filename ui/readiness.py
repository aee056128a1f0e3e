"""What preflight found, as it is said from afar: one sign, the first screening that will fail, and what to do.

One derivation for the window and the page; the words are those of the interface's catalogues.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from boxoffice.rules import moment_of
from core import pick
from kiosk import Light, PreflightReport, ReportLine, Trouble
from ui.catalogue_words import CatalogueWords
from ui.formats import Formats
from ui.trouble_words import trouble_words

MOST = 12
"""So many lines are shown."""


class ReadinessWords(CatalogueWords):
    """The few words of the page itself."""

    def sign(self, light: str) -> str:
        """The word beside the sign."""
        return {
            "green": self.pgettext("Readiness", "Ready"),
            "amber": self.pgettext("Readiness", "Have a look"),
            "red": self.pgettext("Readiness", "Will fail"),
        }.get(light, self.pgettext("Readiness", "Not checked yet"))

    def says(self, light: str, screenings: int) -> str:
        """The sentence below it."""
        if not screenings:
            return self.pgettext("Readiness", "No screening is to come.")
        return {
            "green": self.pgettext("Readiness", "Nothing will fail: {count} screenings were run ahead."),
            "amber": self.pgettext("Readiness", "Nothing will fail, and something is worth a look."),
            "red": self.pgettext("Readiness", "A screening will fail. This is the first."),
        }[light].format(count=screenings)

    @property
    def title(self) -> str:
        """Of the page."""
        return self.pgettext("Readiness", "Preflight")

    @property
    def do(self) -> str:
        """Before what helps."""
        return self.pgettext("Readiness", "Do this:")

    @property
    def licences(self) -> str:
        """Above the licences."""
        return self.pgettext("Readiness", "Licences")

    def checked(self, report: PreflightReport, when: str) -> str:
        """When and how thoroughly it was looked at."""
        if report.decoded:
            return self.pgettext("Readiness", "Checked {when}; films were read and decoded.").format(when=when)
        if report.hashed:
            return self.pgettext("Readiness", "Checked {when}; films were read.").format(when=when)
        return self.pgettext("Readiness", "Checked {when}; films were not read.").format(when=when)

    def licence(self, word: str) -> str:
        """How a licence stands."""
        return {
            "good": self.pgettext("Readiness", "good"),
            "ends-soon": self.pgettext("Readiness", "ends soon"),
            "ended": self.pgettext("Readiness", "ended"),
            "not-yet": self.pgettext("Readiness", "not yet"),
            "other-device": self.pgettext("Readiness", "another device’s"),
            "locked": self.pgettext("Readiness", "does not open"),
        }.get(word, word)

    def more(self, count: int) -> str:
        """Beside a trouble of several screenings."""
        return self.pgettext("Readiness", "and {count} more").format(count=count) if count else ""


@dataclass(frozen=True)
class Said:
    """One trouble in words."""

    light: str
    name: str
    room: str
    when: str
    why: str
    fix: str
    more: str


@dataclass(frozen=True)
class ReadinessProps:
    """What is shown; ``light`` is green, amber, red or none."""

    light: str
    sign: str
    says: str
    festival: str
    checked: str
    first: tuple[Mapping[str, str], ...]
    """The first failure, or nothing."""
    lines: tuple[Mapping[str, str], ...]
    left_out: str
    licences: tuple[Mapping[str, str], ...]
    """Each with its colour, the film's package, the word, and its end."""


def derive_readiness(report: PreflightReport | None, language: str) -> ReadinessProps:
    """The report in one language."""
    words = ReadinessWords(language)
    if report is None:
        return ReadinessProps("none", words.sign("none"), "", "", "", (), (), "", ())
    formats = Formats(words.tag, ZoneInfo(report.zone))
    light = str(report.light)
    said = [_said(group, words, formats) for group in _grouped(report.lines)]
    red = [item for item in said if item.light == Light.RED]
    rest = [item for item in said if item not in red[:1]]
    return ReadinessProps(
        light=light,
        sign=words.sign(light),
        says=words.says(light, report.screenings),
        festival=pick(report.festival, words.tag),
        checked=words.checked(report, formats.moment(moment_of(report.at))),
        first=tuple(vars(item) for item in red[:1]),
        lines=tuple(vars(item) for item in rest[:MOST]),
        left_out=words.more(len(rest[MOST:])),
        licences=tuple(
            {
                "colour": item.colour,
                "name": item.package,
                "word": words.licence(item.word),
                "until": formats.moment(moment_of(item.expires)),
            }
            for item in report.licences
        ),
    )


def _grouped(lines: tuple[ReportLine, ...]) -> list[list[ReportLine]]:
    """The same trouble of several screenings once, by its first; red before amber."""
    groups: dict[tuple[object, ...], list[ReportLine]] = {}
    for line in lines:
        groups.setdefault((line.light, line.trouble, *sorted(line.about.items())), []).append(line)
    return sorted(groups.values(), key=lambda group: group[0].light != Light.RED)


def _said(group: list[ReportLine], words: ReadinessWords, formats: Formats) -> Said:
    line = group[0]
    about = {name: _of(name, text, formats) for name, text in line.about.items()}
    # Only the sentence's own first letter is raised: names stay as they are written.
    pair = trouble_words(words.tag)[Trouble(line.trouble)]
    why, fix = ((text[:1].upper() + text[1:]).format(**about) for text in pair)
    return Said(
        light=line.light,
        name=pick(line.names, words.tag),
        room=pick(line.room, words.tag),
        when=formats.moment(moment_of(line.at)),
        why=why,
        fix=fix,
        more=words.more(len(group) - 1),
    )


def _of(name: str, text: str, formats: Formats) -> str:
    return formats.moment(datetime.fromisoformat(text)) if name == "time" else text
