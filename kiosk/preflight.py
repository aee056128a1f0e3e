"""The whole programme run on a virtual clock against what is here: which screening will fail first, when and why.

Pure. `kiosk.facts` gathers what is here; every check looks at one moment of one screening.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from boxoffice.rules import ClockState
from kiosk.door_rules import Light
from kiosk.programme import Programme, Room, Screening, ShowItem
from kiosk.troubles import Finding, Preflight, Trouble
from kiosk.venue_facts import Facts, FilmFacts, LicenceFacts

SOON = timedelta(hours=48)
"""A licence that has less left at its film's end is yellow."""
STALE = timedelta(days=30)
"""Lists of tickets older than this at a screening are worth a look."""
ADMISSION_BYTES = 4096
"""What one admission takes of the disk, generously."""
ROOM_BYTES = 512 << 20
"""Room that a venue's disk should have to spare."""
LENGTH = timedelta(seconds=2)
"""So much may a film's length differ from the programme's."""
HAN = frozenset({"zh", "yue", "ja"})


def preflight(programme: Programme, facts: Facts) -> Preflight:
    """Run everything that is still to come."""
    coming = sorted((item for item in programme.screenings if item.end_at > facts.now), key=lambda item: item.start_at)
    found = [finding for show in coming for check in _CHECKS for finding in check(_Run(programme, facts, show))]
    found += _together(programme, coming)
    order = {Light.RED: 0, Light.AMBER: 1}
    rank = {show.id: number for number, show in enumerate(coming)}
    unique = {(item.trouble, item.screening, *item.about.items()): item for item in reversed(found)}
    return Preflight(
        tuple(
            sorted(unique.values(), key=lambda item: (item.at, order[item.light], rank[item.screening], item.trouble))
        ),
        len(coming),
    )


@dataclass(frozen=True)
class _Run:
    """One screening under way."""

    programme: Programme
    facts: Facts
    show: Screening

    @property
    def room(self) -> Room:
        return self.programme.room[self.show.room]

    def red(self, trouble: Trouble, at: datetime, **about: str) -> Finding:
        return Finding(trouble, Light.RED, max(at, self.facts.now), self.show.id, about)

    def amber(self, trouble: Trouble, at: datetime, **about: str) -> Finding:
        return Finding(trouble, Light.AMBER, max(at, self.facts.now), self.show.id, about)

    def items(self) -> Iterator[tuple[ShowItem, datetime, datetime]]:
        """Each item with its start and end."""
        at = self.show.start_at
        for item in self.show.playlist:
            end = at + timedelta(milliseconds=item.duration_ms)
            yield item, at, end
            at = end


def _records(run: _Run) -> Iterator[Finding]:
    facts, doors = run.facts, run.show.doors_at
    if facts.clock is not ClockState.GOOD:
        ahead = facts.clock is ClockState.AHEAD
        yield run.red(Trouble.CLOCK_AHEAD if ahead else Trouble.CLOCK_BEHIND, doors)
    if not facts.ledger_sound:
        yield run.red(Trouble.LEDGER_UNSOUND, doors)
    for fine, trouble in (
        (not facts.ledger_rescued, Trouble.LEDGER_RESCUED),
        (facts.reserve, Trouble.RESERVE_GONE),
        (facts.copies, Trouble.COPIES_MISSING),
    ):
        if not fine:
            yield run.amber(trouble, doors)
    if facts.free_bytes is None:
        return
    if facts.free_bytes < run.programme.capacity(run.show) * ADMISSION_BYTES:
        yield run.red(Trouble.DISK_FULL, doors)
    elif facts.free_bytes < ROOM_BYTES:
        yield run.amber(Trouble.DISK_SHORT, doors)


def _playing(run: _Run) -> Iterator[Finding]:
    facts, start = run.facts, run.show.start_at
    if facts.decoder is False:
        yield run.red(Trouble.DECODER_MISSING, start)
    elif facts.fast_decoder is False:
        yield run.amber(Trouble.DECODER_SLOW, start)
    if facts.sound is False:
        # A machine that was not told to run this room's shows may be one of a door.
        here = run.show.room in facts.rooms
        yield (run.red if here else run.amber)(Trouble.SOUND_MISSING, start)
    if facts.may_sleep:
        yield run.amber(Trouble.SLEEP, start)
    if facts.pin is False:
        yield run.amber(Trouble.PIN_MISSING, run.show.doors_at)


