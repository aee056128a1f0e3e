"""Values as the API writes them."""

from datetime import UTC, datetime
from typing import Any

from boxoffice.rules import Reason
from core import Money


def time_json(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def time_of(text: str) -> datetime:
    """The moment that `time_json` wrote."""
    return datetime.fromisoformat(text)


def money_json(money: Money | None) -> dict[str, Any] | None:
    """Minor units and currency."""
    return {"minor": money.minor, "currency": money.currency} if money else None


def reason_json(reason: Reason) -> dict[str, Any]:
    """A refusal's rule, moment and remedy."""
    return {
        "rule": str(reason.rule),
        "at": time_json(reason.at),
        "zone": reason.zone,
        "fix": str(reason.fix),
        "device": reason.device,
    }
