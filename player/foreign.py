"""Features from elsewhere: an HLS stream of another server, or one file of this disk."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from core import Cancel, CinemaError, Code
from films import SDH_SUBTAG, NoteTrack
from player.addresses import checked_address
from player.feature import Feature
from player.foreign_texts import Texts
from player.hls import TEXT_LIMIT_BYTES, Alternative, Budget, Master, Media, Variant, read_playlist, refuse
from player.origins import HttpOrigin
from player.pathways import Pathways
from player.presentation import Fetch, Presentation, Received, Stream
from player.spares import Rendition, Spares, alike

VARIANTS_LIMIT = 8
SOUNDS_LIMIT = 8
TEXTS_LIMIT = 16
SPARES_LIMIT = 3
"""How many further places of one rendition are kept for when the first fails."""
KEY_BYTES = 16
AUDIO_CODECS = ("mp4a", "ac-3", "ec-3", "opus", "flac", "alac")


def foreign_feature(
    url: str, notes: Mapping[str, NoteTrack] | None = None, start_ms: int = 0, origin: HttpOrigin | None = None
) -> Feature:
    """An HLS stream (video on demand) of any server; its playlists are read now, its keys when they are needed.

    Raises `CinemaError` (playlist-refused, offline, server-error, not-found, certificate, redirected).
    """
    address = checked_address(url)
    pieces = (origin or HttpOrigin()).at_home(address)
    playlists = _Playlists(pieces.limited(TEXT_LIMIT_BYTES))
    keys = pieces.limited(KEY_BYTES)

    def key(key_id: str) -> bytes:
        try:
            data = keys(key_id, None, Cancel())
        except CinemaError as error:
            if error.code is not Code.MEDIA_REFUSED:
                raise
            raise _malformed() from error
        if len(data) != KEY_BYTES:
            raise _malformed()
        return data

    presentation = playlists.presentation(address)
    subtitles = Texts(presentation, pieces, pieces.limited(TEXT_LIMIT_BYTES), key).read(playlists.subtitles)
    fetch = playlists.with_spares(pieces)
    return Feature(presentation, fetch, key, subtitles=subtitles, notes=notes or {}, start_ms=start_ms)


def local_feature(path: Path, notes: Mapping[str, NoteTrack] | None = None, start_ms: int = 0) -> Feature:
    """One media file of this disk; its length is known once it plays."""
    return Feature(Presentation(0, file=path), _nothing_to_fetch, notes=notes or {}, start_ms=start_ms)


class _Playlists:
    def __init__(self, origin: HttpOrigin) -> None:
        self._origin = origin
        self._budget = Budget()
        self._read: dict[str, Media] = {}
        self._silent: set[str] = set()
        """Hosts that gave no playlist; others are asked before them."""
        self._renditions: list[Rendition] = []
        self.subtitles: dict[str, Media] = {}
        """By language; known once `presentation` was asked for."""

    def presentation(self, url: str) -> Presentation:
        found, base = self._playlist(url)
        if isinstance(found, Media):
            stream = Stream("stream", "", 0, found.pieces, found.init)
            return Presentation(stream.duration_ms, (stream,), from_zero=False)
        pictures = [variant for variant in found.variants if not _sound_only(variant)]
        groups = alike(pictures or found.variants)[:VARIANTS_LIMIT]
        best = groups[0][0]
        if not pictures:
            stream = self._stream(groups[0], base, "sound")
            return Presentation(stream.duration_ms, audio=(stream,), from_zero=False)
        choirs = [[sound for sound in found.sounds if sound.group == variant.audio] for variant in groups[0]]
        sounds = choirs[0][:SOUNDS_LIMIT]
        video = tuple(self._stream(group, base, str(number), apart=bool(sounds)) for number, group in enumerate(groups))
        audio = tuple(self._sound(_the_same(sound, choirs), best, base, number) for number, sound in enumerate(sounds))
        tracks: dict[str, Alternative] = {}
        for text in sorted(found.subtitles, key=lambda text: text.sdh):
            if text.group == best.subtitles and text.language and len(tracks) < TEXTS_LIMIT:
                tracks.setdefault(text.language + (SDH_SUBTAG if text.sdh else ""), text)
        self.subtitles = {tag: self._media(text.url, base) for tag, text in tracks.items()}
        return Presentation(video[0].duration_ms, video, audio, from_zero=False)

    def _playlist(self, url: str) -> tuple[Master | Media, str]:
        try:
            answer = self._origin.read(url, None, Cancel())
        except CinemaError as error:
            if error.code is not Code.MEDIA_REFUSED:
                raise
            refuse(f"it is longer than {TEXT_LIMIT_BYTES >> 20} MiB")
        return read_playlist(answer.data, answer.url, self._budget), answer.url

    def _media(self, url: str, master: str) -> Media:
        if url not in self._read:
            found, base = self._playlist(url)
            if not isinstance(found, Media) or base == master:
                refuse("its variants are no media playlists")
            self._read[url] = found
        return self._read[url]

    def with_spares(self, pieces: Fetch) -> Fetch:
        """``pieces``, and behind it the redundant variants, where there are any."""
        places = max((len(rendition.others) for rendition in self._renditions), default=0)
        if not places:
            return pieces
        spares = {f"{place}": Spares(self._renditions, place, self._other, pieces) for place in range(places)}
        return Pathways({"first": pieces, **spares}, {})

    def _other(self, url: str) -> Media:
        return self._media(url, "")

    def _rendition(self, urls: Sequence[str], master: str) -> Media:
        """The first playlist that is there; where the same lies elsewhere is kept for `with_spares`."""
        failures: list[CinemaError] = []
        for url in sorted(urls[: 1 + SPARES_LIMIT], key=lambda url: urlsplit(url).netloc in self._silent):
            try:
                media = self._media(url, master)
            except CinemaError as error:
                self._silent.add(urlsplit(url).netloc)
                failures.append(error)
            else:
                self._renditions.append(Rendition(media, tuple(other for other in urls if other != url)[:SPARES_LIMIT]))
                return media
        raise failures[0]

    def _stream(self, group: Sequence[Variant], master: str, name: str, *, apart: bool = False) -> Stream:
        variant = group[0]
        media = self._rendition([one.url for one in group], master)
        codecs = [codec.strip() for codec in variant.codecs.split(",") if codec.strip()]
        if apart:
            codecs = [codec for codec in codecs if not codec.lower().startswith(AUDIO_CODECS)]
        return Stream(
            f"{variant.height}p-{name}" if variant.height else name,
            ",".join(codecs),
            variant.bandwidth_bps,
            media.pieces,
            media.init,
            variant.width,
            variant.height,
            variant.frames_per_s,
        )

    def _sound(self, group: Sequence[Alternative], beside: Variant, master: str, number: int) -> Stream:
        sound = group[0]
        media = self._rendition([one.url for one in group], master)
        codecs = [codec.strip() for codec in beside.codecs.split(",") if codec.strip().lower().startswith(AUDIO_CODECS)]
        return Stream(
            f"sound-{number}", ",".join(codecs[:1]), 0, media.pieces, media.init, language=sound.language or None
        )


def _sound_only(variant: Variant) -> bool:
    codecs = [codec.strip().lower() for codec in variant.codecs.split(",") if codec.strip()]
    return not variant.height and bool(codecs) and all(codec.startswith(AUDIO_CODECS) for codec in codecs)


def _the_same(sound: Alternative, choirs: Sequence[Sequence[Alternative]]) -> list[Alternative]:
    """A sound, and the one in its place in every other group."""
    place = choirs[0].index(sound)
    same = [choir[place] for choir in choirs if place < len(choir) and choir[place].language == sound.language]
    return list({one.url: one for one in same}.values())


def _nothing_to_fetch(_path: str, _size: int | None, _cancel: Cancel, _received: Received) -> bytes:
    raise CinemaError(Code.FILE_MISSING, "A plain file has no parts to fetch.")


def _malformed() -> CinemaError:
    return CinemaError(Code.KEY_MALFORMED, f"A content key does not have {KEY_BYTES} bytes; nothing was opened.")
