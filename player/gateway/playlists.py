"""The playlists that libmpv reads: ours, made from a presentation, naming nothing but the gateway (RFC 8216)."""

import math

from player.presentation import Stream


def master_playlist(video: Stream | None, audio: tuple[Stream, ...]) -> str:
    """One variant (the chosen rendition) and the sound beside it."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for number, stream in enumerate(audio if video else ()):
        language = f',LANGUAGE="{_tag(stream.language)}"' if stream.language else ""
        default = "YES" if number == 0 else "NO"
        lines.append(
            f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="{number}"{language},DEFAULT={default},AUTOSELECT=YES,'
            f'URI="a{number}.m3u8"'
        )
    leading = video or audio[0]
    bandwidth = leading.bandwidth_bps + max((stream.bandwidth_bps for stream in audio if video), default=0)
    attributes = [f"BANDWIDTH={max(bandwidth, 1)}"]
    codecs = ",".join(filter(None, [leading.codecs, *(stream.codecs for stream in audio[:1] if video)]))
    if codecs:
        attributes.append(f'CODECS="{_codecs(codecs)}"')
    if video and video.width and video.height:
        attributes.append(f"RESOLUTION={video.width}x{video.height}")
    if video and audio:
        attributes.append('AUDIO="sound"')
    lines += ["#EXT-X-STREAM-INF:" + ",".join(attributes), "v.m3u8" if video else "a0.m3u8"]
    return "\n".join(lines) + "\n"


def media_playlist(stream: Stream, name: str, from_ms: int = 0) -> str:
    """The segments of one rendition from the one that holds ``from_ms``, clear, with short names below ``name/``."""
    first = stream.number_at(from_ms)
    longest_s = max((piece.duration_ms for piece in stream.pieces), default=1000) / 1000
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{max(1, math.ceil(longest_s))}",
        f"#EXT-X-MEDIA-SEQUENCE:{first}",
        "#EXT-X-PLAYLIST-TYPE:VOD",
    ]
    if stream.init:
        lines.append(f'#EXT-X-MAP:URI="{name}/0.mp4"')
    suffix = "m4s" if stream.init else "ts"
    for number, piece in enumerate(stream.pieces[first - 1 :], first):
        lines += [f"#EXTINF:{piece.duration_ms / 1000:.3f},", f"{name}/{number}.{suffix}"]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def _tag(language: str) -> str:
    return "".join(letter for letter in language if letter.isascii() and (letter.isalnum() or letter == "-"))


def _codecs(codecs: str) -> str:
    return "".join(letter for letter in codecs if letter.isascii() and (letter.isalnum() or letter in ".,-_"))
