"""A venue's licences for films: for this device alone, and never an older one again."""

import hashlib
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from boxoffice.rules import Licence, content_keys, moment_of, read_licence
from core import CinemaError, Code
from core.whole_file import write_whole
from kiosk.ledger import Ledger
from kiosk.operator_files import operators


def licence_key(venue: Path) -> X25519PrivateKey:
    """The device's key that content keys are wrapped for, made at first use (PKCS#8 PEM, mode 0600).

    Raises `CinemaError` (file-unreadable) where the file holds something else.
    """
    file = venue / "licence-key.pem"
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        venue.mkdir(parents=True, exist_ok=True)
        key = X25519PrivateKey.generate()
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            out.flush()
            os.fsync(out.fileno())
        return key
    try:
        loaded = load_pem_private_key(data, None)
    except ValueError as error:
        raise CinemaError(Code.FILE_UNREADABLE, f"{file} holds no key that can be read.") from error
    if not isinstance(loaded, X25519PrivateKey):
        raise CinemaError(Code.FILE_UNREADABLE, f"{file} holds a key of another kind.")
    return loaded


def take_licence(venue: Path, ledger: Ledger, text: str) -> Licence:
    """Keep a licence that opens on this device.

    Raises `CinemaError`: licence-refused, programme-refused (a newer one is here), or as the ledger does.
    """
    licence = read_licence(text, operators(venue))
    content_keys(licence, licence_key(venue))
    data = text.strip().encode("ascii")
    ledger.learn(moment_of(licence.issued))
    ledger.accept(f"licence for {licence.package}", licence.seq, hashlib.sha256(data).hexdigest())
    (venue / "licences").mkdir(exist_ok=True)
    write_whole(venue / "licences" / f"{licence.package}.sclic", data)
    return licence
