"""The demo: its films, made once on this machine, and a box office of its own that sells them."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import tomli_w

from app.children import serving
from app.console import Console
from app.paths import Paths
from core import Cancel

if TYPE_CHECKING:
    from boxoffice.service import ServiceConfig
    from films.demo import DemoPackages

log = logging.getLogger(__name__)

ZONE = "Europe/Berlin"
NOW_SHOWING_DAYS = 21
FESTIVAL_MONTHS_DAYS = 122
PLACES = 40
"""Of an online screening."""


def films_folder(paths: Paths, quality: str) -> Path:
    """Where the demo films of one quality lie."""
    return paths.demo_films / quality


def prepare_films(paths: Paths, quality: str, console: Console, cancel: Cancel) -> "tuple[DemoPackages, ...]":
    """Draw and master the demo films, or find them made. Resumes what an earlier run left."""
    from films import SigningKey
    from films.demo import make_demo

    folder = films_folder(paths, quality)
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.glob("*/manifest.json")):
        console.say("Making the demo films, once: two short films are drawn, scored and mastered on this machine.")
    started = time.monotonic()
    made = make_demo(folder, SigningKey.load_or_create(paths.signing_key), console.progress, cancel, quality)
    console.finish_line()
    log.info("demo films ready after %.1f s", time.monotonic() - started)
    return made


def publish_films(paths: Paths, quality: str, config: "ServiceConfig") -> None:
    """Publish the demo films into a box office's database; repeating it changes nothing."""
    from boxoffice.service import migrate, publish
    from films import SigningKey

    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    migrate(config.database_url)
    publication = films_folder(paths, quality) / "publication.toml"
    key = SigningKey.load_or_create(paths.signing_key).public_jwk
    publication.write_text(tomli_w.dumps(describe(datetime.now(ZoneInfo(ZONE)), key)), encoding="utf-8")
    publish(config, publication)


def describe(today: datetime, signer: dict[str, str]) -> dict[str, object]:
    """The demo's programme as a publication: one title on now, all of them in a festival section."""
    from films.demo import FILMS

    midnight = today.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    opened = midnight - timedelta(days=1)
    closes = midnight + timedelta(days=NOW_SHOWING_DAYS) - timedelta(minutes=1)
    section_closes = midnight + timedelta(days=FESTIVAL_MONTHS_DAYS) - timedelta(minutes=1)
    leading, *_ = FILMS
    titles = [
        {
            "id": film.id,
            "names": dict(film.names),
            "original_name": film.original_name,
            "synopsis": dict(film.synopsis),
            "tagline": dict(film.tagline),
            "directors": [dict(words) for words in film.directors],
            "countries": ["CN"],
            "year": film.year,
            "spoken": ["zh"],
            "accent": film.accent,
            "package": film.id,
            "keys": f"{film.id}.keys.json",
            "trailer": f"{film.id}-trailer",
            "house_rules": {
                "seek": film.seek,
                "offline": film.seek,
                "cast": False,
                "second_screen": False,
                "stills": film.seek,
            },
            "avail": [
                {
                    "territories": ["*"],
                    "start": opened.isoformat(),
                    "end": (closes if film is leading else section_closes).isoformat(),
                    "zone": ZONE,
                    "price": {"minor": 690 if film is leading else 490, "currency": "EUR"},
                }
            ],
            "screening": _screenings(film.id, midnight) if film is leading else [],
        }
        for film in FILMS
    ]
    return {
        "trusted": [signer],
        "section": [
            {
                "id": "now",
                "kind": "now",
                "names": {"en": "On now", "zh-Hans": "正在上映"},
                "about": {"en": "New films, the day they open at home.", "zh-Hans": "与国内同日上映的新片。"},
                "titles": [film.id for film in FILMS],
            },
            {
                "id": "online-panorama",
                "kind": "festival",
                "names": {"en": "Online Panorama", "zh-Hans": "线上展映"},
                "about": {
                    "en": "A festival's selection, open to viewers everywhere for four months.",
                    "zh-Hans": "电影节精选影片，面向各地观众开放四个月。",
                },
                "starts": opened.isoformat(),
                "ends": section_closes.isoformat(),
                "titles": [film.id for film in reversed(FILMS)],
            },
        ],
        "title": titles,
    }


def _screenings(title_id: str, midnight: datetime) -> list[dict[str, object]]:
    """Tonight and tomorrow at eight, in a small hall."""
    return [
        {
            "id": f"{title_id}-{midnight + timedelta(days=days):%Y-%m-%d}",
            "start": (midnight + timedelta(days=days, hours=20)).isoformat(),
            "zone": ZONE,
            "capacity": PLACES,
        }
        for days in (0, 1)
    ]


@contextmanager
def box_office(paths: Paths, quality: str) -> Iterator[str]:
    """The demo's own box office as a child process; yields its base URL."""
    from boxoffice.service import ServiceConfig

    folder = paths.demo_service / quality
    config = ServiceConfig(
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'boxoffice.sqlite3'}",
        host="127.0.0.1",
        port=0,
        base_url=None,
        default_territory="DE",
    )
    publish_films(paths, quality, config)
    with serving(["--data", str(folder), "--port", "0"]) as base_url:
        yield base_url
