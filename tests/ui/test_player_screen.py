from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextLayout

from core import CinemaError, Code
from films import Cue, Thumbnail
from player import Feature, Presentation, Quality
from player.presentation import Stream
from player.state import Ended, Failed, FirstFrame, LineDown, Moved, PauseSet, Starved
from ui.captions import FIRST
from ui.viewer import Services, ShellViewModel
from ui.viewer import viewing as viewing_module
from ui.viewer.viewing import Viewing

SHIFT = Qt.KeyboardModifier.ShiftModifier
Screen = Callable[..., tuple[Any, Any]]


@pytest.fixture
def screen(
    services: Services, jobs: Any, box_office: Any, stage: Any, sample: Any, player: Any, monkeypatch: Any
) -> Screen:
    """Opens the player page on a feature and lets its first frame come."""

    def open_screen(width: int = 1280, height: int = 720, **changes: object) -> tuple[Any, Any]:
        box_office.restored = sample.ACCOUNT
        box_office.tickets_answer = (sample.ticket(),)
        viewing = Viewing(sample.feature(**changes), sample.play())
        monkeypatch.setattr(viewing_module, "open_ticket", lambda *_: viewing)
        shell: Any = ShellViewModel(services)
        shell.start()
        jobs.settle_all()
        window = stage(shell, width, height)
        shell.watch_ticket("t1")
        jobs.settle_all()
        window.until(lambda: any(item.opacity() == 1 for item in window.items() if item.inherits("QQuickLoader")))
        player.tell(FirstFrame())
        window.settle()
        return window, shell.playerPage

    return open_screen


def test_captions_and_card_are_whole_within_the_call_that_told_the_frame(screen: Screen, player: Any) -> None:
    window, _ = screen()
    player.tell(Moved(2_000))
    caption, card = window.called("captionText"), window.called("noteCard")
    assert caption.property("text") == "Wait for me!"
    assert (card.isVisible(), card.opacity()) == (True, 1.0)
    assert window.called("noteTitle").property("text") == "Lantern riddles"
    player.tell(Moved(3_000))
    assert not caption.isVisible()


def test_the_card_is_read_out_as_topic_title_and_body(screen: Screen, player: Any) -> None:
    window, _ = screen()
    player.tell(Moved(2_000))
    assert window.named("Custom. Lantern riddles. Riddles hang from the lanterns;\nwho solves one wins a small gift.")


@pytest.mark.parametrize("scale", [0.75, 1.0, 2.0])
@pytest.mark.parametrize(("width", "height"), [(800, 540), (1280, 720), (1920, 1080), (1000, 1000)])
def test_the_card_never_covers_the_subtitles_and_both_stay_in_the_window(
    width: int, height: int, scale: float, screen: Screen, player: Any, services: Services, sample: Any
) -> None:
    services.preferences.change(caption_scale=scale)
    long = sample.note("n", 1_000, 9_000, title="The fifteenth night of the first month", body="word " * 17)
    notes = {"en": type(sample.feature().notes["en"])("en", (), (long,))}
    window, _ = screen(width, height, notes=notes)
    player.tell(PauseSet(True))
    player.tell(Moved(2_000))
    window.settle()
    caption, card = window.rect(window.called("captionText")), window.rect(window.called("noteCard"))
    assert not caption.intersects(card)
    for rect in (caption, card):
        assert rect.left() >= 0
        assert rect.top() >= 0
        assert rect.right() <= width
        assert rect.bottom() <= height


@pytest.mark.parametrize(("width", "height"), [(800, 540), (1280, 720), (1920, 1080)])
def test_the_notes_panel_covers_no_subtitle(width: int, height: int, screen: Screen, player: Any) -> None:
    window, _ = screen(width, height)
    player.tell(PauseSet(True))
    player.tell(Moved(2_000))
    window.press(Qt.Key.Key_N, SHIFT)
    window.settle()
    panel, caption = window.rect(window.called("notesPanel")), window.rect(window.called("captionText"))
    assert window.called("notesPanel").isVisible()
    assert not panel.intersects(caption)


