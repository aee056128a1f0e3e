"""Taking a package into the library, beside ``cp -r`` and ``sha256sum`` of the same files; and reading it through, as
preflight does, beside ``sha256sum``.

Usage: python tests/bench/ingest.py [MIB] [--folder DIR]. Prints JSON; exit 1 under 0.8 of the peer's speed.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from core import Cancel, no_progress  # noqa: E402
from films import (  # noqa: E402
    FileRef,
    Manifest,
    MasterOptions,
    SigningKey,
    TrustedKeys,
    check_package,
    dump_manifest,
    master,
    sign_manifest,
)
from kiosk import ingest  # noqa: E402
from tests.films.conftest import TINY_LADDER, Slides  # noqa: E402

SEGMENT_BYTES = 10_000_000
LIMIT = 0.8


def make(folder: Path, mib: int, signer: SigningKey) -> None:
    """A small package whose first rendition's segments are exchanged for as many large ones."""
    options = MasterOptions(
        package_id="large", title_id="large", names={"en": "L"}, signing_key=signer, ladder=TINY_LADDER, segment_ms=1000
    )
    count = max(4, (mib << 20) // SEGMENT_BYTES)
    manifest: Manifest = master(Slides(frame_count=24 * count), folder, options, no_progress, Cancel())
    best = manifest.video[0]
    segments = []
    for segment in best.segments:
        data = os.urandom(SEGMENT_BYTES - SEGMENT_BYTES % 16)
        (folder / segment.file.path).write_bytes(data)
        file = FileRef(segment.file.path, len(data), hashlib.sha256(data).hexdigest())
        segments.append(replace(segment, file=file, clear_bytes=len(data) - 1))
    changed = replace(manifest, video=(replace(best, segments=tuple(segments)), *manifest.video[1:]))
    data = dump_manifest(changed)
    (folder / "manifest.json").write_bytes(data)
    (folder / "manifest.jws").write_bytes(sign_manifest(data, signer))


def seconds(work: Callable[[], object]) -> float:
    """How long it took, with everything on the disk at the end."""
    os.sync()
    began = time.perf_counter()
    work()
    os.sync()
    return time.perf_counter() - began


def main() -> int:
    """Measure and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mib", nargs="?", type=int, default=512)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    signer = SigningKey.generate()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        make(folder / "stick", options.mib, signer)
        peer = "rm -rf copy && cp -r stick copy && find copy -type f -print0 | xargs -0 sha256sum > /dev/null"
        trusted = TrustedKeys.of(signer.public_jwk)
        report = []
        rounds = []
        for number in range(3):
            theirs = seconds(lambda: subprocess.run(["sh", "-c", peer], check=True, cwd=folder))
            library = folder / f"library{number}"
            ours = seconds(
                lambda library=library: report.append(ingest(folder / "stick", library, trusted, no_progress, Cancel()))
            )
            rounds.append((theirs / ours, ours, theirs))
        sums = "find stick -type f -print0 | xargs -0 sha256sum > /dev/null"
        hashing = []
        for _ in range(3):
            theirs = seconds(lambda: subprocess.run(["sh", "-c", sums], check=True, cwd=folder))
            ours = seconds(lambda: check_package(folder / "stick", trusted, None, no_progress, Cancel()))
            hashing.append(theirs / ours)
    ratio, ours, theirs = sorted(rounds)[1]
    taken = all(item.folder for item in report)
    print(
        json.dumps(
            {
                "mib": options.mib,
                "taken": taken,
                "ours_s": round(ours, 2),
                "peer_s": round(theirs, 2),
                "speed": round(ratio, 2),
                "hashing": round(sorted(hashing)[1], 2),
            }
        )
    )
    return int(not taken or min(ratio, sorted(hashing)[1]) < LIMIT)


if __name__ == "__main__":
    sys.exit(main())
