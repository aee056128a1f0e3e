import dataclasses
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtGui import QGuiApplication, QImage

from core import LANGUAGES
from films import Commentator, GlossaryEntry, Note, NoteTrack, Thumbnail, make_booklet
from player.state import Ended
from ui.booklet import BookletWords, booklet_page, booklet_pdf, folder_images, package_stills
from ui.booklet.stills import picture_of
from ui.fonts import name_families
from ui.picture_files import as_jpeg, decoded, disc_of, initials, initials_disc

LIN = Commentator("lin", {"en": "Lin Mei", "zh-Hans": "林梅"}, {"en": "Folklorist", "zh-Hans": "民俗学者"})
NAMES = {"en": "The Lantern <Street>", "zh-Hans": "灯笼街"}
A5_POINTS = (420, 595)


@pytest.fixture(autouse=True, scope="module")
def letters(application: QGuiApplication) -> Any:
    name_families()
    return application


def tracks(count: int = 2) -> list[NoteTrack]:
    def notes(language: str) -> tuple[Note, ...]:
        chinese = language == "zh-Hans"
        title, body = ("灯谜", "谜面挂在灯上，\n猜中有奖。") if chinese else ("Riddles & <b>", "Guess it,\nkeep it.")
        term = GlossaryEntry("riddle", "灯谜", "dēngmí", "挂着的谜" if chinese else "a puzzle")
        return tuple(
            Note(f"n{n}", n * 9000, n * 9000 + 4000, "lin", "custom", f"{title} {n}", body, glossary=(term,))
            for n in range(count)
        )

    return [NoteTrack(tag, (LIN,), notes(tag), "CC BY 4.0") for tag in ("en", "zh-Hans")]


def text_of(data: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data)]


def bare(_at_ms: int) -> None:
    return None


def picture(_at_ms: int) -> QImage:
    image = QImage(240, 128, QImage.Format.Format_RGB32)
    image.fill("#204060")
    return image


def test_a_booklet_on_paper_can_be_read_and_searched_in_both_scripts() -> None:
    booklet = make_booklet(tracks(), NAMES, missed={"n1"})
    (page,) = text_of(booklet_pdf(booklet, picture))
    for words in ("The Lantern <Street>", "灯笼街", "Riddles & <b> 1", "Guess it, keep it.", "谜面挂在灯上，猜中有奖。",
                  "dēngmí", "a puzzle", "挂着的谜", "Written by", "Lin Mei", "Folklorist", "CC BY 4.0", "0:09", "not on your screen"):  # fmt: skip
        assert words in page.replace("\r\n", ""), words
    width, height = pypdfium2.PdfDocument(booklet_pdf(booklet, bare))[0].get_size()
    assert (round(width), round(height)) == A5_POINTS


def test_many_notes_fill_pages_and_none_is_torn_or_lost() -> None:
    pages = text_of(booklet_pdf(make_booklet(tracks(60), NAMES), picture))
    assert len(pages) > 10
    for number in range(60):
        holding = [place for place, page in enumerate(pages) if f"Riddles & <b> {number}\r" in page]
        assert len(holding) == 1
        assert f"灯谜 {number}" in pages[holding[0]]
    assert [page.strip().split()[-1] for page in pages] == [str(number) for number in range(1, len(pages) + 1)]


def test_a_booklet_of_nothing_says_so() -> None:
    empty = make_booklet([NoteTrack("en", (), ())], {"en": "Quiet"})
    assert "This film has no notes" in text_of(booklet_pdf(empty, bare))[0]
    assert "This film has no notes" in booklet_page(empty, bare)


def test_the_page_needs_nothing_beside_itself_and_takes_nothing_for_markup() -> None:
    page = booklet_page(make_booklet(tracks(), NAMES), picture)
    assert "Riddles &amp; &lt;b&gt; 1" in page
    assert "The Lantern &lt;Street&gt;" in page
    assert "http" not in page
    assert page.count('src="data:image/jpeg;base64,') == 2
    assert '<div lang="zh-Hans" class="second" dir="auto">' in page


def test_stills_are_cut_out_of_their_sheets() -> None:
    sheet = QImage(480, 128, QImage.Format.Format_RGB32)
    sheet.fill("#ff0000")
    places = [Thumbnail(0, 1000, "01.jpg", 0, 0, 240, 128), Thumbnail(1000, 2000, "02.jpg", 240, 0, 240, 128)]
    asked: list[str] = []

    def read(name: str) -> bytes:
        asked.append(name)
        if name == "02.jpg":
            raise OSError(5, "pulled")
        return as_jpeg(sheet)

    stills = package_stills(places, read)
    still = stills(500)
    assert still is not None
    assert (still.width(), still.height()) == (240, 128)
    assert stills(1500) is None
    assert stills(9000) is None
    stills(900)
    assert asked == ["01.jpg", "02.jpg"]