@pytest.mark.parametrize(("width", "height"), [(800, 540), (1280, 720)])
def test_the_notes_panel_covers_nothing_that_is_offered_at_the_end(
    width: int, height: int, screen: Screen, player: Any
) -> None:
    window, _ = screen(width, height)
    player.tell(Moved(2_000))
    player.tell(Ended())
    window.press(Qt.Key.Key_N, SHIFT)
    window.settle()
    panel, offered = window.rect(window.called("notesPanel")), window.rect(window.called("filmEnded"))
    assert window.called("notesPanel").isVisible()
    assert window.called("filmEnded").isVisible()
    assert not panel.intersects(offered)


def test_a_card_stands_on_the_side_that_was_chosen_inside_the_picture(screen: Screen, player: Any) -> None:
    window, page = screen()
    player.tell(Moved(2_000))
    left = window.rect(window.called("noteCard"))
    page.notes.set_side("right")
    window.settle()
    right = window.rect(window.called("noteCard"))
    assert left.right() < 1280 / 2 < right.left()
    assert 1280 - right.right() == pytest.approx(left.left(), abs=2)
    page.notes.set_side("left")
    window.settle()
    assert window.rect(window.called("noteCard")).left() == left.left()


def test_arrows_step_the_notes_of_the_panel_and_its_topics(screen: Screen, player: Any) -> None:
    window, page = screen()
    player.tell(Moved(31_000))
    window.press(Qt.Key.Key_N, SHIFT)
    window.settle()
    panel, entries = window.called("notesPanel"), window.called("notesList")
    assert (page.wantsToPlay, entries.property("count"), entries.property("currentIndex")) == (False, 2, 1)
    window.press(Qt.Key.Key_Up)
    assert entries.property("currentIndex") == 0
    window.press(Qt.Key.Key_Down)
    assert entries.property("currentIndex") == 1
    topics = panel.property("topics").toVariant()
    window.press(Qt.Key.Key_Right)
    assert panel.property("topic") == (topics[0] if topics else "")
    window.press(Qt.Key.Key_Left)
    assert panel.property("topic") == ""
    window.press(Qt.Key.Key_N, SHIFT)
    assert not panel.isVisible()


def test_the_panel_finds_only_in_notes_that_have_come_and_by_the_keys_alone(screen: Screen, player: Any) -> None:
    window, page = screen()
    player.tell(Moved(31_000))
    window.press(Qt.Key.Key_N, SHIFT)
    window.settle()
    entries, field = window.called("notesList"), window.called("notesSearch")
    everything = [note["id"] for note in page.notesSoFar]
    window.press(Qt.Key.Key_Slash)
    assert field.hasActiveFocus()
    for letter in "FIFTEENTH":
        window.press(Qt.Key(ord(letter)))
    window.settle()
    assert (everything, [note["id"] for note in entries.property("model")]) == (["n1", "n2"], ["n2"])
    player.tell(Moved(10_000))
    window.settle()
    assert [note["id"] for note in page.notesSoFar] == ["n1"]
    assert entries.property("count") == 0, "what has not come yet is not found"
    player.tell(Moved(31_000))
    window.press(Qt.Key.Key_Escape)
    window.settle()
    assert (page.notes.sought, field.property("text"), field.hasActiveFocus()) == ("", "", False)
    assert (entries.property("count"), window.called("notesPanel").isVisible()) == (2, True)


def test_captions_make_room_for_the_controls(screen: Screen, player: Any) -> None:
    window, _ = screen()
    player.tell(PauseSet(True))
    player.tell(Moved(2_000))
    window.settle()
    pause = window.named("Play")[0]
    assert window.rect(window.called("captionText")).bottom() < window.rect(pause).top()


