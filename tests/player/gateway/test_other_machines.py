"""Fault 13: a foreign playlist cannot make the player knock at this machine or at the local network."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from core import Cancel, CinemaError, Code
from player import HttpOrigin, foreign_feature
from player.addresses import is_public, resolved_address
from player.presentation import unheard


class Neighbour:
    """A server of this machine that notes whoever knocks."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.asked: list[str] = []
        pages, asked = self.pages, self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                data = pages.get(self.path, b"secret")
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_words: object, **_more: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = False
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def stream() -> Iterator[Neighbour]:
    made = Neighbour()
    yield made
    made.close()


@pytest.fixture
def victim() -> Iterator[Neighbour]:
    made = Neighbour()
    yield made
    made.close()


FORMS = [
    "127.0.0.1",
    "localhost",
    "LOCALHOST.",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "[::ffff:127.0.0.1]",
]


@pytest.mark.parametrize("host", FORMS)
@pytest.mark.parametrize("kind", ["segment", "key", "variant", "sound", "map"])
def test_no_form_of_another_service_here_is_asked(stream: Neighbour, victim: Neighbour, host: str, kind: str) -> None:
    bad = f"http://{host}:{victim.port}/admin"
    stream.pages["/v.m3u8"] = b"#EXTM3U\n#EXTINF:4,\na.ts\n#EXT-X-ENDLIST\n"
    text = {
        "segment": f"#EXTINF:4,\n{bad}\n#EXT-X-ENDLIST\n",
        "key": f'#EXT-X-KEY:METHOD=AES-128,URI="{bad}"\n#EXTINF:4,\na.ts\n#EXT-X-ENDLIST\n',
        "variant": f"#EXT-X-STREAM-INF:BANDWIDTH=1\n{bad}\n",
        "sound": f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="a",URI="{bad}"\n#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="a"\nv.m3u8\n',
        "map": f'#EXT-X-MAP:URI="{bad}"\n#EXTINF:4,\na.m4s\n#EXT-X-ENDLIST\n',
    }[kind]
    stream.pages["/m.m3u8"] = b"#EXTM3U\n" + text.encode()
    with pytest.raises(CinemaError) as caught:
        play_a_little(f"http://127.0.0.1:{stream.port}/m.m3u8", kind)
    assert caught.value.code in {Code.PLAYLIST_REFUSED, Code.OFFLINE}
    assert victim.asked == []


def play_a_little(url: str, kind: str) -> None:
    feature = foreign_feature(url)
    first = feature.presentation.video[0]
    piece = first.init if kind == "map" else first.pieces[0]
    assert piece is not None
    if kind == "key":
        assert piece.key_id is not None
        feature.key(piece.key_id)
    else:
        feature.fetch(piece.path, None, Cancel(), unheard)


def test_a_name_that_leads_into_the_local_network_is_asked_nothing(stream: Neighbour, victim: Neighbour) -> None:
    origin = HttpOrigin(home=f"http://127.0.0.1:{stream.port}/m.m3u8")
    with pytest.raises(CinemaError) as caught:
        origin(f"http://2130706433:{victim.port}/admin", None, Cancel())
    assert caught.value.code is Code.PLAYLIST_REFUSED
    assert victim.asked == []


def test_a_stream_of_ones_own_machine_plays_from_there(stream: Neighbour) -> None:
    url = f"http://localhost:{stream.port}"
    stream.pages["/m.m3u8"] = f"#EXTM3U\n#EXTINF:4,\n{url}/a.ts\n#EXTINF:4,\nb.ts\n#EXT-X-ENDLIST\n".encode()
    feature = foreign_feature(f"{url}/m.m3u8")
    for piece in feature.presentation.video[0].pieces:
        assert feature.fetch(piece.path, None, Cancel(), unheard) == b"secret"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "0.0.0.1", "[::1]", "[fd00::1]", "[fe80::1]",
     "[::ffff:10.0.0.1]", "localhost", "printer.localhost", "224.0.0.1", "255.255.255.255"],
)  # fmt: skip
def test_a_public_playlist_names_no_private_host(host: str) -> None:
    assert not is_public(host.strip("[]"))
    with pytest.raises(CinemaError) as caught:
        resolved_address("http://films.example/m.m3u8", f"http://{host}/a.ts")
    assert caught.value.code is Code.PLAYLIST_REFUSED


@pytest.mark.parametrize("host", ["cdn.example", "1.1.1.1", "[2606:4700::1111]"])
def test_a_public_playlist_names_other_public_hosts(host: str) -> None:
    assert resolved_address("http://films.example/m.m3u8", f"http://{host}/a.ts") == f"http://{host}/a.ts"
