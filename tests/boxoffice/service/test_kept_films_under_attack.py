"""Films kept offline in the hands of somebody who edits their files, and of somebody who is unlucky with them."""

import json
import shutil
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from boxoffice.client import Downloads
from boxoffice.rules import read_licence, ticket_of
from core import Cancel, CinemaError, Code, base64url
from core.records import to_plain
from core.strict_json import dump_json
from films import SigningKey, TrustedKeys
from tests.boxoffice.service.shelf import LastingKeyStore, Shelf, refusal, rules


def record_of(shelf: Shelf) -> tuple[Path, dict[str, Any]]:
    path = shelf.folder / shelf.ticket_id / "record.json"
    return path, json.loads(path.read_text())


def resigned(text: str, signer: dict[str, str], **changes: Any) -> tuple[str, dict[str, str]]:
    """The licence with other facts about its ticket, its wrapped keys as they were, under the attacker's own key."""
    licence = read_licence(text, TrustedKeys.of(signer))
    payload = dump_json(to_plain(replace(licence, ticket=replace(ticket_of(licence), **changes))))
    own = SigningKey.generate()
    header, signature = own.sign(payload).decode().split("..")
    return f"{header}.{base64url.encode(payload)}.{signature}", {
        name: own.public_jwk[name] for name in ("kty", "crv", "x")
    }


def test_a_licence_signed_anew_with_a_longer_window_opens_nothing(shelf: Shelf) -> None:
    shelf.fetch()
    path, record = record_of(shelf)
    for changes in (
        {"watch_s": 10**9, "unlock_s": 10**9},
        {"window_end": "2999-01-01T00:00:00Z"},
        {"started": "2999-01-01T00:00:00Z"},
        {"seek": False},
        {"mark": "ZZZZ"},
        {"play": "x"},
    ):
        forged, signer = resigned(record["licence"], record["signer"], **changes)
        path.write_text(json.dumps({**record, "licence": forged, "signer": signer}))
        assert refusal(lambda: shelf.downloads.open(shelf.ticket_id)).code is Code.LICENCE_REFUSED
    path.write_text(json.dumps(record))
    shelf.downloads.open(shelf.ticket_id)


def test_a_folder_under_another_ticket_s_name_is_no_film_of_that_ticket(shelf: Shelf) -> None:
    shelf.fetch()
    shelf.downloads.open(shelf.ticket_id)
    shelf.downloads.progress(shelf.ticket_id, 9_000, ((0, 9_000),))
    shelf.office.clock.moved += timedelta(hours=49)
    assert rules(refusal(lambda: shelf.downloads.open(shelf.ticket_id))) == ["watch-passed"]
    (shelf.folder / shelf.ticket_id).rename(shelf.folder / "fresh")
    (shelf.folder / "fresh/seen.json").unlink()
    assert refusal(lambda: shelf.downloads.open("fresh")).code is Code.NOT_FOUND
    assert shelf.downloads.all() == ()


def test_a_copied_folder_keeps_nothing_else_from_being_told(shelf: Shelf) -> None:
    shelf.fetch()
    real = shelf.client.progress
    shelf.client.progress = lambda *_: (_ for _ in ()).throw(CinemaError(Code.OFFLINE, "away"))  # type: ignore[method-assign]
    shelf.downloads.progress(shelf.ticket_id, 5_000, ((0, 5_000),))
    shelf.client.progress = real  # type: ignore[method-assign]
    shutil.copytree(shelf.folder / shelf.ticket_id, shelf.folder / "0 copy of it")
    shelf.downloads.tell_all()
    assert shelf.client.tickets()[0].seen_ms == 5_000


