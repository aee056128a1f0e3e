import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from boxoffice.rules import ClockState, time_text
from kiosk.door_rules import Light
from kiosk.preflight import preflight
from kiosk.programme import Programme, Room, Screening, ShowItem
from kiosk.troubles import Preflight, Trouble
from kiosk.venue_facts import Facts, FilmFacts, LicenceFacts
from tests.kiosk.venue import FEATURE_MS, NOW, PROGRAMME, screening

HOUR = timedelta(hours=1)
KEYS = frozenset({"2k-1", "en-1"})
FEATURE = FilmFacts("f" * 64, True, FEATURE_MS, KEYS, 1, frozenset({"en", "zh-Hans"}), frozenset({"en"}), 1080)
TRAILER = FilmFacts("a" * 64, True, 60_000, frozenset(), 1, frozenset(), frozenset(), 1080)
LICENCE = LicenceFacts("paper-moon-feature", "f" * 64, NOW - HOUR, NOW + timedelta(days=9), KEYS, ours=True, opens=True)
FACTS = Facts(
    now=NOW,
    clock=ClockState.GOOD,
    films={"paper-moon-feature": FEATURE, "paper-moon-trailer": TRAILER},
    licences=(LICENCE,),
    files=frozenset({"sponsor.png"}),
    screens={"HDMI-1": (1920, 1080), "HDMI-2": (1920, 1080)},
    han=True,
    sound=True,
    decoder=True,
    fast_decoder=True,
    free_bytes=50 << 30,
    revoked=(2026, NOW - timedelta(days=1)),
    sold=(2026, NOW - timedelta(days=1)),
    may_sleep=False,
)
FRIDAY = PROGRAMME.screenings[0]
Change = Callable[[], tuple[Programme, Facts]]


def facts(**changes: Any) -> tuple[Programme, Facts]:
    return PROGRAMME, replace(FACTS, **changes)


def feature(**changes: Any) -> tuple[Programme, Facts]:
    return facts(films={**FACTS.films, "paper-moon-feature": replace(FEATURE, **changes)})


def licence(**changes: Any) -> tuple[Programme, Facts]:
    return facts(licences=(replace(LICENCE, **changes),))


def programme(**changes: Any) -> tuple[Programme, Facts]:
    return replace(PROGRAMME, **changes), FACTS


def friday(**changes: Any) -> tuple[Programme, Facts]:
    return programme(screenings=(replace(FRIDAY, **changes), *PROGRAMME.screenings[1:]))


def more(show: Screening) -> tuple[Programme, Facts]:
    return programme(screenings=(*PROGRAMME.screenings, show))


def rooms(*screens: str) -> tuple[Programme, Facts]:
    return programme(
        rooms=tuple(replace(room, screen=name) for room, name in zip(PROGRAMME.rooms, screens, strict=True))
    )


def notes_on(screen: str) -> tuple[Programme, Facts]:
    """Friday's show has notes, on a screen of their own."""
    shows = (replace(FRIDAY, notes=("en",)), *PROGRAMME.screenings[1:])
    found, here = programme(
        rooms=(replace(PROGRAMME.rooms[0], notes_screen=screen), PROGRAMME.rooms[1]), screenings=shows
    )
    return found, replace(here, films={**here.films, "paper-moon-feature": replace(FEATURE, notes=frozenset({"en"}))})


FEATURE_AT = FRIDAY.start_at + timedelta(seconds=70)
DOORS, START = FRIDAY.doors_at, FRIDAY.start_at
OLD = (2026, NOW - timedelta(days=31))

