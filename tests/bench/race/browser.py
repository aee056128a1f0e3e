"""hls.js with its own settings in a Chromium without a window, driven by WebDriver (W3C)."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from race.score import Play

PATIENCE_S = 30
LOOK_S = 0.5
PAGE = b"""<!doctype html><title>race</title><style>video{width:1280px;height:720px}</style>
<video id="v" playsinline></video><script src="/page/hls.min.js"></script><script>
const video = document.getElementById("v"), told = {first: null, samples: [], errors: []};
video.requestVideoFrameCallback(() => { told.first ??= Date.now() / 1000; });
function start(url) {
  const hls = new Hls();
  hls.on(Hls.Events.ERROR, (_, data) => told.errors.push(data.details + (data.fatal ? " fatal" : "")));
  hls.on(Hls.Events.MANIFEST_PARSED, () => video.play());
  hls.loadSource(url);
  hls.attachMedia(video);
  setInterval(() => told.samples.push([Date.now() / 1000, video.currentTime]), 50);
}
function whole() {
  const quality = video.getVideoPlaybackQuality();
  return {...told, notes: {version: Hls.version, errors: told.errors.slice(0, 20), frames_shown:
    quality.totalVideoFrames - quality.droppedVideoFrames, frames_dropped: quality.droppedVideoFrames}};
}
</script>"""


def script(cache: Path) -> bytes:
    """hls.js from the cache; the newest is fetched there where it is missing."""
    folder = cache / "hls.js"
    file = folder / "node_modules" / "hls.js" / "dist" / "hls.min.js"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["npm", "install", "--silent", "--no-save", "--prefix", str(folder), "hls.js@latest"], check=True
        )
    return file.read_bytes()


def pages(cache: Path) -> dict[str, bytes]:
    """What the browser needs besides the film."""
    return {"/page/index.html": PAGE, "/page/hls.min.js": script(cache), "/favicon.ico": b""}


def play(url: str, seconds: float, limit_s: float) -> Play:
    """Play the first ``seconds`` of the film that lies at ``url``, for ``limit_s`` at most."""
    with _session() as session:
        session.ask("url", {"url": f"{url}/page/index.html"})
        session.run(f"start('{url}/master.m3u8')")
        ending = time.monotonic() + limit_s
        while time.monotonic() < ending and session.run("return video.currentTime") < seconds:
            time.sleep(LOOK_S)
        told = session.run("return whole()")
    samples = [tuple(sample) for sample in told["samples"]]
    past = next((place for place, sample in enumerate(samples) if sample[1] >= seconds), len(samples))
    return Play(told["first"], tuple(samples[: past + 1]), told["notes"])


class _Session:
    def __init__(self, http: requests.Session, driver: str, profile: Path) -> None:
        self._http = http
        self._address = driver
        arguments = [
            *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"),
            *("--disable-dev-shm-usage", "--window-size=1280,800", "--autoplay-policy=no-user-gesture-required"),
            *("--mute-audio", f"--user-data-dir={profile}"),
        ]
        options = {"binary": _program("chromium"), "args": arguments}
        wanted = {"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}}
        self._address = f"{driver}/session/{self._post('session', wanted)['sessionId']}"

    def ask(self, what: str, document: object) -> Any:
        return self._post(what, document)

    def run(self, code: str) -> Any:
        return self._post("execute/sync", {"script": code, "args": []})

    def close(self) -> None:
        self._http.delete(self._address, timeout=PATIENCE_S)

    def _post(self, what: str, document: object) -> Any:
        answer = self._http.post(f"{self._address}/{what}", json=document, timeout=PATIENCE_S)
        if not answer.ok:
            raise RuntimeError(answer.text[:500])
        return answer.json()["value"]


@contextmanager
def _session() -> Iterator[_Session]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [_program("chromedriver"), f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    http = requests.Session()
    http.trust_env = False
    try:
        _wait_for(http, port)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            session = _Session(http, f"http://127.0.0.1:{port}", Path(profile))
            try:
                yield session
            finally:
                session.close()
    finally:
        http.close()
        process.terminate()
        process.wait(10)


def _wait_for(http: requests.Session, port: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            if http.get(f"http://127.0.0.1:{port}/status", timeout=1).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    message = "chromedriver does not answer"
    raise RuntimeError(message)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        message = f"{name} is not on this system"
        raise RuntimeError(message)
    return found
