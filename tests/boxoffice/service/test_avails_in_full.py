"""States, exceptions and announcements, from the publication to what a viewer is told and may buy."""

import tomllib
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import tomli_w

from boxoffice.service import publish


@pytest.fixture
def publish_with(office: Any) -> Callable[..., None]:
    """Publish anew with something else in the avails of the title that comes soon."""

    def published(**changes: object) -> None:
        document = tomllib.loads((office.folder / "publication.toml").read_text())
        (title,) = (title for title in document["title"] if title["id"] == "coming-soon")
        for avail in title["avail"]:
            avail.update(changes)
        path = office.folder / f"{uuid.uuid4()}.toml"
        path.write_text(tomli_w.dumps(document))
        publish(office.config, path)
        path.unlink()

    return published


def catalogue(office: Any, territory: str) -> dict[str, Any]:
    answer = office.device().http.get(f"{office.base_url}/v1/catalogue", params={"territory": territory}, timeout=10)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_of_a_title_that_is_not_announced_nothing_is_told_and_nothing_sold(
    office: Any, publish_with: Callable[..., None]
) -> None:
    before = catalogue(office, "DE")
    assert "coming-soon" in {title["id"] for title in before["titles"]}
    opens = datetime.fromisoformat(
        next(title["offer"]["window_start"] for title in before["titles"] if title["id"] == "coming-soon")
    )
    lifted = opens - timedelta(hours=6)
    publish_with(announced_from=f"{lifted:%Y-%m-%dT%H:%M:%S}", zone="UTC")
    assert "coming-soon" not in str(catalogue(office, "DE"))
    refused = office.newcomer().order("coming-soon")
    assert (refused.status_code, [reason["at"] for reason in refused.json()["reasons"]]) == (403, [None])
    office.clock.moved += lifted - office.clock.now()
    told = catalogue(office, "DE")
    assert "coming-soon" in {title["id"] for title in told["titles"]}
    assert any("coming-soon" in section["title_ids"] for section in told["sections"])


def test_a_state_that_is_left_out_is_told_so_and_its_neighbour_may_buy(
    office: Any, publish_with: Callable[..., None]
) -> None:
    publish_with(territories=["US"], except_territories=["US-CA"], tier="Premium")
    states = {
        here: next(
            title["offer"]["state"] for title in catalogue(office, here)["titles"] if title["id"] == "coming-soon"
        )
        for here in ("US-NY", "US-CA", "US")
    }
    assert states == {"US-NY": "pre-order", "US-CA": "not-here", "US": "not-here"}
    answer = office.device().http.get(f"{office.base_url}/v1/catalogue", params={"territory": "USA"}, timeout=10)
    assert answer.status_code == 400
