"""Films kept offline: the real client and its disk against the real service."""

import json
import shutil
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from boxoffice.client import BoxOffice, Download, Downloads, SessionKeyStore
from core import Cancel, CinemaError, Code
from tests.boxoffice.service.shelf import LastingKeyStore, Shelf, refusal, rules
from tests.boxoffice.service.test_client_meets_service import sign_in


def test_a_film_is_fetched_whole_and_opens_without_a_network(
    shelf: Shelf, stack: ExitStack, films_folder: Path
) -> None:
    told: list[Download] = []
    kept = shelf.fetch(told.append)
    assert kept.complete
    shares = [item.done_bytes for item in told]
    assert shares == sorted(shares)
    assert shares[-1] == kept.size_bytes
    elsewhere = BoxOffice(
        "http://127.0.0.1:9", shelf.store, shelf.office.clock, "Laptop", profile=shelf.office.base_url
    )
    stack.callback(elsewhere.close)
    offline = Downloads(shelf.folder, elsewhere, shelf.office.clock)
    (listed,) = offline.all()
    assert (listed.ticket_id, listed.title_id, listed.complete) == (shelf.ticket_id, "paper-moon", True)
    film = offline.open(shelf.ticket_id)
    assert film.keys == {"2k-1": b"K" * 16}
    assert (film.play.ticket_id, film.play.house_rules.seek, film.play.position_ms) == (shelf.ticket_id, True, 0)
    assert film.play.house_rules.stills
    for rendition in (*film.manifest.video, *film.manifest.audio):
        for file in (rendition.init, *(segment.file for segment in rendition.segments)):
            original = (films_folder / "paper-moon" / file.path).read_bytes()
            assert (film.folder / file.path).read_bytes() == original
    everything = b"".join(path.read_bytes() for path in shelf.folder.rglob("*") if path.is_file())
    assert b"K" * 16 not in everything


def test_what_was_called_off_goes_on_where_it_stopped(shelf: Shelf) -> None:
    cancel = Cancel()

    def stop_after_five(item: Download) -> None:
        if len(shelf.asked) == 5:
            cancel.cancel()

    assert refusal(lambda: shelf.fetch(stop_after_five, cancel)).code is Code.CANCELLED
    (listed,) = shelf.downloads.all()
    assert not listed.complete
    assert 0 < listed.done_bytes < listed.size_bytes
    assert refusal(lambda: shelf.downloads.open(shelf.ticket_id)).code is Code.NOT_FOUND
    before = list(shelf.asked)
    assert shelf.fetch().complete
    assert len(set(before)) == len(before) == 5
    assert not set(before) & set(shelf.asked[5:])


def test_a_line_that_drops_is_waited_out_and_altered_bytes_are_asked_for_again(shelf: Shelf) -> None:
    away = CinemaError(Code.OFFLINE, "away")
    shelf.faults = {"video/2k/00002.m4s": [away, away, away], "video/2k/00003.m4s": [b"x" * 1024]}
    assert shelf.fetch().complete
    assert (shelf.asked.count("video/2k/00002.m4s"), shelf.asked.count("video/2k/00003.m4s")) == (4, 2)
    shelf.downloads.remove(shelf.ticket_id)
    assert shelf.downloads.all() == ()
    shelf.faults = {"video/2k/00003.m4s": [b"x" * 1024, b"short"]}
    assert refusal(shelf.fetch).code is Code.SEGMENT_CORRUPT


def test_a_file_spoilt_on_the_disk_is_fetched_anew(shelf: Shelf) -> None:
    shelf.fetch()
    spoilt = shelf.folder / shelf.ticket_id / "package/video/2k/00004.m4s"
    spoilt.write_bytes(bytes(spoilt.stat().st_size))
    del shelf.asked[:]
    assert shelf.fetch().complete
    assert shelf.asked == ["video/2k/00004.m4s"]


