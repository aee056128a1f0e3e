"""The window is left out of recordings where the system can be asked. No Windows and no macOS runs these tests: what they
would be told is looked at instead."""

import sys

import pytest

from player import Status
from player.capture import MacShield, WindowsShield, capture_shield, deters

OPEN = (Status.OPENING, Status.PLAYING, Status.PAUSED, Status.RECONNECTING, Status.ENDED)


def test_only_a_film_with_a_ticket_is_left_out_and_only_while_it_is_open() -> None:
    assert all(deters(status, "LX7K") for status in OPEN)
    assert not any(deters(status, "") for status in Status)
    assert not deters(Status.IDLE, "LX7K")
    assert not deters(Status.FAILED, "LX7K")


class FakeUser32:
    """``SetWindowDisplayAffinity`` of a Windows that knows some affinities."""

    def __init__(self, *known: int) -> None:
        self.known, self.told = known, list[tuple[int, int]]()

    def __call__(self, window: int, affinity: int) -> int:
        self.told.append((window, affinity))
        return int(affinity in self.known)


def test_windows_is_told_to_leave_it_out_and_an_older_one_to_show_black() -> None:
    new, old = FakeUser32(0x00, 0x01, 0x11), FakeUser32(0x00, 0x01)
    assert WindowsShield(new).set(77, on=True)
    assert WindowsShield(new).set(77, on=False)
    assert new.told == [(77, 0x11), (77, 0x00)]
    assert WindowsShield(old).set(77, on=True)
    assert old.told == [(77, 0x11), (77, 0x01)]
    assert not WindowsShield(FakeUser32()).set(77, on=True)


def test_macos_is_told_through_the_view_s_window() -> None:
    told: list[tuple[int, str, int]] = []

    def fake_send(target: int, name: str, value: int) -> int:
        told.append((target, name, value))
        return 500 if name == "window" else 0

    shield = MacShield(fake_send)
    assert shield.set(9, on=True)
    assert shield.set(9, on=False)
    assert told == [(9, "window", 0), (500, "setSharingType:", 0), (9, "window", 0), (500, "setSharingType:", 1)]
    assert not MacShield(lambda *_: 0).set(9, on=True)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="this system can be asked")
def test_linux_offers_nothing_and_that_is_not_hidden() -> None:
    assert capture_shield() is None
