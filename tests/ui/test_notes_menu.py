import dataclasses
from typing import Any, cast

import pytest

from core import CinemaError, Code
from films import Commentator, NoteTrack
from player.state import FirstFrame, Moved, PauseSet
from ui.viewer import Services
from ui.viewer.notes import MORE_TIMES
from ui.viewer.player_page import PlayerPageViewModel
from ui.viewer.viewing import Viewing

LIN = Commentator("lin", {"en": "Lin Mei", "zh-Hans": "林梅"}, {"en": "Folklorist"})
WU = Commentator("wu", {"en": "Wu Ping", "zh-Hans": "吴平"}, {"en": "Composer"})


@pytest.fixture
def page(services: Services, player: Any, sample: Any) -> Any:
    """A film whose English notes are by two, on two topics, of two depths, one of them for the pause."""
    feature = sample.feature()
    english = feature.notes["en"]
    riddle = dataclasses.replace(
        english.notes[0], commentator="lin", start_ms=2_000, end_ms=4_000, topic="custom", depth="essential"
    )
    song = dataclasses.replace(
        riddle, id="song", start_ms=8_000, end_ms=9_000, commentator="wu", topic="music", depth="more"
    )
    long = dataclasses.replace(riddle, id="long", start_ms=3_000, end_ms=20_000, place="pause")
    track = NoteTrack("en", (LIN, WU), (riddle, long, song))
    page = PlayerPageViewModel(services, lambda: None, lambda _ticket: None)
    page.prepare("Lantern Street", trailer=False, again=lambda: None)
    page.begin(Viewing(dataclasses.replace(feature, notes={**feature.notes, "en": track}), sample.play()))
    player.tell(FirstFrame())
    return page


def so_far(page: Any, player: Any, at_ms: int) -> tuple[str | None, list[str]]:
    player.tell(Moved(at_ms))
    return page.note and page.note["id"], [note["id"] for note in page.notesSoFar]


def test_only_what_the_notes_differ_in_is_asked(page: Any) -> None:
    notes = page.notes
    assert [language["value"] for language in notes.languages] == ["en", "zh-Hans"]
    assert [person["text"] for person in notes.people] == ["Lin Mei", "Wu Ping"]
    assert [topic["value"] for topic in notes.topics] == ["custom", "music"]
    assert (list(notes.depths), notes.depth, tuple(notes.moreTimes)) == (["essential", "more"], "more", MORE_TIMES)
    notes.choose("zh-Hans")
    assert (list(notes.people), list(notes.topics), list(notes.depths)) == ([], [], [])


def test_who_wrote_them_is_shown_by_portrait_or_initials(services: Services, player: Any, sample: Any) -> None:
    feature = sample.feature()
    lin = dataclasses.replace(LIN, portrait="lin.jpg")
    note = dataclasses.replace(feature.notes["en"].notes[0], commentator="lin", image="a.jpg", alt="A lamp")
    track = NoteTrack("en", (lin, WU), (note, dataclasses.replace(note, id="b", commentator="wu", image="gone.jpg")))
    marks = {"lin.jpg": "1" * 64, "a.jpg": "2" * 64}
    page: Any = PlayerPageViewModel(services, lambda: None, lambda _ticket: None)
    page.prepare("Lantern Street", trailer=False, again=lambda: None)
    film = dataclasses.replace(feature, notes={"en": track}, pictures=marks, picture=lambda _name: b"bytes")
    page.begin(Viewing(film, sample.play()))
    player.tell(FirstFrame())
    player.tell(Moved(note.start_ms))
    assert [(one["initials"], one["portrait"]) for one in page.notes.people] == [
        ("LM", "portrait:1111111111111111:lin.jpg"),
        ("WP", ""),
    ]
    first, second = page.notesSoFar
    assert (first["picture"], first["alt"], first["author"]["text"]) == (
        "note:2222222222222222:a.jpg",
        "A lamp",
        "Lin Mei",
    )
    assert (second["picture"], second["author"]["portrait"]) == ("", "")
    assert page.comingPicture == ""
    player.tell(Moved(0))
    assert page.comingPicture == "note:2222222222222222:a.jpg"
    page.notes.want_person("wu", False)
    assert page.notes.author is None
    for address, code in ((first["picture"], Code.FILE_UNREADABLE), ("note:3:a.jpg", Code.NOT_FOUND)):
        with pytest.raises(CinemaError) as refused:
            page.note_picture(address)
        assert refused.value.code is code


def test_one_commentator_of_all_notes_is_named_once(services: Services, player: Any, sample: Any) -> None:
    page: Any = PlayerPageViewModel(services, lambda: None, lambda _ticket: None)
    page.prepare("Lantern Street", trailer=False, again=lambda: None)
    feature = sample.feature()
    by = feature.notes["en"].notes[0].commentator
    track = dataclasses.replace(feature.notes["en"], commentators=(dataclasses.replace(LIN, id=by),))
    page.begin(Viewing(dataclasses.replace(feature, notes={"en": track}), sample.play()))
    assert (page.notes.author["text"], page.notes.author["role"]) == ("Lin Mei", "Folklorist")
    assert list(page.notes.people) == []


