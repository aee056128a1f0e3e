import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.rules import DeviceFacts, Rule, SaleTerms, TicketFacts, admit, is_watched, seen_ms, union
from boxoffice.rules.licences import (
    Licence,
    LicensedTicket,
    content_keys,
    device_id,
    facts_of_licence,
    moment_of,
    read_licence,
    time_text,
    write_licence,
)
from core import CinemaError, Code
from films import SigningKey, TrustedKeys

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIGNER = SigningKey.generate()
TRUSTED = TrustedKeys.of(SIGNER.public_jwk)
DEVICE = X25519PrivateKey.generate()
PUBLIC = DEVICE.public_key().public_bytes_raw()
KEYS = {"2k-1": b"K" * 16, "zh-1": b"S" * 16}

TICKET = LicensedTicket(
    id="t1",
    play="p1",
    title="paper-moon",
    bought=time_text(NOW - timedelta(days=1)),
    started=None,
    window_start=time_text(NOW - timedelta(days=2)),
    window_end=time_text(NOW + timedelta(days=20)),
    zone="Europe/Berlin",
    unlock_s=30 * 86_400,
    watch_s=48 * 3_600,
    running_time_ms=60_000,
    position_ms=0,
    mark="K7Q2",
    seek=True,
    stills=True,
)
PLAIN = Licence(
    v=1,
    id="l1",
    seq=1,
    issued=time_text(NOW),
    nbf=time_text(NOW),
    exp=time_text(NOW + timedelta(days=22)),
    device="",
    package="paper-moon-feature",
    manifest_sha256="a" * 64,
    keys={},
    ticket=TICKET,
)


@pytest.fixture
def text() -> str:
    return write_licence(PLAIN, KEYS, PUBLIC, SIGNER)


def refusal(text: str, trusted: TrustedKeys = TRUSTED) -> str:
    with pytest.raises(CinemaError) as caught:
        read_licence(text, trusted)
    assert caught.value.code is Code.LICENCE_REFUSED
    return caught.value.message


def signed(payload: bytes) -> str:
    """Any payload under the right signature."""
    header, signature = SIGNER.sign(payload).decode().split("..")
    return f"{header}.{base64.urlsafe_b64encode(payload).rstrip(b'=').decode()}.{signature}"


def payload_of(text: str) -> dict[str, Any]:
    middle = text.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4))))


def test_a_licence_comes_back_as_it_was_written_and_its_keys_open_on_its_device(text: str) -> None:
    licence = read_licence(text, TRUSTED)
    assert replace(licence, device="", keys={}) == PLAIN
    assert licence.device == device_id(PUBLIC)
    assert content_keys(licence, DEVICE) == KEYS
    assert not any(base64.urlsafe_b64encode(key).rstrip(b"=").decode() in text for key in KEYS.values())


def test_another_device_is_told_that_it_is_for_another_device(text: str) -> None:
    with pytest.raises(CinemaError, match="another device"):
        content_keys(read_licence(text, TRUSTED), X25519PrivateKey.generate())


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": time_text(NOW + timedelta(days=99))},
        {"nbf": time_text(NOW - timedelta(days=9))},
        {"package": "another"},
        {"manifest_sha256": "b" * 64},
        {"id": "l2"},
        {"seq": 2},
        {"issued": time_text(NOW - timedelta(days=9))},
        {"ticket": replace(TICKET, watch_s=10**9)},
        {"ticket": replace(TICKET, started=time_text(NOW))},
        {"keys": "swapped"},
    ],
)
def test_a_key_moved_into_another_licence_does_not_open(text: str, changes: dict[str, Any]) -> None:
    """Even where whoever put it together holds a key that is trusted."""
    licence = read_licence(text, TRUSTED)
    if changes == {"keys": "swapped"}:
        changes = {"keys": {"2k-1": licence.keys["zh-1"], "zh-1": licence.keys["2k-1"]}}
    with pytest.raises(CinemaError) as caught:
        content_keys(replace(licence, **changes), DEVICE)
    assert caught.value.code is Code.LICENCE_REFUSED


def test_a_stranger_s_signature_is_refused(text: str) -> None:
    assert "trusted" in refusal(text, TrustedKeys.of(SigningKey.generate().public_jwk))


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256", "kid": SIGNER.key_id}, {"alg": "Ed25519", "kid": SIGNER.key_id, "crit": ["x"]}, {"alg": "Ed25519"}])  # fmt: skip
def test_another_algorithm_or_header_is_refused(text: str, header: dict[str, Any]) -> None:
    _, payload, signature = text.split(".")
    forged = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    refusal(f"{forged}.{payload}.{signature}")
    refusal(f"{forged}.{payload}.")