def test_space_and_k_pause_and_go_on(screen: Screen) -> None:
    window, page = screen()
    window.press(Qt.Key.Key_Space)
    assert page.status == "paused"
    window.press(Qt.Key.Key_K)
    assert page.status == "playing"


def test_arrows_and_letters_seek_where_it_is_allowed(screen: Screen, player: Any) -> None:
    window, page = screen()
    player.tell(Moved(20_000))
    places = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_L, Qt.Key.Key_J):
        window.press(key)
        places.append(page.position)
    assert places == [25_000, 20_000, 30_000, 20_000]


def test_where_seeking_is_not_allowed_the_screen_says_so(screen: Screen, player: Any) -> None:
    window, page = screen(seek_allowed=False)
    player.tell(Moved(20_000))
    window.press(Qt.Key.Key_Right)
    assert page.position == 20_000
    window.shows("Seeking is not part of this film's house rules")


def test_volume_mute_subtitles_and_notes_have_keys(screen: Screen, player: Any) -> None:
    window, page = screen()
    player.tell(Moved(2_000))
    window.press(Qt.Key.Key_Down)
    assert page.volume == 95
    window.press(Qt.Key.Key_Up)
    assert page.volume == 100
    window.press(Qt.Key.Key_M)
    assert page.muted
    window.press(Qt.Key.Key_C, SHIFT)
    assert page.subtitleText == "等等我！"
    window.press(Qt.Key.Key_S)
    assert page.subtitleText == ""
    window.press(Qt.Key.Key_C)
    assert page.subtitleText == "等等我！"
    window.press(Qt.Key.Key_N)
    assert page.note is None
    window.press(Qt.Key.Key_N)
    assert page.note["id"] == "n1"


def test_the_panel_shows_notes_so_far_and_arrows_step_in_it(screen: Screen, player: Any) -> None:
    window, page = screen()
    player.tell(Moved(40_000))
    window.press(Qt.Key.Key_N, SHIFT)
    assert page.status == "paused"
    window.shows("Notes so far", "Lantern riddles", "The fifteenth night")
    window.press(Qt.Key.Key_Up)
    assert page.volume == 100
    window.press(Qt.Key.Key_Escape)
    assert "Lantern riddles" not in window.words()
    window.click("Notes so far")
    window.shows("Lantern riddles")
    assert page.status == "paused"


def test_the_panel_gives_nothing_of_what_comes_away(screen: Screen, player: Any) -> None:
    window, _ = screen()
    player.tell(Moved(10_000))
    window.press(Qt.Key.Key_N, SHIFT)
    window.shows("Lantern riddles")
    assert "The fifteenth night" not in window.words()


def test_figures_and_full_screen_have_keys(screen: Screen, player: Any) -> None:
    window, page = screen()
    window.press(Qt.Key.Key_I)
    window.shows("Frames shown · dropped")
    window.press(Qt.Key.Key_I)
    assert "Frames shown · dropped" not in window.words()
    shell = window.window.property("shell")
    window.press(Qt.Key.Key_F)
    assert shell.property("fullScreen")
    window.press(Qt.Key.Key_Escape)
    assert (shell.property("fullScreen"), page.status) == (False, "playing")
    window.press(Qt.Key.Key_Escape)
    assert player.feature is None
    assert shell.property("page") == "home"


def test_controls_and_pointer_go_after_three_seconds_and_come_back(screen: Screen, player: Any) -> None:
    window, _ = screen()
    assert window.named("Pause")
    window.until(lambda: not window.named("Pause"), 6000)
    window.press(Qt.Key.Key_Tab)
    assert window.named("Pause")
    player.tell(PauseSet(True))
    window.settle()
    assert window.named("Play")


def test_a_focused_control_that_hides_leaves_the_keys_working(screen: Screen) -> None:
    window, page = screen()
    for _ in range(3):
        window.press(Qt.Key.Key_Tab)
    window.until(lambda: not window.named("Pause"), 6000)
    window.press(Qt.Key.Key_K)
    assert page.status == "paused"


