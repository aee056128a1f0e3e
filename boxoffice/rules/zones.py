"""Which IANA time zone a territory's wall dates are in, where nobody says otherwise."""

from collections.abc import Mapping

from babel.core import get_global

_CHOSEN = {
    "AR": "America/Argentina/Buenos_Aires",
    "AQ": "Antarctica/McMurdo",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty",
    "MH": "Pacific/Majuro",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Gaza",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "UM": "Pacific/Wake",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
    "US-CA": "America/Los_Angeles",
    "US-HI": "Pacific/Honolulu",
    "US-AK": "America/Anchorage",
    "US-TX": "America/Chicago",
    "US-IL": "America/Chicago",
    "US-WA": "America/Los_Angeles",
    "US-CO": "America/Denver",
    "CA-BC": "America/Vancouver",
    "AU-WA": "Australia/Perth",
}
"""Where a territory has several: the zone that its trade dates are given in."""


def zone_of(territory: str, chosen: Mapping[str, str] | None = None) -> str | None:
    """The zone of a country or state; ``chosen`` comes first. None where the table knows none (such as ``*``)."""
    country = territory.partition("-")[0]
    for table in (chosen or {}, _CHOSEN):
        for code in (territory, country):
            if code in table:
                return table[code]
    zones: Mapping[str, list[str]] = get_global("territory_zones")
    return zones[country][0] if zones.get(country) else None
