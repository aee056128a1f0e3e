"""Where bytes come from: a folder that cannot be left, and servers that cannot lead elsewhere (faults 16 and 17)."""

import datetime
import ipaddress
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core import Cancel, CinemaError, Code
from player import DirectoryOrigin, HttpOrigin, foreign_feature, local_feature

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Answers each path as a test says."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, str]] = []
        answers, asked = self.answers, self.asked

        class Handler(BaseHTTPRequestHandler):
            timeout = 10

            def do_GET(self) -> None:
                asked.append((self.path, self.headers["Host"]))
                answer = answers.get(self.path)
                if answer is None:
                    self.send_error(404)
                else:
                    answer(self)

            def log_message(self, *_words: object, **_more: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = False
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def give(self, path: str, data: bytes, status: int = 200, **headers: str) -> str:
        self.answers[path] = partial(send, data=data, status=status, headers=headers)
        return self.url + path

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def send(handler: BaseHTTPRequestHandler, data: bytes, status: int, headers: dict[str, str]) -> None:
    handler.send_response(status)
    for name, value in ({"Content_Length": str(len(data))} | headers).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    try:
        handler.wfile.write(data)
    except ConnectionError:
        handler.close_connection = True


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


def code_of(read: Callable[[], object]) -> Code:
    with pytest.raises(CinemaError) as caught:
        read()
    return caught.value.code


def fetch(url: str, size: int | None = None, origin: HttpOrigin | None = None) -> bytes:
    return (origin or HttpOrigin())(url, size, Cancel())


def test_a_folder_gives_its_files_whole(tmp_path: Path) -> None:
    (tmp_path / "video").mkdir()
    (tmp_path / "video/00001.m4s").write_bytes(b"film")
    origin = DirectoryOrigin(tmp_path)
    assert origin("video/00001.m4s", 4, Cancel()) == b"film"
    assert origin("video/00001.m4s", None, Cancel()) == b"film"
    for size in (3, 5, 0):
        assert code_of(lambda size=size: origin("video/00001.m4s", size, Cancel())) is Code.SEGMENT_CORRUPT  # type: ignore[misc]


@pytest.mark.parametrize(
    "path",
    [
        "../secret",
        "/etc/passwd",
        "video/../../secret",
        "C:\\x",
        "video\\x",
        "",
        ".",
        "video",
        "nul",
        "a\x00b",
        "none.m4s",
    ],
)
def test_a_folder_is_not_left(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "package"
    (folder / "video").mkdir(parents=True)
    (tmp_path / "secret").write_bytes(b"secret")
    assert code_of(lambda: DirectoryOrigin(folder)(path, None, Cancel())) is Code.FILE_MISSING


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    folder, outside = tmp_path / "package", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "x").write_bytes(b"secret")
    (folder / "file").symlink_to(outside / "x")
    (folder / "sub").symlink_to(outside)
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "inner").write_bytes(b"film")
    (folder / "link").symlink_to(folder / "inner")
    origin = DirectoryOrigin(folder)
    for path in ("file", "sub/x", "loop"):
        assert code_of(lambda path=path: origin(path, None, Cancel())) in {Code.FILE_MISSING, Code.FILE_UNREADABLE}  # type: ignore[misc]
    assert origin("link", None, Cancel()) == b"film"


def test_a_file_beyond_64_mib_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as file:
        file.truncate((64 << 20) + 1)
    assert code_of(lambda: DirectoryOrigin(tmp_path)("huge", None, Cancel())) is Code.SEGMENT_CORRUPT


def test_a_server_gives_bytes_and_follows_within_itself(server: Server) -> None:
    server.give("/a", b"film")
    server.give("/old", b"", 302, Location="/a")
    assert fetch(server.url + "/a") == b"film"
    assert fetch(server.url + "/old", 4) == b"film"
    assert HttpOrigin().read(server.url + "/old", None, Cancel()).url == server.url + "/a"


