import base64
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey

from core import CinemaError, Code
from films import Manifest, SigningKey, TrustedKeys, dump_manifest, sign_manifest, verify_manifest

DATA = b'{"exact":"bytes"}'
KEY = SigningKey.generate()
TRUSTED = TrustedKeys.of(KEY.public_jwk)


def refused(data: bytes, signature: bytes, trusted: TrustedKeys = TRUSTED) -> None:
    with pytest.raises(CinemaError) as caught:
        trusted.verify(data, signature)
    assert caught.value.code is Code.PACKAGE_UNSIGNED


def encode(value: object) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")


def test_a_signature_holds_for_exactly_its_bytes() -> None:
    signature = KEY.sign(DATA)
    assert TRUSTED.verify(DATA, signature) == KEY.key_id
    refused(DATA + b" ", signature)
    refused(b"", signature)


def test_the_key_id_is_the_thumbprint_and_the_header_says_no_more() -> None:
    header = json.loads(base64.urlsafe_b64decode(KEY.sign(DATA).split(b".")[0] + b"=="))
    assert header == {"alg": "Ed25519", "kid": OKPKey.import_key(dict(KEY.public_jwk)).thumbprint()}


def test_every_flipped_bit_of_a_signature_is_refused() -> None:
    signature = KEY.sign(DATA)
    for index in range(len(signature)):
        for bit in range(8):
            changed = bytearray(signature)
            changed[index] ^= 1 << bit
            refused(DATA, bytes(changed))


def test_somebody_else_is_not_trusted() -> None:
    refused(DATA, SigningKey.generate().sign(DATA))
    refused(DATA, KEY.sign(DATA), TrustedKeys.of())


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "kid": KEY.key_id},
        {"alg": "HS256", "kid": KEY.key_id},
        {"alg": "EdDSA", "kid": KEY.key_id},
        {"alg": "Ed25519"},
        {"alg": "Ed25519", "kid": 7},
        {"alg": "Ed25519", "kid": "unknown"},
        {"alg": "Ed25519", "kid": KEY.key_id, "crit": ["b64"], "b64": False},
        {"alg": "Ed25519", "kid": KEY.key_id, "jwk": KEY.public_jwk},
        ["alg"],
    ],
)
def test_headers_that_ask_for_anything_else_are_refused(header: object) -> None:
    refused(DATA, encode(header) + b".." + KEY.sign(DATA).rpartition(b".")[2])


def test_a_public_key_used_as_a_shared_secret_is_refused() -> None:
    secret = OctKey.import_key(KEY.public_jwk["x"])
    token = jws.serialize_compact({"alg": "HS256", "kid": KEY.key_id}, DATA, secret, algorithms=["HS256"])
    refused(DATA, jws.detach_content(token).encode())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _signature: b"",
        lambda signature: signature + b"=",
        lambda signature: signature.replace(b"..", b"." + base64.urlsafe_b64encode(DATA).rstrip(b"=") + b"."),
        lambda signature: signature + b"." + signature,
        lambda signature: signature * 100,
        lambda _signature: b'{"signatures":[]}',
        lambda signature: signature.decode().encode("utf-16"),
    ],
)
def test_other_shapes_of_signature_are_refused(spoil: object) -> None:
    refused(DATA, spoil(KEY.sign(DATA)))  # type: ignore[operator]


def test_an_unsigned_manifest_is_not_even_parsed() -> None:
    with pytest.raises(CinemaError) as caught:
        verify_manifest(b"not json", b"not a signature", TRUSTED)
    assert caught.value.code is Code.PACKAGE_UNSIGNED


def test_a_signed_manifest_is_read(made: Any) -> None:
    assert isinstance(made.manifest, Manifest)
    data = dump_manifest(made.manifest)
    assert verify_manifest(data, sign_manifest(data, KEY), TRUSTED) == made.manifest


def test_a_signing_key_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "key.pem"
    key = SigningKey.load_or_create(path)
    assert SigningKey.load_or_create(path).key_id == key.key_id
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "PRIVATE" not in repr(key)


@pytest.mark.parametrize("content", [b"", b"junk", OKPKey.generate_key("X25519").as_pem(private=True)])
def test_a_file_that_is_no_signing_key_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(content)
    with pytest.raises(CinemaError) as caught:
        SigningKey.load_or_create(path)
    assert caught.value.code is Code.FILE_UNREADABLE
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "jwk", [{}, {"kty": "oct", "k": "AA"}, {"kty": "OKP", "crv": "X25519", "x": KEY.public_jwk["x"]}]
)
def test_only_ed25519_keys_can_be_trusted(jwk: dict[str, str]) -> None:
    with pytest.raises(CinemaError) as caught:
        TrustedKeys.of(jwk)
    assert caught.value.code is Code.WRONG_USE