def test_the_mark_lies_under_captions_and_card_and_is_not_read_out(screen: Screen, player: Any) -> None:
    window, _ = screen()
    player.tell(Moved(2_000))
    (mark,) = [item for item in window.items() if item.property("text") == "K7Q2"]
    assert 0 < mark.opacity() < 0.5
    order = [item for item in window.items() if item is mark or item.objectName() in ("captionText", "noteCard")]
    assert order[0] is mark
    assert window.named("K7Q2") == [mark]


@pytest.mark.parametrize("mark", ["", " ", "\u200b\u200b", "\n", "\x00", "K 7"])
def test_a_film_whose_mark_nobody_could_read_does_not_start(mark: str, screen: Screen, player: Any) -> None:
    window, page = screen(mark=mark)
    assert (player.feature, page.error) == (None, "mark-missing")
    window.shows("could not be drawn", "Try again")


def test_a_film_does_not_start_while_its_mark_is_not_laid_out(
    screen: Screen, player: Any, jobs: Any, monkeypatch: Any
) -> None:
    window, page = screen()
    (mark,) = [item for item in window.items() if item.property("text") == "K7Q2"]
    assert player.feature is not None
    mark.setOpacity(0)
    assert (player.feature, page.error) == (None, "mark-missing")
    window.shows("could not be drawn", "Try again")
    opened: list[object] = []
    monkeypatch.setattr(player, "open", lambda *arguments, **_more: opened.append(arguments))
    page.try_again()
    jobs.settle_all()
    assert (opened, page.error) == ([], "mark-missing")


def test_a_trailer_needs_no_mark(screen: Screen, player: Any) -> None:
    _, page = screen()
    page.leave()
    page.prepare("Trailer", trailer=True, again=lambda: None)
    page.begin(Viewing(Feature(Presentation(60_000), fetch=lambda *_: b""), None))
    assert (page.error, player.feature is not None) == ("", True)


def test_a_resumed_film_says_where_and_offers_its_beginning(screen: Screen) -> None:
    window, page = screen(start_ms=31_000)
    window.shows("Resumed at 0:31", "Start over")
    window.click("Start over")
    assert page.position == 0
    assert "Start over" not in window.words()


def test_the_beginning_is_not_offered_where_seeking_is_not_allowed(screen: Screen) -> None:
    window, _ = screen(start_ms=31_000, seek_allowed=False)
    window.shows("Resumed at 0:31")
    assert "Start over" not in window.words()


def test_the_card_keeps_its_place_when_controls_come_and_go(screen: Screen, player: Any) -> None:
    window, _ = screen()
    player.tell(Moved(2_000))
    window.settle()
    with_controls = window.rect(window.called("noteCard")).topLeft()
    window.until(lambda: not window.named("Pause"), 6000)
    assert window.rect(window.called("noteCard")).topLeft() == with_controls


def test_the_bar_shows_the_scene_it_would_go_to(screen: Screen, player: Any) -> None:
    sheet = (
        Thumbnail(0, 30_000, "thumbs/01.jpg", 0, 0, 160, 84),
        Thumbnail(30_000, 60_000, "thumbs/01.jpg", 160, 0, 160, 84),
    )
    window, _ = screen(thumbnails=sheet)
    player.tell(Moved(40_000))
    window.named("Position 0:40")[0].forceActiveFocus()
    window.shows("0:40")
    (picture,) = [item for item in window.items() if item.inherits("QQuickImage") and item.x() < 0]
    assert picture.x() == -160