@given(st.integers(min_value=0), st.integers(0, 7))
def test_no_single_bit_may_be_otherwise(place: int, bit: int) -> None:
    text = bytearray(write_licence(PLAIN, KEYS, PUBLIC, SIGNER).encode())
    text[place % len(text)] ^= 1 << bit
    refusal(text.decode("latin-1"))


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_whatever_it_is_it_is_refused_without_a_fuss(text: str) -> None:
    refusal(text)


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": "1"},
        {"seq": -1},
        {"seq": True},
        {"seq": 1.5},
        {"exp": "soon"},
        {"exp": time_text(NOW - timedelta(days=1))},
        {"device": "x"},
        {"id": "../x"},
        {"keys": {"2k-1": 7}},
        {"keys": {"../x": "AA"}},
        {"more": 1},
        {"ticket": 7},
    ],
)
def test_what_is_malformed_is_refused_under_whatever_signature(text: str, change: dict[str, Any]) -> None:
    refusal(signed(json.dumps({**payload_of(text), **change}).encode()))


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"NaN",
        b"\xef\xbb\xbf{}",
        '{"v":1}'.encode("utf-16"),
        b'{"v":1,"v":1}',
        b"[" * 10_000,
    ],
)
def test_other_documents_are_refused_under_whatever_signature(payload: bytes) -> None:
    refusal(signed(payload))


def test_base64_that_is_not_canonical_is_refused(text: str) -> None:
    header, payload, signature = text.split(".")
    refusal(f"{header}.{payload}=.{signature}")
    refusal(f"{header}.{payload}.{signature}=")
    refusal(f"{header}+.{payload}.{signature}")
    refusal("A" * (2 << 20))


@pytest.mark.parametrize("size", [0, 31, 33])
def test_only_a_device_key_can_be_written_for(size: int) -> None:
    with pytest.raises(CinemaError) as caught:
        write_licence(PLAIN, KEYS, bytes(size), SIGNER)
    assert caught.value.code is Code.WRONG_USE


@given(
    st.integers(-40, 60).map(lambda days: NOW + timedelta(days=days)),
    st.none() | st.integers(-5, 5),
    st.lists(st.tuples(st.integers(0, 40_000), st.integers(0, 40_000)), max_size=4),
    st.integers(0, 3_000_000),
    st.none() | st.integers(0, 200),
)
def test_offline_the_rules_answer_as_they_do_online(
    now: datetime, started_days: int | None, here: list[tuple[int, int]], shown_ms: int, replay_percent: int | None
) -> None:
    """The same facts, once from the licence and the device, and once as the service has them when it is told."""
    before = ((0, 10_000),)
    plain = replace(PLAIN, ticket=replace(TICKET, seen=before, shown_ms=12_000, replay_percent=replay_percent))
    licence = read_licence(write_licence(plain, KEYS, PUBLIC, SIGNER), TRUSTED)
    started = None if started_days is None else NOW + timedelta(days=started_days)
    offline = admit(facts_of_licence(licence, started, here, shown_ms), licence.device, licence.device, now)
    together = union(before, here, running_time_ms=TICKET.running_time_ms)
    online_facts = TicketFacts(
        "mei",
        moment_of(TICKET.bought),
        SaleTerms(
            moment_of(TICKET.window_start),
            moment_of(TICKET.window_end),
            TICKET.zone,
            TICKET.unlock_s,
            TICKET.watch_s,
        ),
        TICKET.running_time_ms,
        started,
        DeviceFacts(licence.device, ""),
        seen_ms(together),
        shown_ms=12_000 + shown_ms,
        replay_percent=replay_percent,
    )
    assert offline == admit(online_facts, "mei", licence.device, now)
    if started is None:
        assert offline.allowed == (moment_of(TICKET.window_start) <= now < online_facts.unlock_by)
    elif now >= started + timedelta(seconds=TICKET.watch_s):
        used = is_watched(online_facts.consumed_ms, TICKET.running_time_ms)
        assert [reason.rule for reason in offline.reasons] == [Rule.USED if used else Rule.WATCH_PASSED]
