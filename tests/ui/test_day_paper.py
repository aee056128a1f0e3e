"""A day's report on paper, in the languages of the staff."""

from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtGui import QGuiApplication

from kiosk import Attendance, DayReport, Verdict
from kiosk.day_report import ChainEnd, Till
from kiosk.proof import Break, Play
from tests.kiosk.venue import PROGRAMME
from ui.catalogue_words import _messages
from ui.fonts import name_families
from ui.kiosk.day_paper import day_pdf
from ui.kiosk.day_words import VERDICTS, DayWords

AT = "2026-11-23T19:20:00.000Z"
PLAY = Play("x", "friday", AT, 3, "2026-11-23T21:00:00.000Z", "done", ("d",), (), (Break(AT, "held", "", 0, 0),))
REPORT = DayReport(
    *("2026-11-23", "device-with-a-long-name"),
    doors=(
        Attendance("friday", 98, 97, 2, 1, AT, AT, {"used": 3, "forged": 1, "key-unknown": 1}),
        Attendance("", 0, 0, 0, 0, "", "", {"not-ours": 4}),
    ),
    takings=(Till("EUR", "card", 1, 990), Till("EUR", "cash", 4, 5000)),
    sold={"friday": 3, "saturday": 2},
    refused={"not-ours": 4, "used": 3, "forged": 1, "key-unknown": 1},
    shows=(PLAY,),
    chain=ChainEnd(171, "ab" * 32, 171, 0),
)  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def letters(application: QGuiApplication) -> Any:
    name_families()
    return application


def pages(report: DayReport, language: str) -> list[str]:
    document = pypdfium2.PdfDocument(day_pdf(report, PROGRAMME, language))
    return [page.get_textpage().get_text_range() for page in document]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            ("Report of the day", "Festival of Light", "Friday 20:20 98 100 3 3 5", "Together 98 5 3 9",
             "Card 1 €9.90", "Together 5 €59.90", "Not genuine 2", "Used already 3", "Shown to its end 1",
             "Record 171 is the last one", "ab" * 32),
        ),
        (
            "zh-Hans",
            ("当日报告", "光影节", "纸月亮 20:20 98 100 3 3 5", "合计 5 €59.90", "此票无效 2", "放映完毕 1", "最后一条记录是第 171 条"),
        ),
    ],
)  # fmt: skip
def test_a_day_is_on_one_page_that_can_be_searched(language: str, said: tuple[str, ...]) -> None:
    (page,) = pages(REPORT, language)
    flat = " ".join(page.split())
    for words in said:
        assert words in flat, (words, flat)


def test_a_long_day_goes_on_on_another_page_and_loses_no_line() -> None:
    doors = tuple(Attendance(f"show-{number:03}", number, number, 0, 0, AT, AT, {}) for number in range(120))
    many = pages(DayReport(**{**vars(REPORT), "doors": doors, "sold": {}}), "en")
    assert len(many) >= 3
    flat = ["".join(page.split()) for page in many]
    assert [sum(f"show-{number:03}" in page for page in flat) for number in range(120)] == [1] * 120
    assert [f"{page}/{len(many)}" in text for page, text in enumerate(many, 1)] == [True] * len(many)


def test_a_day_on_which_nothing_happened_says_so() -> None:
    nothing = DayReport(str(date(2026, 11, 23)), "d", (), (), {}, {}, (), ChainEnd(1, "00" * 32, 0, 2))
    (page,) = pages(nothing, "en")
    assert page.count("None.") == 4
    assert "2 faults" in page


def test_every_verdict_has_the_words_of_the_door_s_window() -> None:
    assert set(VERDICTS) == set(Verdict) - {Verdict.ADMITTED}
    chinese = _messages("zh-Hans")
    assert all(chinese[("DoorWords", text)] for text in VERDICTS.values())
    assert all(DayWords("zh-Hans").verdict(verdict) != text for verdict, text in VERDICTS.items())


def test_the_page_is_written_where_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "day.pdf").write_bytes(day_pdf(REPORT, PROGRAMME, "en"))
    assert pypdfium2.PdfDocument(tmp_path / "day.pdf").get_metadata_dict()["Title"] == "Report of the day 2026-11-23"
