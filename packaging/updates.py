"""The publisher's side of updates: a repository of The Update Framework as a folder that any web server or stick can hold.

packaging/updates.py keys KEYS                     five keys; keep root's two and targets.pem away from any network
packaging/updates.py begin REPOSITORY --keys KEYS  the first metadata; ROOT.json goes into the bundle
packaging/updates.py release REPOSITORY --keys KEYS --platform linux-x86_64 --version 0.2.0 FILE
packaging/updates.py freshen REPOSITORY --keys KEYS   the timestamp anew; run it daily
packaging/updates.py rotate REPOSITORY --keys KEYS --new-keys KEYS   other keys, signed by the old root too; with the
                                                   same keys, the root for another year

--keys is given as often as there are places: each half of the root's key may be on a stick of its own.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from securesystemslib.signer import CryptoSigner, Key
from tuf.api.metadata import Metadata, MetaFile, Role, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization.json import JSONSerializer

KEYS = {
    "root": ("root", "root-second"),
    "targets": ("targets",),
    "snapshot": ("snapshot",),
    "timestamp": ("timestamp",),
}
"""Each role's keys; all of a role's keys sign. The root's two are two people's: neither can replace it alone."""
LASTS = {
    "root": timedelta(days=365),
    "targets": timedelta(days=180),
    "snapshot": timedelta(days=30),
    "timestamp": timedelta(days=14),
}
"""A stick for a kiosk is good as long as its timestamp is."""


def make_keys(folder: Path) -> None:
    """Every Ed25519 key, readable by this user alone. Raises `FileExistsError` rather than replace one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in (name for names in KEYS.values() for name in names):
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with (folder / f"{name}.pem").open("xb") as file:
            (folder / f"{name}.pem").chmod(0o600)
            file.write(pem)


