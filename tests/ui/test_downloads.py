from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from boxoffice.client import Download, Reason
from core import Cancel, CinemaError, Code
from player.state import FirstFrame, Moved
from ui.viewer import Services, ShellViewModel
from ui.viewer import viewing as viewing_module
from ui.viewer.downloads import DownloadsViewModel
from ui.viewer.viewing import Viewing


class PlannedDownloads:
    """The disk as a test plans it; fetching goes as far as the test says."""

    def __init__(self, ends: Any) -> None:
        self.ends = ends
        self.kept: dict[str, Download] = {}
        self.fails: CinemaError | None = None
        self.removed: list[str] = []
        self.told = 0
        self.tallest: list[int | None] = []

    def film(self, ticket_id: str, done: int) -> Download:
        return Download(
            ticket_id, "lantern-street", {"en": "Lantern Street", "zh-Hans": "灯街"}, done, 8_000_000, self.ends
        )

    def all(self) -> tuple[Download, ...]:
        return tuple(self.kept.values())

    def tell_all(self) -> None:
        self.told += 1

    def fetch(
        self, ticket_id: str, _signers: Any, _source: Any, progress: Callable[[Download], None], cancel: Cancel, *, tallest: int | None
    ) -> Download:  # fmt: skip
        self.tallest.append(tallest)
        if self.fails:
            raise self.fails
        for done in (2_000_000, 8_000_000):
            cancel.check()
            self.kept[ticket_id] = self.film(ticket_id, done)
            progress(self.kept[ticket_id])
        return self.kept[ticket_id]

    def remove(self, ticket_id: str) -> None:
        self.removed.append(ticket_id)
        self.kept.pop(ticket_id, None)


@pytest.fixture
def disk(sample: Any) -> PlannedDownloads:
    return PlannedDownloads(sample.NOW + timedelta(days=9))


@pytest.fixture
def keeping(services: Services, disk: PlannedDownloads) -> Services:
    return replace(services, downloads=disk)  # type: ignore[arg-type]


@pytest.fixture
def downloads(keeping: Services, sample: Any) -> Any:
    return DownloadsViewModel(keeping, sample.catalogue)


def state(downloads: Any, ticket_id: str = "t1") -> Any:
    return downloads.byTicket[ticket_id]["state"]


def test_a_film_is_fetched_and_then_on_this_device(downloads: Any, jobs: Any, application: Any) -> None:
    assert downloads.byTicket == {}
    downloads.keep("t1")
    downloads.keep("t1")
    assert (state(downloads), len(jobs.held)) == ("running", 1)
    jobs.settle_all()
    application.processEvents()
    card = downloads.byTicket["t1"]
    assert (card["state"], card["share"], card["megabytes"], card["name"]) == ("whole", 1, 8, "Lantern Street")
    assert downloads.film("t1")


def test_a_paused_download_goes_on_and_can_be_removed(downloads: Any, disk: PlannedDownloads, jobs: Any) -> None:
    disk.kept["t1"] = disk.film("t1", 3_000_000)
    downloads.look()
    jobs.settle_all()
    assert (state(downloads), disk.told) == ("paused", 1)
    downloads.keep("t1")
    downloads.pause("t1")
    jobs.settle_all()
    assert state(downloads) == "paused"
    assert downloads.film("t1") is None
    downloads.remove("t1")
    jobs.settle_all()
    assert (downloads.byTicket, disk.removed) == ({}, ["t1"])


def test_a_refusal_is_said_at_its_ticket_and_can_be_tried_again(
    downloads: Any, disk: PlannedDownloads, jobs: Any
) -> None:
    reason = Reason("not-offline", None, None, "none", None)
    disk.fails = CinemaError(Code.REFUSED, "no", {"reasons": (reason,)})
    downloads.keep("t1")
    jobs.settle_all()
    card = downloads.byTicket["t1"]
    assert (card["state"], card["error"], card["reasons"][0]["rule"]) == ("failed", "refused", "not-offline")
    disk.fails = None
    downloads.keep("t1")
    jobs.settle_all()
    assert state(downloads) == "whole"


