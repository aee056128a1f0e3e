"""What an author is told of each note, beside dialogue, cuts, secrets and other notes."""

import pytest

from core import Cancel, Cancelled
from films import Cue
from films.manifest import Commentator
from films.notes.edition import Comment, Edition, EditionNote, Face
from films.notes.proofreading import FilmFacts, budget_of, proofread

LIN = Commentator("lin", {"en": "Lin"}, {"en": "Critic"})
FILM = FilmFacts(120_000, (10_000, 40_000), {"en": (Cue("", 1_000, 3_000, ("Who lit it?",)),)})
SOURCE = "Meng Hua Lu"


def note(name: str, at_ms: int, title: str = "Riddles", body: str = "Guess it.", **more: object) -> EditionNote:
    face = Face("en", title, body, SOURCE, gives_away=str(more.pop("gives_away", "")))
    return EditionNote(name, at_ms, "lin", faces=() if face.empty else (face,), **more)  # type: ignore[arg-type]


def codes(*notes: EditionNote, film: FilmFacts = FILM, languages: tuple[str, ...] = ("en",)) -> dict[str, list[str]]:
    found = proofread(Edition(languages, (LIN,), notes), "en", film, Cancel())
    return {item.id: [doubt.code for doubt in found.of(item.id)] for item in notes}


def test_a_note_that_fits_has_its_card_and_nothing_against_it() -> None:
    edition = Edition(("en",), (LIN,), (note("one", 9_000),))
    found = proofread(edition, "en", FILM, Cancel())
    assert found.of("one") == ()
    (card,) = found.cards
    assert card.start_ms <= 10_000 < card.end_ms
    ((begin, end, load),) = found.load
    assert (begin, end) == (1_000, 3_000)
    assert load == pytest.approx(11 * 1000 / 17 / 2000, rel=0.01)


def test_what_is_unfinished_is_said_and_keeps_nobody_from_the_rest() -> None:
    found = codes(
        note("empty", 5_000, "", ""),
        note("half", 30_000, told_ms=50_000),
        note("other", 60_000, comments=(Comment("c", "Wu", "Is it so?", ""), Comment("d", "Wu", "Yes", "", settled=True))),
        languages=("en", "fr"),
    )  # fmt: skip
    assert found == {
        "empty": ["no-title", "no-text"],
        "half": ["half-secret", "not-translated"],
        "other": ["not-translated", "commented"],
    }


def test_why_a_note_found_no_slot_is_said_with_figures_and_the_others() -> None:
    long = proofread(Edition(("en",), (LIN,), (note("one", 5_000, body="x" * 400),)), "en", FILM, Cancel())
    left = next(doubt for doubt in long.of("one") if doubt.code == "too-long")
    assert left.amount == len("Riddles") + 400 - 15 * 17
    crowd = [note(f"n{number}", 50_000, body="x" * 200) for number in range(4)]
    found = proofread(Edition(("en",), (LIN,), tuple(crowd)), "en", FILM, Cancel())
    doubts = [doubt for doubt in found.doubts if doubt.code == "crowded"]
    assert doubts
    assert all(set(doubt.others) <= {"n0", "n1", "n2", "n3"} - {doubt.note} and doubt.others for doubt in doubts)


def test_a_secret_holds_back_every_note_that_tells_it() -> None:
    secret = note("secret", 60_000, gives_away="the father returns", told_ms=60_000)
    early = note("early", 50_000, body="Here the father returns.")
    found = proofread(Edition(("en",), (LIN,), (early, secret)), "en", FILM, Cancel())
    (held,) = (doubt for doubt in found.of("early") if doubt.code == "held-back")
    assert (held.amount, held.others) == (60_000, ("secret",))
    assert all(card.start_ms >= 60_000 for card in found.cards if card.id == "early")
    much_too_early = note("early", 5_000, body="Here the father returns.")
    found = proofread(Edition(("en",), (LIN,), (much_too_early, secret)), "en", FILM, Cancel())
    assert "reveal" in [doubt.code for doubt in found.of("early")]


def test_a_moment_behind_the_film_and_a_long_text_are_told() -> None:
    found = codes(note("late", 130_000), note("long", 60_000, body="x" * 90))
    assert found["late"] == ["past-end", "film-end"]
    assert found["long"] == ["length"]


def test_the_budget_follows_language_and_depth() -> None:
    item = EditionNote(
        "one", 0, "lin", faces=(Face("en", "Riddles", "Guess\nit."), Face("zh-Hans", "灯谜", "猜中者得纸条。"))
    )
    english, chinese = budget_of(item, "en"), budget_of(item, "zh-Hans")
    assert (english.body_characters, english.body_limit, english.most_characters) == (9, 84, 255)
    assert (chinese.body_characters, chinese.body_limit, chinese.most_characters) == (7, 32, 135)
    deep = budget_of(EditionNote("one", 0, "lin", depth="deep", faces=(Face("en", "x" * 17, "y" * 34),)), "en")
    assert deep.needed_ms == round(51 * 1000 / (17 * 0.85))
    assert budget_of(EditionNote("one", 0, "lin"), "en").needed_ms == 0


def test_what_is_outdated_can_be_called_off() -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        proofread(Edition(("en",), (LIN,)), "en", FILM, cancel)
