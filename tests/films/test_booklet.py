import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from films import Commentator, GlossaryEntry, Note, NoteChoice, NoteTrack, make_booklet, missed_notes
from films.notes.booklet import flowing
from films.notes.track import Reveal

LIN = Commentator("lin", {"en": "Lin Mei"}, {"en": "Folklorist"})
WU = Commentator("wu", {"en": "Wu Ping"}, {"en": "Composer"})
MOON = GlossaryEntry("jade rabbit", "玉兔", "yùtù", "The rabbit in the moon")


def note(note_id: str, start_ms: int, **changes: object) -> Note:
    made = Note(note_id, start_ms, start_ms + 4000, "lin", "custom", "Riddles", "Guess it.", sources=("A book",))
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def track(*notes: Note, language: str = "en") -> NoteTrack:
    return NoteTrack(language, (LIN, WU), notes, "CC BY 4.0")


def test_a_booklet_goes_by_the_moments_of_the_film_and_puts_languages_side_by_side() -> None:
    english = track(note("late", 9000, anchor_ms=8000), note("first", 1000))
    chinese = track(note("first", 1000, title="灯谜", sources=("《武林旧事》",)), language="zh-Hans")
    booklet = make_booklet([english, chinese], {"en": "The Lantern"})
    assert [(entry.id, entry.at_ms) for entry in booklet.entries] == [("first", 1000), ("late", 8000)]
    assert [(tag, face.title) for tag, face in booklet.entries[0].faces] == [("en", "Riddles"), ("zh-Hans", "灯谜")]
    assert booklet.entries[0].sources == ("A book", "《武林旧事》")
    assert (booklet.languages, booklet.licences) == (("en", "zh-Hans"), ("CC BY 4.0",))


def test_a_note_that_only_the_second_language_has_is_there_too() -> None:
    booklet = make_booklet([track(note("a", 0)), track(note("a", 0), note("b", 5000), language="zh-Hans")], {"en": "x"})
    assert [(entry.id, [tag for tag, _ in entry.faces]) for entry in booklet.entries] == [
        ("a", ["en", "zh-Hans"]),
        ("b", ["zh-Hans"]),
    ]


def test_terms_are_there_once_in_the_order_of_their_sounds_with_every_language() -> None:
    lamp = GlossaryEntry("lamp", "灯", "dēng", "A light")
    english = track(note("a", 0, glossary=(MOON, lamp)), note("b", 5000, glossary=(MOON,)))
    chinese = track(
        note("a", 0, glossary=(dataclasses.replace(MOON, term="玉兔", meaning="月中兔"),)), language="zh-Hans"
    )
    terms = make_booklet([english, chinese], {"en": "x"}).terms
    assert [(term.hanzi, [(tag, entry.meaning) for tag, entry in term.meanings]) for term in terms] == [
        ("灯", [("en", "A light")]),
        ("玉兔", [("en", "The rabbit in the moon"), ("zh-Hans", "月中兔")]),
    ]


def test_only_who_wrote_what_is_printed_is_named() -> None:
    assert make_booklet([track(note("a", 0))], {"en": "x"}).people == (LIN,)


SECRETS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60_000)), max_size=5)


@given(SECRETS, st.none() | st.integers(0, 60_000))
def test_no_page_tells_what_its_reader_does_not_know_yet(secrets: list[tuple[int, int]], known_ms: int | None) -> None:
    notes = [
        note(f"n{place}", 1000 * place, body=f"It is secret {what}.", reveals=Reveal(f"secret {what}.", at_ms))
        for place, (what, at_ms) in enumerate(secrets)
    ]
    notes.append(note("plain", 0, glossary=(MOON,)))
    booklet = make_booklet([track(*notes)], {"en": "x"}, told_until_ms=known_ms)
    text = repr([[face.body for _, face in entry.faces] for entry in booklet.entries])
    for what, at_ms in secrets:
        if known_ms is not None and at_ms > known_ms:
            assert f"secret {what}." not in text
    assert "plain" in {entry.id for entry in booklet.entries}
    if known_ms is None:
        assert len(booklet.entries) == len(notes)


def test_what_was_missed_is_what_was_not_on_screen() -> None:
    notes = track(
        note("seen", 0),
        note("glimpsed", 10_000),
        note("left", 20_000, place="pause"),
        note("song", 30_000, topic="music"),
    )
    seen = ((0, 11_000), (19_000, 40_000))
    choice = NoteChoice(without_topics=frozenset({"music"}))
    assert missed_notes(notes, choice, seen) == {"glimpsed", "left", "song"}
    assert missed_notes(notes, None, seen) == {"seen", "glimpsed", "left", "song"}
    marked = make_booklet([notes], {"en": "x"}, missed=missed_notes(notes, choice, seen))
    assert [entry.missed for entry in marked.entries] == [False, True, True, True]


def test_the_line_breaks_of_a_card_are_not_those_of_a_page() -> None:
    assert flowing("The fifteenth night,\nwhich ends it.", "en") == "The fifteenth night, which ends it."
    assert flowing("正月十五，\n是元宵节。", "zh-Hans") == "正月十五，是元宵节。"


def test_a_term_in_both_chinese_scripts_is_one_term() -> None:
    def track(language: str, hanzi: str) -> NoteTrack:
        told = dataclasses.replace(note("n", 0), glossary=(GlossaryEntry(hanzi, hanzi, "dēngmí", language),))
        return NoteTrack(language, (LIN,), (told,))

    (term,) = make_booklet([track("zh-Hant", "燈謎"), track("zh-Hans", "灯谜")], {"en": "x"}).terms
    assert (term.hanzi, [language for language, _ in term.meanings]) == ("燈謎", ["zh-Hant", "zh-Hans"])
