"""Admission, keys and media for those with a ticket, and for nobody else."""

import hashlib
import json
import logging
import stat
import tomllib
from datetime import datetime, timedelta
from typing import Any

import pytest
import tomli_w

from boxoffice.service import ServiceConfig, publish
from core import CinemaError, Code

BASE = "/v1/media/paper-moon-feature"
SEGMENT = f"{BASE}/video/2k/00001.m4s"


def admitted(viewer: Any) -> dict[str, Any]:
    ticket = viewer.tickets()[0]
    play: dict[str, Any] = viewer.ask("POST", f"/v1/tickets/{ticket['id']}/admission").json()
    return play


def test_another_device_is_told_which_one_holds_the_ticket(office: Any) -> None:
    first = office.newcomer("Sofa 沙发".encode().decode("latin-1"))
    first.buy()
    play = admitted(first)
    second = office.second_device(first)
    refused = second.ask("POST", f"/v1/tickets/{play['ticket_id']}/admission")
    assert refused.status_code == 403
    (reason,) = refused.json()["reasons"]
    assert (reason["rule"], reason["device"]) == ("other-device", "Sofa 沙发")
    assert second.ask("GET", f"/v1/plays/{play['id']}/keys/2k-1").status_code == 404
    assert first.ask("GET", f"/v1/plays/{play['id']}/keys/2k-1").status_code == 200


def test_somebody_elses_ticket_is_not_there(office: Any) -> None:
    viewer, other = office.newcomer(), office.newcomer()
    viewer.buy()
    play = admitted(viewer)
    assert other.ask("POST", f"/v1/tickets/{play['ticket_id']}/admission").status_code == 404
    assert other.ask("GET", f"/v1/plays/{play['id']}/keys/2k-1").status_code == 404
    assert other.ask("GET", SEGMENT).status_code == 403


def test_keys_stop_when_the_watch_window_has_passed(office: Any) -> None:
    viewer = office.newcomer()
    viewer.buy()
    play = admitted(viewer)
    viewer.ask("POST", f"/v1/plays/{play['id']}/progress", {"position_ms": 1000, "seen": [[0, 1000]]})
    office.clock.moved += timedelta(hours=49)
    viewer.sign_in(viewer.email)
    refused = viewer.ask("GET", f"/v1/plays/{play['id']}/keys/2k-1")
    assert (refused.status_code, refused.json()["reasons"][0]["rule"]) == (403, "watch-passed")
    assert viewer.tickets()[0]["state"] == "ended"


def test_a_pre_order_waits_for_its_opening(office: Any) -> None:
    viewer = office.newcomer()
    viewer.buy("coming-soon")
    ticket = viewer.tickets()[0]
    assert (ticket["allowed"], ticket["reasons"][0]["rule"], ticket["reasons"][0]["fix"]) == (False, "not-yet", "wait")


def test_media_needs_a_ticket_but_posters_and_trailers_do_not(office: Any) -> None:
    viewer = office.newcomer()
    ask = viewer.http.get
    assert ask(office.base_url + f"{BASE}/poster/poster.jpg", timeout=10).content == b"\xff\xd8poster"
    assert ask(f"{office.base_url}/v1/media/paper-moon-trailer/video/2k/00001.m4s", timeout=10).status_code == 200
    assert ask(office.base_url + SEGMENT, timeout=10).status_code == 401
    assert viewer.ask("GET", SEGMENT).status_code == 403
    viewer.buy()
    whole = viewer.ask("GET", SEGMENT)
    data = (office.folder / "paper-moon/video/2k/00001.m4s").read_bytes()
    assert (whole.content, whole.headers["ETag"]) == (data, f'"{hashlib.sha256(data).hexdigest()}"')
    part = viewer.ask("GET", SEGMENT, Range="bytes=10-19")
    assert (part.status_code, part.content) == (206, data[10:20])
    assert viewer.ask("GET", SEGMENT, **{"If-None-Match": whole.headers["ETag"]}).status_code == 304
    head = viewer.ask("HEAD", SEGMENT)
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", str(len(data)))


@pytest.mark.parametrize(
    "path",
    ["", "video", "../paper-moon.keys.json", "%2e%2e/paper-moon.keys.json", "..%2fpaper-moon.keys.json", "/etc/passwd",
     "video/2k/../../manifest.json", "poster/..%2f..%2fpaper-moon.keys.json", "poster/", "x\x00y"],
)  # fmt: skip
def test_nothing_outside_the_manifest_is_handed_out(office: Any, path: str) -> None:
    import http.client

    host = office.base_url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=10)
    connection._validate_path = lambda _: None  # type: ignore[attr-defined]
    connection.request("GET", f"{BASE}/{path}")
    answer = connection.getresponse()
    assert answer.status in {400, 401, 404}
    assert b"keys" not in answer.read()
    connection.close()


