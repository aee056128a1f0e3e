from dataclasses import replace
from typing import Any

import pytest

from core import LANGUAGES, CinemaError, Code
from ui.viewer import Services
from ui.viewer.settings import SettingsViewModel


@pytest.fixture
def changed() -> list[str]:
    return []


@pytest.fixture
def page(services: Services, changed: list[str]) -> SettingsViewModel:
    return SettingsViewModel(services, changed.append, lambda: {"stalls": 2})


def test_languages_are_listed_by_their_own_names(page: Any) -> None:
    assert [(item["value"], item["text"]) for item in page.languages] == list(LANGUAGES.items())
    assert LANGUAGES["zh-Hant-HK"] == "繁體中文（香港）"


@pytest.mark.parametrize(
    ("call", "value", "name", "kept"),
    [
        ("set_language", "zh-Hans", "language", "zh-Hans"),
        ("set_territory", "FR", "territory", "FR"),
        ("set_territory", "", "territory", None),
        ("set_subtitles_on", False, "subtitles_on", False),
        ("set_subtitle_language", "zh-Hans", "subtitle_language", "zh-Hans"),
        ("set_notes_on", False, "notes_on", False),
        ("set_notes_language", "en", "notes_language", "en"),
        ("set_caption_scale", 1.254, "caption_scale", 1.25),
        ("set_caption_scale", 9.0, "caption_scale", 2.0),
        ("set_quality", "saver", "quality", "saver"),
        ("set_hardware_decoding", False, "hardware_decoding", False),
        ("set_match_refresh", True, "match_refresh", True),
        ("set_reduced_motion", True, "reduced_motion", True),
        ("set_look", "light", "look", "light"),
    ],
)
def test_every_choice_is_remembered_and_told_once(
    call: str, value: object, name: str, kept: object, page: Any, services: Services, changed: list[str]
) -> None:
    getattr(page, call)(value)
    getattr(page, call)(value)
    assert getattr(services.preferences.current, name) == kept
    assert changed == [name]


def test_a_choice_that_changes_nothing_is_silent(page: Any, changed: list[str]) -> None:
    page.set_language("en")
    assert changed == []


def test_countries_and_languages_are_named_in_the_interface_language(page: Any, services: Services) -> None:
    assert {"value": "DE", "text": "Germany"} in page.territories
    services.preferences.change(language="zh-Hans")
    page.relabel()
    assert {"value": "DE", "text": "德国"} in page.territories
    assert [item["text"] for item in page.languages] == list(LANGUAGES.values())


def test_a_report_for_support_is_written_on_a_worker_and_its_place_is_said(
    services: Any, jobs: Any, opened: list[str]
) -> None:
    given: list[object] = []

    def save(played: object) -> str:
        given.append(played)
        return "/home/mei/reports/report.zip"

    page: Any = SettingsViewModel(replace(services, save_report=save), lambda _name: None, lambda: {"stalls": 2})
    page.save_report()
    page.save_report()
    assert (page.savingReport, page.report, given) == (True, "", [])
    jobs.settle_all()
    assert (page.savingReport, page.report, given) == (False, "/home/mei/reports/report.zip", [{"stalls": 2}])
    page.show_report()
    assert opened == ["file:///home/mei/reports"]


def test_a_report_that_cannot_be_written_is_an_error_on_the_page(services: Any, jobs: Any) -> None:
    def save(_played: object) -> str:
        raise CinemaError(Code.DISK_FULL, "full")

    page: Any = SettingsViewModel(replace(services, save_report=save), lambda _name: None, dict)
    page.save_report()
    jobs.settle_all()
    assert (page.savingReport, page.reportError) == (False, "disk-full")
