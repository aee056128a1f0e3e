"""Preflight as one HTML page that needs nothing beside itself: for a browser, a wall, and a printer (A3 or A4)."""

from functools import cache
from typing import TYPE_CHECKING

from kiosk import PreflightReport
from ui.readiness import ReadinessWords, derive_readiness

if TYPE_CHECKING:
    from jinja2 import Environment


def readiness_page(report: PreflightReport | None, languages: tuple[str, ...]) -> str:
    """The page in each of the languages, one below the other."""
    parts = [(language, ReadinessWords(language), derive_readiness(report, language)) for language in languages]
    return _environment().get_template("readiness.html").render(parts=parts)


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
