from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from core import CinemaError, Code
from player import Conditions, Quality, Status
from player.state import Ended, Failed, FirstFrame, Gathering, LineDown, Moved, PauseSet, Starved
from ui.viewer import Services
from ui.viewer.player_page import PlayerPageViewModel
from ui.viewer.viewing import Viewing


@pytest.fixture
def left() -> list[str]:
    return []


@pytest.fixture
def reported() -> list[Any]:
    return []


@pytest.fixture
def page(services: Services, left: list[str], reported: list[Any]) -> Any:
    page = PlayerPageViewModel(services, lambda: left.append("left"), reported.append)
    page.prepare("Lantern Street", trailer=False, again=lambda: left.append("again"))
    return page


@pytest.fixture
def playing(page: Any, player: Any, sample: Any, box_office: Any) -> Any:
    page.begin(Viewing(sample.feature(), sample.play(), partial(box_office.progress, "p1")))
    player.tell(FirstFrame())
    return page


def test_before_the_picture_is_there_the_page_says_that_it_opens(page: Any, player: Any, sample: Any) -> None:
    assert (page.status, page.name) == ("opening", "Lantern Street")
    page.begin(Viewing(sample.feature(), sample.play()))
    assert page.status == "opening"
    player.tell(FirstFrame())
    assert page.status == "playing"


def test_subtitles_and_notes_of_a_frame_are_there_before_the_call_returns(playing: Any, player: Any) -> None:
    player.tell(Moved(999))
    assert (playing.subtitleText, playing.note) == ("", None)
    player.tell(Moved(1_000))
    assert playing.subtitleText == "Wait for me!"
    player.tell(Moved(2_000))
    assert (playing.note["id"], playing.note["title"]) == ("n1", "Lantern riddles")
    player.tell(Moved(3_000))
    assert (playing.subtitleText, playing.note["id"]) == ("", "n1")
    player.tell(Moved(6_000))
    assert playing.note is None


def test_the_panel_lists_notes_only_up_to_where_the_viewer_is(playing: Any, player: Any) -> None:
    player.tell(Moved(1_500))
    assert playing.notesSoFar == []
    player.tell(Moved(2_000))
    assert [note["id"] for note in playing.notesSoFar] == ["n1"]
    player.tell(Moved(59_000))
    assert [note["id"] for note in playing.notesSoFar] == ["n1", "n2"]


def test_notes_are_marked_on_the_bar_by_their_share_of_the_film(playing: Any) -> None:
    assert playing.noteMarks == [pytest.approx(2 / 60), pytest.approx(0.5)]


def test_notes_go_off_and_on_again_in_their_language(playing: Any, player: Any, services: Services) -> None:
    player.tell(Moved(2_500))
    playing.notes.choose("zh-Hans")
    assert playing.note["title"] == "灯谜"
    playing.notes.toggle()
    assert (playing.note, playing.notes.current, services.preferences.current.notes_on) == (None, "", False)
    playing.notes.toggle()
    assert (playing.note["title"], services.preferences.current.notes_on) == ("灯谜", True)


def test_subtitles_go_round_every_language_and_none(playing: Any, services: Services) -> None:
    went = [playing.subtitleLanguage]
    for _ in range(3):
        playing.next_subtitles()
        went.append(playing.subtitleLanguage)
    assert went == ["en", "zh-Hans", "", "en"]
    playing.toggle_subtitles()
    assert (playing.subtitleLanguage, services.preferences.current.subtitles_on) == ("", False)


def test_the_viewer_s_language_chooses_what_a_film_begins_with(page: Any, services: Services, sample: Any) -> None:
    services.preferences.change(language="zh-Hans", subtitle_language="en")
    page.begin(Viewing(sample.feature(), sample.play()))
    assert (page.subtitleLanguage, page.notes.current) == ("en", "zh-Hans")
    services.preferences.change(subtitles_on=False, notes_on=False)
    page.begin(Viewing(sample.feature(), sample.play()))
    assert (page.subtitleLanguage, page.notes.current) == ("", "")


def test_volume_and_silence_are_remembered_and_found_again(
    playing: Any, player: Any, services: Services, sample: Any
) -> None:
    playing.set_volume(40)
    playing.toggle_mute()
    assert (playing.volume, playing.muted) == (40, True)
    player.set_volume(90)
    player.set_muted(False)
    playing.begin(Viewing(sample.feature(), None))
    assert (playing.volume, playing.muted) == (40, True)
    playing.set_volume(50)
    assert (playing.muted, services.preferences.current.muted) == (False, False)


def test_where_the_house_rules_forbid_seeking_the_position_stays(page: Any, player: Any, sample: Any) -> None:
    page.begin(Viewing(sample.feature(seek_allowed=False), sample.play()))
    player.tell(FirstFrame())
    player.tell(Moved(10_000))
    page.seek(30_000)
    page.step(-5_000)
    page.start_over()
    assert (page.seekAllowed, page.position) == (False, 10_000)


def test_a_lost_line_shows_reconnecting_and_then_goes_on(playing: Any, player: Any) -> None:
    player.tell(LineDown(True))
    assert playing.status == "playing"
    player.tell(Starved(True))
    assert (playing.status, playing.waits) == ("reconnecting", "reconnecting")
    player.tell(LineDown(False))
    assert (playing.status, playing.waits) == ("playing", "starved")
    player.tell(Starved(False))
    assert (playing.status, playing.waits) == ("playing", "")


