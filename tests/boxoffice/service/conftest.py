"""A running box office on loopback, and viewers with devices who speak to it as the real ones do."""

import base64
import hashlib
import json
import re
import secrets
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
import tomli_w
from argon2 import PasswordHasher
from joserfc import jws
from joserfc.jwk import ECKey

import boxoffice.service.accounts
from boxoffice.client import BoxOffice, SessionKeyStore
from boxoffice.service import ServiceConfig, migrate, publish, serve, server
from boxoffice.service.database import Database
from boxoffice.service.post import Outbox
from films import (
    AudioFacts,
    FileRef,
    Manifest,
    Rendition,
    Segment,
    SigningKey,
    VideoFacts,
    dump_manifest,
    sign_manifest,
    write_keys,
)
from tests.boxoffice.postgresql import Cluster, running_cluster, template_of

KEY_ID = "2k-1"
RUNNING_MS = 60_000
PASSWORD = "lantern-festival"
FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


class SettableClock:
    def __init__(self) -> None:
        self.moved = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.moved


def add_file(folder: Path, path: str, data: bytes) -> FileRef:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(data)
    return FileRef(path, len(data), hashlib.sha256(data).hexdigest())


def make_package(folder: Path, title_id: str, kind: str, signer: SigningKey) -> Manifest:
    key_id = KEY_ID if kind == "feature" else None
    iv = "0" * 32 if key_id else None
    cut = [4000] * 15

    def segments(of: str) -> tuple[Segment, ...]:
        return tuple(
            Segment(
                add_file(folder, f"{of}/{n:05}.m4s", secrets.token_bytes(1024)),
                ms,
                key_id,
                iv,
                1010 if key_id else 1024,
            )
            for n, ms in enumerate(cut, 1)
        )

    manifest = Manifest(
        package_id=f"{title_id}-{kind}",
        title_id=title_id,
        kind=kind,  # type: ignore[arg-type]
        created="2026-11-01T00:00:00Z",
        running_time_ms=RUNNING_MS,
        names={"en": "The Paper Moon", "zh-Hans": "纸月亮"},
        video=(
            Rendition("2k", "avc1.640028", 5_000_000, 4_000_000, add_file(folder, "video/2k/init.mp4", b"init"), segments("video/2k"), VideoFacts(2048, 1080, 24, 1, "bt709")),
        ),
        audio=(
            Rendition("zh", "mp4a.40.2", 200_000, 160_000, add_file(folder, "audio/zh/init.mp4", b"init"), segments("audio/zh"), None, AudioFacts(2, 48000, -23.0), "zh"),
        ),
        posters=(add_file(folder, "poster/poster.jpg", b"\xff\xd8poster"), add_file(folder, "poster/backdrop.jpg", b"\xff\xd8backdrop")),
    )  # fmt: skip
    data = dump_manifest(manifest)
    (folder / "manifest.json").write_bytes(data)
    (folder / "manifest.jws").write_bytes(sign_manifest(data, signer))
    if kind == "feature":
        write_keys(folder.with_name(folder.name + ".keys.json"), manifest.package_id, {KEY_ID: b"K" * 16})
    return manifest


def wall(moment: datetime) -> str:
    return moment.replace(tzinfo=None, microsecond=0).isoformat()


def describe(signer: SigningKey, now: datetime) -> dict[str, Any]:
    def title(title_id: str, start: datetime, end: datetime, **avail: object) -> dict[str, Any]:
        return {
            "id": title_id,
            "names": {"en": f"The Paper Moon {title_id}", "zh-Hans": "纸月亮"},
            "original_name": "纸月亮",
            "synopsis": {"en": "A moon of paper."},
            "countries": ["CN"],
            "year": 2026,
            "spoken": ["zh"],
            "accent": "#e0a458",
            "package": title_id,
            "keys": f"{title_id}.keys.json",
            "trailer": f"{title_id}-trailer",
            "house_rules": {"seek": True, "offline": title_id == "paper-moon", "stills": title_id == "paper-moon"},
            "avail": [
                {
                    "territories": ["DE", "FR"],
                    "start": wall(start),
                    "end": wall(end),
                    "zone": "UTC",
                    "price": {"minor": 690, "currency": "EUR"},
                    **avail,
                }
            ],
        }

    day = timedelta(days=1)
    titles = [
        title("paper-moon", now - day, now + 40 * day),
        title("coming-soon", now + 2 * day, now + 40 * day, preorder_from=wall(now - day)),
        title("long-gone", now - 9 * day, now - day),
    ]
    return {
        "trusted": [signer.public_jwk],
        "title": titles,
        "section": [{"id": "now", "kind": "now", "names": {"en": "On now"}, "titles": [one["id"] for one in titles]}],
    }


