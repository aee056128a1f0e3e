import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlComponent, QQmlEngine

from ui.translator import LANGUAGES, Language, Translator, catalogue_path, message_context, read_catalogue

PAGE = b"""
import QtQml
QtObject {
    property int count: 1
    property string plain: qsTr("Watch")
    property string seats: qsTr("%n seat(s)", "", count)
    property string fastened: qsTr("Watch", "noun")
    property string unknown: qsTr("Never translated")
}
"""

CHINESE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgctxt "page"
msgid "Watch"
msgstr "观看"

msgctxt "page|noun"
msgid "Watch"
msgstr "手表"

msgctxt "page"
msgid "%n seat(s)"
msgid_plural "%n seat(s)"
msgstr[0] "%n 个座位"
"""

ENGLISH = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgctxt "page"
msgid "%n seat(s)"
msgid_plural "%n seat(s)"
msgstr[0] "%n seat"
msgstr[1] "%n seats"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for tag, text in (("en", ENGLISH), ("zh-Hans", CHINESE)):
        path = catalogue_path(tag, tmp_path)
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def engine() -> Iterator[QQmlEngine]:
    application = QGuiApplication.instance() or QGuiApplication(["test"])
    engine = QQmlEngine()
    yield engine
    engine.deleteLater()
    application.processEvents()


@pytest.fixture
def language(engine: QQmlEngine, folder: Path) -> Iterator[Language]:
    language = Language(engine, folder)
    yield language
    language.remove()


def words(page: object) -> tuple[str, ...]:
    return tuple(page.property(name) for name in ("plain", "seats", "fastened", "unknown"))  # type: ignore[attr-defined]


def test_an_open_page_changes_its_words_when_the_language_changes(engine: QQmlEngine, language: Language) -> None:
    component = QQmlComponent(engine)
    component.setData(PAGE, QUrl("file:///page.qml"))
    page = component.create()
    language.apply("en")
    assert words(page) == ("Watch", "1 seat", "Watch", "Never translated")
    page.setProperty("count", 5)
    assert page.property("seats") == "5 seats"
    language.apply("zh-Hans")
    assert words(page) == ("观看", "5 个座位", "手表", "Never translated")
    assert (language.tag, engine.uiLanguage()) == ("zh-Hans", "zh-Hans")
    language.apply("en")
    assert words(page)[0] == "Watch"


def test_a_language_without_a_catalogue_shows_the_words_of_the_sources(
    engine: QQmlEngine, language: Language, caplog: pytest.LogCaptureFixture
) -> None:
    component = QQmlComponent(engine)
    component.setData(PAGE, QUrl("file:///page.qml"))
    page = component.create()
    language.apply("fr")
    assert page.property("plain") == "Watch"
    assert [record.getMessage().split(":")[0] for record in caplog.records] == ["no catalogue for fr"]


def test_qt_s_own_words_are_installed_before_ours(language: Language) -> None:
    language.apply("zh-Hans")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"


def test_a_context_holds_its_disambiguation() -> None:
    assert message_context("Page", "noun") == "Page|noun"
    assert message_context("Page", "") == message_context("Page", None) == "Page"


def test_what_the_catalogue_lacks_is_left_to_others(folder: Path) -> None:
    translator = Translator(read_catalogue(catalogue_path("zh-Hans", folder)))
    assert not translator.isEmpty()
    assert translator.translate("page", "Never translated") is None
    assert translator.translate("other", "Watch", None, -1) is None
    assert translator.translate(None, None) is None
    assert translator.translate("page", "%n seat(s)", "", 3) == "%n 个座位"


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_catalogue_is_read_within_50_ms(tag: str) -> None:
    read_catalogue(catalogue_path(tag))
    times = []
    for _ in range(3):
        start = time.perf_counter()
        read_catalogue(catalogue_path(tag))
        times.append(time.perf_counter() - start)
    assert min(times) < 0.05


def test_a_hundred_thousand_look_ups_survive() -> None:
    script = """
from PySide6.QtCore import QCoreApplication
from ui.translator import Translator, catalogue_path, read_catalogue
application = QCoreApplication([])
translator = Translator(read_catalogue(catalogue_path("zh-Hans")))
application.installTranslator(translator)
for _ in range(50_000):
    application.translate("Nowhere", "Nothing")
    application.translate("Nowhere", "Nothing %n", "noun", 2)
print(application.translate("Brand", "Smart Cinema"))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        cwd=Path(__file__).parents[2],
    )
    assert (done.returncode, done.stderr) == (0, "")
