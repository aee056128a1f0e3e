"""The guide in the cinema, what is new, and what is said once of settings and versions."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from core import CinemaError, Code
from ui.guide import GUIDE, book, release_notes
from ui.viewer import Services, ShellViewModel
from ui.viewer.guide import GuideViewModel
from ui.viewer.renewing import DAY_S, Renewing
from ui.viewer.services import NewVersion

CHANGES = "# Changelog\n\n## [0.2.0] - 2026-12-01\n\n### Added\n- A *guide*, with `F1`.\n\n## [0.1.0]\n- Older.\n"


@pytest.fixture
def changes(tmp_path: Path) -> Path:
    path = tmp_path / "CHANGELOG.md"
    path.write_text(CHANGES, encoding="utf-8")
    return path


def test_release_notes_are_those_of_the_newest_version_alone(changes: Path) -> None:
    page = release_notes(changes)
    assert [(block.kind, block.text) for block in page.blocks] == [
        ("title", "0.2.0 - 2026-12-01"),
        ("heading", "Added"),
        ("item", "A <i>guide</i>, with <key>F1</key>."),
    ]


def test_markup_in_a_page_is_text(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en/README.md").write_text("- [One](one.md)\n", encoding="utf-8")
    (tmp_path / "en/one.md").write_text("# 1 < 2 & so\n\n<img src=x> **bold**\n\n2. second", encoding="utf-8")
    (page,) = book(tmp_path, "zh-Hant-TW")
    assert page.title == "1 &lt; 2 &amp; so"
    assert [block.text for block in page.blocks[1:]] == ["&lt;img src=x&gt; <b>bold</b>", "second"]
    assert page.blocks[2].number == 2


@pytest.mark.parametrize(
    ("wanted", "found"), [("zh-Hant-HK", "第一次启动"), ("zh-Hans", "第一次启动"), ("ko", "The first start")]
)
def test_the_guide_speaks_the_nearest_language_that_it_is_written_in(wanted: str, found: str) -> None:
    assert book(GUIDE, wanted)[0].title == found


def test_a_copy_without_the_guide_says_so_and_looks_again_next_time(jobs: Any, changes: Path) -> None:
    answers: list[Any] = [CinemaError(Code.FILE_MISSING, "missing"), (release_notes(changes),)]

    def read(_language: str) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, CinemaError):
            raise answer
        return answer

    model: Any = GuideViewModel(jobs, read)
    model.feed("en")
    jobs.settle_all()
    assert (model.error, model.pages) == ("file-missing", [])
    model.feed("en")
    jobs.settle_all()
    assert (model.error, model.page) == ("", "news")


@pytest.fixture
def shell(services: Services) -> Any:
    return ShellViewModel(services)


def opened(shell: Any, jobs: Any) -> None:
    shell.open_guide()
    jobs.settle_all()


def test_f1_opens_the_guide_which_is_read_and_left_by_keys(shell: Any, jobs: Any, stage: Callable[..., Any]) -> None:
    shown = stage(shell)
    shown.press(Qt.Key.Key_F1)
    jobs.settle_all()
    shown.shows("The first start", "What is new")
    assert shell.page == "guide"
    scroll = shown.focused()
    assert scroll.property("contentY") == 0
    shown.window.grabWindow()
    shown.press(Qt.Key.Key_PageDown)
    assert scroll.property("contentY") > 300
    shown.press(Qt.Key.Key_Home)
    shown.press(Qt.Key.Key_Left)
    assert shown.focused().property("text") == "The first start"
    shown.press(Qt.Key.Key_Down)
    assert shown.focused().property("text") == "Buying a ticket"
    shown.press(Qt.Key.Key_Right)
    assert shown.focused() == scroll
    shown.click("Commentator notes")
    shown.shows("Notes never tell what the film has not told yet.")
    assert shell.guide.page == "notes"
    shown.press(Qt.Key.Key_Escape)
    assert shell.page == "home"
    opened(shell, jobs)
    assert shell.guide.page == "notes"


def drawn(shown: Any) -> list[str]:
    """The addresses of the pictures of the page that have arrived."""
    images = (item for item in shown.items() if item.inherits("QQuickImage") and item.implicitWidth() > 0)
    return [address for image in images if "docs/screens" in (address := image.property("source").toString())]


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_every_page_and_every_picture_of_it_is_drawn(
    shell: Any, services: Services, jobs: Any, stage: Callable[..., Any], language: str
) -> None:
    services.preferences.change(language=language)
    shown = stage(shell, 800, 540)
    opened(shell, jobs)
    for page in shell.guide.pages:
        shell.guide.open(page["value"])
        pictures = [block["picture"] for block in shell.guide.blocks if block["picture"]]
        shown.until(lambda pictures=pictures: drawn(shown) == pictures)
        for item in shown.items():
            if item.inherits("QQuickText"):
                assert shown.rect(item).right() <= 800, item.property("text")


def test_the_language_changes_in_mid_page(shell: Any, services: Services, jobs: Any) -> None:
    opened(shell, jobs)
    shell.guide.open("offline")
    shell.choose_language("zh-Hans")
    jobs.settle_all()
    assert (shell.guide.page, shell.guide.blocks[0]["text"]) == ("offline", "没有网络时")
    shell.close()


def test_no_page_that_waits_for_an_answer_is_left_for_the_guide(shell: Any) -> None:
    shell.open_sign_in()
    shell.open_guide()
    assert shell.page == "signIn"
    shell.close()


def test_settings_that_were_kept_aside_are_told_with_their_place(
    services: Services, opened: list[str], jobs: Any, stage: Callable[..., Any]
) -> None:
    shell: Any = ShellViewModel(replace(services, settings_aside="/home/lin/preferences.damaged.json"))
    shown = stage(shell)
    shell.start()
    shown.shows("Your settings could not be read")
    shell.open_page("settings")
    shown.shows("/home/lin/preferences.damaged.json")
    shell.settings.show_settings_aside()
    assert opened == ["file:///home/lin"]


def test_a_version_that_starts_next_is_told_once_calmly_with_what_is_new(
    services: Services, jobs: Any, stage: Callable[..., Any], changes: Path
) -> None:
    looks: list[int] = []

    def renew() -> NewVersion:
        looks.append(1)
        return NewVersion("0.2.0", changes)

    shell: Any = ShellViewModel(replace(services, renew=renew))
    shown = stage(shell)
    shell._tick()
    jobs.settle_all()
    shown.shows("A new version is ready.")
    shell._say("")
    shell._tick()
    jobs.settle_all()
    assert (shell.notice, looks) == ("", [1])
    shell.open_page("settings")
    shown.shows("Smart Cinema 0.2.0 starts with the next launch.", "New versions by themselves")
    shown.click("What is new")
    jobs.settle_all()
    shown.shows("0.2.0 - 2026-12-01")


def test_a_copy_that_is_updated_the_way_it_was_installed_says_nothing_of_versions(
    services: Services, stage: Callable[..., Any]
) -> None:
    shell: Any = ShellViewModel(services)
    shown = stage(shell)
    shell.open_page("settings")
    shown.settle()
    assert shown.named("New versions by themselves") == []


def test_versions_are_looked_for_once_a_day_and_never_while_a_film_plays(services: Services, jobs: Any) -> None:
    now, told, answers = [100.0], [], [None, NewVersion("0.2.0", Path()), NewVersion("0.2.0", Path())]
    renewing = Renewing(replace(services, renew=lambda: answers.pop(0)), lambda: told.append(1), now=lambda: now[0])
    renewing.look(watching=True)
    services.preferences.change(renews=False)
    renewing.look(watching=False)
    services.preferences.change(renews=True)
    assert jobs.held == []
    for _ in range(3):
        renewing.look(watching=False)
        renewing.look(watching=False)
        jobs.settle_all()
        now[0] += DAY_S
    assert (answers, told) == ([], [1])


def test_a_refused_version_is_said_in_the_settings_alone_and_until_one_is_taken(
    services: Services, jobs: Any, stage: Callable[..., Any]
) -> None:
    refusals = [Code.UPDATE_REFUSED, Code.OFFLINE, None]

    def renew() -> None:
        if (code := refusals.pop(0)) is not None:
            raise CinemaError(code, "no new version")

    shell: Any = ShellViewModel(replace(services, renew=renew))
    shown = stage(shell)
    shell.open_page("settings")
    for told in (True, True, False):
        shell._renewing._next_look = 0.0
        shell._tick()
        jobs.settle_all()
        assert (shell.notice, shell.settings.versionRefused) == ("", told)
        shown.shows("was refused" if told else "Fetched while no film plays")
    assert shell._renewing.found is None


def test_a_folder_that_nothing_can_be_kept_in_is_told_by_name(services: Services, stage: Callable[..., Any]) -> None:
    shell: Any = ShellViewModel(replace(services, unwritable="/mnt/stick/smart-cinema"))
    shown = stage(shell)
    shell.start()
    shown.shows("Nothing can be kept on this computer: the folder")
    shell.open_page("settings")
    shown.shows("/mnt/stick/smart-cinema cannot be written.")