INJECTED: list[tuple[Change, Trouble, Light, str, object]] = [
    (lambda: facts(clock=ClockState.AHEAD), Trouble.CLOCK_AHEAD, Light.RED, "friday", NOW),
    (lambda: facts(clock=ClockState.BEHIND), Trouble.CLOCK_BEHIND, Light.RED, "friday", NOW),
    (lambda: facts(ledger_sound=False), Trouble.LEDGER_UNSOUND, Light.RED, "friday", NOW),
    (lambda: facts(ledger_rescued=True), Trouble.LEDGER_RESCUED, Light.AMBER, "friday", NOW),
    (lambda: facts(reserve=False), Trouble.RESERVE_GONE, Light.AMBER, "friday", NOW),
    (lambda: facts(copies=False), Trouble.COPIES_MISSING, Light.AMBER, "friday", NOW),
    (lambda: facts(free_bytes=1000), Trouble.DISK_FULL, Light.RED, "friday", NOW),
    (lambda: facts(free_bytes=100 << 20), Trouble.DISK_SHORT, Light.AMBER, "friday", NOW),
    (lambda: facts(decoder=False), Trouble.DECODER_MISSING, Light.RED, "friday", START),
    (lambda: facts(fast_decoder=False), Trouble.DECODER_SLOW, Light.AMBER, "friday", START),
    (lambda: facts(sound=False, rooms=("one",)), Trouble.SOUND_MISSING, Light.RED, "friday", START),
    (lambda: facts(sound=False), Trouble.SOUND_MISSING, Light.AMBER, "friday", START),
    (lambda: facts(may_sleep=True), Trouble.SLEEP, Light.AMBER, "friday", START),
    (lambda: facts(revoked=None), Trouble.REVOKED_MISSING, Light.AMBER, "friday", NOW),
    (lambda: facts(revoked=(1, NOW)), Trouble.REVOKED_OTHER_EVENT, Light.AMBER, "friday", NOW),
    (lambda: facts(revoked=OLD), Trouble.REVOKED_STALE, Light.AMBER, "friday", NOW),
    (lambda: facts(revoked=(2026, NOW - timedelta(days=29, hours=12))), Trouble.REVOKED_STALE, Light.AMBER, "saturday", PROGRAMME.screenings[2].doors_at),
    (lambda: facts(damaged_lists=frozenset({"revoked"})), Trouble.REVOKED_DAMAGED, Light.RED, "friday", NOW),
    (lambda: facts(damaged_lists=frozenset({"sold"})), Trouble.SOLD_DAMAGED, Light.RED, "friday", NOW),
    (lambda: facts(pin=False), Trouble.PIN_MISSING, Light.AMBER, "friday", NOW),
    (lambda: facts(gates=("A", "Z")), Trouble.GATE_UNKNOWN, Light.RED, "friday", NOW),
    (lambda: facts(mirrored=frozenset({"HDMI-2"})), Trouble.SCREEN_MIRRORED, Light.AMBER, "small", START),
    (lambda: feature(plays=False), Trouble.FILM_UNPLAYABLE, Light.RED, "friday", FEATURE_AT),
    (lambda: facts(films={"paper-moon-trailer": TRAILER}, unsigned=frozenset({"paper-moon-feature"})), Trouble.FILM_UNSIGNED, Light.RED, "friday", FEATURE_AT),
    (lambda: (friday(playlist=(ShowItem("slide", 5000, file="sponsor.png"), *FRIDAY.playlist))[0], replace(FACTS, unreadable=frozenset({"sponsor.png"}))), Trouble.FILE_UNREADABLE, Light.RED, "friday", START),
    (lambda: facts(licences=(), damaged_licences=frozenset({"paper-moon-feature"})), Trouble.LICENCE_DAMAGED, Light.RED, "friday", FEATURE_AT),
    (lambda: facts(licences=(), device_key=False), Trouble.DEVICE_KEY, Light.RED, "friday", FEATURE_AT),
    (lambda: facts(sold=None), Trouble.SOLD_MISSING, Light.AMBER, "friday", NOW),
    (lambda: facts(sold=OLD), Trouble.SOLD_STALE, Light.AMBER, "friday", NOW),
    (lambda: facts(screens={"HDMI-2": (1920, 1080)}), Trouble.SCREEN_MISSING, Light.RED, "friday", START),
    (lambda: facts(screens={"HDMI-1": (1920, 1080)}), Trouble.SCREEN_MISSING, Light.RED, "small", START),
    (lambda: notes_on("HDMI-3"), Trouble.NOTES_SCREEN_MISSING, Light.AMBER, "friday", START),
    (lambda: facts(screens={"HDMI-1": (800, 600), "HDMI-2": (1920, 1080)}), Trouble.SCREEN_SMALL, Light.AMBER, "friday", START),
    (lambda: rooms("", "HDMI-2"), Trouble.SCREEN_UNNAMED, Light.AMBER, "friday", START),
    (lambda: rooms("HDMI-1", "HDMI-1"), Trouble.SCREEN_SHARED, Light.RED, "small", START),
    (lambda: facts(films={"paper-moon-trailer": TRAILER}), Trouble.FILM_MISSING, Light.RED, "friday", FEATURE_AT),
    (lambda: facts(films={"paper-moon-feature": FEATURE}), Trouble.FILM_MISSING, Light.RED, "friday", START + timedelta(seconds=10)),
    (lambda: feature(right=False), Trouble.FILM_DAMAGED, Light.RED, "friday", FEATURE_AT),
    (lambda: feature(right=None), Trouble.FILM_UNCHECKED, Light.AMBER, "friday", FEATURE_AT),
    (lambda: feature(running_time_ms=FEATURE_MS + 60_000), Trouble.FILM_LENGTH, Light.AMBER, "friday", FEATURE_AT),
    (lambda: feature(sounds=0), Trouble.SOUND_TRACK_MISSING, Light.AMBER, "friday", FEATURE_AT),
    (lambda: feature(subtitles=frozenset({"zh-Hans"})), Trouble.SUBTITLES_MISSING, Light.RED, "friday", FEATURE_AT),
    (lambda: friday(notes=("fr",)), Trouble.NOTES_MISSING, Light.RED, "friday", FEATURE_AT),
    (lambda: (friday(subtitles=("zh-Hans",))[0], replace(FACTS, han=False)), Trouble.FONT_MISSING, Light.RED, "friday", FEATURE_AT),
    (lambda: friday(playlist=(ShowItem("slide", 5000, file="gone.png"), *FRIDAY.playlist)), Trouble.FILE_MISSING, Light.RED, "friday", START),
    (lambda: facts(licences=()), Trouble.LICENCE_MISSING, Light.RED, "friday", FEATURE_AT),
    (lambda: licence(package="another"), Trouble.LICENCE_MISSING, Light.RED, "friday", FEATURE_AT),
    (lambda: licence(ours=False), Trouble.LICENCE_OTHER_DEVICE, Light.RED, "friday", FEATURE_AT),
    (lambda: licence(manifest_sha256="0" * 64), Trouble.LICENCE_OTHER_VERSION, Light.RED, "friday", FEATURE_AT),
    (lambda: licence(opens=False), Trouble.LICENCE_LOCKED, Light.RED, "friday", FEATURE_AT),
    (lambda: licence(key_ids=frozenset({"2k-1"})), Trouble.LICENCE_KEYS, Light.RED, "friday", FEATURE_AT),
    (lambda: licence(expires=NOW + 5 * HOUR), Trouble.LICENCE_ENDED, Light.RED, "saturday", PROGRAMME.screenings[2].start_at + timedelta(seconds=70)),
    (lambda: licence(not_before=NOW + HOUR), Trouble.LICENCE_NOT_YET, Light.RED, "friday", FEATURE_AT),
    (lambda: licence(expires=NOW + 30 * HOUR), Trouble.LICENCE_SOON, Light.AMBER, "saturday", PROGRAMME.screenings[2].start_at + timedelta(seconds=70)),
    (lambda: more(screening("late", 9, "one", FRIDAY.end_at - HOUR)), Trouble.ROOM_BUSY, Light.RED, "late", FRIDAY.end_at - HOUR),
    (lambda: more(screening("next", 9, "one", FRIDAY.end_at + HOUR / 3)), Trouble.DOORS_DURING_SHOW, Light.AMBER, "next", FRIDAY.end_at - HOUR / 6),
    (lambda: programme(gates=(PROGRAMME.gates[0],)), Trouble.NO_GATE, Light.RED, "small", NOW),
    (lambda: programme(door_keys=(), pretix_keys=()), Trouble.NO_DOOR_KEY, Light.RED, "small", NOW),
    (lambda: programme(door_keys=(PROGRAMME.door_keys[1],)), Trouble.NO_DOOR_KEY, Light.RED, "small", NOW),
    (lambda: programme(pretix_keys=()), Trouble.PRETIX_WITHOUT_KEY, Light.RED, "friday", NOW),
    (lambda: friday(capacity=0), Trouble.NO_PLACES, Light.RED, "friday", NOW),
]  # fmt: skip