def _doors(run: _Run) -> Iterator[Finding]:
    programme, show, doors = run.programme, run.show, run.show.doors_at
    if not any(show.room in gate.rooms for gate in programme.gates):
        yield run.red(Trouble.NO_GATE, doors, room=show.room)
    signed = any(not key.retired for key in programme.door_keys)
    if not signed and not (show.pretix and programme.pretix_keys):
        yield run.red(Trouble.NO_DOOR_KEY, doors)
    if show.pretix and not programme.pretix_keys:
        yield run.red(Trouble.PRETIX_WITHOUT_KEY, doors)
    if programme.capacity(show) == 0:
        yield run.red(Trouble.NO_PLACES, doors)
    known = {gate.name for gate in programme.gates}
    for gate in run.facts.gates:
        if gate not in known:
            yield run.red(Trouble.GATE_UNKNOWN, doors, gate=gate)
    yield from _lists(run, doors)


def _lists(run: _Run, doors: datetime) -> Iterator[Finding]:
    programme, revoked, sold = run.programme, run.facts.revoked, run.facts.sold
    if "revoked" in run.facts.damaged_lists:
        yield run.red(Trouble.REVOKED_DAMAGED, doors)
    elif revoked is None:
        yield run.amber(Trouble.REVOKED_MISSING, doors)
    elif revoked[0] != programme.event:
        yield run.amber(Trouble.REVOKED_OTHER_EVENT, doors)
    elif doors - revoked[1] > STALE:
        yield run.amber(Trouble.REVOKED_STALE, doors)
    if "sold" in run.facts.damaged_lists:
        yield run.red(Trouble.SOLD_DAMAGED, doors)
    elif sold is None:
        yield run.amber(Trouble.SOLD_MISSING, doors)
    elif doors - sold[1] > STALE or sold[0] != programme.event:
        yield run.amber(Trouble.SOLD_STALE, doors)


def _screen(run: _Run) -> Iterator[Finding]:
    screens, name, start = run.facts.screens, run.room.screen, run.show.start_at
    if screens is None:
        return
    notes = run.room.notes_screen
    if notes and run.show.notes and notes not in screens:
        yield run.amber(Trouble.NOTES_SCREEN_MISSING, start, screen=notes)
    if not name:
        if len(screens) != 1:
            yield run.amber(Trouble.SCREEN_UNNAMED, start, room=run.room.id)
    elif name not in screens:
        yield run.red(Trouble.SCREEN_MISSING, start, screen=name)
    else:
        if screens[name][1] < 720:
            yield run.amber(Trouble.SCREEN_SMALL, start, screen=name)
        if name in run.facts.mirrored:
            yield run.amber(Trouble.SCREEN_MIRRORED, start, screen=name)


def _films(run: _Run) -> Iterator[Finding]:
    for item, start, end in run.items():
        if item.file and item.file not in run.facts.files:
            yield run.red(Trouble.FILE_MISSING, start, file=item.file)
        if item.file in run.facts.unreadable:
            yield run.red(Trouble.FILE_UNREADABLE, start, file=item.file)
        if item.package:
            film = run.facts.films.get(item.package)
            if film is None:
                unsigned = item.package in run.facts.unsigned
                trouble = Trouble.FILM_UNSIGNED if unsigned else Trouble.FILM_MISSING
                yield run.red(trouble, start, package=item.package)
            else:
                yield from _film(run, item, film, start)
                if film.key_ids:
                    yield from _licence(run, item.package, film, start, end)