def test_a_lost_line_says_that_it_comes_back_by_itself(screen: Screen, player: Any) -> None:
    window, _ = screen()
    player.tell(LineDown(True))
    player.tell(Starved(True))
    window.shows("The line is down")
    player.tell(Starved(False))
    window.settle()
    assert not any("The line is down" in word for word in window.words())


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (Code.SEGMENT_CORRUPT, "arrived damaged twice"),
        (Code.KEY_MISSING, "The key for this film did not arrive"),
        (Code.OFFLINE, "cannot be reached"),
        (Code.PLAYBACK_FAILED, "The player stopped"),
        (Code.MEDIA_REFUSED, "not played here"),
        (Code.PACKAGE_WRONG, "not the one that was published"),
        (Code.NOT_FOUND, "no longer has this"),
        (Code.REFUSED, "cannot be watched with this ticket"),
        (Code.SERVER_ERROR, "a problem of its own"),
        (Code.REDIRECTED, "led to another place"),
        (Code.CERTIFICATE, "could not prove who it is"),
        (Code.FILE_MISSING, "Download it again"),
    ],
)
def test_a_failure_has_words_and_a_next_step(code: Code, words: str, screen: Screen, player: Any) -> None:
    window, _ = screen()
    player.tell(Failed(CinemaError(code, "No.")))
    window.shows(words, "Try again", "Back")


def test_the_end_thanks_and_leads_back(screen: Screen, player: Any) -> None:
    window, _ = screen()
    player.tell(Ended())
    window.shows("Thank you for watching", "Back to the film")
    window.click("Back to the film")
    assert player.feature is None


def test_the_bar_has_a_mark_for_every_note_only_where_seeking_is_allowed(screen: Screen) -> None:
    window, page = screen(seek_allowed=False)
    assert page.seekAllowed is False
    assert window.named("Position 0:00")


def test_menus_choose_the_language_of_subtitles(screen: Screen, player: Any) -> None:
    window, page = screen()
    player.tell(Moved(2_000))
    window.click("Subtitles")
    window.shows("No subtitles")
    window.click("No subtitles")
    assert page.subtitleLanguage == ""


def test_subtitles_for_those_who_do_not_hear_are_offered_by_name_and_remembered(
    screen: Screen, services: Services, player: Any
) -> None:
    window, page = screen()
    both = {**player.feature.subtitles, "en-x-sdh": (Cue("1", 1_000, 3_000, ("BOY: Wait for me!",)),)}
    page.begin(Viewing(replace(player.feature, subtitles=both), None))
    assert page.subtitleLanguage == "en"
    player.tell(FirstFrame())
    window.click("Subtitles")
    window.click("English (SDH)")
    player.tell(Moved(2_000))
    assert window.called("captionText").property("text") == "BOY: Wait for me!"
    page.begin(Viewing(player.feature, None))
    assert page.subtitleLanguage == "en-x-sdh"
    page.begin(Viewing(replace(player.feature, subtitles={"zh-Hans": (), "en": ()}), None))
    assert page.subtitleLanguage == "en"


def test_two_lines_are_shown_together_the_second_above_the_first(screen: Screen, player: Any) -> None:
    window, page = screen()
    page.choose_second_subtitles("zh-Hans")
    player.tell(Moved(2_000))
    first, second = window.called("captionText"), window.called("secondCaptionText")
    assert (first.property("text"), second.property("text")) == ("Wait for me!", "等等我！")
    assert window.rect(second).bottom() <= window.rect(first).top()
    assert second.property("font").pixelSize() < first.property("font").pixelSize()
    page.choose_second_subtitles("")
    assert not second.isVisible()


def test_the_second_line_is_remembered_where_the_film_has_it(screen: Screen, services: Services, player: Any) -> None:
    services.preferences.change(second_subtitle_language="zh-Hans")
    _, page = screen()
    assert page.secondLanguage == player.state.second_language == "zh-Hans"
    page.begin(Viewing(replace(player.feature, subtitles={"en": player.feature.subtitles["en"]}), None))
    assert player.state.second_language is None


