"""What the box office answers, and what becomes of answers that are wrong."""

import copy
import json
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from boxoffice.client import BoxOffice, PackageRef, SessionKeyStore
from boxoffice.client.fields import is_url_path, read_json
from core import Cancel, CinemaError, Code

T = "2026-11-20T18:00:00Z"
PACKAGE = {"id": "lantern", "manifest_sha256": "a" * 64, "base": "/v1/media/lantern"}
RULES = {"seek": True, "offline": False, "cast": False, "second_screen": False}
ORDER = {
    "id": "order-1",
    "state": "pending",
    "title_id": "lantern",
    "total": {"minor": 690, "currency": "EUR"},
    "checkout_url": "https://pay.example.org/checkout/abc",
    "ticket_id": None,
    "created": T,
}
CATALOGUE: dict[str, Any] = {
    "territory": "DE",
    "sections": [{"id": "now", "kind": "now", "names": {"en": "On now"}, "about": {}, "title_ids": ["lantern"], "starts": None, "ends": T}],
    "titles": [
        {
            "id": "lantern", "eidr": None, "names": {"en": "Lantern", "zh-Hans": "灯"}, "original_name": "灯",
            "synopsis": {"en": "A lantern."}, "tagline": {}, "directors": [{"en": "Mei"}], "countries": ["CN"],
            "year": 2026, "running_time_ms": 60_000, "spoken": ["zh"], "subtitles": ["en"],
            "notes": {
                "languages": ["en"], "count": 1,
                "commentators": [{"id": "mei", "name": {"en": "Mei"}, "role": {"en": "Historian"}}],
                "sample": [{"language": "en", "topic": "custom", "title": "Riddles", "body": "On lanterns."}],
            },
            "poster": "/v1/media/lantern/poster/poster.jpg", "backdrop": "/v1/media/lantern/poster/backdrop.jpg",
            "package": PACKAGE, "trailer": None, "house_rules": RULES, "accent": "#e0a458",
            "offer": {
                "state": "on-sale", "price": {"minor": 690, "currency": "EUR"}, "window_start": T, "window_end": None,
                "zone": "Europe/Berlin", "unlock_s": 2_592_000, "watch_s": 172_800, "reasons": [],
            },
        }
    ],
    "signers": [{"kty": "OKP", "crv": "Ed25519", "x": "abc"}],
}  # fmt: skip


def refusal(work: Callable[[], object]) -> CinemaError:
    with pytest.raises(CinemaError) as refused:
        work()
    return refused.value


@pytest.fixture
def answer(provider: Any) -> Callable[..., None]:
    """Makes the provider answer a path with bytes or JSON."""

    def answer(path: str, body: object, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        reply = type("Reply", (), {"status": status, "body": data, "kind": kind, "headers": headers})
        provider.replies[path] = lambda _asked: reply

    return answer


def test_a_catalogue_is_read_whole(client: BoxOffice, answer: Callable[..., None], provider: Any) -> None:
    answer("/v1/catalogue", {**CATALOGUE, "news": "a newer box office may say more"})
    catalogue = client.catalogue("DE")
    title = catalogue.title("lantern")
    assert title
    assert title.offer.price
    assert (title.names["zh-Hans"], title.offer.price.minor, catalogue.saved) == ("灯", 690, None)
    assert provider.asked[-1].query == {"territory": "DE"}
    assert "Authorization" not in provider.asked[-1].headers


def changed(path: str, value: object) -> dict[str, Any]:
    document = copy.deepcopy(CATALOGUE)
    place: Any = document
    *parents, last = path.split(".")
    for part in parents:
        place = place[int(part) if part.isdigit() else part]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("territory", "de"),
        ("titles", {}),
        ("titles", [None]),
        ("titles.0.id", "../x"),
        ("titles.0.id", ...),
        ("titles.0.names", {"en": 1}),
        ("titles.0.names", {"<script>": "x"}),
        ("titles.0.year", "2026"),
        ("titles.0.year", True),
        ("titles.0.running_time_ms", -1),
        ("titles.0.running_time_ms", 1.5),
        ("titles.0.poster", "//evil.example/x.jpg"),
        ("titles.0.poster", "https://evil.example/x.jpg"),
        ("titles.0.poster", "/v1/../x"),
        ("titles.0.poster", "/v1/%2e%2e/x"),
        ("titles.0.package.manifest_sha256", "A" * 64),
        ("titles.0.package.base", "file:///etc"),
        ("titles.0.accent", "red"),
        ("titles.0.offer.state", "free"),
        ("titles.0.offer.price", {"minor": 6.9, "currency": "EUR"}),
        ("titles.0.offer.price", {"minor": 690, "currency": "eur"}),
        ("titles.0.offer.window_start", "2026-11-20T18:00:00"),
        ("titles.0.offer.window_start", "2026-11-20T18:00:00+01:00"),
        ("titles.0.offer.window_start", "2026-11-20"),
        ("titles.0.house_rules.seek", 1),
        ("sections.0.kind", "later"),
        ("signers", [{"kty": 1}]),
    ],
)
def test_a_catalogue_with_anything_off_is_refused_whole(
    client: BoxOffice, answer: Callable[..., None], path: str, value: object
) -> None:
    answer("/v1/catalogue", changed(path, value))
    assert refusal(lambda: client.catalogue(None)).code is Code.SERVER_ANSWER


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"<html>", b"\xef\xbb\xbf{}", b"\xff\xfe{\x00}\x00", b'{"a":1,"a":2}', b'{"a":NaN}',
     b'{"a":' + b"9" * 5_000 + b"}", b"[" * 100_000, b'{"a":' * 20_000, b"\x00"],
)  # fmt: skip
def test_what_is_no_strict_json_is_refused_quickly(body: bytes) -> None:
    started = time.monotonic()
    assert refusal(lambda: read_json(body, "answer").text("a")).code is Code.SERVER_ANSWER
    assert time.monotonic() - started < 0.5


