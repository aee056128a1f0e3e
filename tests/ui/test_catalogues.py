import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from core import LANGUAGES
from ui.catalogues import ROOT, SERVICE, qml_messages, read_ts, to_po, update
from ui.messages import compile_catalogue, read_catalogue
from ui.translator import catalogue_path

FOREIGN = [tag for tag in LANGUAGES if tag != "en"]
PLACEHOLDER = re.compile(r"%L?(?:\d+|n)|\{\w+\}")

TS = b"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS><TS version="2.1">
<context><name>Page</name>
  <message><location filename="Page.qml" line="3"/><source>Buy for %1</source>
    <extracomment>%1 is a price</extracomment><translation type="unfinished"></translation></message>
  <message numerus="yes"><source>%n seat(s)</source><comment>stalls</comment>
    <translation type="unfinished"><numerusform></numerusform></translation></message>
</context></TS>"""


def catalogue(tag: str) -> Catalog:
    with catalogue_path(tag).open("rb") as file:
        return read_po(file, abort_invalid=True)


def messages(tag: str) -> list[Message]:
    return [message for message in catalogue(tag) if message.id]


def forms(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]


def test_the_words_of_qml_arrive_with_context_comment_plural_and_a_relative_path() -> None:
    first, second = read_ts(TS, ROOT / "ui" / "qml")
    assert (first.context, first.text, first.note, first.path) == (
        "Page",
        "Buy for %1",
        "%1 is a price",
        "ui/qml/Page.qml",
    )
    assert (second.context, second.text, second.plural) == ("Page|stalls", "%n seat(s)", True)


def test_updating_keeps_translations_and_drops_what_is_gone() -> None:
    template = Catalog(fuzzy=False)
    template.add("Watch", context="Page")
    old = Catalog(locale="zh_Hans", fuzzy=False)
    old.add("Watch", "观看", context="Page")
    old.add("Gone", "没了", context="Page")
    old.update(template, no_fuzzy_matching=True)
    text = to_po(old).decode()
    assert "观看" in text
    assert "没了" not in text
    assert "Date" not in text


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_catalogue_compiles(tag: str) -> None:
    assert compile_catalogue(read_catalogue(catalogue_path(tag)))


@pytest.mark.parametrize("tag", LANGUAGES)
def test_translations_keep_their_placeholders(tag: str) -> None:
    wrong = [
        (message.id, form)
        for message in messages(tag)
        for form in forms(message.string)
        if form and sorted(set(PLACEHOLDER.findall(form))) != sorted(set(PLACEHOLDER.findall(forms(message.id)[0])))
    ]
    assert wrong == []


@pytest.mark.parametrize("tag", FOREIGN)
def test_nothing_is_left_untranslated_on_the_box_office_s_pages(tag: str) -> None:
    with (SERVICE / tag.replace("-", "_") / "LC_MESSAGES" / "service.po").open("rb") as file:
        pages = [message for message in read_po(file, abort_invalid=True) if message.id]
    assert len(pages) > 100
    assert [message.id for message in pages if message.fuzzy] == []
    assert [message.id for message in pages if not all(forms(message.string)) and not for_staff(message, tag)] == []


STAFF = re.compile(
    r"/console/|/Workbench/|ui/workbench/|ui/kiosk/|ui/(trouble_words|readiness)|"
    r"/Kiosk/(Board|Emergency|LevelMeter|Operator|PinPad|SaleChoice|SaleSheet|ShowWords)"
)
"""What only staff, commentators and operators read speaks English and Chinese."""


def for_staff(message: Message, tag: str) -> bool:
    return not tag.startswith("zh") and all(STAFF.search(path) for path, _line in message.locations)


@pytest.mark.parametrize("tag", FOREIGN)
def test_nothing_is_left_untranslated_in_the_interface(tag: str) -> None:
    left = [message for message in messages(tag) if not all(forms(message.string)) and not for_staff(message, tag)]
    assert [(message.context, message.id) for message in left] == []


def test_english_has_both_forms_of_every_plural() -> None:
    assert [
        message.id
        for message in messages("en")
        if message.pluralizable and not (len(message.string) == 2 and all(message.string))
    ] == []


def test_no_translation_is_marked_doubtful() -> None:
    assert [message.id for tag in LANGUAGES for message in messages(tag) if message.fuzzy] == []


def test_the_template_and_the_catalogues_are_current_with_the_sources() -> None:
    behind = [path for path, data in update() if not path.exists() or path.read_bytes() != data]
    assert behind == [], "run python -m ui.catalogues"


def test_every_word_of_qml_has_a_known_home() -> None:
    assert all(Path(ROOT / source.path).is_file() for source in qml_messages())
