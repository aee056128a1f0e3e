"""The line itself: one host, bounded, verified, and never through a proxy on loopback."""

import http.server
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from boxoffice.client.transport import Request, Transport
from core import Cancel, CinemaError, Code


class Line:
    """A server that says exactly the bytes it is told to, one answer a connection."""

    def __init__(self, talk: Callable[[socket.socket], None]) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.connections = 0
        self._talk = talk
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                line, _address = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            with line:
                try:
                    line.recv(65_536)
                    self._talk(line)
                except OSError:
                    continue

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._thread.join()


@contextmanager
def saying(talk: Callable[[socket.socket], None]) -> Iterator[tuple[Line, Transport]]:
    line = Line(talk)
    transport = Transport(line.url)
    try:
        yield line, transport
    finally:
        transport.close()
        line.close()


def whole(body: bytes, extra: str = "", status: str = "200 OK") -> Callable[[socket.socket], None]:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{extra}\r\n"
    return lambda line: line.sendall(head.encode() + body)


def failure(transport: Transport, request: Request, cancel: Cancel | None = None) -> CinemaError:
    with pytest.raises(CinemaError) as failed:
        transport.ask(request, cancel)
    return failed.value


@pytest.mark.parametrize(
    "url",
    ["http://example.org", "ftp://127.0.0.1", "https://user@host", "https://host/path", "https://h?q", "file:///etc", "https://", "http://127.0.0.1.example.org", "https://[::1", "http://0x7f.1.2.3.example"],
)  # fmt: skip
def test_only_https_or_this_machine_can_be_a_box_office(url: str) -> None:
    with pytest.raises(CinemaError) as refused:
        Transport(url)
    assert refused.value.code is Code.WRONG_USE


def test_verification_cannot_be_switched_off() -> None:
    with pytest.raises(CinemaError):
        Transport("https://example.org", verify=False)


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1:1/", "https://127.0.0.1/", "http://localhost/", "//example.org/", "file:///etc/passwd", ""],
)
def test_a_redirect_to_another_place_is_refused(target: str) -> None:
    with saying(whole(b"", f"Location: {target}\r\n", "302 Found")) as (line, transport):
        assert failure(transport, Request("GET", "/x")).code is Code.REDIRECTED
        assert line.connections <= 4


def test_a_redirect_on_the_same_host_is_followed_but_not_for_ever(provider: Any) -> None:
    reply: Any = type("Reply", (), {"status": 302, "body": b"", "kind": "", "headers": {"Location": "/oauth/jwks"}})
    provider.replies["/moved"] = lambda _asked: reply
    transport = Transport(provider.base_url)
    assert b"keys" in transport.ask(Request("GET", "/moved")).body
    reply.headers = {"Location": "/moved"}
    assert failure(transport, Request("GET", "/moved")).code is Code.REDIRECTED
    assert failure(transport, Request("POST", "/moved")).code is Code.REDIRECTED
    transport.close()