def test_what_found_no_room_is_in_the_panel_and_never_over_the_picture(page: Any, player: Any) -> None:
    assert so_far(page, player, 5_000) == (None, ["n1", "long"])


def test_what_found_no_room_is_a_card_for_whoever_pauses_soon_after_its_moment(page: Any, player: Any) -> None:
    player.tell(PauseSet(True))
    assert so_far(page, player, 3_500)[0] == "n1"
    assert so_far(page, player, 5_000)[0] == "long"
    assert so_far(page, player, 8_500)[0] == "song"
    assert so_far(page, player, 24_000)[0] is None
    player.tell(PauseSet(False))
    assert so_far(page, player, 5_000)[0] is None


class SaidFlags:
    """What a viewer said of notes, without a disk."""

    def __init__(self, before: dict[str, str], refusal: CinemaError | None = None) -> None:
        self.before, self.refusal = before, refusal
        self.sent: list[tuple[str, str, str]] = []
        self.settled = 0

    def said(self, _ticket_id: str) -> dict[str, str]:
        return self.before

    def settle(self) -> None:
        self.settled += 1

    def say(self, *said: str) -> None:
        if self.refusal:
            raise self.refusal
        self.sent.append(said)  # type: ignore[arg-type]


def saying(services: Services, player: Any, sample: Any, flags: SaidFlags, *, trailer: bool = False) -> Any:
    page = PlayerPageViewModel(
        dataclasses.replace(services, note_flags=cast("Any", flags)), lambda: None, lambda _ticket: None
    )
    page.prepare("Lantern Street", trailer=trailer, again=lambda: None)
    page.begin(Viewing(sample.feature(), None if trailer else sample.play()))
    player.tell(FirstFrame())
    return page


def test_what_is_said_of_a_note_is_seen_at_once_and_said_once(
    services: Services, player: Any, sample: Any, jobs: Any
) -> None:
    flags = SaidFlags({"n2": "unclear"})
    page = saying(services, player, sample, flags)
    page.notes.say("n1", "loved")
    assert dict(page.notes.said) == {"n1": "loved"}
    jobs.settle_all()
    page.notes.say("n1", "wrong")
    page.notes.say("n2", "wrong")
    jobs.settle_all()
    assert (dict(page.notes.said), page.notes.canSay) == ({"n1": "loved", "n2": "unclear"}, True)
    assert flags.sent == [(sample.play().ticket_id, "n1", "loved")]
    assert flags.settled == 1


def test_what_cannot_be_kept_is_not_shown_as_said(services: Services, player: Any, sample: Any, jobs: Any) -> None:
    page = saying(services, player, sample, SaidFlags({}, CinemaError(Code.FILE_UNREADABLE, "The disk is full.")))
    page.notes.say("n1", "loved")
    jobs.settle_all()
    assert dict(page.notes.said) == {}


def test_nothing_is_said_of_a_trailer(services: Services, player: Any, sample: Any) -> None:
    page = saying(services, player, sample, SaidFlags({}), trailer=True)
    page.notes.say("n1", "loved")
    assert (page.notes.canSay, dict(page.notes.said)) == (False, {})


@pytest.mark.parametrize(
    "leave_out",
    [
        lambda notes: notes.want_topic("music", False),
        lambda notes: notes.want_person("wu", False),
        lambda notes: notes.set_depth("essential"),
    ],
)
def test_what_is_not_wanted_is_neither_shown_nor_listed_nor_marked(page: Any, player: Any, leave_out: Any) -> None:
    assert so_far(page, player, 8_500)[0] == "song"
    leave_out(page.notes)
    assert so_far(page, player, 8_500) == (None, ["n1", "long"])
    assert len(page.noteMarks) == 2


def test_a_topic_comes_back_and_the_choice_is_remembered(page: Any, player: Any, services: Services) -> None:
    page.notes.want_topic("music", False)
    page.notes.want_topic("music", False)
    assert services.preferences.current.notes_without_topics == ("music",)
    assert [topic["wanted"] for topic in page.notes.topics] == [True, False]
    page.notes.want_topic("music", True)
    assert services.preferences.current.notes_without_topics == ()
    assert so_far(page, player, 8_500)[0] == "song"


def test_more_time_to_read_keeps_a_card_longer(page: Any, player: Any) -> None:
    assert so_far(page, player, 4_900)[0] is None
    page.notes.set_more_time(50)
    assert so_far(page, player, 4_900)[0] == "n1"


def test_the_deepest_of_a_film_means_everything(page: Any, services: Services) -> None:
    page.notes.set_depth("essential")
    assert (page.notes.depth, services.preferences.current.notes_depth) == ("essential", "essential")
    page.notes.set_depth("more")
    assert (page.notes.depth, services.preferences.current.notes_depth) == ("more", "deep")


def test_a_depth_of_a_newer_version_means_everything(page: Any, player: Any, services: Services) -> None:
    services.preferences.change(notes_depth="abyss", notes_more_time=-5)
    page.relabel()
    assert page.notes.depth == "more"
    assert so_far(page, player, 8_500)[0] == "song"