def test_a_full_disk_says_how_much_it_needs_before_anything_is_fetched(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("boxoffice.client.downloads.RESERVE_BYTES", 1 << 60)
    error = refusal(shelf.fetch)
    assert (error.code, shelf.asked) == (Code.DISK_FULL, [])


def test_house_rules_that_forbid_it_are_the_reason(shelf: Shelf) -> None:
    shelf.office.clock.moved += timedelta(days=3)
    shelf.ticket_id = shelf.buy("coming-soon")
    error = refusal(shelf.fetch)
    assert (error.code, rules(error)) == (Code.REFUSED, ["not-offline"])


def test_without_a_key_store_that_lasts_nothing_is_kept(shelf: Shelf, stack: ExitStack) -> None:
    client = shelf.opened(stack, SessionKeyStore())
    sign_in(shelf.office, client, "keeper@example.org", create=False)
    downloads = Downloads(shelf.folder, client, shelf.office.clock)
    error = refusal(lambda: downloads.fetch(shelf.ticket_id, shelf.signers, shelf.source, lambda _: None, Cancel()))
    assert error.code is Code.KEYSTORE_UNAVAILABLE


def test_a_ticket_that_is_kept_here_is_in_use_here(shelf: Shelf, stack: ExitStack) -> None:
    shelf.fetch()
    other = shelf.opened(stack, LastingKeyStore())
    sign_in(shelf.office, other, "keeper@example.org", create=False)
    error = refusal(lambda: other.admit(shelf.ticket_id))
    assert rules(error) == ["other-device"]


def test_a_copy_on_another_device_is_refused(shelf: Shelf, stack: ExitStack, tmp_path: Path) -> None:
    shelf.fetch()
    shutil.copytree(shelf.folder, tmp_path / "copied")
    other = shelf.opened(stack, LastingKeyStore())
    error = refusal(lambda: Downloads(tmp_path / "copied", other, shelf.office.clock).open(shelf.ticket_id))
    assert error.code is Code.LICENCE_REFUSED
    assert "another device" in error.message


def test_the_watch_window_runs_offline_from_the_first_moment_seen(shelf: Shelf) -> None:
    shelf.fetch()
    shelf.client.sign_out()
    film = shelf.downloads.open(shelf.ticket_id)
    assert shelf.downloads.progress(shelf.ticket_id, 9_000, ((0, 9_000),)) is None
    shelf.office.clock.moved += timedelta(hours=47)
    again = shelf.downloads.open(shelf.ticket_id)
    assert (again.play.position_ms, again.play.id) == (9_000, film.play.id)
    shelf.office.clock.moved += timedelta(hours=2)
    error = refusal(lambda: shelf.downloads.open(shelf.ticket_id))
    assert (error.code, rules(error)) == (Code.REFUSED, ["watch-passed"])


def test_a_clock_put_back_does_not_make_the_window_longer(shelf: Shelf) -> None:
    shelf.fetch()
    shelf.downloads.progress(shelf.ticket_id, 9_000, ((0, 9_000),))
    shelf.office.clock.moved += timedelta(hours=49)
    assert rules(refusal(lambda: shelf.downloads.open(shelf.ticket_id))) == ["watch-passed"]
    shelf.office.clock.moved -= timedelta(hours=40)
    assert rules(refusal(lambda: shelf.downloads.open(shelf.ticket_id))) == ["watch-passed"]


def test_deleting_what_was_written_down_begins_nothing_anew(shelf: Shelf) -> None:
    shelf.fetch()
    shelf.downloads.progress(shelf.ticket_id, 9_000, ((0, 9_000),))
    shelf.office.clock.moved += timedelta(hours=49)
    assert rules(refusal(lambda: shelf.downloads.open(shelf.ticket_id))) == ["watch-passed"]
    (shelf.folder / shelf.ticket_id / "seen.json").unlink()
    shelf.office.clock.moved -= timedelta(hours=48)
    assert rules(refusal(lambda: shelf.downloads.open(shelf.ticket_id))) == ["watch-passed"]
    assert not (shelf.folder / "clock.json").exists()


def test_an_unused_film_ends_with_its_ticket(shelf: Shelf) -> None:
    shelf.fetch()
    shelf.office.clock.moved += timedelta(days=31)
    assert rules(refusal(lambda: shelf.downloads.open(shelf.ticket_id))) == ["unlock-passed"]


def test_what_was_watched_offline_is_told_once_the_box_office_is_back(shelf: Shelf) -> None:
    shelf.fetch()
    real = shelf.client.progress
    shelf.client.progress = lambda *_: (_ for _ in ()).throw(CinemaError(Code.OFFLINE, "away"))  # type: ignore[method-assign]
    assert shelf.downloads.progress(shelf.ticket_id, 5_000, ((0, 5_000),)) is None
    assert shelf.downloads.progress(shelf.ticket_id, 12_000, ((8_000, 12_000),)) is None
    (ticket,) = shelf.client.tickets()
    assert ticket.seen_ms == 0
    shelf.client.progress = real  # type: ignore[method-assign]
    shelf.downloads.tell_all()
    (ticket,) = shelf.client.tickets()
    assert (ticket.seen_ms, ticket.position_ms, ticket.state) == (9_000, 12_000, "started")
    shelf.client.progress = lambda *_: pytest.fail("told twice")  # type: ignore[method-assign]
    shelf.downloads.tell_all()


@pytest.mark.parametrize("spoil", ["licence", "signer", "manifest"])
def test_what_was_changed_by_hand_is_refused(shelf: Shelf, spoil: str) -> None:
    shelf.fetch()
    place = shelf.folder / shelf.ticket_id
    record = json.loads((place / "record.json").read_text())
    if spoil == "licence":
        record["licence"] = record["licence"][:-8] + "AAAAAAAA"
    elif spoil == "signer":
        record["signer"]["x"] = "A" * 43
    else:
        manifest = place / "package/manifest.json"
        manifest.write_bytes(manifest.read_bytes().replace(b"60000", b"90000"))
    (place / "record.json").write_text(json.dumps(record))
    assert refusal(lambda: shelf.downloads.open(shelf.ticket_id)).code in {Code.LICENCE_REFUSED, Code.PACKAGE_WRONG}


def test_rubbish_in_the_folder_is_left_out(shelf: Shelf) -> None:
    shelf.fetch()
    for name, text in (("broken", "{"), ("empty", "{}"), ("list", "[]")):
        (shelf.folder / name).mkdir()
        (shelf.folder / name / "record.json").write_text(text)
    assert [item.ticket_id for item in shelf.downloads.all()] == [shelf.ticket_id]
    assert refusal(lambda: shelf.downloads.open("../x")).code is Code.WRONG_USE


def test_a_smaller_picture_is_kept_where_that_is_wanted(shelf: Shelf) -> None:
    assert shelf.fetch(tallest=100).complete
    assert [item.id for item in shelf.downloads.open(shelf.ticket_id).manifest.video] == ["2k"]
