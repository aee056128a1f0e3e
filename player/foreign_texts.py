"""Subtitles of foreign streams: WebVTT in segments, put on the film's own time."""

import logging
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property

from core import Cancel, CinemaError
from films import Cue, parse_subtitles
from player.gateway.fragments import LEAST_S, begins_s, read_header
from player.gateway.media import decrypt, first_timestamp
from player.hls import Media, refuse
from player.presentation import Fetch, KeySource, Piece, Presentation, Stream, unheard

log = logging.getLogger(__name__)

AT_ONCE = 8
TRACK_LIMIT_BYTES = 16 << 20
TICKS_A_S = 90_000
STAMP = b"X-TIMESTAMP-MAP"


class Texts:
    """Reads the subtitles that belong to a presentation: ``texts`` fetches them, ``fetch`` its other parts."""

    def __init__(self, presentation: Presentation, fetch: Fetch, texts: Fetch, key: KeySource) -> None:
        self._presentation, self._fetch, self._texts, self._key = presentation, fetch, texts, key

    def read(self, tracks: Mapping[str, Media]) -> dict[str, tuple[Cue, ...]]:
        """The cues by language; a track that cannot be read is left out, since the film can do without it."""
        found = {}
        for language, media in tracks.items():
            try:
                found[language] = self._track(media)
            except CinemaError as error:
                log.warning("subtitles of a foreign stream were left out: %s", error.code)
        return found

    def _track(self, media: Media) -> tuple[Cue, ...]:
        workers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="subtitles")
        try:
            size_bytes, cues = 0, list[Cue]()
            for segment_bytes, segment in workers.map(self._segment, media.pieces):
                size_bytes += segment_bytes
                if size_bytes > TRACK_LIMIT_BYTES:
                    refuse("its subtitles are too long")
                cues += segment
            return _joined(cues)
        finally:
            workers.shutdown(cancel_futures=True)

    def _segment(self, piece: Piece) -> tuple[int, tuple[Cue, ...]]:
        data = self._bytes(self._texts, piece)
        return len(data), parse_subtitles(data, self._start if STAMP in data else 0)

    def _bytes(self, fetch: Fetch, piece: Piece) -> bytes:
        data = fetch(piece.path, None, Cancel(), unheard)
        return data if piece.key_id is None else decrypt(data, self._key(piece.key_id), piece.iv or "")

    @cached_property
    def _start(self) -> int:
        """The MPEG-2 timestamp of the film's beginning."""
        streams = (*self._presentation.video[-1:], *self._presentation.audio[:1])
        starts = (self._first(stream) for stream in streams)
        return min((start for start in starts if start is not None), default=0)

    def _first(self, stream: Stream) -> int | None:
        first = self._bytes(self._fetch, stream.pieces[0])
        if stream.init is None:
            return first_timestamp(first)
        header = read_header(self._bytes(self._fetch, stream.init))
        began_s = (begins_s(first, header.ticks) or 0.0) + header.pause_s
        return round(began_s * TICKS_A_S) if began_s >= LEAST_S else 0


def _joined(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """In order of time; a cue that was repeated, or cut at the end of a segment, is one again."""
    whole: list[Cue] = []
    last: dict[tuple[str, ...], int] = {}
    for cue in sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms)):
        before = last.get(cue.lines)
        if before is not None and cue.start_ms <= whole[before].end_ms:
            whole[before] = replace(whole[before], end_ms=max(whole[before].end_ms, cue.end_ms))
        else:
            last[cue.lines] = len(whole)
            whole.append(cue)
    return tuple(whole)
