"""Money, dates and durations as people of a language write them (CLDR, through Babel)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, get_timezone_location
from babel.numbers import format_currency

from core import Money


@dataclass(frozen=True)
class Formats:
    """Writes values in one language, with times in the viewer's own zone unless another is named."""

    language: str
    zone: tzinfo

    @property
    def locale(self) -> Locale:
        """Babel's locale of the language."""
        return Locale.parse(self.language, sep="-")

    def money(self, money: Money | None) -> str:
        """A price with its currency; empty for none."""
        if money is None:
            return ""
        return format_currency(money.minor / 100, money.currency, locale=self.locale)

    def moment(self, time: datetime | None, zone: str | None = None) -> str:
        """Day and time, for example ``14 Dec, 23:59``; with the zone's city where it is not the viewer's."""
        if time is None:
            return ""
        place = ZoneInfo(zone) if zone else self.zone
        text = format_datetime(time, self._pattern(time), tzinfo=place, locale=self.locale)
        same = time.astimezone(place).utcoffset() == time.astimezone(self.zone).utcoffset()
        return text if zone is None or same else f"{text} ({self.city(zone)})"

    def day(self, time: datetime | None) -> str:
        """The day alone, in the viewer's zone."""
        return format_date(time.astimezone(self.zone), "long", locale=self.locale) if time else ""

    def city(self, zone: str) -> str:
        """The zone's place in words, for example ``Berlin``."""
        return get_timezone_location(zone, locale=self.locale, return_city=True)

    def _pattern(self, time: datetime) -> str:
        this_year = time.astimezone(self.zone).year == datetime.now(UTC).astimezone(self.zone).year
        if self.locale.language == "zh":
            return "M月d日 HH:mm" if this_year else "y年M月d日 HH:mm"
        return "d MMMM, HH:mm" if this_year else "d MMMM y, HH:mm"


def clock(milliseconds: int) -> str:
    """A position or a length, for example ``1:02:03`` or ``4:05``."""
    seconds = max(0, milliseconds) // 1000
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


FormatsSource = Callable[[], Formats]
"""The formats of the language that holds now."""