class Repository:
    """``metadata/`` and ``targets/`` below one folder, with the keys that this machine has."""

    def __init__(self, folder: Path, keys: Sequence[Path], now: datetime | None = None) -> None:
        self.metadata, self.targets = folder / "metadata", folder / "targets"
        self._keys = keys
        self._now = (now or datetime.now(UTC)).replace(microsecond=0)

    def begin(self) -> bytes:
        """The first metadata of every role; returns the root's, which goes into the bundle."""
        self.metadata.mkdir(parents=True)
        self.targets.mkdir(parents=True)
        keys, roles = self._trusted()
        first = Metadata(Root(expires=self._until("root"), keys=keys, roles=roles, consistent_snapshot=True))
        self._sign(first, self.signers("root"))
        self._write(first, "1.root.json")
        self._save(Targets(expires=self._until("targets")))
        self.freshen()
        return (self.metadata / "1.root.json").read_bytes()

    def release(self, platform: str, version: str, file: Path) -> None:
        """Offer ``file`` to a platform as its newest version."""
        targets = self._load(Targets)
        note = self.targets / ".release.json"
        note.write_text(json.dumps({"version": version, "file": file.name}), encoding="utf-8")
        for path, name in ((file, f"{platform}/{file.name}"), (note, f"{platform}/release.json")):
            target = TargetFile.from_file(name, str(path), ["sha256"])
            place = self.targets / platform / f"{target.hashes['sha256']}.{Path(name).name}"
            place.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, place)
            targets.targets[name] = target
        note.unlink()
        targets.version += 1
        targets.expires = self._until("targets")
        self._save(targets)
        self.freshen()

    def freshen(self) -> None:
        """A new snapshot and timestamp of what there is."""
        snapshot = self._load(Snapshot)
        snapshot.version += 1
        snapshot.expires = self._until("snapshot")
        snapshot.meta["targets.json"] = MetaFile(self._load(Targets).version)
        self._save(snapshot)
        timestamp = self._load(Timestamp)
        timestamp.version += 1
        timestamp.expires = self._until("timestamp")
        timestamp.snapshot_meta = MetaFile(snapshot.version)
        self._save(timestamp)

    def rotate(self, new_keys: Sequence[Path]) -> None:
        """Other keys for every role: the new root is signed by the old one and by itself, the rest is signed anew."""
        newest = max(self.metadata.glob("*.root.json"), key=lambda path: int(path.name.split(".")[0]))
        root = Metadata[Root].from_file(str(newest))
        old = self.signers("root")
        self._keys = new_keys
        root.signed.keys, root.signed.roles = self._trusted()
        root.signed.version += 1
        root.signed.expires = self._until("root")
        self._sign(root, [*old, *self.signers("root")])
        self._write(root, f"{root.signed.version}.root.json")
        targets = self._load(Targets)
        targets.version += 1
        self._save(targets)
        self.freshen()

    def signers(self, role: str) -> list[CryptoSigner]:
        """The keys of a role. Raises `FileNotFoundError` where this machine lacks one."""
        return [self._signer(name) for name in KEYS[role]]

    def _signer(self, name: str) -> CryptoSigner:
        for folder in self._keys:
            if (folder / f"{name}.pem").exists():
                return CryptoSigner(load_pem_private_key((folder / f"{name}.pem").read_bytes(), None))
        raise FileNotFoundError(f"There is no {name}.pem in {', '.join(map(str, self._keys))}.")

    def _trusted(self) -> tuple[dict[str, Key], dict[str, Role]]:
        keys = {role: [signer.public_key for signer in self.signers(role)] for role in KEYS}
        roles = {role: Role([key.keyid for key in of], len(of)) for role, of in keys.items()}
        return {key.keyid: key for of in keys.values() for key in of}, roles

    @staticmethod
    def _sign(metadata: Metadata, signers: Iterable[CryptoSigner]) -> None:
        metadata.signatures.clear()
        for signer in signers:
            metadata.sign(signer, append=True)

    def _until(self, role: str) -> datetime:
        return self._now + LASTS[role]

    def _load(self, kind: type) -> Targets | Snapshot | Timestamp:
        role = kind.type
        known = sorted(
            self.metadata.glob(f"*{role}.json"), key=lambda path: int("0" + path.name.split(".")[0].replace(role, ""))
        )
        return Metadata.from_file(str(known[-1])).signed if known else kind(expires=self._until(role))

    def _save(self, signed: Targets | Snapshot | Timestamp) -> None:
        metadata = Metadata(signed)
        self._sign(metadata, self.signers(signed.type))
        prefix = "" if isinstance(signed, Timestamp) else f"{signed.version}."
        self._write(metadata, f"{prefix}{signed.type}.json")

    def _write(self, metadata: Metadata, name: str) -> None:
        part = self.metadata / f".{name}.part"
        metadata.to_file(str(part), JSONSerializer(compact=False))
        part.replace(self.metadata / name)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    acts = parser.add_subparsers(dest="act", required=True)
    acts.add_parser("keys").add_argument("keys", type=Path)
    for act in ("begin", "release", "freshen", "rotate"):
        sub = acts.add_parser(act)
        sub.add_argument("repository", type=Path)
        sub.add_argument("--keys", type=Path, action="append", required=True)
        if act == "release":
            sub.add_argument("--platform", required=True)
            sub.add_argument("--version", required=True)
            sub.add_argument("file", type=Path)
        if act == "rotate":
            sub.add_argument("--new-keys", type=Path, action="append", required=True)
    options = parser.parse_args(arguments)
    if options.act == "keys":
        make_keys(options.keys)
        return 0
    repository = Repository(options.repository, options.keys)
    if options.act == "begin":
        (options.repository.with_name("root.json")).write_bytes(repository.begin())
    elif options.act == "release":
        repository.release(options.platform, options.version, options.file)
    elif options.act == "freshen":
        repository.freshen()
    else:
        repository.rotate(options.new_keys)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