@pytest.mark.parametrize(
    "seen",
    ["no", {}, [1, 2], [[1]], [[1, 2, 3]], [[2, 1]], [[1, 1]], [[-1, 1]], [[0, 5], [4, 6]], [[5, 6], [0, 1]],
     [["0", 1]], [[0, 1.5]], [[True, 2]], [[0, 101]], [None]],
)  # fmt: skip
def test_what_is_no_list_of_intervals_is_refused(seen: object) -> None:
    fields = read_json(json.dumps({"seen": seen}).encode(), "answer")
    assert refusal(lambda: fields.spans("seen", 100)).code is Code.SERVER_ANSWER


def test_intervals_are_read_and_may_be_missing() -> None:
    assert read_json(b'{"seen": [[0, 5], [7, 100]]}', "answer").spans("seen", 100) == ((0, 5), (7, 100))
    assert read_json(b"{}", "answer").spans("seen", 100) == ()


@pytest.mark.parametrize("path", ["", "x", "//x", "/a b", "/a\\b", "/a/../b", "/a/./b", "/a?b", "/a#b", "/a%2fb", "/\n", "/ä"])  # fmt: skip
def test_only_plain_paths_name_pictures(client: BoxOffice, path: str) -> None:
    assert not is_url_path(path)
    assert refusal(lambda: client.image(path)).code is Code.WRONG_USE


def test_the_last_catalogue_and_its_pictures_are_there_without_a_line(
    open_client: Callable[..., BoxOffice], answer: Callable[..., None], provider: Any, tmp_path: Path
) -> None:
    picture = "/v1/media/lantern/poster/poster.jpg"
    answer("/v1/catalogue", CATALOGUE)
    answer(picture, b"jpeg", kind="image/jpeg", ETag='"one"')
    first = open_client(cache_dir=tmp_path)
    fresh = first.catalogue("DE")
    assert first.image(picture) == b"jpeg"
    answer(picture, b"", 304, "", ETag='"one"')
    assert first.image(picture) == b"jpeg"
    assert provider.asked[-1].headers["If-None-Match"] == '"one"'
    provider.replies["/v1/catalogue"] = provider.replies[picture] = lambda _asked: None
    later = open_client(cache_dir=tmp_path)
    stale = later.catalogue("DE")
    assert stale.saved
    assert stale.titles == fresh.titles
    assert later.image(picture) == b"jpeg"
    assert refusal(lambda: later.catalogue("FR")).code is Code.OFFLINE
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    assert refusal(lambda: later.catalogue("DE")).code is Code.OFFLINE


KEY_PATH = "/v1/plays/play-1/keys/2k-1"