def _film(run: _Run, item: ShowItem, film: FilmFacts, start: datetime) -> Iterator[Finding]:
    if film.right is None:
        yield run.amber(Trouble.FILM_UNCHECKED, start, package=item.package)
    elif not film.right:
        yield run.red(Trouble.FILM_DAMAGED, start, package=item.package)
    elif film.plays is False:
        yield run.red(Trouble.FILM_UNPLAYABLE, start, package=item.package)
    longer = timedelta(milliseconds=abs(film.running_time_ms - item.duration_ms))
    if longer > LENGTH:
        yield run.amber(Trouble.FILM_LENGTH, start, package=item.package)
    if item.kind != "feature":
        return
    if not film.sounds:
        yield run.amber(Trouble.SOUND_TRACK_MISSING, start, package=item.package)
    for language in run.show.subtitles:
        if language not in film.subtitles:
            yield run.red(Trouble.SUBTITLES_MISSING, start, package=item.package, language=language)
    for language in run.show.notes:
        if language not in film.notes:
            yield run.red(Trouble.NOTES_MISSING, start, package=item.package, language=language)
    if run.facts.han is False and any(
        language.partition("-")[0].lower() in HAN for language in (*run.show.subtitles, *run.show.notes)
    ):
        yield run.red(Trouble.FONT_MISSING, start)


def _licence(run: _Run, package: str, film: FilmFacts, start: datetime, end: datetime) -> Iterator[Finding]:
    """Of all licences the one that comes furthest: what keeps it from the end is what must be fixed."""
    mine = [licence for licence in run.facts.licences if licence.package == package]
    if not run.facts.device_key:
        yield run.red(Trouble.DEVICE_KEY, start)
        return
    if not mine:
        damaged = package in run.facts.damaged_licences
        yield run.red(Trouble.LICENCE_DAMAGED if damaged else Trouble.LICENCE_MISSING, start, package=package)
        return
    hurdles: tuple[tuple[Trouble, Callable[[LicenceFacts], bool]], ...] = (
        (Trouble.LICENCE_OTHER_DEVICE, lambda licence: licence.ours),
        (Trouble.LICENCE_OTHER_VERSION, lambda licence: licence.manifest_sha256 == film.manifest_sha256),
        (Trouble.LICENCE_LOCKED, lambda licence: licence.opens),
        (Trouble.LICENCE_KEYS, lambda licence: licence.key_ids >= film.key_ids),
        (Trouble.LICENCE_ENDED, lambda licence: licence.expires > start),
        (Trouble.LICENCE_NOT_YET, lambda licence: licence.not_before <= start),
    )
    for trouble, passes in hurdles:
        left = [licence for licence in mine if passes(licence)]
        if not left:
            best = max(mine, key=lambda licence: licence.expires)
            when = min(licence.not_before for licence in mine) if trouble is Trouble.LICENCE_NOT_YET else best.expires
            yield run.red(trouble, start, package=package, time=when.isoformat())
            return
        mine = left
    expires = max(licence.expires for licence in mine)
    if expires - end < SOON:
        yield run.amber(Trouble.LICENCE_SOON, start, package=package, time=expires.isoformat())


def _together(programme: Programme, coming: Sequence[Screening]) -> Iterator[Finding]:
    """What goes wrong between screenings."""
    for room in programme.rooms:
        for before, after in _neighbours([show for show in coming if show.room == room.id]):
            about = {"room": room.id, "other": before.id}
            if after.start_at < before.end_at:
                yield Finding(Trouble.ROOM_BUSY, Light.RED, after.start_at, after.id, about)
            elif after.doors_at < before.end_at:
                yield Finding(Trouble.DOORS_DURING_SHOW, Light.AMBER, after.doors_at, after.id, about)
    for one, other in combinations([room for room in programme.rooms if room.screen], 2):
        if one.screen == other.screen:
            for before, after in _neighbours([show for show in coming if show.room in (one.id, other.id)]):
                if before.room != after.room and after.start_at < before.end_at:
                    about = {"screen": one.screen, "other": before.id}
                    yield Finding(Trouble.SCREEN_SHARED, Light.RED, after.start_at, after.id, about)


def _neighbours(shows: Sequence[Screening]) -> Iterator[tuple[Screening, Screening]]:
    """Each screening with the one before it that ends last."""
    for index, after in enumerate(shows[1:], 1):
        yield max(shows[:index], key=lambda show: show.end_at), after


_CHECKS: tuple[Callable[[_Run], Iterator[Finding]], ...] = (_records, _playing, _doors, _screen, _films)
