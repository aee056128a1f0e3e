from datetime import UTC, datetime

import pytest

from core import Money
from ui.formats import Formats, LocalZone


@pytest.mark.parametrize("moment", [datetime(2027, 1, 5, 12, tzinfo=UTC), datetime(2027, 7, 5, 12, tzinfo=UTC)])
def test_this_machines_zone_knows_summer_and_winter(moment: datetime) -> None:
    here = moment.astimezone(LocalZone())
    assert here == moment
    assert here.utcoffset() == moment.astimezone().utcoffset()
    assert Formats("en", LocalZone()).moment(moment) == Formats("en", moment.astimezone().tzinfo or UTC).moment(moment)


@pytest.mark.parametrize(
    ("money", "english", "chinese"),
    [
        (Money(690, "EUR"), "€6.90", "€6.90"),
        (Money(1500, "JPY"), "¥1,500", "JP¥1,500"),
        (Money(9900, "KRW"), "₩9,900", "₩9,900"),
        (Money(1250, "KWD"), "KWD1.250", "KWD1.250"),
    ],
)
def test_prices_are_written_with_the_digits_of_their_currency(money: Money, english: str, chinese: str) -> None:
    assert (Formats("en", UTC).money(money), Formats("zh-Hans", UTC).money(money)) == (english, chinese)


@pytest.mark.parametrize(
    ("language", "ending"), [("en", "21:00 (Berlin)"), ("zh-Hans", "21:00（柏林）"), ("it", "21:00 (Berlino)")]
)
def test_a_time_elsewhere_names_the_place_as_the_language_writes_it(language: str, ending: str) -> None:
    moment = datetime(2026, 10, 9, 19, tzinfo=UTC)
    assert Formats(language, UTC).moment(moment, "Europe/Berlin").endswith(ending)
    assert Formats(language, UTC).moment(moment, "Africa/Abidjan").endswith("19:00")
