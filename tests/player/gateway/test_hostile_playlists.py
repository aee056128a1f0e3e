"""Faults 13 and 14: what a playlist may name, and how much of it."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import CinemaError, Code
from player.hls import Budget, Master, Media, read_playlist

URL = "https://films.example/festival/lantern/index.m3u8"
HEAD = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n"
END = "#EXT-X-ENDLIST\n"


def read(text: str | bytes, url: str = URL) -> Master | Media:
    return read_playlist(text if isinstance(text, bytes) else text.encode(), url, Budget())


def media(text: str, url: str = URL) -> Media:
    found = read(HEAD + text + END, url)
    assert isinstance(found, Media)
    return found


def master(text: str) -> Master:
    found = read("#EXTM3U\n" + text)
    assert isinstance(found, Master)
    return found


def refused(text: str | bytes, url: str = URL) -> str:
    started = time.process_time()
    with pytest.raises(CinemaError) as caught:
        read(text, url)
    assert time.process_time() - started < 2
    assert caught.value.code is Code.PLAYLIST_REFUSED
    return caught.value.message


BAD_ADDRESSES = [
    "file:///etc/passwd", "FILE:///etc/passwd", "file:secret.ts", "concat:http://films.example/a.ts|file:///etc/passwd",
    "subfile,,start,0,end,64,,:/etc/passwd", "subfile:/etc/passwd", "data:video/mp2t;base64,R0A=", "crypto+http://films.example/a",
    "\\\\server\\share\\a.ts", "//server/share/a.ts", "/\\server\\a.ts", "http:\\\\server\\a.ts", "smb://server/a", "ftp://films.example/a.ts",
    "rtmp://films.example/a", "udp://239.0.0.1:1", "tcp://127.0.0.1:22", "pipe:0", "lavfi:testsrc", "C:/film.ts", "C:\\film.ts",
    "https://169.254.169.254/latest/meta-data", "https://[fe80::1]/a.ts", "https://[fe80::1%25eth0]/a.ts",
    "https://[::ffff:169.254.169.254]/a.ts", "https://0.0.0.0/a.ts", "https://224.0.0.1/a.ts", "https://user:word@films.example/a.ts",
    "http://films.example/downgraded.ts", "https:///a.ts", "https://films.example:99999/a.ts", "https://films.example:x/a.ts",
    "https://[::1/a.ts", "javascript:alert(1)", "https://films.example/" + "a" * 5000, "https:a.ts",
]  # fmt: skip


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_a_playlist_cannot_lead_elsewhere_than_http(address: str) -> None:
    quoted = address.replace('"', "")
    for text in (
        f"{HEAD}#EXTINF:4,\n{address}\n{END}",
        f'{HEAD}#EXT-X-MAP:URI="{quoted}"\n#EXTINF:4,\na.m4s\n{END}',
        f'{HEAD}#EXT-X-KEY:METHOD=AES-128,URI="{quoted}"\n#EXTINF:4,\na.ts\n{END}',
        f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{address}\n",
        f'#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",URI="{quoted}"\n#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="a"\nv.m3u8\n',
    ):
        refused(text)


@pytest.mark.parametrize(
    "duration",
    ["nan", "NaN", "inf", "-inf", "1e308", "-1", "0", "-0", "3600.1", "1e999", "", "x", "0x10", "9" * 400, "1_0e9"],
)
def test_a_segment_of_an_impossible_length_is_refused(duration: str) -> None:
    refused(f"{HEAD}#EXTINF:4,\na.ts\n#EXTINF:{duration},\nb.ts\n{END}")


MANY_LINES = "".join(f"#EXTINF:4,\n{number}.ts\n" for number in range(50_001))


@pytest.mark.parametrize(
    "text",
    [
        HEAD + MANY_LINES + END,
        HEAD + "#EXTINF:1,\n" * 1_000_000 + "a.ts\n" + END,
        HEAD + "#EXTINF:4,\na.ts\n" * 200_000 + END,
        HEAD + "#EXTINF:4,\na.ts\n" + "#\n" * 3_000_000,
        HEAD + "\n" * 5_200_000,
        HEAD + "\r" * 4_000_000,
        HEAD + "#EXTINF:4,\n" + "a" * 5_300_000,
        HEAD + "#EXTINF:4,\n" + "a" * 4_000_000 + "\n" + END,
        HEAD + "".join(f'#EXT-X-KEY:METHOD=AES-128,URI="{number}"\n#EXTINF:4,\na\n' for number in range(40_000)) + END,
        HEAD + "".join(f'#EXT-X-MAP:URI="{number}"\n#EXTINF:4,\na\n' for number in range(40_000)) + END,
        "#EXTM3U\n" + "#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n" * 100_000,
        "#EXTM3U\n" + "#EXT-X-MEDIA:TYPE=AUDIO,URI=a\n" * 100_000 + "#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n",
        HEAD + "#EXT-X-KEY:" + "\"'" * 4000 + "\n#EXTINF:4,\na.ts\n" + END,
        HEAD + "#EXT-X-KEY:METHOD=" + "\"" * 8001 + "\n#EXTINF:4,\na.ts\n" + END,
        HEAD + "#EXT-X-MEDIA-SEQUENCE:" + "9" * 5000 + "\n#EXTINF:4,\na.ts\n" + END,
        HEAD + "#EXT-X-MEDIA-SEQUENCE:99999999999999999999\n#EXTINF:4,\na.ts\n" + END,
        HEAD + "#EXT-X-MEDIA-SEQUENCE:-1\n#EXTINF:4,\na.ts\n" + END,
    ],
    ids=[
        "one too many", "a million lengths", "200,000 segments", "3 million comments", "5 million lines", "4 million returns",
        "beyond 5 MiB", "one endless line", "40,000 keys", "40,000 maps", "100,000 variants", "100,000 sounds", "nested quotes",
        "open quotes", "5,000 digits", "20 digits", "below zero",
    ],
)  # fmt: skip
def test_too_much_of_anything_is_refused_at_once(text: str) -> None:
    refused(text)


def test_fifty_thousand_segments_are_read_in_time() -> None:
    started = time.process_time()
    found = media(
        "".join(f"#EXTINF:4,\nhttps://cdn{number % 3}.example/f/{number}.ts?t=1\n" for number in range(50_000))
    )
    assert len(found.pieces) == 50_000
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "text",
    [
        b"", b"#EXT", b"<html>", b"\xff\xfe#EXTM3U", b"#EXTM3U\n\xff\n", b"#EXTM3U\n", b"#EXTM3U\n#EXT-X-ENDLIST\n", b"RIFF",
        HEAD + "#EXTINF:4,\na.ts\n", HEAD + "#EXTINF:4,\n" + END, HEAD + "a.ts\n" + END,
        HEAD + "#EXT-X-BYTERANGE:5@0\n#EXTINF:4,\na.ts\n" + END, HEAD + "#EXTINF:4,\na\x00.ts\n" + END,
        HEAD + "#EXT-X-KEY\n#EXTINF:4,\na.ts\n#EXT-X-KEY:METHOD\n#EXTINF:4,\na.ts\n" + END,
        HEAD + '#EXT-X-MAP:URI="i.mp4",BYTERANGE="5@0"\n#EXTINF:4,\na.m4s\n' + END,
        HEAD + '#EXTINF:4,\na.m4s\n#EXT-X-MAP:URI="i.mp4"\n#EXTINF:4,\nb.m4s\n' + END,
        HEAD + '#EXT-X-MAP:URI="i.mp4"\n#EXTINF:4,\na.m4s\n#EXT-X-MAP:URI="j.mp4"\n#EXTINF:4,\nb.m4s\n' + END,
        HEAD + '#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXT-X-MAP:URI="i.mp4"\n#EXTINF:4,\na.m4s\n' + END,
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=x\nv.m3u8\n", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1e999\nv.m3u8\n",
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n#EXTINF:4,\na.ts\n",
    ],
)  # fmt: skip
def test_what_is_malformed_or_not_supported_is_refused(text: str | bytes) -> None:
    refused(text)


@pytest.mark.parametrize(
    "name", ["index.m3u8", "./index.m3u8", "../lantern/index.m3u8", URL, "/festival/lantern/index.m3u8", URL + "#x"]
)
def test_a_master_that_names_itself_is_refused(name: str) -> None:
    refused(f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{name}\n")
    refused(f'#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",URI="{name}"\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n')


@pytest.mark.parametrize(
    "key",
    [
        'METHOD=SAMPLE-AES,URI="k"', "METHOD=AES-128", 'METHOD=AES-128,URI=""', 'METHOD=AES-128,URI="https://elsewhere.example/k"',
        'METHOD=AES-128,URI="https://films.example:8443/k"', 'METHOD=AES-128,URI="k",IV=12', 'METHOD=AES-128,URI="k",IV=0x',
        f'METHOD=AES-128,URI="k",IV=0x{"1" * 33}', 'METHOD=AES-128,URI="k",IV=0xzz', 'METHOD=AES-256,URI="k"', 'URI="k"',
        'METHOD=AES-128,URI="skd://k",KEYFORMAT="com.apple.streamingkeydelivery"',
    ],
)  # fmt: skip
def test_encryption_that_is_not_plain_aes_128_of_the_same_host_is_refused(key: str) -> None:
    refused(f"{HEAD}#EXT-X-KEY:{key}\n#EXTINF:4,\na.ts\n{END}")


def test_keys_and_initialisation_vectors_are_those_of_the_standard() -> None:
    found = media(
        "#EXT-X-MEDIA-SEQUENCE:41\n#EXTINF:4,\n0.ts\n"
        '#EXT-X-KEY:METHOD=AES-128,URI="keys/1"\n#EXTINF:4,\n1.ts\n#EXTINF:4.5,\n2.ts\n'
        '#EXT-X-KEY:METHOD=AES-128,URI="keys/2",IV=0xABCD\n#EXTINF:4,\n3.ts\n#EXT-X-KEY:METHOD=NONE\n#EXTINF:4,\n4.ts\n'
    )
    base = "https://films.example/festival/lantern/"
    assert [(piece.key_id, piece.iv) for piece in found.pieces] == [
        (None, None),
        (base + "keys/1", f"{42:032x}"),
        (base + "keys/1", f"{43:032x}"),
        (base + "keys/2", "abcd".zfill(32)),
        (None, None),
    ]
    assert [piece.duration_ms for piece in found.pieces] == [4000, 4000, 4500, 4000, 4000]
    assert [piece.path for piece in found.pieces] == [f"{base}{number}.ts" for number in range(5)]


def test_an_initialisation_section_is_kept_with_its_key() -> None:
    clear = media('#EXT-X-MAP:URI="i.mp4"\n#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXTINF:4,\na.m4s\n')
    assert clear.init is not None
    assert (clear.init.path, clear.init.key_id) == ("https://films.example/festival/lantern/i.mp4", None)
    locked = media('#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x1\n#EXT-X-MAP:URI="i.mp4"\n#EXTINF:4,\na.m4s\n')
    assert locked.init is not None
    assert (locked.init.key_id, locked.init.iv) == ("https://films.example/festival/lantern/k", "1".zfill(32))


def test_variants_come_best_first_with_their_sound_beside_them() -> None:
    found = master(
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",LANGUAGE="en",URI="en.m3u8"\n'
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="zh",LANGUAGE="zh",DEFAULT=YES,URI="zh.m3u8"\n'
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="x",LANGUAGE="fr",URI="fr.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=800,RESOLUTION=640x360,CODECS="avc1.1,mp4a.2",AUDIO="a"\n360.m3u8\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=5000,RESOLUTION=1920x1080,FRAME-RATE=23.976,AUDIO="a"\n1080.m3u8\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=9000,RESOLUTION=1920x1080,AUDIO="a"\n1080b.m3u8\n'
        "#EXT-X-STREAM-INF:BANDWIDTH=100,RESOLUTION=99999999x9\nodd.m3u8\n"
    )
    assert [(variant.height, variant.bandwidth_bps) for variant in found.variants] == [
        (1080, 9000),
        (1080, 5000),
        (360, 800),
        (9, 100),
    ]
    assert [sound.language for sound in found.sounds] == ["zh", "en"]
    assert [(text.language, text.group) for text in found.subtitles] == [("fr", "s")]
    assert found.variants[1].frames_per_s == pytest.approx(23.976)


def test_subtitles_for_those_who_do_not_hear_are_told_apart_and_forced_ones_left_out() -> None:
    both = "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound"
    found = master(
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="a",LANGUAGE="en",CHARACTERISTICS="{both}",URI="sdh.m3u8"\n'
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="b",LANGUAGE="en",URI="en.m3u8"\n'
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="c",LANGUAGE="en",FORCED=YES,URI="forced.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=800,SUBTITLES="s"\n360.m3u8\n'
    )
    assert [(text.url.rpartition("/")[2], text.sdh) for text in found.subtitles] == [
        ("sdh.m3u8", True),
        ("en.m3u8", False),
    ]


@pytest.mark.parametrize("kind", ["AUDIO", "SUBTITLES"])
def test_a_rendition_beside_the_picture_stays_on_the_web_too(kind: str) -> None:
    text = f'#EXT-X-MEDIA:TYPE={kind},GROUP-ID="s",NAME="x",URI="file:///x"\n#EXT-X-STREAM-INF:BANDWIDTH=8\na.m3u8\n'
    with pytest.raises(CinemaError) as refused:
        master(text)
    assert refused.value.code is Code.PLAYLIST_REFUSED


def test_chinese_and_spaced_names_are_percent_encoded() -> None:
    found = media("#EXTINF:4,\n灯 笼.ts?x=%20\n")
    assert found.pieces[0].path == "https://films.example/festival/lantern/%E7%81%AF%20%E7%AC%BC.ts?x=%20"


TAGS = st.sampled_from(
    [
        "#EXTINF:", "#EXT-X-KEY:", "#EXT-X-MAP:", "#EXT-X-STREAM-INF:", "#EXT-X-MEDIA:", "#EXT-X-ENDLIST", "#EXT-X-MEDIA-SEQUENCE:",
        "#EXT-X-PLAYLIST-TYPE:", "a.ts", "METHOD=AES-128", ",", "URI=", '"', "4", "\n", "\n", "https://", "file:",
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(TAGS, st.text(max_size=6)), max_size=40))
def test_any_text_is_a_playlist_or_is_refused(parts: list[str]) -> None:
    try:
        found = read(("#EXTM3U\n" + "".join(parts)).encode("utf-8", "ignore"))
    except CinemaError as error:
        assert error.code is Code.PLAYLIST_REFUSED  # noqa: PT017 - either outcome is right
    else:
        named = [piece.path for piece in found.pieces] if isinstance(found, Media) else [v.url for v in found.variants]
        assert named
        assert all(url.startswith("https://") for url in named)
