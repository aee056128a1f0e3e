"""The pages' languages: English in the source, the others from Babel catalogues, compiled as the service starts."""

import gettext
import io
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_percent

from core import LANGUAGES, Money, pick_language

CATALOGUES = Path(__file__).resolve().parents[2] / "translations" / "service"
_LOCALES = {tag: tag.replace("-", "_") for tag in LANGUAGES}
STAFF = tuple(tag for tag in LANGUAGES if tag.partition("-")[0] in {"en", "zh"})
"""Of the console: it is translated whole or not at all."""


@cache
def words(language: str) -> gettext.NullTranslations:
    """The catalogue of one language; English where there is none."""
    path = CATALOGUES / _LOCALES[language] / "LC_MESSAGES" / "service.po"
    if language == "en" or not path.is_file():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=_LOCALES[language])
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def choose(*wishes: str, among: Collection[str] = LANGUAGES) -> str:
    """The first of these languages that a wish names: tags of OpenID's ``ui_locales`` or of ``Accept-Language``."""
    spoken = {tag.partition("-")[0] for tag in among}
    for wish in wishes:
        for tag in wish.replace(",", " ").split()[:20]:
            name = tag.partition(";")[0].lower()
            if name.partition("-")[0] in spoken:
                return pick_language(list(among), name) or "en"
    return "en"


def money_text(money: Money, language: str) -> str:
    """The amount, as the language writes it."""
    return format_currency(money.decimal, money.currency, locale=_LOCALES[language])


def percent_text(thousandths: int, language: str) -> str:
    """A rate, given in thousandths of a percent."""
    return format_percent(Decimal(thousandths).scaleb(-5), "#,##0.###%", _LOCALES[language])


def day_text(moment: datetime, zone: str, language: str) -> str:
    """The day in ``zone``."""
    return format_date(moment.astimezone(ZoneInfo(zone)), "medium", _LOCALES[language])


def moment_text(moment: datetime, zone: str, language: str) -> str:
    """Day and time in ``zone``."""
    return format_datetime(moment, "medium", ZoneInfo(zone), _LOCALES[language])