def test_a_venue_that_has_everything_is_green() -> None:
    result = preflight(PROGRAMME, FACTS)
    assert (result.findings, result.light, result.screenings) == ((), Light.GREEN, 3)


def found(result: Preflight, trouble: Trouble) -> list[tuple[Light, str, object]]:
    return [(item.light, item.screening, item.at) for item in result.findings if item.trouble is trouble]


@pytest.mark.parametrize(("change", "trouble", "light", "show", "at"), INJECTED)
def test_what_will_fail_is_named_with_its_screening_and_its_moment(
    change: Change, trouble: Trouble, light: Light, show: str, at: object
) -> None:
    result = preflight(*change())
    assert (light, show, at) in found(result, trouble)
    assert result.light is light
    if light is Light.RED:
        assert result.first_failure
        assert result.first_failure.trouble is trouble


def test_the_catalogue_holds_every_trouble() -> None:
    assert {item[1] for item in INJECTED} == set(Trouble)
    assert len(INJECTED) >= 40


def test_the_first_failure_is_the_earliest_and_a_licence_only_fails_what_comes_after_it() -> None:
    ended = licence(expires=NOW + 5 * HOUR)
    result = preflight(*ended)
    assert {item.screening for item in result.findings if item.light is Light.RED} == {"saturday"}
    worse = replace(ended[1], screens={"HDMI-1": (1920, 1080)})
    first = preflight(PROGRAMME, worse).first_failure
    assert first
    assert (first.trouble, first.screening) == (Trouble.SCREEN_MISSING, "small")