def test_nothing_secret_is_written_down(office: Any, config: ServiceConfig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    viewer = office.newcomer()
    viewer.tokens = viewer.refresh(viewer.tokens["refresh_token"]).json()
    order = viewer.buy()
    play = admitted(viewer)
    viewer.ask("GET", f"/v1/plays/{play['id']}/keys/2k-1")
    viewer.ask("GET", SEGMENT)
    ours = "\n".join(line.getMessage() for line in caplog.records if not line.name.startswith(("urllib3", "requests")))
    secrets = [viewer.tokens["access_token"], viewer.tokens["refresh_token"], order["checkout_url"].rpartition("/")[2]]
    for secret in [*secrets, "paper-moon", "Paper Moon", "K" * 16, viewer.email, "lantern-festival"]:
        assert secret not in ours
    assert "GET /v1/plays/{play_id}/keys/{key_id} 200" in ours
    stored = b"".join(path.read_bytes() for path in config.data_dir.iterdir())
    for secret in [*secrets[:2], "K" * 16, "lantern-festival"]:
        assert secret.encode() not in stored
    assert {stat.S_IMODE(path.stat().st_mode) for path in config.data_dir.glob("*.[kp]e[ym]")} == {0o600}


def test_publishing_again_changes_nothing(office: Any, config: ServiceConfig) -> None:
    viewer = office.newcomer()
    viewer.buy()
    before = viewer.http.get(office.base_url + "/v1/catalogue", timeout=10).json()
    publish(config, office.folder / "publication.toml")
    assert viewer.http.get(office.base_url + "/v1/catalogue", timeout=10).json() == before
    assert viewer.ask("GET", f"/v1/plays/{admitted(viewer)['id']}/keys/2k-1").content == b"K" * 16


def test_a_package_that_nobody_trusted_signed_is_not_published(office: Any, config: ServiceConfig) -> None:
    text = (office.folder / "publication.toml").read_text()
    start = text.index('x = "') + 5
    (office.folder / "forged.toml").write_text(text[:start] + "A" * 43 + text[start + 43 :])
    with pytest.raises(CinemaError) as refused:
        publish(config, office.folder / "forged.toml")
    assert refused.value.code is Code.PACKAGE_UNSIGNED


def test_a_signer_may_be_named_by_its_file(office: Any, config: ServiceConfig) -> None:
    told = tomllib.loads((office.folder / "publication.toml").read_text())
    signer = office.folder / "signer.jwk"
    by_file = office.folder / "by-file.toml"
    by_file.write_text(tomli_w.dumps({**told, "trusted": [signer.name]}))
    signer.write_text(json.dumps(told["trusted"][0]) + "\n")
    publish(config, by_file)
    signer.write_text(json.dumps({**told["trusted"][0], "x": "A" * 43}))
    for written, code in (("", Code.PACKAGE_UNSIGNED), ("[]", Code.WRONG_USE), (None, Code.FILE_MISSING)):
        if written is None:
            signer.unlink()
        elif written:
            signer.write_text(written)
        with pytest.raises(CinemaError) as refused:
            publish(config, by_file)
        assert refused.value.code is code


def test_requests_have_a_size(office: Any) -> None:
    viewer = office.newcomer()
    play = {"position_ms": 0, "seen": [], "more": "x" * 70_000}
    assert viewer.ask("POST", "/v1/plays/x/progress", play).status_code == 413


def at_the_last_moment(office: Any, viewer: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A play admitted seconds before its ticket's last moment to begin, and the ticket; then that moment passes."""
    viewer.buy()
    ticket = viewer.tickets()[0]
    left = datetime.fromisoformat(ticket["unlock_by"]) - office.clock.now()
    office.clock.moved += left - timedelta(seconds=10)
    viewer.sign_in(viewer.email)
    play = admitted(viewer)
    office.clock.moved += timedelta(seconds=11)
    return play, ticket


def test_a_film_begun_before_its_window_ends_is_seen_to_the_end_and_no_longer(office: Any) -> None:
    viewer = office.newcomer()
    play, ticket = at_the_last_moment(office, viewer)
    key = f"/v1/plays/{play['id']}/keys/2k-1"
    assert viewer.ask("GET", key).status_code == 200
    assert viewer.ask("GET", SEGMENT).status_code == 200
    told = viewer.ask("POST", f"/v1/plays/{play['id']}/progress", {"position_ms": 9000, "seen": [[0, 9000]]})
    assert (told.status_code, told.json()["ticket"]["state"]) == (200, "started")
    office.clock.moved += timedelta(hours=47)
    viewer.sign_in(viewer.email)
    assert viewer.ask("GET", key).status_code == 200
    office.clock.moved += timedelta(hours=1)
    viewer.sign_in(viewer.email)
    assert viewer.ask("GET", key).json()["reasons"][0]["rule"] == "watch-passed"
    assert viewer.ask("GET", SEGMENT).status_code == 403
    again = viewer.ask("POST", f"/v1/tickets/{ticket['id']}/admission")
    assert (again.status_code, again.json()["reasons"][0]["rule"]) == (403, "watch-passed")


def test_a_window_that_ended_lets_nobody_begin(office: Any) -> None:
    viewer = office.newcomer()
    play, ticket = at_the_last_moment(office, viewer)
    again = viewer.ask("POST", f"/v1/tickets/{ticket['id']}/admission")
    assert (again.status_code, again.json()["reasons"][0]["rule"]) == (403, "unlock-passed")
    office.clock.moved += timedelta(hours=48)
    viewer.sign_in(viewer.email)
    for path in (f"/v1/plays/{play['id']}/keys/2k-1", SEGMENT):
        assert viewer.ask("GET", path).status_code == 403


def test_what_was_seen_is_written_down_however_late_it_is_told(office: Any) -> None:
    viewer = office.newcomer()
    play, _ = at_the_last_moment(office, viewer)
    office.clock.moved += timedelta(days=9)
    viewer.sign_in(viewer.email)
    told = viewer.ask("POST", f"/v1/plays/{play['id']}/progress", {"position_ms": 0, "seen": [[0, 60_000]]})
    assert (told.status_code, told.json()["ticket"]["state"], told.json()["ticket"]["allowed"]) == (
        200,
        "watched",
        False,
    )
    assert viewer.ask("GET", f"/v1/plays/{play['id']}/keys/2k-1").status_code == 403