def test_one_film_that_cannot_be_told_holds_up_no_other(shelf: Shelf) -> None:
    shelf.fetch()
    first, shelf.ticket_id = shelf.ticket_id, shelf.bought_again()
    shelf.fetch()
    second = shelf.ticket_id
    real = shelf.client.progress
    shelf.client.progress = lambda *_: (_ for _ in ()).throw(CinemaError(Code.OFFLINE, "away"))  # type: ignore[method-assign]
    for ticket_id in (first, second):
        shelf.downloads.progress(ticket_id, 5_000, ((0, 5_000),))
    told: list[str] = []

    def progress(play_id: str, *more: Any) -> Any:
        told.append(play_id)
        if len(told) == 1:
            raise CinemaError(Code.NOT_FOUND, "gone")
        return real(play_id, *more)

    shelf.client.progress = progress  # type: ignore[assignment, method-assign]
    assert refusal(shelf.downloads.tell_all).code is Code.NOT_FOUND
    assert len(told) == 2
    assert sorted(ticket.seen_ms for ticket in shelf.client.tickets()) == [0, 5_000]


def test_a_clock_put_forward_while_watching_and_back_afterwards_gains_nothing(shelf: Shelf) -> None:
    shelf.fetch()
    shelf.downloads.open(shelf.ticket_id)
    shelf.office.clock.moved += timedelta(days=3650)
    shelf.client.sign_out()
    shelf.downloads.progress(shelf.ticket_id, 9_000, ((0, 9_000),))
    shelf.office.clock.moved -= timedelta(days=3650)
    shelf.office.clock.moved += timedelta(days=60)
    assert refusal(lambda: shelf.downloads.open(shelf.ticket_id)).code is Code.REFUSED


def test_an_older_licence_put_back_is_refused(shelf: Shelf) -> None:
    shelf.fetch()
    path, _ = record_of(shelf)
    older = path.read_text()
    shelf.office.clock.moved += timedelta(hours=1)
    path.write_text("{}")
    shelf.fetch()
    assert path.read_text() != older
    shelf.downloads.open(shelf.ticket_id)
    path.write_text(older)
    assert refusal(lambda: shelf.downloads.open(shelf.ticket_id)).code is Code.LICENCE_REFUSED
    assert shelf.fetch().complete
    shelf.downloads.open(shelf.ticket_id)


def test_a_record_cannot_send_this_viewer_s_token_elsewhere(shelf: Shelf) -> None:
    shelf.fetch()
    asked: list[str] = []
    real = shelf.client.manifest

    def manifest(package: Any, signers: Any) -> Any:
        asked.append(package.base)
        return real(package, signers)

    shelf.client.manifest = manifest  # type: ignore[method-assign]
    for base in ("https://evil.example/f", "//evil.example/f", "/v1/../../x", "http://127.0.0.1:1/f"):
        path, record = record_of(shelf)
        record["package"]["base"] = base
        path.write_text(json.dumps(record))
        assert refusal(lambda: shelf.downloads.open(shelf.ticket_id)).code is Code.NOT_FOUND
        assert shelf.fetch().complete
    assert set(asked) == {"/v1/media/paper-moon-feature"}


def test_a_link_in_the_folder_leads_no_byte_outside_it(shelf: Shelf, tmp_path: Path) -> None:
    outside = tmp_path / "documents"
    outside.mkdir()
    (outside / "letter").write_bytes(b"dear")
    place = shelf.folder / shelf.ticket_id
    (place / "package/video/2k").mkdir(parents=True)
    (place / "package/video/2k/00001.m4s.part").symlink_to(outside / "letter")
    (place / "record.json.part").symlink_to(outside / "letter")
    assert shelf.fetch().complete
    assert (outside / "letter").read_bytes() == b"dear"
    shelf.downloads.remove(shelf.ticket_id)
    (place / "package").mkdir(parents=True)
    (place / "package/video").symlink_to(outside)
    assert refusal(shelf.fetch).code is Code.FILE_UNREADABLE
    assert [path.name for path in outside.iterdir()] == ["letter"]


def test_a_film_behind_a_link_is_removed_without_following_it(shelf: Shelf, tmp_path: Path) -> None:
    shelf.fetch()
    place, elsewhere = shelf.folder / shelf.ticket_id, tmp_path / "elsewhere"
    place.rename(elsewhere)
    place.symlink_to(elsewhere)
    shelf.downloads.remove(shelf.ticket_id)
    assert not place.is_symlink()
    assert (elsewhere / "record.json").is_file()