def test_on_a_line_slower_than_the_film_it_says_how_much_is_gathered(page: Any, player: Any, sample: Any) -> None:
    page.begin(Viewing(sample.feature(), None))
    assert (page.waits, page.gathered) == ("opening", -1)
    player.tell(Gathering(40))
    assert (page.waits, page.gathered) == ("gathering", 0.4)
    player.tell(Gathering(None))
    player.tell(FirstFrame())
    assert (page.waits, page.gathered) == ("", -1)
    player.tell(Starved(True))
    player.tell(Gathering(0))
    assert (page.waits, page.gathered) == ("gathering", 0)
    page.begin(Viewing(sample.feature(), None))
    assert (page.waits, page.gathered) == ("opening", -1)


def test_a_failure_is_a_code_and_can_be_tried_again(playing: Any, player: Any, left: list[str]) -> None:
    player.tell(Failed(CinemaError(Code.SEGMENT_CORRUPT, "A part of the film is damaged.")))
    assert (playing.status, playing.error) == ("failed", "segment-corrupt")
    playing.try_again()
    assert left == ["again"]


def test_a_refusal_before_the_film_carries_its_reasons(page: Any) -> None:
    page.fail(CinemaError(Code.REFUSED, "Not now."), ({"rule": "other-device", "device": "Living room"},))
    assert (page.status, page.error, page.reasons[0]["device"]) == ("failed", "refused", "Living room")
    page.prepare("Lantern Street", trailer=False, again=lambda: None)
    assert (page.status, page.reasons) == ("opening", [])


def test_the_place_is_told_on_pause_at_the_end_and_on_leaving_but_never_twice(
    playing: Any, player: Any, jobs: Any, box_office: Any, reported: list[Any], left: list[str]
) -> None:
    player.tell(Moved(400))
    playing.toggle()
    playing.report()
    jobs.settle_all()
    assert box_office.named("progress") == [("progress", "p1", 400, ((0, 400),))]
    assert len(reported) == 1
    player.tell(PauseSet(False))
    player.tell(Moved(800))
    player.tell(Ended())
    jobs.settle_all()
    assert box_office.named("progress")[-1] == ("progress", "p1", 0, ((0, 800),))
    playing.leave()
    jobs.settle_all()
    assert len(box_office.named("progress")) == 2
    assert (left, player.state.status) == (["left"], Status.IDLE)


def test_what_could_not_be_told_is_told_again(playing: Any, player: Any, jobs: Any, box_office: Any) -> None:
    answer, box_office.progress_answer = box_office.progress_answer, CinemaError(Code.OFFLINE, "No line.")
    player.tell(Moved(400))
    playing.report()
    jobs.settle_all()
    box_office.progress_answer = answer
    playing.report()
    jobs.settle_all()
    assert [call[2] for call in box_office.named("progress")] == [400, 400]


def test_a_trailer_reports_nothing(page: Any, player: Any, jobs: Any, sample: Any) -> None:
    page.begin(Viewing(sample.feature(), None))
    player.tell(FirstFrame())
    player.tell(Moved(400))
    page.toggle()
    page.leave()
    assert jobs.held == []


def test_one_frame_changes_only_what_moves(playing: Any, player: Any) -> None:
    heard: list[str] = []
    for name in ("status", "notesSoFar", "noteMarks", "subtitleText", "note", "diagnostics", "volume", "position"):
        getattr(playing, f"{name}Changed").connect(lambda name=name: heard.append(name))
    player.tell(Moved(40))
    assert heard == ["position"]


def test_the_size_of_captions_is_kept_within_bounds(playing: Any, services: Services) -> None:
    for _ in range(20):
        playing.scale_captions(1.1)
    assert playing.captionScale == services.preferences.current.caption_scale == 2.0
    for _ in range(40):
        playing.scale_captions(0.9)
    assert playing.captionScale == 0.75


def test_diagnostics_show_what_is_measured(playing: Any, player: Any) -> None:
    facts = replace(player.state.diagnostics, width=2048, height=1080, fps=24.0, frames_shown=48, rendition="2k")
    player.become(replace(player.state, diagnostics=facts))
    lines = {line["name"]: line["value"] for line in playing.diagnostics}
    assert "2048" in lines["picture"]
    assert lines["rendition"].startswith("2k")
    assert lines["frames"].startswith("48")


def test_closing_takes_the_player_down(playing: Any, player: Any) -> None:
    playing.close()
    assert player.closed
    assert playing.player is None


def test_the_screen_and_the_wish_for_quality_reach_the_player(
    page: Any, player: Any, sample: Any, services: Any
) -> None:
    page.set_screen_height(1080)
    page.begin(Viewing(sample.feature(), sample.play()))
    services.preferences.change(quality="saver")
    page.relabel()
    services.preferences.change(quality="written by a later version")
    page.set_screen_height(0)
    assert player.conditions == [
        Conditions(1080, Quality.AUTO),
        Conditions(1080, Quality.SAVER),
        Conditions(None, Quality.AUTO),
    ]


@pytest.mark.parametrize(("wish", "given"), [("auto", "saver"), ("best", "best"), ("saver", "saver")])
def test_a_line_that_costs_saves_data_unless_the_best_is_wanted(services: Any, wish: str, given: str) -> None:
    services.preferences.change(quality=wish)
    assert services.quality == wish
    assert replace(services, metered=lambda: True).quality == given