class Till:
    """A browser at the box office's pages."""

    def __init__(self, base_url: str, language: str = "en") -> None:
        self.base_url = base_url
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.headers["Accept-Language"] = language

    def open(self, url: str) -> requests.Response:
        return self.http.get(url if url.startswith("http") else self.base_url + url, timeout=20)

    def submit(self, page: requests.Response, path: str, **fields: str) -> requests.Response:
        found = FORM_TOKEN.search(page.text)
        assert found, page.text
        data = {"form_token": found[1], **fields}
        return self.http.post(self.base_url + path, data=data, allow_redirects=False, timeout=20)

    def pay(self, checkout_url: str, answer: str = "approve", **fields: str) -> requests.Response:
        page = self.open(checkout_url)
        to_provider = self.submit(page, urlsplit(checkout_url).path + "/pay", **fields)
        assert to_provider.status_code == 303, to_provider.text
        path = to_provider.headers["Location"]
        if not path.startswith("/test-provider/"):
            return self.open(path)
        page = self.open(path)
        if urlsplit(page.url).path != path:
            return page  # it was settled in another tab meanwhile
        return self.open(self.submit(page, path, do=answer).headers["Location"])


class Device:
    """A viewer's device: a key, and requests with proofs."""

    def __init__(self, office: "Office", name: str = "Sofa") -> None:
        self.office = office
        self.base_url = office.base_url
        self.name = name
        self.key = ECKey.generate_key("P-256")
        self.tokens: dict[str, Any] = {}
        self.http = requests.Session()
        self.http.trust_env = False

    @property
    def thumbprint(self) -> str:
        return self.key.thumbprint()

    def proof(self, method: str, path: str, token: str | None = None, **claims: object) -> str:
        payload: dict[str, Any] = {
            "htm": method,
            "htu": self.base_url + path,
            "iat": int(self.office.clock.now().timestamp()),
            "jti": secrets.token_urlsafe(16),
        }
        if token:
            payload["ath"] = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.key.as_dict(private=False)}
        return jws.serialize_compact(header, json.dumps({**payload, **claims}), self.key)

    def authorize_query(self, verifier: str, **changes: str) -> dict[str, str]:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        return {
            "response_type": "code",
            "client_id": "smart-cinema-desktop",
            "redirect_uri": "http://127.0.0.1:49152/callback",
            "scope": "openid profile email offline_access",
            "state": "state-1",
            "nonce": "nonce-1",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **changes,
        }

    def code(self, email: str, *, create: bool, verifier: str, **changes: str) -> dict[str, str]:
        till = Till(self.base_url)
        path = "/oauth/authorize?" + urlencode(self.authorize_query(verifier, **changes))
        page = till.open(path + ("&prompt=create" if create else ""))
        fields = {"email": email, "password": PASSWORD, "name": "Mei", "do": "create" if create else "sign-in"}
        answer = till.submit(page, path, **fields)
        assert answer.status_code == 303, answer.text
        return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}

    def token(self, form: dict[str, str]) -> requests.Response:
        headers = {"DPoP": self.proof("POST", "/oauth/token")}
        data = {"client_id": "smart-cinema-desktop", **form}
        return self.http.post(self.base_url + "/oauth/token", data=data, headers=headers, timeout=20)

    def exchange(self, code: str, verifier: str) -> requests.Response:
        return self.token(
            {
                "grant_type": "authorization_code",
                "code": code,
                "code_verifier": verifier,
                "redirect_uri": "http://127.0.0.1:49152/callback",
            }
        )

    def refresh(self, token: str) -> requests.Response:
        return self.token({"grant_type": "refresh_token", "refresh_token": token})

    def sign_in(self, email: str, *, create: bool = False) -> "Device":
        verifier = secrets.token_urlsafe(48)
        answer = self.exchange(self.code(email, create=create, verifier=verifier)["code"], verifier)
        assert answer.status_code == 200, answer.text
        self.tokens = answer.json()
        return self

    def ask(self, method: str, path: str, document: object = None, **headers: str) -> requests.Response:
        token = self.tokens["access_token"]
        proof = self.proof(method, urlsplit(path).path, token)
        sent = {"Authorization": f"DPoP {token}", "DPoP": proof, "Device-Name": self.name, **headers}
        url = self.base_url + path
        return self.http.request(method, url, json=document, headers=sent, timeout=40)

    def order(self, title_id: str = "paper-moon", key: str | None = None, **more: str) -> requests.Response:
        document = {"title_id": title_id, "territory": "DE", **more}
        return self.ask("POST", "/v1/orders", document, **{"Idempotency-Key": key or str(uuid.uuid4())})

    def buy(self, title_id: str = "paper-moon", **fields: str) -> dict[str, Any]:
        order = self.order(title_id).json()
        Till(self.base_url).pay(order["checkout_url"], **fields)
        issued: dict[str, Any] = self.ask("GET", f"/v1/orders/{order['id']}").json()
        assert issued["state"] == "issued", issued
        return issued

    def tickets(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("GET", "/v1/tickets").json()["tickets"]
        return found


class Office:
    """A running service."""

    def __init__(
        self, config: ServiceConfig, base_url: str, clock: SettableClock, folder: Path, close: Callable[[], None]
    ) -> None:
        self.config = config
        self.close = close
        self.base_url = base_url
        self.clock = clock
        self.folder = folder

    def device(self, name: str = "Sofa") -> Device:
        return Device(self, name)

    def newcomer(self, name: str = "Sofa") -> Device:
        device = self.device(name)
        device.email = f"{secrets.token_hex(6)}@example.org"  # type: ignore[attr-defined]
        return device.sign_in(device.email, create=True)  # type: ignore[attr-defined]

    def second_device(self, first: Device, name: str = "Laptop") -> Device:
        return self.device(name).sign_in(first.email)  # type: ignore[attr-defined]

    def till(self, language: str = "en") -> Till:
        return Till(self.base_url, language)


@pytest.fixture(scope="session")
def films_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    signer = SigningKey.generate()
    for title_id in ("paper-moon", "coming-soon", "long-gone"):
        make_package(folder / title_id, title_id, "feature", signer)
        make_package(folder / f"{title_id}-trailer", title_id, "trailer", signer)
    (folder / "publication.toml").write_text(tomli_w.dumps(describe(signer, datetime.now(UTC))))
    return folder


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with running_cluster() as found:
        yield found


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> Iterator[str]:
    with template_of(cluster) as name:
        yield name


@pytest.fixture(autouse=True)
def hashes_are_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each person of a test would cost a fifth of a second; one test of passwords keeps the service's own costs."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(boxoffice.service.accounts, "_HASHER", cheap)


@cache
def migrated_sqlite() -> bytes:
    """An empty database at this version, as its file."""
    with tempfile.TemporaryDirectory() as folder:
        migrate(f"sqlite:///{folder}/template.sqlite3")
        return Path(folder, "template.sqlite3").read_bytes()


@pytest.fixture(params=("sqlite", "postgresql"))
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of each kind."""
    if request.param == "sqlite":
        file = tmp_path / "boxoffice.sqlite3"
        file.write_bytes(migrated_sqlite())
        yield f"sqlite:///{file}"
        return
    with request.getfixturevalue("cluster").database(request.getfixturevalue("template")) as url:
        yield url


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> ServiceConfig:
    data = tmp_path / "service"
    data.mkdir()
    return ServiceConfig(data, database_url, port=0)


@pytest.fixture
def open_office(config: ServiceConfig, films_folder: Path) -> Iterator[Callable[..., Office]]:
    offices: list[Office] = []

    def opened(**changes: Any) -> Office:
        changed = replace(config, **changes)
        migrate(config.database_url)
        publish(config, films_folder / "publication.toml")
        clock = SettableClock()
        ready = threading.Event()
        urls: list[str] = []

        def is_ready(url: str) -> None:
            urls.append(url)
            ready.set()

        stop = threading.Event()
        thread = threading.Thread(target=serve, args=(changed, is_ready, stop, clock))
        thread.start()
        deadline = time.monotonic() + 20
        while not ready.wait(0.05):
            assert thread.is_alive()
            assert time.monotonic() < deadline

        def close() -> None:
            stop.set()
            thread.join(15)

        offices.append(Office(changed, urls[0], clock, films_folder, close))
        return offices[-1]

    yield opened
    for office in offices:
        office.close()


@pytest.fixture
def office(open_office: Callable[[], Office]) -> Office:
    return open_office()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def shelf(office: Office, tmp_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> Any:
    from tests.boxoffice.service.shelf import Shelf

    monkeypatch.setattr("boxoffice.client.downloads.BACKOFF_S", (0.01,))
    monkeypatch.setattr("boxoffice.client.downloads.RESERVE_BYTES", 0)
    return Shelf(office, tmp_path / "kept", stack)


@pytest.fixture
def open_client(office: Any, tmp_path: Path) -> Iterator[Callable[..., BoxOffice]]:
    with ExitStack() as stack:

        def opened(name: str = "Sofa", store: SessionKeyStore | None = None) -> BoxOffice:
            client = BoxOffice(
                office.base_url, store or SessionKeyStore(), office.clock, name, cache_dir=tmp_path / "cache"
            )
            stack.callback(client.close)
            return client

        yield opened


@pytest.fixture
def only_the_test_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service's own sweep of letters begins with the service and could take the test's."""
    sweep = server._sweep

    async def without_letters(database: Database, task: str, every_s: float, *brooms: Callable[[], object]) -> None:
        if task != "letters":
            await sweep(database, task, every_s, *brooms)

    monkeypatch.setattr(server, "_sweep", without_letters)


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    """Where letters are put."""
    return tmp_path / "post"


@pytest.fixture
def writer(office: Office, outbox: Path) -> Iterator[Any]:
    """Writes the office's letters into the outbox, each time a test asks it to."""
    from tests.boxoffice.service.mailroom import Writer

    writing = Writer(office, Outbox(outbox))
    yield writing
    writing.database.close()