def test_removing_while_it_is_fetched_leaves_nothing(shelf: Shelf) -> None:
    inside, go_on = threading.Event(), threading.Event()
    real = shelf.source

    def source(package: Any, manifest: Any) -> Callable[[str, int, Cancel], bytes]:
        read = real(package, manifest)

        def held(path: str, size: int, cancel: Cancel) -> bytes:
            data = read(path, size, cancel)
            if len(shelf.asked) == 3:
                inside.set()
                go_on.wait(20)
            return data

        return held

    shelf.source = source  # type: ignore[assignment, method-assign]
    failed: list[CinemaError] = []
    fetching = threading.Thread(target=lambda: failed.append(refusal(shelf.fetch)))
    fetching.start()
    assert inside.wait(20)
    removing = threading.Thread(target=shelf.downloads.remove, args=(shelf.ticket_id,))
    removing.start()
    removing.join(0.3)
    go_on.set()
    removing.join(20)
    fetching.join(20)
    assert [error.code for error in failed] == [Code.CANCELLED]
    assert not (shelf.folder / shelf.ticket_id).exists()


def test_two_who_fetch_one_film_do_not_tread_on_each_other(shelf: Shelf) -> None:
    answers: list[Any] = []
    both = [threading.Thread(target=lambda: answers.append(shelf.fetch())) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(60)
    assert [answer.complete for answer in answers] == [True, True]
    assert len(set(shelf.asked)) == len(shelf.asked), "each part was asked for once"


def test_a_part_that_went_from_the_disk_is_noticed_before_the_film_begins(shelf: Shelf) -> None:
    shelf.fetch()
    part = shelf.folder / shelf.ticket_id / "package/video/2k/00004.m4s"
    whole = part.read_bytes()
    for left in (None, whole[:100], b""):
        part.unlink()
        if left is not None:
            part.write_bytes(left)
        assert refusal(lambda: shelf.downloads.open(shelf.ticket_id)).code is Code.FILE_MISSING
        (listed,) = shelf.downloads.all()
        assert not listed.complete
        del shelf.asked[:]
        assert shelf.fetch().complete
        assert shelf.asked == ["video/2k/00004.m4s"]
        shelf.downloads.open(shelf.ticket_id)


def test_a_half_written_file_is_a_film_to_fetch_again_and_never_a_crash(shelf: Shelf) -> None:
    shelf.fetch()
    for name in ("record.json", "seen.json", "whole.json", "package/manifest.json"):
        for left in (b"", b"{", bytes(64), b"[]", b'{"licence": 1}'):
            (shelf.folder / shelf.ticket_id / name).write_bytes(left)
            shelf.downloads.all()
            if name in ("record.json", "package/manifest.json"):
                error = refusal(lambda: shelf.downloads.open(shelf.ticket_id))
                assert error.code in {Code.NOT_FOUND, Code.PACKAGE_WRONG, Code.FILE_MISSING}
            assert shelf.fetch().complete
            shelf.downloads.open(shelf.ticket_id)


def test_no_name_of_a_ticket_leads_out_of_the_folder(shelf: Shelf) -> None:
    for ticket_id in ("..", ".", "", "a/b", "/etc", "a\\b", "a\x00b", "C:", "t1\n", "x" * 101, "t.1"):
        for call in (shelf.downloads.open, shelf.downloads.remove, lambda name: shelf.downloads.progress(name, 0, ())):
            assert refusal(lambda call=call, name=ticket_id: call(name)).code is Code.WRONG_USE  # type: ignore[misc]


def test_the_files_moved_to_another_device_of_the_same_viewer_open_nothing(shelf: Shelf, stack: ExitStack) -> None:
    shelf.fetch()
    other = shelf.opened(stack, LastingKeyStore())
    downloads = Downloads(shelf.folder, other, shelf.office.clock)
    assert refusal(lambda: downloads.open(shelf.ticket_id)).code is Code.LICENCE_REFUSED
    path, record = record_of(shelf)
    record["licence"], record["signer"] = resigned(record["licence"], record["signer"], id=shelf.ticket_id)
    path.write_text(json.dumps(record))
    assert refusal(lambda: downloads.open(shelf.ticket_id)).code is Code.LICENCE_REFUSED