def test_one_good_licence_among_bad_ones_is_enough() -> None:
    bad = (replace(LICENCE, ours=False), replace(LICENCE, expires=NOW), replace(LICENCE, opens=False))
    assert preflight(*facts(licences=(*bad, LICENCE))).light is Light.GREEN


def test_a_licence_that_ends_in_mid_film_lets_it_finish() -> None:
    result = preflight(*licence(expires=FRIDAY.start_at + HOUR))
    assert [item.screening for item in result.findings if item.trouble is Trouble.LICENCE_ENDED] == ["saturday"]


def test_what_is_over_cannot_fail() -> None:
    result = preflight(PROGRAMME, replace(FACTS, now=NOW + timedelta(days=3), films={}))
    assert (result.screenings, result.findings) == (0, ())


def test_a_long_show_is_in_the_way_of_all_that_begin_during_it() -> None:
    others = tuple(screening(f"s{n}", 10 + n, "one", START + n * HOUR / 3) for n in (1, 2))
    result = preflight(*programme(screenings=(FRIDAY, *others)))
    assert [item.screening for item in result.findings if item.trouble is Trouble.ROOM_BUSY] == ["s1", "s2"]


def test_two_hundred_screenings_take_less_than_a_second() -> None:
    shows = tuple(screening(f"s{n}", n, "one", NOW + n * 4 * HOUR) for n in range(1, 201))
    long = replace(PROGRAMME, screenings=shows, issued=time_text(NOW))
    began = time.process_time()
    result = preflight(
        long, replace(FACTS, licences=(replace(LICENCE, expires=NOW + timedelta(days=90)),), free_bytes=None)
    )
    assert time.process_time() - began < 1
    assert {item.trouble for item in result.findings} == {Trouble.REVOKED_STALE, Trouble.SOLD_STALE}


def test_every_room_of_the_programme_is_looked_at() -> None:
    rooms = (*PROGRAMME.rooms, Room("three", {"en": "Room 3"}, 10, "DP-3"))
    gates = (*PROGRAMME.gates, replace(PROGRAMME.gates[0], bit=5, name="C", rooms=("three",)))
    shows = (*PROGRAMME.screenings, screening("third", 9, "three", NOW + HOUR))
    result = preflight(*programme(rooms=rooms, gates=gates, screenings=shows))
    assert [(item.trouble, item.screening) for item in result.findings] == [(Trouble.SCREEN_MISSING, "third")]
