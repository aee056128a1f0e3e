"""The catalogue is prepared once and sent often, and yet it is never another than the database holds."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests
import tomli_w

from boxoffice.service import publish


def ask(office: Any, territory: str = "DE", **headers: str) -> requests.Response:
    return requests.get(f"{office.base_url}/v1/catalogue", {"territory": territory}, headers=headers, timeout=20)


def states(office: Any, territory: str = "DE") -> dict[str, str]:
    return {title["id"]: title["offer"]["state"] for title in ask(office, territory).json()["titles"]}


def test_what_is_published_is_shown_at_once(office: Any, films_folder: Path) -> None:
    first = ask(office)
    file = films_folder / "changed.toml"
    document = tomllib.loads((films_folder / "publication.toml").read_text())
    document["title"][0]["avail"][0]["price"]["minor"] = 990
    file.write_text(tomli_w.dumps(document))
    publish(office.config, file)
    second = ask(office)
    prices = {title["id"]: title["offer"]["price"] for title in second.json()["titles"]}
    assert prices["paper-moon"] == {"minor": 990, "currency": "EUR"}
    assert second.headers["ETag"] != first.headers["ETag"]


def test_who_has_it_already_is_told_so(office: Any) -> None:
    first = ask(office)
    again = ask(office, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert ask(office, "JP", **{"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_an_offer_opens_and_ends_by_the_clock_and_by_the_territory(office: Any) -> None:
    assert states(office)["paper-moon"] != states(office, "JP")["paper-moon"]
    before = states(office)
    office.clock.moved += timedelta(days=60)
    after = states(office)
    assert before["paper-moon"] != after["paper-moon"]
    office.clock.moved -= timedelta(days=60)
    assert states(office) == before


def test_an_offer_opens_at_its_very_moment(office: Any) -> None:
    titles = {title["id"]: title["offer"] for title in ask(office).json()["titles"]}
    left = datetime.fromisoformat(titles["coming-soon"]["window_start"]) - office.clock.now()
    office.clock.moved += left - timedelta(seconds=5)
    before = states(office)["coming-soon"]
    office.clock.moved += timedelta(seconds=5)
    assert (before, states(office)["coming-soon"]) == ("pre-order", "on-sale")