@pytest.mark.parametrize(
    "place",
    [
        "http://localhost:{port}/a", "http://127.0.0.1:1/a", "https://elsewhere.example/a", "//elsewhere.example/a", "file:///etc/passwd",
        "ftp://127.0.0.1/a", "data:,x", "http://169.254.169.254/a", "/loop", "",
    ],
)  # fmt: skip
def test_a_redirect_to_another_place_is_refused(server: Server, place: str) -> None:
    server.give("/a", b"film")
    server.give("/loop", b"", 302, Location="/loop")
    url = server.give("/old", b"", 302, Location=place.format(port=server.port))
    asked = code_of(lambda: fetch(url))
    assert asked is Code.REDIRECTED
    assert all(path != "/a" for path, _ in server.asked)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, Code.NOT_FOUND),
        (403, Code.NOT_FOUND),
        (410, Code.NOT_FOUND),
        (500, Code.SERVER_ERROR),
        (503, Code.SERVER_ERROR),
        (429, Code.SERVER_ERROR),
        (304, Code.REDIRECTED),
    ],
)
def test_a_refusal_of_the_server_has_a_code(server: Server, status: int, code: Code) -> None:
    url = server.give("/a", b"", status)
    assert code_of(lambda: fetch(url)) is code


def test_a_line_that_drops_midway_is_offline(server: Server) -> None:
    url = server.give("/a", b"fil", Content_Length="4")
    assert code_of(lambda: fetch(url)) is Code.OFFLINE


def test_a_server_that_is_not_there_is_offline() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert code_of(lambda: fetch(f"http://127.0.0.1:{port}/a")) is Code.OFFLINE


def test_a_server_that_says_nothing_is_offline(server: Server) -> None:
    quiet = threading.Event()

    def say_nothing(_handler: BaseHTTPRequestHandler) -> None:
        quiet.wait(10)

    server.answers["/a"] = say_nothing
    assert code_of(lambda: fetch(server.url + "/a", origin=HttpOrigin(timeout_s=0.2))) is Code.OFFLINE
    quiet.set()


def test_more_than_was_meant_is_refused(server: Server) -> None:
    url = server.give("/a", bytes(100_000))
    assert code_of(lambda: fetch(url, 99_999)) is Code.MEDIA_REFUSED
    assert code_of(lambda: fetch(url, origin=HttpOrigin(limit_bytes=10))) is Code.MEDIA_REFUSED
    server.answers["/endless"] = endless
    assert code_of(lambda: fetch(server.url + "/endless", origin=HttpOrigin(limit_bytes=100_000))) is Code.MEDIA_REFUSED


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(bytes(65536))
    except OSError:
        handler.close_connection = True


def test_stopping_is_heard_between_two_chunks(server: Server) -> None:
    server.answers["/endless"] = endless
    cancel = Cancel()
    threading.Timer(0.1, cancel.cancel).start()
    assert code_of(lambda: HttpOrigin(limit_bytes=1 << 40)(server.url + "/endless", None, cancel)) is Code.CANCELLED


def test_a_proxy_of_the_environment_is_not_used(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert fetch(server.give("/a", b"film")) == b"film"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://127.0.0.1/a", "http://169.254.1.1/a", "data:,x", "127.0.0.1/a", "", "http://"]
)
def test_only_web_addresses_are_read(url: str) -> None:
    assert code_of(lambda: fetch(url)) is Code.PLAYLIST_REFUSED
    assert code_of(lambda: foreign_feature(url)) is Code.PLAYLIST_REFUSED


def test_a_name_that_leads_to_a_link_local_host_is_asked_nothing(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket.socket, "getpeername", lambda _self: ("169.254.169.254", 80))
    assert code_of(lambda: fetch(server.give("/a", b"x"))) is Code.PLAYLIST_REFUSED
    assert server.asked == []


def certificate(folder: Path, name: str, *, days: int) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    alternative: x509.GeneralName = (
        x509.IPAddress(ipaddress.ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=10))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "server.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.mark.parametrize(
    ("name", "days", "trusted", "code"),
    [
        ("127.0.0.1", 5, True, None),
        ("127.0.0.1", -5, True, Code.CERTIFICATE),
        ("films.example", 5, True, Code.CERTIFICATE),
        ("127.0.0.1", 5, False, Code.CERTIFICATE),
    ],
    ids=["good", "expired", "wrong host", "unknown"],
)
def test_only_a_server_with_a_valid_certificate_is_read(
    server: Server, tmp_path: Path, name: str, days: int, trusted: bool, code: Code | None
) -> None:
    pem = certificate(tmp_path, name, days=days)
    server.give("/a", b"film")
    server.give("/down", b"", 302, Location=f"http://127.0.0.1:{server.port}/a")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.server.handle_error = lambda *_arguments: None  # type: ignore[method-assign]
    server.server.socket = context.wrap_socket(server.server.socket, server_side=True, do_handshake_on_connect=False)
    origin = HttpOrigin(ssl.create_default_context(cafile=pem if trusted else None))
    url = f"https://127.0.0.1:{server.port}"
    if code is None:
        assert fetch(url + "/a", origin=origin) == b"film"
        assert code_of(lambda: fetch(url + "/down", origin=origin)) is Code.REDIRECTED
    else:
        assert code_of(lambda: fetch(url + "/a", origin=origin)) is code