def test_a_key_of_sixteen_bytes_is_taken(signed_in: BoxOffice, answer: Callable[..., None], provider: Any) -> None:
    answer(KEY_PATH, b"K" * 16, kind="application/octet-stream")
    assert signed_in.key("play-1", "2k-1") == b"K" * 16
    headers = provider.asked[-1].headers
    assert headers["Authorization"].startswith("DPoP ")
    assert headers["Device-Name"] == "Sofa"
    assert provider.proven(provider.asked[-1], headers["Authorization"][5:])


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/octet-stream"),
        (b"K" * 7, "application/octet-stream"),
        (b"K" * 15, "application/octet-stream"),
        (b"K" * 17, "application/octet-stream"),
        (b"K" * 1_000_000, "application/octet-stream"),
        (b"<html>nope</html", "text/html"),
    ],
    ids=["0", "7", "15", "17", "a million", "html"],
)
def test_anything_but_sixteen_bytes_is_no_key_and_is_asked_for_once(
    signed_in: BoxOffice, answer: Callable[..., None], provider: Any, body: bytes, kind: str
) -> None:
    answer(KEY_PATH, body, kind=kind)
    assert refusal(lambda: signed_in.key("play-1", "2k-1")).code is Code.KEY_MALFORMED
    assert provider.count(KEY_PATH) == 1


def test_identifiers_cannot_lead_to_another_path(signed_in: BoxOffice, provider: Any) -> None:
    assert refusal(lambda: signed_in.key("../../oauth", "a/b?c")).code is Code.NOT_FOUND
    assert provider.asked[-1].path == "/v1/plays/..%2F..%2Foauth/keys/a%2Fb%3Fc"


def test_a_refusal_carries_its_reasons_and_none_of_the_servers_own_words(
    signed_in: BoxOffice, answer: Callable[..., None]
) -> None:
    reason = {"rule": "other-device", "at": T, "zone": "Europe/Berlin", "fix": "other-device", "device": "Sofa"}
    document = {"type": "about:blank", "status": 403, "code": "refused", "detail": "Lantern", "reasons": [reason]}
    answer("/v1/tickets/ticket-1/admission", document, 403, "application/problem+json")
    error = refusal(lambda: signed_in.admit("ticket-1"))
    assert error.code is Code.REFUSED
    reasons = error.details["reasons"]
    assert isinstance(reasons, tuple)
    assert (reasons[0].rule, reasons[0].device) == ("other-device", "Sofa")
    assert "Lantern" not in str(error)


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (403, b"<html>", "text/html", Code.REFUSED),
        (404, b"{", "application/problem+json", Code.NOT_FOUND),
        (409, b'{"code":"sold-out"}', "application/problem+json", Code.SOLD_OUT),
        (418, b'{"code":"made-up"}', "application/problem+json", Code.SERVER_ERROR),
        (500, b'{"code":"internal"}', "application/problem+json", Code.SERVER_ERROR),
        (403, b"x" * 3_000_000, "text/html", Code.REFUSED),
    ],
)
def test_every_refusal_has_a_code(
    signed_in: BoxOffice, answer: Callable[..., None], status: int, body: bytes, kind: str, code: Code
) -> None:
    answer("/v1/orders", body, status, kind)
    assert refusal(lambda: signed_in.order("lantern", "DE")).code is code


def test_an_order_whose_answer_is_lost_is_repeated_under_the_same_key(signed_in: BoxOffice, provider: Any) -> None:
    keys: list[str] = []

    def place(asked: Any) -> Any:
        keys.append(asked.headers["Idempotency-Key"])
        body = json.dumps({**ORDER, "state": "draft"}).encode()
        reply = type("Reply", (), {"status": 201, "body": body, "kind": "application/json", "headers": {}})
        return reply if len(keys) > 1 else None

    provider.replies["/v1/orders"] = place
    assert signed_in.order("lantern", "DE").state == "draft"
    assert len(keys) == 2
    assert len(set(keys)) == 1


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "https://", "https://user@host/", "http://a b"])  # fmt: skip
def test_a_checkout_that_is_no_web_page_is_not_handed_to_the_browser(
    signed_in: BoxOffice, answer: Callable[..., None], address: str
) -> None:
    answer("/v1/orders", {**ORDER, "checkout_url": address}, 201)
    assert refusal(lambda: signed_in.order("lantern", "DE")).code is Code.SERVER_ANSWER


def test_waiting_for_an_order_sits_out_a_lost_line_and_polls_calmly(signed_in: BoxOffice, provider: Any) -> None:
    states = ["draft", "pending", None, None, None, None, "pending", "paid", "issued"]

    def look(_asked: Any) -> Any:
        state = states.pop(0)
        body = json.dumps({**ORDER, "state": state, "ticket_id": "t-1" if state == "issued" else None}).encode()
        reply = type("Reply", (), {"status": 200, "body": body, "kind": "application/json", "headers": {}})
        return reply if state else None

    provider.replies["/v1/orders/order-1"] = look
    order = signed_in.wait_for_order("order-1", Cancel())
    assert (order.state, order.ticket_id, states) == ("issued", "t-1", [])
    asked = [one.query for one in provider.asked if one.path == "/v1/orders/order-1"]
    assert asked[0] == {"wait_s": "4", "unless": "draft"}
    assert asked[-1]["unless"] == "paid"


