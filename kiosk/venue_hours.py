"""A venue's hours: when its screens are on, and when the machine goes off. Shows and doors come first. Pure."""

from datetime import datetime, timedelta, tzinfo

from kiosk.programme import Programme
from kiosk.venue_settings import VenueSettings

BEFORE = timedelta(minutes=60)
AFTER = timedelta(minutes=15)


def is_busy(programme: Programme | None, rooms: tuple[str, ...], now: datetime) -> bool:
    """Whether a screening of these rooms (all, where none are named) is on, or near."""
    shows = programme.screenings if programme else ()
    return any(
        show.doors_at - BEFORE <= now <= show.end_at + AFTER for show in shows if not rooms or show.room in rooms
    )


def screens_on(settings: VenueSettings, programme: Programme | None, now: datetime, zone: tzinfo) -> bool:
    """Whether people should see something now."""
    on, off = settings.clock("screens_on"), settings.clock("screens_off")
    if on is None or off is None or is_busy(programme, settings.rooms, now):
        return True
    here = now.astimezone(zone).time()
    return on <= here < off if on <= off else here >= on or here < off


def power_off_at(settings: VenueSettings, programme: Programme | None, now: datetime, zone: tzinfo) -> bool:
    """Whether the machine should go off in this minute."""
    off = settings.clock("power_off")
    here = now.astimezone(zone)
    if off is None or (here.hour, here.minute) != (off.hour, off.minute):
        return False
    return not is_busy(programme, settings.rooms, now)
