"""The playlists that libmpv reads: ours, made from a presentation, naming nothing but the gateway (RFC 8216)."""

import math

from player.presentation import Stream


def master_playlist(video: Stream | None, audio: tuple[Stream, ...], sound: int = 0) -> str:
    """One variant (the chosen rendition) and one sound beside it: FFmpeg shall read no other."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    heard = audio[sound] if audio else None
    if video and heard:
        language = f',LANGUAGE="{_tag(heard.language)}"' if heard.language else ""
        lines.append(
            f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="{sound}"{language},DEFAULT=YES,AUTOSELECT=YES,'
            f'URI="a{sound}.m3u8"'
        )
    streams = [stream for stream in (video, heard) if stream]
    attributes = [f"BANDWIDTH={max(sum(stream.bandwidth_bps for stream in streams), 1)}"]
    codecs = ",".join(stream.codecs for stream in streams if stream.codecs)
    if codecs:
        attributes.append(f'CODECS="{_codecs(codecs)}"')
    if video and video.width and video.height:
        attributes.append(f"RESOLUTION={video.width}x{video.height}")
    if video and heard:
        attributes.append('AUDIO="sound"')
    lines += ["#EXT-X-STREAM-INF:" + ",".join(attributes), "v.m3u8" if video else f"a{sound}.m3u8"]
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
