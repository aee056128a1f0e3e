"""Money, dates and durations as people of a language write them (CLDR, through Babel, which loads at its first use)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from typing import TYPE_CHECKING

from core import Money

if TYPE_CHECKING:
    from babel import Locale


_SHORT = {
    "en": ("d MMMM, HH:mm", "d MMMM y, HH:mm"),
    "zh": ("M月d日 HH:mm", "y年M月d日 HH:mm"),
    "ko": ("M월 d일 HH:mm", "y년 M월 d일 HH:mm"),
}
"""This year's and any other year's, where CLDR's own are longer than a line of a poster card has room for."""


def utc_now() -> datetime:
    """The moment it is."""
    return datetime.now(UTC)


@cache
def _locale(tag: str) -> "Locale":
    from babel import Locale

    return Locale.parse(tag, sep="-")


@dataclass(frozen=True)
class Formats:
    """Writes values in one language, with times in the viewer's own zone unless another is named."""

    language: str
    zone: tzinfo
    now: Callable[[], datetime] = utc_now

    @property
    def locale(self) -> "Locale":
        """Babel's locale of the language."""
        return _locale(self.language)

    def money(self, money: Money | None) -> str:
        """A price with its currency; empty for none."""
        if money is None:
            return ""
        from babel.numbers import format_currency

        return format_currency(money.decimal, money.currency, locale=self.locale)

    def moment(self, time: datetime | None, zone: str | None = None) -> str:
        """Day and time, for example ``14 Dec, 23:59``; with the zone's city where it is not the viewer's."""
        if time is None:
            return ""
        from zoneinfo import ZoneInfo

        place = ZoneInfo(zone) if zone else self.zone
        text = self._written(time, place)
        same = time.astimezone(place).utcoffset() == time.astimezone(self.zone).utcoffset()
        if zone is None or same:
            return text
        return f"{text}（{self.city(zone)}）" if self.language.startswith("zh") else f"{text} ({self.city(zone)})"

    def day(self, time: datetime | None) -> str:
        """The day alone, in the viewer's zone."""
        from babel.dates import format_date

        how = "d MMMM y" if self.locale.language == "en" else "long"  # as in `moment`
        return format_date(time.astimezone(self.zone), how, locale=self.locale) if time else ""

    def city(self, zone: str) -> str:
        """The zone's place in words, for example ``Berlin``."""
        from babel.dates import get_timezone_location

        return get_timezone_location(zone, locale=self.locale, return_city=True)

    def _written(self, time: datetime, place: tzinfo) -> str:
        from babel.dates import format_datetime, format_skeleton

        this_year = time.astimezone(self.zone).year == self.now().astimezone(self.zone).year
        patterns = _SHORT.get(self.locale.language)
        if patterns:
            return format_datetime(time, patterns[not this_year], tzinfo=place, locale=self.locale)
        day = format_skeleton("MMMMd" if this_year else "yMMMMd", time, place, locale=self.locale)
        return f"{day}, {format_datetime(time, 'HH:mm', tzinfo=place, locale=self.locale)}"


class LocalZone(tzinfo):
    """This machine's own time zone, by name, so that dates months ahead are right; found at its first use."""

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        """As `datetime.tzinfo`."""
        return _here().utcoffset(dt)

    def dst(self, dt: datetime | None) -> timedelta | None:
        """As `datetime.tzinfo`."""
        return _here().dst(dt)

    def tzname(self, dt: datetime | None) -> str | None:
        """As `datetime.tzinfo`."""
        return _here().tzname(dt)

    def fromutc(self, dt: datetime) -> datetime:
        """As `datetime.tzinfo`."""
        return _here().fromutc(dt.replace(tzinfo=_here())).replace(tzinfo=self)


def _here() -> tzinfo:
    from babel.dates import LOCALTZ

    return LOCALTZ


def language_name(tag: str, within: str) -> str:
    """One language in the words of another; the tag itself where it is unknown."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(tag, sep="-").get_display_name(Locale.parse(within, sep="-")) or tag
    except (UnknownLocaleError, ValueError):
        return tag


def clock(milliseconds: int) -> str:
    """A position or a length, for example ``1:02:03`` or ``4:05``."""
    seconds = max(0, milliseconds) // 1000
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


FormatsSource = Callable[[], Formats]
"""The formats of the language that holds now."""