def test_who_saves_data_fetches_a_smaller_picture(
    downloads: Any, disk: PlannedDownloads, jobs: Any, services: Services
) -> None:
    services.preferences.change(quality="saver")
    downloads.keep("t1")
    services.preferences.change(quality="auto")
    downloads.keep("t2")
    jobs.settle_all()
    assert disk.tallest == [720, None]


@pytest.fixture
def shell(keeping: Services, disk: PlannedDownloads, jobs: Any, box_office: Any, sample: Any) -> Any:
    box_office.restored = sample.ACCOUNT
    box_office.tickets_answer = (sample.ticket(),)
    shell = ShellViewModel(keeping)
    yield shell
    shell.close()


def test_a_film_of_this_device_is_played_from_it(
    shell: Any, disk: PlannedDownloads, jobs: Any, sample: Any, player: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk.kept["t1"] = disk.film("t1", 8_000_000)
    told: list[Any] = []

    def report(position_ms: int, seen: Any, _shown_ms: int) -> None:
        told.append((position_ms, seen))

    monkeypatch.setattr(viewing_module, "open_kept", lambda *_: Viewing(sample.feature(), sample.play(), report))
    monkeypatch.setattr(viewing_module, "open_ticket", lambda *_: pytest.fail("the box office was asked"))
    shell.start()
    jobs.settle_all()
    shell.watch_ticket("t1")
    jobs.settle_all()
    player.tell(FirstFrame())
    player.tell(Moved(300))
    shell.playerPage.report()
    jobs.settle_all()
    assert (shell.page, player.feature is not None, told) == ("player", True, [(300, ((0, 300),))])


def test_a_kept_film_that_does_not_open_is_asked_for_at_the_box_office(
    shell: Any, disk: PlannedDownloads, jobs: Any, sample: Any, player: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk.kept["t1"] = disk.film("t1", 8_000_000)

    def refuse(*_: object) -> Viewing:
        raise CinemaError(Code.LICENCE_REFUSED, "another device")

    monkeypatch.setattr(viewing_module, "open_kept", refuse)
    monkeypatch.setattr(viewing_module, "open_ticket", lambda *_: Viewing(sample.feature(), sample.play()))
    shell.start()
    jobs.settle_all()
    shell.watch_ticket("t1")
    jobs.settle_all()
    assert player.feature is not None


def test_without_a_network_the_films_of_this_device_are_on_the_tickets_page(
    shell: Any, disk: PlannedDownloads, jobs: Any, box_office: Any, sample: Any, player: Any, stage: Any, monkeypatch: Any
) -> None:  # fmt: skip
    away = CinemaError(Code.OFFLINE, "away")
    box_office.restored = box_office.catalogue_answer = away
    disk.kept["t1"] = disk.film("t1", 8_000_000)
    disk.kept["t2"] = disk.film("t2", 1_000_000)
    monkeypatch.setattr(
        viewing_module, "open_kept", lambda *_: Viewing(sample.feature(), sample.play(), lambda *_: None)
    )
    shell.start()
    jobs.settle_all()
    window = stage(shell)
    shell.open_page("tickets")
    window.shows("On this device. They play without a network.", "Lantern Street", "Watch now")
    assert [card["id"] for card in shell.downloads.films] == ["t1"]
    window.click("Watch now")
    jobs.settle_all()
    assert (shell.page, shell.playerPage.name) == ("player", "Lantern Street")


def test_a_ticket_offers_the_download_where_the_house_rules_do(
    shell: Any, jobs: Any, box_office: Any, sample: Any, stage: Any, application: Any
) -> None:
    catalogue = sample.catalogue()
    rules = replace(catalogue.titles[0].house_rules, offline=True)
    titles = (replace(catalogue.titles[0], house_rules=rules), *catalogue.titles[1:])
    box_office.catalogue_answer = replace(catalogue, titles=titles)
    shell.start()
    jobs.settle_all()
    window = stage(shell)
    shell.open_page("tickets")
    jobs.settle_all()
    window.shows("Download")
    window.click("Download")
    window.shows("Downloading…", "Pause download")
    jobs.settle_all()
    window.shows("On this device, plays without a network until", "Remove from this device")
    window.click("Remove from this device")
    window.shows("Download")
