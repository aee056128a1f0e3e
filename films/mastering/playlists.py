"""HLS playlists (RFC 8216) of a package, so that any player that is given the keys plays it.

Keys are named ``keys/<key id>.key``, a file of 16 bytes that is not part of the package.
"""

from pathlib import Path

from films.manifest import Rendition, TextTrack

_HEAD = ("#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS")


_HEARD = (
    ',CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound"'
)
"""What SDH is (RFC 8216 4.3.4.1)."""


def media_playlist(rendition: Rendition) -> str:
    """The playlist that lies beside the segments of one rendition."""
    target = max(-(-segment.duration_ms // 1000) for segment in rendition.segments)
    lines = [
        *_HEAD,
        f"#EXT-X-TARGETDURATION:{target}",
        "#EXT-X-MEDIA-SEQUENCE:1",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        '#EXT-X-MAP:URI="init.mp4"',
    ]
    for segment in rendition.segments:
        if segment.key_id is not None:
            lines.append(f'#EXT-X-KEY:METHOD=AES-128,URI="../../keys/{segment.key_id}.key",IV=0x{segment.iv}')
        lines += [f"#EXTINF:{segment.duration_ms / 1000:.3f},", segment.file.path.rpartition("/")[2]]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def subtitle_playlist(track: TextTrack, running_time_ms: int) -> str:
    """The playlist that wraps one WebVTT file."""
    name = track.file.path.rpartition("/")[2]
    return "\n".join(
        [
            *("#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{-(-running_time_ms // 1000)}"),
            *("#EXT-X-MEDIA-SEQUENCE:1", "#EXT-X-PLAYLIST-TYPE:VOD"),
            *(f"#EXTINF:{running_time_ms / 1000:.3f},", name, "#EXT-X-ENDLIST", ""),
        ]
    )


def main_playlist(video: tuple[Rendition, ...], audio: tuple[Rendition, ...], subtitles: tuple[TextTrack, ...]) -> str:
    """``hls.m3u8``: every rendition of the picture with the sound and the subtitles."""
    lines = list(_HEAD)
    for index, sound in enumerate(audio):
        channels = sound.audio.channels if sound.audio else 2
        described = ',CHARACTERISTICS="public.accessibility.describes-video"' if sound.role == "description" else ""
        lines.append(
            f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",LANGUAGE="{sound.language}",NAME="{sound.id}",'
            f"DEFAULT={'NO' if index else 'YES'},AUTOSELECT={'NO' if sound.role == 'commentary' else 'YES'},"
            f'CHANNELS="{channels}"{described},URI="audio/{sound.id}/index.m3u8"'
        )
    lines += [
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="words",LANGUAGE="{track.language}",NAME="{track.tag}",'
        f'DEFAULT=NO,AUTOSELECT=YES,FORCED=NO{_HEARD if track.role == "sdh" else ""},URI="{_beside(track)}"'
        for track in subtitles
    ]
    sound_peak = max((sound.bandwidth_bps for sound in audio), default=0)
    sound_average = max((sound.average_bps for sound in audio), default=0)
    for picture in video:
        facts = picture.video
        assert facts is not None  # noqa: S101 - a picture
        codecs = ",".join([picture.codecs, *sorted({sound.codecs for sound in audio})])
        groups = (',AUDIO="sound"' if audio else "") + (',SUBTITLES="words"' if subtitles else "")
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={picture.bandwidth_bps + sound_peak},"
            f"AVERAGE-BANDWIDTH={picture.average_bps + sound_average},"
            f'CODECS="{codecs}",RESOLUTION={facts.width}x{facts.height},'
            f"FRAME-RATE={facts.fps_num / facts.fps_den:.3f}{groups}\nvideo/{picture.id}/index.m3u8"
        )
    return "\n".join([*lines, ""])


def _beside(track: TextTrack) -> str:
    """The playlist of a subtitle file lies beside it."""
    return f"{track.file.path.removesuffix('.vtt')}.m3u8"


def write_playlists(
    package: Path,
    video: tuple[Rendition, ...],
    audio: tuple[Rendition, ...],
    subtitles: tuple[TextTrack, ...],
    running_time_ms: int,
) -> tuple[str, ...]:
    """Write all playlists; returns their paths."""
    texts = {"hls.m3u8": main_playlist(video, audio, subtitles)}
    for kind, renditions in (("video", video), ("audio", audio)):
        texts |= {f"{kind}/{item.id}/index.m3u8": media_playlist(item) for item in renditions}
    texts |= {_beside(track): subtitle_playlist(track, running_time_ms) for track in subtitles}
    for path, text in texts.items():
        (package / path).write_bytes(text.encode("utf-8"))
    return tuple(texts)
