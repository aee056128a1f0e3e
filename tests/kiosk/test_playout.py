"""A show's states, without a picture: what an event makes of them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.playout import step
from kiosk.show import BEFORE, OVER, Alarm, Mode, Phase, Show, Slide, Turn
from kiosk.show_events import (
    AllClear,
    Cancel,
    Checked,
    Ended,
    Failed,
    Go,
    HandedOver,
    Hold,
    Keep,
    ModeSet,
    Moved,
    Pause,
    Play,
    Prepare,
    Recovered,
    Release,
    Resume,
    Screen,
    Seen,
    Signal,
    Skip,
    TakenOver,
    Tick,
    Trouble,
    Write,
)
from tests.kiosk.venue import FEATURE_MS, NOW, screening

PLAN = screening("friday", 1, "one", NOW + timedelta(minutes=40))
DOORS, START = PLAN.doors_at, PLAN.start_at
COUNTDOWN, TRAILER, FEATURE = range(3)


def run(*events: Any, show: Show | None = None) -> Show:
    show = show or Show(PLAN)
    for event in events:
        show = step(show, event).show
    return show


def effects(show: Show, event: Any, kind: type[Any]) -> list[Any]:
    return [effect for effect in step(show, event).effects if isinstance(effect, kind)]


def written(show: Show, event: Any) -> list[str]:
    return [effect.what for effect in effects(show, event, Write)]


def playing(place: int = FEATURE, position_ms: int = 60_000, mode: Mode = Mode.AUTOMATIC) -> Show:
    begun = run(Tick(DOORS), Checked(), Tick(START))
    return replace(begun, mode=mode, place=place, position_ms=position_ms, kept_ms=position_ms)


def later(seconds: float, since: datetime = START) -> datetime:
    return since + timedelta(seconds=seconds)


def test_a_show_gets_ready_opens_its_doors_begins_on_the_second_and_ends() -> None:
    show = Show(PLAN)
    phases = [show.phase]
    for event in (
        Tick(DOORS - timedelta(minutes=29)), Checked(), Tick(DOORS), Tick(START - timedelta(milliseconds=1)), Tick(START),
        Ended(COUNTDOWN), Ended(TRAILER), Moved(FEATURE_MS), Ended(FEATURE),
    ):  # fmt: skip
        show = step(show, event).show
        if show.phase is not phases[-1]:
            phases.append(show.phase)
    assert phases == [Phase.SCHEDULED, Phase.READY, Phase.DOORS, Phase.PLAYING, Phase.DONE]
    assert show.started == START


def test_it_is_made_ready_before_its_doors_and_the_next_item_is_open_ahead() -> None:
    assert step(Show(PLAN), Tick(DOORS - timedelta(minutes=31))).effects == ()
    assert effects(Show(PLAN), Tick(DOORS - timedelta(minutes=29)), Prepare) == [Prepare(0)]
    show = run(Tick(DOORS), Checked())
    assert effects(show, Tick(START), Play) == [Play(0)]
    assert effects(show, Tick(START), Prepare) == [Prepare(1)]
    assert effects(run(Tick(START), show=show), Ended(COUNTDOWN), Play) == [Play(1)]


def test_the_house_lights_hear_of_every_turn() -> None:
    assert effects(run(Tick(DOORS - timedelta(minutes=1)), Checked()), Tick(DOORS), Signal) == [Signal(Turn.DOORS)]
    assert effects(playing(TRAILER), Ended(TRAILER), Signal) == [Signal(Turn.FEATURE)]
    assert effects(playing(), Hold(Slide.INTERMISSION), Signal) == [Signal(Turn.INTERMISSION)]
    assert effects(playing(), Ended(FEATURE), Signal) == [Signal(Turn.END)]


def test_a_semi_automatic_show_waits_for_an_operator_and_then_for_its_time() -> None:
    waiting = run(Tick(DOORS), Checked(), Tick(later(60)), show=Show(PLAN, Mode.SEMI_AUTOMATIC))
    assert waiting.phase is Phase.DOORS
    assert run(Go(later(61)), show=waiting).phase is Phase.PLAYING
    early = run(Tick(DOORS), Checked(), Go(DOORS), show=Show(PLAN, Mode.SEMI_AUTOMATIC))
    assert (early.phase, early.go) == (Phase.DOORS, True)
    assert run(Tick(START), show=early).phase is Phase.PLAYING


def test_a_manual_show_waits_before_every_item() -> None:
    show = run(Tick(DOORS), Checked(), Tick(later(60)), show=Show(PLAN, Mode.MANUAL))
    assert show.phase is Phase.DOORS
    show = run(Go(DOORS), show=show)
    assert (show.phase, show.place) == (Phase.PLAYING, 0)
    show = run(Ended(0), show=show)
    assert (show.phase, show.place) == (Phase.HELD, 1)
    assert effects(show, Go(START), Play) == [Play(1)]
    skipped = run(Skip(), show=playing(COUNTDOWN, mode=Mode.MANUAL))
    assert (skipped.phase, skipped.place, skipped.mode) == (Phase.PLAYING, TRAILER, Mode.MANUAL)


def test_a_show_that_could_not_begin_in_time_begins_late_or_asks() -> None:
    assert run(Tick(later(14 * 60))).phase is Phase.PLAYING
    asking = run(Tick(later(16 * 60)))
    assert (asking.phase, asking.alarms) == (Phase.DOORS, (Alarm.LATE,))
    assert run(Go(later(17 * 60)), show=asking).phase is Phase.PLAYING
    assert run(Tick(PLAN.end_at + timedelta(minutes=16))).phase is Phase.CANCELLED


def test_what_cannot_be_opened_is_told_and_the_show_begins_all_the_same() -> None:
    show = run(Tick(DOORS), Checked(("licence-refused",)))
    assert (show.phase, show.alarms) == (Phase.DOORS, (Alarm.NOT_READY,))
    assert run(Tick(START), show=show).phase is Phase.PLAYING
    assert run(Seen(), show=show).alarms == ()


def test_a_hold_stands_still_and_goes_on_at_the_same_frame() -> None:
    held = run(Hold(), show=playing())
    assert (held.phase, held.slide, effects(playing(), Hold(), Pause)) == (Phase.HELD, Slide.HOLD, [Pause()])
    assert effects(held, Release(), Resume) == [Resume()]
    assert run(Release(), show=held).phase is Phase.PLAYING


def test_an_emergency_ends_only_by_hand_and_the_show_goes_on_only_by_hand() -> None:
    alarm = run(Hold(Slide.EMERGENCY, "mei"), show=playing())
    for event in (Release(), Skip(), Go(later(9)), Hold(Slide.INTERMISSION), Tick(later(9))):
        assert run(event, show=alarm) == alarm
    calm = run(AllClear("mei"), show=alarm)
    assert (calm.phase, calm.slide) == (Phase.HELD, Slide.HOLD)
    before = run(Tick(DOORS), Checked(), Hold(Slide.EMERGENCY), Tick(later(5)))
    assert (before.phase, before.slide) == (Phase.DOORS, Slide.EMERGENCY)
    assert run(AllClear(), Tick(later(6)), show=before).phase is Phase.PLAYING


def test_without_its_screen_a_show_waits_and_goes_on_there_by_itself() -> None:
    gone = run(Screen(there=False), show=playing())
    assert (gone.phase, gone.alarms) == (Phase.INTERRUPTED, (Alarm.SCREEN,))
    assert effects(gone, Screen(there=True), Resume) == [Resume()]
    back = run(Screen(there=True), show=gone)
    assert (back.phase, back.alarms, back.position_ms) == (Phase.PLAYING, (), 60_000)
    held = run(Hold(), Screen(there=False), Release(), show=playing())
    assert held.phase is Phase.INTERRUPTED
    assert run(Screen(there=True), show=held).phase is Phase.PLAYING
    never = run(Tick(DOORS), Checked(), Screen(there=False), Tick(START))
    assert never.phase is Phase.INTERRUPTED
    assert effects(never, Screen(there=True), Play) == [Play(0)]


def test_after_a_crash_it_goes_on_five_seconds_before() -> None:
    found = step(playing(), Recovered(later(70), later(62)))
    assert [effect for effect in found.effects if isinstance(effect, Play)] == [Play(FEATURE, 55_000)]
    assert [effect.what for effect in found.effects if isinstance(effect, Write)][:2] == ["interrupted", "resumed"]
    assert found.show.phase is Phase.PLAYING
    assert effects(playing(position_ms=2000), Recovered(later(9), later(4)), Play) == [Play(FEATURE, 0)]


def test_two_crashes_at_a_spot_skip_ten_seconds_and_three_hold_with_an_alarm() -> None:
    once = run(Recovered(later(70), later(62)), show=playing())
    twice = step(run(Moved(61_000), show=once), Recovered(later(90), later(77)))
    assert [effect for effect in twice.effects if isinstance(effect, Play)] == [Play(FEATURE, 71_000)]
    thrice = run(Recovered(later(110), later(97)), show=twice.show)
    assert (thrice.phase, thrice.slide) == (Phase.HELD, Slide.TROUBLE)
    assert Alarm.CRASHES in thrice.alarms
    assert effects(thrice, Release(), Play) == [Play(FEATURE, 81_000)]


def test_crashes_apart_in_time_or_place_are_each_the_first() -> None:
    once = run(Recovered(later(70), later(62)), show=playing())
    long_after = later(200)
    assert effects(once, Recovered(long_after, later(190)), Play) == [Play(FEATURE, 50_000)]
    elsewhere = run(Moved(90_000), show=once)
    assert effects(elsewhere, Recovered(later(110), later(101)), Play) == [Play(FEATURE, 85_000)]


def test_a_crash_while_held_stays_held_and_one_of_hours_asks() -> None:
    held = run(Hold(), show=playing())
    again = run(Recovered(later(80), later(70)), show=held)
    assert (again.phase, again.slide, again.position_ms) == (Phase.HELD, Slide.HOLD, 60_000)
    assert effects(again, Release(), Play) == [Play(FEATURE, 60_000)]
    assert run(Recovered(later(3 * 3600), later(60)), show=playing()).phase is Phase.HELD


def test_a_feature_that_fails_is_tried_again_and_anything_else_is_left_out() -> None:
    assert effects(playing(), Failed(later(60), "playback-failed"), Play) == [Play(FEATURE, 55_000)]
    assert effects(playing(TRAILER), Failed(later(60), "playback-failed"), Play) == [Play(FEATURE)]


def test_another_machine_takes_over_at_the_frame() -> None:
    assert run(HandedOver("second"), show=playing()).phase is Phase.HANDED_OVER
    assert effects(Show(PLAN), TakenOver("first", FEATURE, 60_042, exact=True), Play) == [Play(FEATURE, 60_042)]
    assert written(Show(PLAN), TakenOver("first", FEATURE, 60_042, exact=True))[0] == "taken-over"


def test_trouble_beside_the_show_is_told_and_stops_nothing() -> None:
    found = step(playing(), Trouble(Alarm.HOOK, "curtain"))
    assert (found.show.phase, found.show.alarms) == (Phase.PLAYING, (Alarm.HOOK,))
    assert not any(isinstance(effect, Pause) for effect in found.effects)


def test_where_it_is_is_kept_every_two_seconds_of_film() -> None:
    kept = 0
    show = playing(position_ms=0)
    for position_ms in range(0, 60_001, 40):
        found = step(show, Moved(position_ms))
        show, kept = found.show, kept + found.effects.count(Keep())
    assert kept == 30


TIMES = st.integers(-7200, 7200).map(lambda seconds: START + timedelta(seconds=seconds))
EVENTS = st.one_of(
    st.builds(Tick, TIMES),
    st.builds(Go, TIMES),
    st.builds(Failed, TIMES, st.just("playback-failed")),
    st.builds(Recovered, TIMES, TIMES),
    st.builds(Moved, st.integers(0, FEATURE_MS)),
    st.builds(Ended, st.integers(0, 3)),
    st.builds(Hold, st.sampled_from(Slide)),
    st.builds(Screen, st.booleans()),
    st.builds(ModeSet, st.sampled_from(Mode)),
    st.builds(Checked, st.sampled_from([(), ("file-missing",)])),
    st.builds(TakenOver, st.just("first"), st.integers(0, 2), st.integers(0, 9000), st.booleans()),
    st.sampled_from([Release(), AllClear(), Skip(), Seen(), Cancel("rain"), HandedOver("second")]),
)


@given(st.lists(EVENTS, max_size=40), st.sampled_from(Mode))
def test_whatever_happens_in_whatever_order(events: list[Any], mode: Mode) -> None:
    show = Show(PLAN, mode)
    for event in events:
        found = step(show, event)
        before, show = show, found.show
        assert 0 <= show.place < len(PLAN.playlist)
        assert show.position_ms >= 0
        if before.phase in OVER:
            assert found.effects == ()
            assert show == before
        if show.phase is Phase.PLAYING:
            assert show.screen
            assert show.loaded
            assert show.slide is Slide.NONE
        if before.slide is Slide.EMERGENCY and show.slide is not Slide.EMERGENCY:
            assert isinstance(event, AllClear | Cancel | Recovered | TakenOver | HandedOver)
        if show.phase is not before.phase:
            assert any(isinstance(effect, Write) for effect in found.effects), event
            assert Keep() in found.effects
        if show.phase in BEFORE:
            assert not any(isinstance(effect, Play) for effect in found.effects)


@pytest.mark.parametrize("position_ms", [0, 4999, 5000, 123_456])
def test_a_crash_costs_five_seconds_and_nothing_else(position_ms: int) -> None:
    (play,) = effects(playing(position_ms=position_ms), Recovered(later(70), later(62)), Play)
    assert play.position_ms == max(0, position_ms - 5000)
