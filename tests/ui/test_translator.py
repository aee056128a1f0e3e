import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QTranslator, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlComponent, QQmlEngine

from core import LANGUAGES
from ui.messages import compile_catalogue, message_context, read_catalogue
from ui.translator import Language, catalogue_path
from ui.window import BOARD, Interface

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
def engine(application: QGuiApplication) -> Iterator[QQmlEngine]:
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
    translator = QTranslator()
    data = compile_catalogue(read_catalogue(catalogue_path("zh-Hans", folder)))
    assert translator.load(data)
    assert translator.translate("page", "Never translated") == ""
    assert translator.translate("other", "Watch") == ""
    assert translator.translate("page", "Watch", "noun") == "手表"
    assert translator.translate("page", "%n seat(s)", "", 3) == "%n 个座位"


def test_a_plural_rule_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="no plural rule"):
        compile_catalogue(Catalog(locale="pl"))


@given(st.dictionaries(st.text(min_size=1).filter(lambda text: "\0" not in text), st.text(min_size=1), max_size=30))
def test_whatever_is_compiled_is_found_again(words: dict[str, str]) -> None:
    catalogue = Catalog(locale="zh_Hans")
    for source, text in words.items():
        catalogue.add(source, text, context="Page")
    data = compile_catalogue(catalogue)
    translator = QTranslator()
    assert translator.load(data) or not words
    assert {source: translator.translate("Page", source) for source in words} == words


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_message_of_our_catalogues_is_found_by_qt(tag: str) -> None:
    catalogue = read_catalogue(catalogue_path(tag))
    data = compile_catalogue(catalogue)
    translator = QTranslator()
    translator.load(data)
    for message in catalogue:
        source = message.id if isinstance(message.id, str) else message.id[0]
        forms = (message.string,) if isinstance(message.string, str) else message.string
        if not source or not all(forms):
            continue
        context, _, comment = message.context.partition("|")
        for form, count in zip(forms, (1, 2), strict=False):
            assert translator.translate(context, source, comment, count) == form


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_catalogue_is_read_and_compiled_within_100_ms(tag: str) -> None:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        compile_catalogue(read_catalogue(catalogue_path(tag)))
        times.append(time.perf_counter() - start)
    assert min(times) < 0.1


def test_the_loader_thread_may_ask_for_words_while_the_gui_thread_waits_for_it(tmp_path: Path) -> None:
    module = tmp_path / "Words"
    module.mkdir()
    (module / "qmldir").write_text("module Words\nsingleton Words 1.0 Words.qml\n")
    (module / "Words.qml").write_text("pragma Singleton\nimport QtQml\nQtObject { property int one: 1 }\n")
    script = f"""
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlEngine
from ui.translator import Language
application = QGuiApplication([])
engine = QQmlEngine()
engine.addImportPath({str(tmp_path)!r})
language = Language(engine)
language.apply("zh-Hans")
print(engine.singletonInstance("Words", "Words").property("one"))
language.remove()
"""
    done = in_a_child(script, QML_DISK_CACHE_PATH=str(tmp_path / "cache"))
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "1", "")


def test_no_qml_is_read_before_the_language_is_there(application: QGuiApplication) -> None:
    """A venue's show hung at its start, one time in some hundred: its loader thread asked for a word just then."""
    interface = Interface(lambda _path: b"", main=BOARD)
    assert interface._main.isNull()
    interface.language.apply("en")
    assert not interface._main.isNull()
    while interface._main.isLoading():
        application.processEvents()
    assert interface._main.isReady()
    interface.close()


def test_a_hundred_thousand_look_ups_survive() -> None:
    script = """
from PySide6.QtCore import QCoreApplication
from PySide6.QtQml import QQmlEngine
from ui.translator import Language
application = QCoreApplication([])
engine = QQmlEngine()
language = Language(engine)
language.apply("zh-Hans")
for _ in range(50_000):
    application.translate("Nowhere", "Nothing")
    application.translate("Nowhere", "Nothing %n", "noun", 2)
print(application.translate("TopBar", "Films"))
language.remove()
"""
    done = in_a_child(script)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "影片", "")


def in_a_child(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONIOENCODING": "utf-8", **environment},
        cwd=Path(__file__).parents[2],
    )


def test_compiled_words_are_kept_and_a_changed_catalogue_replaces_them(
    engine: QQmlEngine, folder: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    for _ in range(2):
        language = Language(engine, folder, kept)
        language.apply("zh-Hans")
        assert QCoreApplication.translate("page", "Watch") == "观看"
        language.remove()
    (first,) = kept.iterdir()
    source = catalogue_path("zh-Hans", folder)
    source.write_text(source.read_text(encoding="utf-8").replace("观看", "看片"), encoding="utf-8")
    language = Language(engine, folder, kept)
    language.apply("zh-Hans")
    assert QCoreApplication.translate("page", "Watch") == "看片"
    language.remove()
    (second,) = kept.iterdir()
    assert second != first


@pytest.mark.parametrize("damage", [b"", b"not a message file"])
def test_damaged_kept_words_are_compiled_again(engine: QQmlEngine, folder: Path, tmp_path: Path, damage: bytes) -> None:
    kept = tmp_path / "kept"
    for _ in range(2):
        language = Language(engine, folder, kept)
        language.apply("zh-Hans")
        assert QCoreApplication.translate("page", "Watch") == "观看"
        language.remove()
        (file,) = kept.iterdir()
        file.write_bytes(damage)


def test_words_are_shown_where_nothing_can_be_kept(engine: QQmlEngine, folder: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    language = Language(engine, folder, blocked / "kept")
    language.apply("zh-Hans")
    assert QCoreApplication.translate("page", "Watch") == "观看"
    language.remove()
