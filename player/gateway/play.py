"""One presentation being served: what stands at which path."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from player.gateway.line import Observer
from player.gateway.playlists import master_playlist, media_playlist
from player.gateway.rate import Conditions, Ladder
from player.gateway.store import SegmentStore
from player.presentation import Fetch, KeySource, Presentation, Stream

PLAYLIST = "application/vnd.apple.mpegurl"
FILE = "application/octet-stream"


@dataclass(frozen=True)
class Stats:
    """What the gateway measured for diagnostics."""

    rendition: str
    bandwidth_bps: int
    throughput_bps: int


@dataclass(frozen=True)
class Body:
    """An answer: its bytes, or a file of this disk."""

    content_type: str
    data: bytes = b""
    file: Path | None = None


class OpenPlay:
    """One presentation being served; close it to forget its keys and stop its fetches."""

    def __init__(
        self,
        name: str,
        presentation: Presentation,
        fetch: Fetch,
        key: KeySource,
        conditions: Conditions,
        observer: Observer,
        start_ms: int | None,
    ) -> None:
        self.name = name
        self._file = presentation.file
        self.ladder = Ladder(presentation.video, conditions) if presentation.video else None
        self._video = self.ladder.leading if self.ladder else None
        self._audio = presentation.audio
        self._streams: tuple[Stream, ...] = tuple(filter(None, (self._video, *self._audio)))
        names = (["v"] if self._video else []) + [f"a{number}" for number in range(len(self._audio))]
        self._index = {stream: number for number, stream in enumerate(names)}
        self._store = SegmentStore(self._streams, fetch, key, observer, self.ladder, from_zero=presentation.from_zero)
        self.url = ""
        self._sound = 0
        self._warm(start_ms)

    def choose_sound(self, number: int) -> None:
        """Which of the presentation's sounds is in the playlist from now on."""
        self._sound = number

    def _warm(self, start_ms: int | None) -> None:
        heard = self._index.get(f"a{self._sound}")
        self._store.warm(start_ms, {number for number in (self._index.get("v"), heard) if number is not None})

    def answer(self, path: list[str], gone: Callable[[], bool]) -> Body | None:
        """What stands at ``path`` below the play, or none; below ``from-<ms>`` the film begins there."""
        from_ms = 0
        if path and path[0].startswith("from-"):
            wanted = path[0].removeprefix("from-")
            if not (wanted.isascii() and wanted.isdigit()) or len(wanted) > 9:
                return None
            from_ms, path = int(wanted), path[1:]
        match path:
            case ["film"] if self._file:
                return Body(FILE, file=self._file)
            case ["master.m3u8"] if self._streams:
                self._warm(from_ms)
                return Body(PLAYLIST, master_playlist(self._video, self._audio, self._sound).encode())
            case [name] if (index := self._index.get(name.removesuffix(".m3u8"))) is not None and "." in name:
                return Body(
                    PLAYLIST, media_playlist(self._streams[index], name.removesuffix(".m3u8"), from_ms).encode()
                )
            case [name, piece] if (index := self._index.get(name)) is not None:
                return self._piece(index, piece, gone)
        return None

    def _piece(self, index: int, piece: str, gone: Callable[[], bool]) -> Body | None:
        stream = self._streams[index]
        number, _, suffix = piece.partition(".")
        if not (number.isascii() and number.isdigit()) or len(number) > 6:
            return None
        if number != str(int(number)):
            return None
        wanted = "mp4" if number == "0" else "m4s" if stream.init else "ts"
        if suffix != wanted or int(number) > len(stream.pieces) or (number == "0" and stream.init is None):
            return None
        kind = "video/mp2t" if suffix == "ts" else "video/mp4"
        return Body(kind, self._store.get(index, int(number), gone))

    def stats(self, time_ms: int = 0) -> Stats:
        """What is served at a film time and how fast it arrives."""
        leading = self.ladder.rendition_at(time_ms) if self.ladder else self._streams[0] if self._streams else None
        return Stats(
            leading.id if leading else "file", leading.bandwidth_bps if leading else 0, self._store.throughput_bps
        )

    def close(self) -> None:
        """Stop fetching and forget everything; a fetch that is blocked is not waited for."""
        self._store.close()

    def join(self) -> None:
        """Wait for the threads of a closed play."""
        self._store.join()

    @property
    def idle(self) -> bool:
        """Whether none of its threads is at work."""
        return self._store.idle