def test_the_look_of_the_subtitles_changes_over_the_film_one_key_away(
    screen: Screen, services: Services, player: Any
) -> None:
    window, page = screen()
    player.tell(Moved(2_000))
    settings = page.parent().settings
    window.press(Qt.Key.Key_T)
    window.shows("Look of the subtitles", "First line", "Colour of the letters")
    settings.set_caption(False, "color", "cyan")
    settings.set_caption(True, "size", 0.5)
    for name in ("captionText", "firstPreview"):
        assert window.called(name).property("color").name() == "#00ffff"
    assert services.preferences.current.second_captions.size == 0.5
    settings.reset_captions(False)
    assert window.called("captionText").property("color").name() == "#ffffff"
    assert services.preferences.current.captions == FIRST
    window.press(Qt.Key.Key_Escape)
    assert not window.named("Colour of the letters")


SOUNDS = (
    Stream("zh", "mp4a.40.2", 128_000, (), language="zh", channels=2),
    Stream("en-commentary", "mp4a.40.2", 128_000, (), language="en", role="commentary", channels=2),
)


def test_the_sound_is_chosen_in_its_menu_and_by_key(screen: Screen, player: Any) -> None:
    window, _ = screen(presentation=Presentation(60_000, audio=SOUNDS))
    window.click("Sound")
    window.shows("English: spoken commentary", "Night mode", "Sound and picture together", "Stereo")
    window.click("English: spoken commentary")
    assert player.state.sound == 1
    window.click("Later")
    window.shows("Sound 50 ms later")
    window.click("Night mode")
    assert player.state.night
    window.press(Qt.Key.Key_Escape)
    assert "Night mode" not in window.words()
    window.press(Qt.Key.Key_A)
    window.press(Qt.Key.Key_D)
    assert (player.state.sound, player.state.night) == (0, False)


def test_the_sound_menu_of_a_film_with_one_sound_begins_with_night_mode(screen: Screen) -> None:
    window, _ = screen(presentation=Presentation(60_000, audio=SOUNDS[:1]))
    window.click("Sound")
    window.shows("Night mode")
    assert not any("spoken" in word for word in window.words())
    focused = window.focused()
    assert focused
    assert focused.property("text") == "Night mode"


def test_numbers_go_to_tenths_and_full_stop_steps_by_frames(screen: Screen, player: Any) -> None:
    window, _ = screen()
    window.press(Qt.Key.Key_5)
    assert player.state.position_ms == 30_000
    window.press(Qt.Key.Key_0)
    assert player.state.position_ms == 0
    window.press(Qt.Key.Key_Period)
    assert (player.state.position_ms, player.state.wants_to_play) == (42, False)
    window.press(Qt.Key.Key_BracketRight)
    assert player.state.speed_percent == 125
    window.press(Qt.Key.Key_Backslash)
    assert player.state.speed_percent == 100


@pytest.mark.parametrize("key", [Qt.Key.Key_5, Qt.Key.Key_Period, Qt.Key.Key_BracketRight, Qt.Key.Key_Backslash])
def test_where_seeking_is_not_allowed_every_such_key_says_so(screen: Screen, player: Any, key: Qt.Key) -> None:
    window, _ = screen(seek_allowed=False)
    player.tell(Moved(5_000))
    window.press(key)
    window.shows("Seeking is not part of this film")
    assert (player.state.position_ms, player.state.speed_percent) == (5_000, 100)


def test_speed_and_sleep_timer_have_their_menu(screen: Screen, player: Any) -> None:
    window, page = screen()
    window.click("Speed, quality, sleep timer, window")
    window.click("1.5×")
    assert player.state.speed_percent == 150
    window.click("30 min")
    window.shows("Pauses in 30 minutes")
    window.click("Save data")
    assert player.conditions[-1].quality is Quality.SAVER
    window.click("Automatic")
    assert player.conditions[-1].quality is Quality.AUTO
    window.click("Always on top")
    assert window.window.flags() & Qt.WindowType.WindowStaysOnTopHint
    window.press(Qt.Key.Key_Escape)
    page.pace.set_sleep(1)
    page.pace._timer.timeout.emit()
    window.shows("Paused by the sleep timer.")