def test_a_note_s_own_picture_stands_before_the_film_s_and_a_missing_one_does_not_matter(tmp_path: Path) -> None:
    (english, _) = tracks()
    named = [dataclasses.replace(note, image=f"{note.id}.png") for note in english.notes]
    own = QImage(3000, 1500, QImage.Format.Format_RGB32)
    own.fill("#ff0000")
    own.save(str(tmp_path / "n0.png"))
    (tmp_path / "n1.png").write_bytes(b"no picture")
    booklet = make_booklet([dataclasses.replace(english, notes=tuple(named))], NAMES)
    images = folder_images(tmp_path)
    found = [picture_of(entry, picture, images) for entry in booklet.entries]
    assert [image and (image.width(), image.pixelColor(5, 5).name()) for image in found] == [
        (1600, "#ff0000"),
        (240, "#204060"),
    ]
    assert booklet_page(booklet, bare, images).count("data:image/jpeg") == 1
    assert len(booklet_pdf(booklet, bare, images)) > 1000


def test_a_note_s_picture_says_what_it_shows(tmp_path: Path) -> None:
    (tmp_path / "n0.jpg").write_bytes(as_jpeg(picture(0)))
    both = [
        dataclasses.replace(track, notes=(dataclasses.replace(track.notes[0], image="n0.jpg", alt=alt),))
        for track, alt in zip(tracks(), ("A <lamp>", "灯"), strict=True)
    ]
    page = booklet_page(make_booklet(both, NAMES), bare, folder_images(tmp_path))
    assert 'alt="A &lt;lamp&gt;"' in page
    assert 'alt="A &lt;lamp&gt;"' not in booklet_page(make_booklet(both, NAMES), picture)


def test_commentators_are_shown_by_portrait_or_by_their_initials(tmp_path: Path) -> None:
    (english, chinese) = tracks()
    portrayed = dataclasses.replace(english, commentators=(dataclasses.replace(LIN, portrait="lin.png"),))
    booklet = make_booklet([portrayed, chinese], NAMES)
    images = folder_images(tmp_path)
    without = booklet_page(booklet, bare, images)
    assert '<i aria-hidden="true">LM</i><span><b>Lin Mei</b>' in without
    face = picture(0)
    assert face.save(str(tmp_path / "lin.png"))
    assert "data:image/png;base64," in booklet_page(booklet, bare, images)
    assert len(booklet_pdf(booklet, bare, images)) > 1000
    (tmp_path / "lin.png").write_bytes((tmp_path / "lin.png").read_bytes()[:-60])
    assert booklet_page(booklet, bare, images) == without


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Lin Mei", "LM"),
        ("林梅", "林"),
        ("김 서연", "김"),
        ("Ludwig van Beethoven", "LB"),
        ("mei", "M"),
        ("Ana (guest)", "A"),
        ("", ""),
        ("…", "…"),
    ],
)
def test_initials_are_what_a_culture_takes_them_to_be(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_discs_are_round_whatever_the_picture() -> None:
    tall = QImage(100, 300, QImage.Format.Format_RGB32)
    tall.fill("#204060")
    for disc in (disc_of(tall, 64), initials_disc("Lin Mei", "sans", "#204060", "#ffffff", 64)):
        assert (disc.width(), disc.height(), disc.pixelColor(1, 1).alpha()) == (64, 64, 0)
        assert disc.pixelColor(6, 32).name() == "#204060"
    assert decoded(b"\xff\xd8\xff" + bytes(60) + b"\xff\xd9", 100) is None


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_language_has_the_words(language: str) -> None:
    words = BookletWords(language)
    said = [
        words.about,
        words.glossary,
        words.written_by,
        words.sources,
        words.missed,
        words.empty,
        words.topic("music"),
    ]
    assert all(said)
    if language != "en":
        english = BookletWords("en")
        assert words.about != english.about
        assert words.topic("music") != english.topic("music")


def test_a_language_without_words_of_its_own_gets_english_ones() -> None:
    assert BookletWords("cy").glossary == BookletWords("en").glossary


def test_after_the_end_all_notes_are_kept_as_a_booklet(
    page: Any, player: Any, jobs: Any, kept: dict[str, bytes]
) -> None:
    page.notes.keep_booklet()
    assert page.notes.booklet == ""
    player.tell(Ended())
    page.notes.keep_booklet()
    assert (page.notes.booklet, page.notes.bookletKept) == ("making", False)
    jobs.settle_all()
    assert (page.notes.booklet, page.notes.bookletKept) == ("/kept/Lantern Street.pdf", True)
    text = "".join(text_of(kept["Lantern Street.pdf"]))
    assert "Lantern Street" in text
    assert "The fifteenth night" in text
    assert "灯谜" in text


@pytest.fixture
def kept() -> dict[str, bytes]:
    return {}


@pytest.fixture
def page(services: Any, player: Any, sample: Any, kept: dict[str, bytes]) -> Any:
    from player.state import FirstFrame
    from ui.viewer.player_page import PlayerPageViewModel
    from ui.viewer.viewing import Viewing

    def save(name: str, data: bytes) -> str:
        kept[name] = data
        return f"/kept/{name}"

    page = PlayerPageViewModel(dataclasses.replace(services, save_file=save), lambda: None, lambda _ticket: None)
    page.prepare("Lantern Street", trailer=False, again=lambda: None)
    page.begin(Viewing(sample.feature(), sample.play()))
    player.tell(FirstFrame())
    return page