def test_waiting_for_an_order_can_be_called_off(signed_in: BoxOffice, answer: Callable[..., None]) -> None:
    answer("/v1/orders/order-1", ORDER)
    cancel = Cancel()
    timer = threading.Timer(0.2, cancel.cancel)
    timer.start()
    assert refusal(lambda: signed_in.wait_for_order("order-1", cancel)).code is Code.CANCELLED
    timer.join()


def test_media_have_the_expected_size_and_stay_inside_their_package(
    client: BoxOffice, answer: Callable[..., None], provider: Any
) -> None:
    package = PackageRef("lantern", "a" * 64, "/v1/media/lantern")
    path = "/v1/media/lantern/video/2k/00001.m4s"
    answer(path, b"x" * 100, kind="video/iso.segment")
    assert client.media(package, "video/2k/00001.m4s", 100, 5.0) == b"x" * 100
    for size in (99, 101):
        assert refusal(lambda: client.media(package, "video/2k/00001.m4s", size, 5.0)).code is Code.SEGMENT_CORRUPT  # noqa: B023
    before = len(provider.asked)
    for wrong in ("../x", "/etc/passwd", "a//b", "a?b", "video/../../x"):
        assert refusal(lambda: client.media(package, wrong, 1, 5.0)).code is Code.WRONG_USE  # noqa: B023
    assert len(provider.asked) == before


def test_how_much_of_a_segment_has_come_is_told_and_can_end_it(client: BoxOffice, answer: Callable[..., None]) -> None:
    package = PackageRef("lantern", "a" * 64, "/v1/media/lantern")
    answer("/v1/media/lantern/video/2k/00001.m4s", b"x" * 300_000, kind="video/iso.segment")
    told: list[int] = []
    client.media(package, "video/2k/00001.m4s", 300_000, received=told.append)
    assert told == sorted(told)
    assert (len(told) > 1, told[-1]) == (True, 300_000)

    class Enough(Exception):
        pass

    def enough(size_bytes: int) -> None:
        raise Enough(size_bytes)

    with pytest.raises(Enough):
        client.media(package, "video/2k/00001.m4s", 300_000, received=enough)
    assert client.media(package, "video/2k/00001.m4s", 300_000) == b"x" * 300_000


def test_another_film_under_the_announced_name_is_refused(client: BoxOffice, answer: Callable[..., None]) -> None:
    answer("/v1/media/lantern/manifest.json", b"{}")
    package = PackageRef("lantern", "a" * 64, "/v1/media/lantern")
    assert refusal(lambda: client.manifest(package, [])).code is Code.PACKAGE_WRONG


def test_no_key_token_or_code_is_in_any_log_or_exception(
    open_client: Callable[..., BoxOffice],
    browser: Any,
    provider: Any,
    answer: Callable[..., None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    store = SessionKeyStore()
    client = open_client(store)
    client.sign_in(browser.open, Cancel(), "en")
    answer(KEY_PATH, b"SECRET-KEY-BYTES", kind="application/octet-stream")
    client.key("play-1", "2k-1")
    errors: list[BaseException | None] = []
    answer(KEY_PATH, b"SECRET-KEY-BYTES!", kind="application/octet-stream")
    errors.append(refusal(lambda: client.key("play-1", "2k-1")))
    answer("/v1/tickets", {"tickets": [{"id": "Lantern"}]})
    errors.append(refusal(client.tickets))
    provider.access.clear()
    provider.replies["/oauth/token"] = lambda _asked: None
    del provider.replies["/v1/tickets"]
    errors.append(refusal(client.tickets))
    provider.close()
    errors.append(refusal(lambda: client.order("Lantern", "DE")))
    provider.close = lambda: None

    secrets = {"SECRET-KEY-BYTES", "Lantern", *provider.access, *provider.refreshes, *provider.codes}
    secrets |= {str(store._values), *store._values.values()}
    for asked in provider.asked:
        secrets |= {asked.headers.get("DPoP", "-" * 9), asked.headers.get("Authorization", "-" * 9)}
        secrets |= {value for name, value in asked.query.items() if name in ("state", "nonce", "code_challenge")}
    told = caplog.text
    for error in errors:
        while error is not None:
            told += f"{error!s} {error!r} {getattr(error, 'details', '')}"
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)  # noqa: PLW2901
    for secret in secrets - {"-" * 9}:
        assert secret not in told
    for value in (client._tokens, client._tokens._grant, client._tokens._key, client, client._transport):
        assert not any(secret in repr(value) for secret in secrets)