MEDIA = b"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n%s.ts\n#EXT-X-ENDLIST\n"


def test_a_master_becomes_a_presentation(server: Server) -> None:
    server.give("/zh.m3u8", MEDIA % b"zh")
    server.give("/f/360.m3u8", MEDIA % b"360")
    server.give("/f/1080.m3u8", MEDIA % b"1080")
    url = server.give(
        "/f/index.m3u8",
        b'#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="zh",LANGUAGE="zh",URI="/zh.m3u8"\n'
        b'#EXT-X-STREAM-INF:BANDWIDTH=800,RESOLUTION=640x360,CODECS="avc1.64001e,mp4a.40.2",AUDIO="a"\n360.m3u8\n'
        b'#EXT-X-STREAM-INF:BANDWIDTH=5000,RESOLUTION=1920x1080,CODECS="avc1.640028,mp4a.40.2",AUDIO="a"\n1080.m3u8\n'
        b'#EXT-X-STREAM-INF:BANDWIDTH=5100,RESOLUTION=1920x1080,CODECS="avc1.640028,mp4a.40.2",AUDIO="a"\n1080.m3u8\n',
    )
    feature = foreign_feature(url, start_ms=7)
    found = feature.presentation
    assert (found.duration_ms, feature.start_ms) == (4000, 7)
    assert [(stream.height, stream.codecs) for stream in found.video] == [(1080, "avc1.640028"), (360, "avc1.64001e")]
    assert found.video[0].pieces[0].path == server.url + "/f/1080.ts"
    assert [(stream.language, stream.codecs, stream.pieces[0].path) for stream in found.audio] == [
        ("zh", "mp4a.40.2", server.url + "/zh.ts")
    ]


def test_a_master_of_masters_or_of_itself_by_a_redirect_is_refused(server: Server) -> None:
    url = server.give("/m.m3u8", b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nn.m3u8\n")
    server.give("/n.m3u8", b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\no.m3u8\n")
    assert code_of(lambda: foreign_feature(url)) is Code.PLAYLIST_REFUSED
    server.give("/n.m3u8", b"", 302, Location="/m.m3u8")
    assert code_of(lambda: foreign_feature(url)) is Code.PLAYLIST_REFUSED
    assert len(server.asked) <= 5


def test_a_playlist_beyond_5_mib_is_refused(server: Server) -> None:
    url = server.give("/m.m3u8", b"#EXTM3U\n" + bytes(5 << 20))
    assert code_of(lambda: foreign_feature(url)) is Code.PLAYLIST_REFUSED


@pytest.mark.parametrize("size", [0, 7, 15, 17, 1_000_000])
def test_a_foreign_key_has_16_bytes_or_is_refused(server: Server, size: int) -> None:
    url = server.give("/m.m3u8", b'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXTINF:4,\na.ts\n#EXT-X-ENDLIST\n')
    server.give("/k", bytes(size))
    feature = foreign_feature(url)
    key_id = feature.presentation.video[0].pieces[0].key_id
    assert key_id == server.url + "/k"
    assert code_of(lambda: feature.key(server.url + "/k")) is Code.KEY_MALFORMED
    server.give("/k", b"0123456789abcdef")
    assert feature.key(server.url + "/k") == b"0123456789abcdef"


def test_a_local_file_is_one_file(tmp_path: Path) -> None:
    feature = local_feature(tmp_path / "film.mkv", start_ms=5)
    assert (feature.presentation.file, feature.presentation.duration_ms, feature.start_ms) == (
        tmp_path / "film.mkv",
        0,
        5,
    )
