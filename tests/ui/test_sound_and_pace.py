from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.settings import FilePreferences
from player import Presentation, Speakers
from player.presentation import Stream
from player.state import FirstFrame, PauseSet
from ui.viewer import Services
from ui.viewer.player_page import PlayerPageViewModel
from ui.viewer.sound import pick_sound
from ui.viewer.viewing import Viewing

ZH = Stream("zh", "mp4a.40.2", 128_000, (), language="zh", channels=2)
ZH_51 = replace(ZH, id="zh-51", channels=6)
EN = replace(ZH, id="en", language="en-GB")
TALK = replace(EN, id="en-commentary", language="en", role="commentary")
DESCRIBED = replace(ZH, id="zh-description", role="description")
ALL = (ZH, ZH_51, EN, TALK, DESCRIBED)


@pytest.fixture
def page(services: Services, player: Any, sample: Any) -> Any:
    page = PlayerPageViewModel(services, lambda: None, lambda _ticket: None)
    page.prepare("Lantern Street", trailer=False, again=lambda: None)
    page.begin(Viewing(sample.feature(presentation=Presentation(60_000, audio=ALL)), sample.play()))
    player.tell(FirstFrame())
    return page


@pytest.mark.parametrize(
    ("wish", "picked"),
    [
        ((None, "main", False), ZH),
        ((None, "main", True), ZH_51),
        (("en", "main", False), EN),
        (("en-US", "main", True), EN),
        (("fr", "main", False), ZH),
        (("en", "commentary", False), TALK),
        ((None, "description", False), DESCRIBED),
    ],
)
def test_the_sound_nearest_to_the_wish_is_picked(wish: tuple[str | None, str, bool], picked: Stream) -> None:
    language, role, surround = wish
    assert ALL[pick_sound(ALL, language, role, surround=surround)] is picked


def test_a_film_without_commentary_is_heard_as_it_was_made() -> None:
    assert pick_sound((DESCRIBED, ZH), None, "commentary", surround=False) == 1
    assert pick_sound((), "en", "main", surround=False) == 0


def test_the_sounds_have_their_names_in_the_language_that_was_kept_from_before(services: Services) -> None:
    services.preferences.change(language="zh-Hans")
    page: Any = PlayerPageViewModel(services, lambda: None, lambda _ticket: None)
    page.sound._feed(sounds=(ZH, TALK))
    assert [sound["language"] for sound in page.sound.props.sounds] == ["中文", "英语"]


@given(st.lists(st.sampled_from(ALL), min_size=1), st.none() | st.text(), st.text(), st.booleans())
def test_whatever_the_wish_something_is_heard(sounds: list[Stream], tag: str | None, role: str, surround: bool) -> None:
    assert 0 <= pick_sound(sounds, tag, role, surround=surround) < len(sounds)


def test_a_chosen_sound_is_found_again_in_the_next_film(
    page: Any, player: Any, services: Services, sample: Any
) -> None:
    assert page.sound.sound == 0
    assert [item["role"] for item in page.sound.sounds] == ["main", "main", "main", "commentary", "description"]
    page.sound.choose(3)
    assert (page.sound.sound, player.state.sound) == (3, 3)
    page.begin(Viewing(sample.feature(presentation=Presentation(60_000, audio=(ZH, TALK))), sample.play()))
    assert player.state.sound == 1
    page.sound.next()
    assert player.state.sound == 0
    chosen = services.preferences.current
    assert (chosen.sound_language, chosen.sound_role) == (None, "main")
    page.sound.choose(7)
    assert player.state.sound == 0


def test_night_and_speakers_hold_for_all_films_and_the_delay_for_one(
    page: Any, player: Any, services: Services, sample: Any
) -> None:
    page.sound.set_night(True)
    page.sound.set_speakers("stereo")
    page.sound.shift(50)
    page.sound.shift(50)
    assert (page.sound.night, page.sound.delay, page.sound.speakers) == (True, 100, "stereo")
    other = replace(sample.play(), package=replace(sample.play().package, id="another"))
    page.begin(Viewing(sample.feature(), other))
    assert (player.state.night, player.state.sound_delay_ms, player.speakers) == (True, 0, Speakers.STEREO)
    page.begin(Viewing(sample.feature(), sample.play()))
    assert player.state.sound_delay_ms == 100
    page.sound.shift(0)
    assert (page.sound.delay, services.preferences.current.sound_delays) == (0, {})


def test_a_trailer_s_delay_is_remembered_nowhere(page: Any, services: Services, sample: Any) -> None:
    page.begin(Viewing(sample.feature(), None))
    page.sound.shift(50)
    assert services.preferences.current.sound_delays == {}


def test_delays_on_disk_are_read_with_care(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    store = FilePreferences(path)
    store.change(sound_delays={"lantern": 120})
    store.flush()
    assert FilePreferences(path).current.sound_delays == {"lantern": 120}
    path.write_text('{"sound_delays": {"a": "late", "b": 50, "c": true}}', encoding="utf-8")
    again = FilePreferences(path)
    assert (again.current.sound_delays, again.kept_aside) == ({"b": 50}, None)


def test_the_speed_goes_in_steps_and_stays_within_them(page: Any, player: Any) -> None:
    for _ in range(9):
        page.pace.change_speed(True)
    assert (page.pace.speed, player.state.speed_percent) == (200, 200)
    for _ in range(9):
        page.pace.change_speed(False)
    assert page.pace.speed == 50
    page.pace.set_speed(100)
    assert page.pace.speed == 100


def test_the_sleep_timer_pauses_once_its_minutes_are_over_and_says_so(page: Any, player: Any) -> None:
    page.pace.set_sleep(15)
    for _ in range(14):
        page.pace._timer.timeout.emit()
    assert (page.pace.sleep, player.state.wants_to_play, page.pace.slept) == (1, True, False)
    page.pace._timer.timeout.emit()
    assert (page.pace.sleep, player.state.wants_to_play, page.pace.slept) == (0, False, True)
    assert not page.pace._timer.isActive()
    player.tell(PauseSet(False))
    assert not page.pace.slept


def test_a_film_that_is_paused_already_sleeps_on(page: Any, player: Any) -> None:
    page.pace.set_sleep(1)
    player.tell(PauseSet(True))
    page.pace._timer.timeout.emit()
    assert player.state.wants_to_play is False


def test_what_was_seen_is_shown_as_shares_of_the_film(page: Any, player: Any) -> None:
    player.become(replace(player.state, seen=((0, 30_000), (45_000, 60_000))))
    assert page.seen == [{"from": 0, "to": 0.5}, {"from": 0.75, "to": 1}]