def test_reading_stops_at_the_limit_whether_or_not_the_size_was_announced() -> None:
    sent: list[int] = []

    def endless(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        for _ in range(1_000):
            line.sendall(b"x" * 65_536)
            sent.append(65_536)

    with saying(endless) as (line, transport):
        assert failure(transport, Request("GET", "/x", limit_bytes=100_000)).code is Code.SERVER_ANSWER
        assert line.connections == 1
    assert sum(sent) < 20_000_000
    with saying(whole(b"x" * 1_001)) as (_line, transport):
        assert failure(transport, Request("GET", "/x", limit_bytes=1_000)).code is Code.SERVER_ANSWER
    with saying(whole(b"x" * 1_000)) as (_line, transport):
        assert len(transport.ask(Request("GET", "/x", limit_bytes=1_000)).body) == 1_000


def test_a_packed_answer_is_refused() -> None:
    with saying(whole(b"\x1f\x8b", "Content-Encoding: gzip\r\n")) as (_line, transport):
        assert failure(transport, Request("GET", "/x")).code is Code.SERVER_ANSWER


def test_an_answer_that_breaks_off_is_asked_for_again_and_then_counts_as_offline() -> None:
    def short(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nshort")

    with saying(short) as (line, transport):
        assert failure(transport, Request("GET", "/x")).code is Code.OFFLINE
        assert line.connections == 3
        assert failure(transport, Request("POST", "/x", json={})).code is Code.OFFLINE
        assert line.connections == 4
        assert failure(transport, Request("POST", "/x", json={}, repeatable=True)).code is Code.OFFLINE
        assert line.connections == 7


def test_dripping_bytes_end_at_the_total_time() -> None:
    done = threading.Event()

    def drip(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while not done.wait(0.02):
            line.sendall(b"x")

    with saying(drip) as (_line, transport):
        started = time.monotonic()
        error = failure(transport, Request("GET", "/x", total_s=0.5))
        done.set()
        assert error.code is Code.OFFLINE
        assert time.monotonic() - started < 2


def test_cancelling_stops_an_answer_half_way() -> None:
    cancel = Cancel()

    def drip(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nx")
        cancel.cancel()
        line.sendall(b"x" * 100_000)

    with saying(drip) as (_line, transport):
        assert failure(transport, Request("GET", "/x"), cancel).code is Code.CANCELLED


def test_nobody_listening_is_offline_and_not_a_server_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    transport = Transport(f"http://127.0.0.1:{port}")
    assert failure(transport, Request("GET", "/x")).code is Code.OFFLINE
    with saying(whole(b"", "", "500 Oops")) as (line, transport):
        assert failure(transport, Request("GET", "/x")).code is Code.SERVER_ERROR
        assert line.connections == 1
    with saying(whole(b"", "", "503 Later")) as (line, transport):
        assert failure(transport, Request("GET", "/x")).code is Code.SERVER_ERROR
        assert line.connections == 3


@pytest.mark.parametrize("junk", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00" * 1_000])
def test_what_does_not_speak_http_is_offline(junk: bytes) -> None:
    with saying(lambda line: line.sendall(junk)) as (_line, transport):
        assert failure(transport, Request("GET", "/x")).code is Code.OFFLINE


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "https_proxy"])
def test_loopback_never_goes_through_a_proxy(monkeypatch: pytest.MonkeyPatch, provider: Any, name: str) -> None:
    with saying(whole(b"from the proxy")) as (proxy, _transport):
        for empty in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(empty, raising=False)
        monkeypatch.setenv(name, proxy.url)
        for host in ("127.0.0.1", "localhost"):
            transport = Transport(provider.base_url.replace("127.0.0.1", host))
            assert b"keys" in transport.ask(Request("GET", "/oauth/jwks")).body
            transport.close()
        assert proxy.connections == 0


def test_another_machine_is_reached_through_the_proxy_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[bytes] = []

    def talk(line: socket.socket) -> None:
        heard.append(b"asked")
        line.sendall(b"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n")

    with saying(talk) as (proxy, _transport):
        monkeypatch.setenv("https_proxy", proxy.url)
        transport = Transport("https://boxoffice.example.org")
        assert failure(transport, Request("GET", "/x", attempts=1)).code is Code.OFFLINE
        assert heard == [b"asked"]
        transport.close()


def test_a_netrc_file_does_not_replace_the_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, provider: Any
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    transport = Transport(provider.base_url)
    transport.ask(Request("GET", "/oauth/jwks", headers={"Authorization": "DPoP token"}))
    assert provider.asked[-1].headers["Authorization"] == "DPoP token"
    transport.close()


def certificate(names: list[str], days: tuple[int, int]) -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "box office")])
    now = datetime.now(UTC)
    alternatives: list[x509.GeneralName] = [
        x509.IPAddress(ipaddress.ip_address(name)) if name[0].isdigit() else x509.DNSName(name) for name in names
    ]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM), private


@contextmanager
def tls_server(folder: Path, names: list[str], days: tuple[int, int]) -> Iterator[tuple[str, str]]:
    public, private = certificate(names, days)
    (folder / "public.pem").write_bytes(public)
    (folder / "private.pem").write_bytes(private)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_args: object) -> None:
            return

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, *_args: object) -> None:
            return

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "public.pem", folder / "private.pem")
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}", str(folder / "public.pem")
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("names", "days", "trusted", "answered"),
    [
        (["127.0.0.1"], (-1, 30), True, True),
        (["127.0.0.1"], (-30, -1), True, False),
        (["127.0.0.1"], (5, 30), True, False),
        (["other.example"], (-1, 30), True, False),
        (["127.0.0.1"], (-1, 30), False, False),
    ],
    ids=["good", "expired", "not yet", "wrong host", "unknown authority"],
)
def test_a_certificate_must_hold(
    tmp_path: Path, names: list[str], days: tuple[int, int], trusted: bool, answered: bool
) -> None:
    with tls_server(tmp_path, names, days) as (url, authority):
        transport = Transport(url, verify=authority if trusted else True)
        if answered:
            assert transport.ask(Request("GET", "/x")).body == b"ok"
        else:
            assert failure(transport, Request("GET", "/x")).code is Code.CERTIFICATE
        transport.close()