def test_the_small_window_shows_nothing_but_the_film_and_gives_the_old_one_back(screen: Screen, player: Any) -> None:
    window, page = screen()
    before = window.window.geometry()
    window.press(Qt.Key.Key_P)
    assert (window.window.width(), window.window.height()) == (480, 270)
    assert window.window.flags() & Qt.WindowType.FramelessWindowHint
    player.tell(Moved(2_000))
    window.settle()
    assert "Lantern riddles" not in window.words()
    assert window.called("captionText").isVisible()
    assert "Lantern Street" not in window.words()
    window.press(Qt.Key.Key_Escape)
    assert window.window.geometry() == before
    assert page.status == "playing"
    window.press(Qt.Key.Key_P)
    window.click("Back to the whole window")
    assert window.window.geometry() == before
    assert not window.window.flags() & Qt.WindowType.FramelessWindowHint


def test_a_small_window_is_whole_again_once_the_film_is_left(screen: Screen) -> None:
    window, page = screen()
    before = window.window.geometry()
    window.press(Qt.Key.Key_P)
    page.leave()
    window.settle()
    assert window.window.geometry() == before


def test_each_line_of_subtitles_stands_where_the_viewer_put_it(screen: Screen, player: Any, services: Services) -> None:
    window, page = screen()
    page.choose_second_subtitles("zh-Hans")
    player.tell(Moved(1_500))
    window.settle()
    first, second = window.rect(window.called("captionText")), window.rect(window.called("secondCaptionText"))
    assert second.bottom() <= first.top() + 1
    assert first.top() > 360
    shell = window.window.property("shell")
    shell.settings.set_caption(True, "place", "top")
    window.settle()
    assert window.rect(window.called("captionText")) == first
    assert window.rect(window.called("secondCaptionText")).bottom() < 360
    shell.settings.set_caption(False, "place", "top")
    window.settle()
    first, second = window.rect(window.called("captionText")), window.rect(window.called("secondCaptionText"))
    assert first.bottom() <= second.top() + 1
    assert second.bottom() < 360


def test_subtitles_at_the_top_make_room_for_a_note(screen: Screen, player: Any) -> None:
    window, _ = screen()
    window.window.property("shell").settings.set_caption(False, "place", "top")
    player.tell(Moved(2_500))
    window.settle()
    card, caption = window.rect(window.called("noteCard")), window.rect(window.called("captionText"))
    assert caption.top() >= card.bottom()


def test_a_long_chinese_line_breaks_anywhere_but_before_a_full_stop(screen: Screen, player: Any) -> None:
    text = (
        "正月十五的夜晚，整条街都挂满了灯笼，孩子们提着兔子灯跑来跑去，老人们坐在门口猜灯谜，谁也不肯先回家睡觉。" * 2
    )
    window, _ = screen(subtitles={"en": (Cue("1", 0, 9_000, (text,)),)})
    player.tell(Moved(1_000))
    window.settle()
    caption = window.called("captionText")
    assert caption.property("lineCount") > 1
    assert caption.property("contentWidth") <= caption.width()
    layout = QTextLayout(text, caption.property("font"))
    layout.beginLayout()
    starts = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(caption.width())
        starts.append(text[line.textStart()])
    layout.endLayout()
    assert len(starts) == caption.property("lineCount")
    assert not {"，", "。", "、"} & set(starts)


def test_page_keys_leap_from_chapter_to_chapter(screen: Screen, player: Any) -> None:
    window, page = screen(shots_ms=(12_000, 30_000))
    assert page.chapters == [0.2, 0.5]
    window.press(Qt.Key.Key_PageDown)
    assert player.state.position_ms == 12_000
    window.press(Qt.Key.Key_PageDown)
    window.press(Qt.Key.Key_PageDown)
    assert player.state.position_ms == 30_000
    window.press(Qt.Key.Key_PageUp)
    assert player.state.position_ms == 12_000
