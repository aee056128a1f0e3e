"""A venue's pages, each one HTML file that needs nothing beside itself: the preflight for a wall or a printer, and the
status on the LAN.
"""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from kiosk import PreflightReport
from ui.readiness import ReadinessWords, derive_readiness

if TYPE_CHECKING:
    from jinja2 import Environment


def readiness_page(report: PreflightReport | None, languages: tuple[str, ...]) -> str:
    """The preflight in each of the languages, one below the other."""
    parts = [(language, ReadinessWords(language), derive_readiness(report, language)) for language in languages]
    return _environment().get_template("readiness.html").render(parts=parts)


def status_page(said: Mapping[str, object], light: str) -> str:
    """The status as it is told."""
    facts = {"now": "", "trouble": "", "clock": "", **said}
    return (
        _environment()
        .get_template("status.html")
        .render(said=facts, light=light, sign=ReadinessWords("en").sign(light))
    )


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("ui", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
