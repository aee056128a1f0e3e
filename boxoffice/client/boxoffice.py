"""The one way in for everything that a viewer does at the box office."""

import hashlib
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from boxoffice.client.answers import (
    read_catalogue,
    read_gifts,
    read_licence_answer,
    read_order,
    read_passes,
    read_play,
    read_sign_ins,
    read_tickets,
    read_told,
)
from boxoffice.client.disk_cache import DiskCache
from boxoffice.client.fields import Fields, is_url_path, read_json
from boxoffice.client.identity import read_account, verified_account
from boxoffice.client.keystore import KeyStore
from boxoffice.client.model import (
    Account,
    Catalogue,
    Gift,
    IssuedLicence,
    Order,
    PackageRef,
    Pass,
    Play,
    SignedIn,
    SignInPlace,
    Ticket,
    Told,
)
from boxoffice.client.note_flags import SaidOfNote
from boxoffice.client.protected import ProtectedTransport
from boxoffice.client.provider import DeviceCodes
from boxoffice.client.sign_in import sign_in, sign_in_elsewhere
from boxoffice.client.tokens import Tokens
from boxoffice.client.transport import Request, Transport
from core import Cancel, CinemaError, Clock, Code, base64url
from films import MANIFEST_LIMIT_BYTES, Manifest, TrustedKeys, is_safe_path, verify_manifest

CATALOGUE_LIMIT_BYTES = 8 << 20
IMAGE_LIMIT_BYTES = 16 << 20
MEDIA_LIMIT_BYTES = 64 << 20
SIGNATURE_LIMIT_BYTES = 4_096
KEY_BYTES = 16
DATA_LIMIT_BYTES = 32 << 20
POLL_S = 4
POLL_PAUSE_S = 0.5
UNREACHABLE_S = 60.0


class BoxOffice:
    """A box office, for one viewer on one device. Every method blocks, so call it on a worker; all are thread-safe.

    ``profile`` names its entries in the key store (by default its own address); ``cache_dir`` keeps posters and the
    last good catalogue. Methods raise `CinemaError`; common to all: offline, server-error, server-answer-malformed,
    certificate, redirected, and sign-in-needed where an account is needed.
    """

    def __init__(
        self,
        base_url: str,
        keystore: KeyStore,
        clock: Clock,
        device_name: str,
        verify: bool | str = True,
        *,
        cache_dir: Path | None = None,
        profile: str | None = None,
    ) -> None:
        self._transport = Transport(base_url, verify)
        self._verify = verify
        self._mirrors: dict[str, Transport] = {}
        self._clock = clock
        self._tokens = Tokens(self._transport, keystore, clock, profile or self._transport.origin)
        self._protected = ProtectedTransport(self._transport, self._tokens, clock, device_name)
        self._cache = DiskCache(cache_dir) if cache_dir else None
        self._account: Account | None = None
        self._account_lock = threading.Lock()
        self._mirrors_lock = threading.Lock()

    @property
    def account(self) -> Account | None:
        """Who is signed in, as far as is known without asking."""
        with self._account_lock:
            return self._account if self._tokens.signed_in else None

    def restore(self, cancel: Cancel) -> Account | None:
        """Take up the sign-in of an earlier session; none if there is none (any more).

        Raises `CinemaError`: offline keeps the sign-in for a later try; keystore-unavailable.
        """
        cancel.check()
        if not self._tokens.load():
            return None
        try:
            grant = self._tokens.refreshed()
            cancel.check()
            provider = self._tokens.provider(cancel)
            if grant.id_token is not None:
                account = verified_account(
                    self._transport, provider, grant.id_token, self._clock.now(), nonce=None, cancel=cancel
                )
            elif provider.userinfo_endpoint is not None:
                answer = self._protected.ask(Request("GET", provider.userinfo_endpoint), cancel)
                account = read_account(read_json(answer.body, "userinfo"))
            else:
                raise CinemaError(Code.SERVER_ANSWER, "The box office does not say who is signed in.")
        except CinemaError as error:
            if error.code is Code.SIGN_IN_NEEDED:
                return None
            raise
        self._set_account(account)
        return account

    def sign_in(
        self, open_browser: Callable[[str], bool], cancel: Cancel, language: str, create: bool = False
    ) -> SignedIn:
        """Sign in through the system's browser; ``create`` starts with making an account.

        ``open_browser`` is given the address; if it cannot open it, it may show it for copying: the listener waits
        120 s either way. Raises `CinemaError`: sign-in-denied, sign-in-timed-out, sign-in-mismatch, cancelled.
        """
        signed_in = sign_in(self._transport, self._tokens, self._clock, open_browser, cancel, language, create=create)
        self._set_account(signed_in.account)
        return signed_in

    def sign_in_elsewhere(self, show: Callable[[DeviceCodes], None], cancel: Cancel) -> SignedIn:
        """Sign in from any browser, a telephone's for example, with the code that ``show`` is given.

        Raises `CinemaError`: sign-in-denied, sign-in-timed-out, cancelled.
        """
        signed_in = sign_in_elsewhere(self._transport, self._tokens, self._clock, show, cancel)
        self._set_account(signed_in.account)
        return signed_in

    def sign_out(self) -> None:
        """End the sign-in here, and at the box office where it can be reached. The device key stays."""
        self._set_account(None)
        self._tokens.revoke()

    def catalogue(self, territory: str | None) -> Catalogue:
        """What is on offer; ``saved`` is set when an earlier copy stands in because the box office is out of reach."""
        name = f"catalogue {territory or ''}"
        params = {"territory": territory} if territory else None
        try:
            body = self._transport.ask(
                Request("GET", "/v1/catalogue", params=params, limit_bytes=CATALOGUE_LIMIT_BYTES, total_s=30.0)
            ).body
        except CinemaError as error:
            kept = self._cache.get(name) if self._cache and error.code is Code.OFFLINE else None
            if kept is None:
                raise
            return replace(read_catalogue(read_json(kept.body, "catalogue")), saved=datetime.fromisoformat(kept.tag))
        catalogue = read_catalogue(read_json(body, "catalogue"))
        if self._cache:
            self._cache.put(name, self._clock.now().isoformat(), body)
        return catalogue

    def image(self, path: str) -> bytes:
        """A poster or backdrop, by the path that the catalogue gives."""
        if not is_url_path(path):
            raise CinemaError(Code.WRONG_USE, "A picture is named by its path at the box office.")
        kept = self._cache.get(path) if self._cache else None
        headers = {"If-None-Match": kept.tag} if kept else {}
        request = Request("GET", path, headers=headers, limit_bytes=IMAGE_LIMIT_BYTES, accepted=(304,))
        try:
            answer = self._transport.ask(request)
        except CinemaError as error:
            if kept and error.code is Code.OFFLINE:
                return kept.body
            raise
        if answer.status == 304 and kept:
            return kept.body
        etag = answer.headers.get("ETag")
        if self._cache and etag and etag.isascii() and etag.isprintable():
            self._cache.put(path, etag, answer.body)
        return answer.body

    def order(self, title_id: str, territory: str | None, screening_id: str | None = None) -> Order:
        """Order a ticket, to a screening where one is named; pay it at the order's ``checkout_url`` in the browser.

        Raises also refused, sold-out.
        """
        body = {"title_id": title_id} | ({"territory": territory} if territory else {})
        body |= {"screening_id": screening_id} if screening_id else {}
        return read_order(self._post("/v1/orders", body, key=str(uuid.uuid4())))

    def wait_for_order(self, order_id: str, cancel: Cancel) -> Order:
        """The order once it is no longer draft or pending; a line that drops for less than a minute is sat out.

        Raises `Cancelled` within a few seconds of being asked to.
        """
        state, reached = "draft", time.monotonic()
        while True:
            asked = time.monotonic()
            try:
                order = self._order(order_id, state, cancel)
                reached = time.monotonic()
            except CinemaError as error:
                if not error.passing or time.monotonic() - reached > UNREACHABLE_S:
                    raise
            else:
                waiting = order.state in ("draft", "pending") or (order.state == "paid" and state != "paid")
                if not waiting:
                    return order
                state = order.state
            if time.monotonic() - asked < POLL_PAUSE_S and cancel.wait(POLL_PAUSE_S):
                cancel.check()

    def cancel_order(self, order_id: str) -> Order:
        """Call an unpaid order off."""
        return read_order(self._post(f"/v1/orders/{_part(order_id)}/cancel", {}))

    def redeem(self, order_id: str, code: str) -> Order:
        """Pay an order with a voucher; repeating it changes nothing. Raises also voucher-invalid."""
        return read_order(self._post("/v1/vouchers/redeem", {"code": code.strip(), "order_id": order_id}))

    def use_pass(self, order_id: str, pass_id: str) -> Order:
        """Pay an order with a pass that is the account's; repeating it changes nothing. Raises also voucher-invalid."""
        return read_order(self._post("/v1/vouchers/redeem", {"pass_id": pass_id, "order_id": order_id}))

    def passes(self) -> tuple[Pass, ...]:
        """The account's passes that still pay for something."""
        return read_passes(self._read("/v1/passes", "passes"))

    def gifts(self) -> tuple[Gift, ...]:
        """What the account gave, newest first."""
        return read_gifts(self._read("/v1/gifts", "gifts"))

    def claim(self, code: str) -> str:
        """Take a gift; the id of its ticket. Repeating it changes nothing. Raises also voucher-invalid."""
        return self._post("/v1/gifts/claim", {"code": code.strip()}).identifier("ticket_id")

    def sign_ins(self) -> tuple[SignInPlace, ...]:
        """Where the account is signed in, the latest first."""
        return read_sign_ins(self._read("/v1/account/sign-ins", "sign-ins"))

    def end_sign_in(self, sign_in_id: str) -> None:
        """Sign out on another device. Raises also not-found."""
        self._tell(f"/v1/account/sign-ins/{_part(sign_in_id)}/end", {})

    def sign_out_everywhere(self) -> None:
        """End every sign-in of the account, also this one."""
        self._tell("/v1/account/sign-ins/end", {})
        self.sign_out()

    def my_data(self) -> bytes:
        """Everything that the box office keeps of the person, as a JSON document."""
        return self._protected.ask(Request("GET", "/v1/account/data", limit_bytes=DATA_LIMIT_BYTES)).body

    def delete_account(self, email: str) -> None:
        """Delete the account at once and for good; ``email`` is its own address. Raises also wrong-use and refused."""
        self._tell("/v1/account/delete", {"email": email})
        self.sign_out()

    def tickets(self) -> tuple[Ticket, ...]:
        """Every ticket of the account."""
        return read_tickets(self._read("/v1/tickets", "tickets"))

    def admit(self, ticket_id: str) -> Play:
        """Use a ticket on this device. Raises also refused, with `Reason` objects in ``details["reasons"]``."""
        return read_play(self._post(f"/v1/tickets/{_part(ticket_id)}/admission", {}))

    def key(self, play_id: str, key_id: str) -> bytes:
        """One content key: exactly 16 bytes. Raises also refused and key-malformed. Never stored, never logged."""
        answer = self._protected.ask(
            Request(
                "GET",
                f"/v1/plays/{_part(play_id)}/keys/{_part(key_id)}",
                limit_bytes=KEY_BYTES,
                too_large=Code.KEY_MALFORMED,
                total_s=20.0,
            )
        )
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if len(answer.body) != KEY_BYTES or kind != "application/octet-stream":
            raise CinemaError(Code.KEY_MALFORMED, "The box office sent something that is no content key.")
        return answer.body

    def progress(self, play_id: str, position_ms: int, seen: Sequence[tuple[int, int]], shown_ms: int = 0) -> Told:
        """Report where the viewer is and which intervals were truly shown; repeating a report changes nothing.

        ``shown_ms`` is everything that was shown in this play so far, also what was seen before.
        """
        body = {"position_ms": position_ms, "seen": [list(interval) for interval in seen], "shown_ms": shown_ms}
        return read_told(self._post(f"/v1/plays/{_part(play_id)}/progress", body))

    def flag_notes(self, ticket_id: str, flags: Sequence[SaidOfNote]) -> None:
        """Say something of notes of a ticket's film; the box office keeps nobody's name with it.

        Raises `CinemaError` (not-found and all of the line's).
        """
        body = {"flags": [{"id": said.id, "note": said.note, "flag": said.flag} for said in flags]}
        self._tell(f"/v1/tickets/{_part(ticket_id)}/note-flags", body)

    def licence(self, ticket_id: str) -> IssuedLicence:
        """An offline licence for this device, which the ticket is bound to from now on.

        Raises also refused (with reasons in ``details``) and keystore-unavailable.
        """
        device_key = base64url.encode(self.licence_key().public_key().public_bytes_raw())
        return read_licence_answer(self._post(f"/v1/tickets/{_part(ticket_id)}/licence", {"device_key": device_key}))

    def licence_key(self) -> X25519PrivateKey:
        """This device's key for offline licences. Raises `CinemaError` (keystore-unavailable) where none would last."""
        return self._tokens.licence_key()

    def fact(self, name: str) -> str | None:
        """What `remember` kept on this device. Raises `CinemaError` (keystore-unavailable)."""
        return self._tokens.fact(name)

    def remember(self, name: str, value: str | None) -> None:
        """Keep a short fact in the key store, beside the licence key; none forgets it. Raises as `fact`."""
        self._tokens.remember(name, value)

    def manifest(self, package: PackageRef, signers: Sequence[Mapping[str, str]]) -> tuple[Manifest, bytes]:
        """A package's manifest, verified, and its exact bytes.

        Raises also package-unsigned, package-malformed, and package-wrong when it is not the one the catalogue names.
        """
        data = self._media(package, "manifest.json", MANIFEST_LIMIT_BYTES, 30.0, None)
        if hashlib.sha256(data).hexdigest() != package.manifest_sha256:
            raise CinemaError(Code.PACKAGE_WRONG, "The film at the box office is not the one that was announced.")
        jws = self._media(package, "manifest.jws", SIGNATURE_LIMIT_BYTES, 30.0, None)
        manifest = verify_manifest(data, jws, TrustedKeys.of(*signers))
        if manifest.package_id != package.id:
            raise CinemaError(Code.PACKAGE_WRONG, "The film at the box office is not the one that was announced.")
        return manifest, data

    def media(
        self,
        package: PackageRef,
        path: str,
        expected_size: int | None = None,
        deadline_s: float = 30.0,
        cancel: Cancel | None = None,
        received: Callable[[int], None] | None = None,
        mirror: str | None = None,
    ) -> bytes:
        """One file of a package, as it lies there, within ``deadline_s`` seconds. It is asked for once.

        ``received`` is told how many bytes have come; what it raises ends the asking. With ``mirror``, one of the
        package's, that place is asked instead of the box office, without any sign of who asks.

        Raises also segment-corrupt when its size is not the expected one; hashes are for the caller to check.
        """
        limit_bytes = MEDIA_LIMIT_BYTES if expected_size is None else expected_size
        data = self._media(package, path, limit_bytes, deadline_s, cancel, attempts=1, received=received, mirror=mirror)
        if expected_size is not None and len(data) != expected_size:
            raise CinemaError(Code.SEGMENT_CORRUPT, "A part of the film arrived with the wrong length.")
        return data

    def close(self) -> None:
        """Drop every connection; the object can still be used."""
        with self._mirrors_lock:
            mirrors = list(self._mirrors.values())
        for line in (self._transport, *mirrors):
            line.close()

    def _media(
        self,
        package: PackageRef,
        path: str,
        limit_bytes: int,
        deadline_s: float,
        cancel: Cancel | None,
        attempts: int = 3,
        received: Callable[[int], None] | None = None,
        mirror: str | None = None,
    ) -> bytes:
        if not is_safe_path(path):
            raise CinemaError(Code.WRONG_USE, "Only files inside a film package can be asked for.")
        request = Request(
            "GET",
            f"{package.base if mirror is None else mirror}/{quote(path)}",
            limit_bytes=limit_bytes,
            too_large=Code.SEGMENT_CORRUPT,
            total_s=deadline_s,
            attempts=attempts,
            received=received,
        )
        if mirror is not None:
            return self._mirror(mirror).ask(request, cancel).body
        line = self._protected if self._tokens.signed_in else self._transport
        return line.ask(request, cancel).body

    def _mirror(self, address: str) -> Transport:
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}"
        with self._mirrors_lock:
            if origin not in self._mirrors:
                self._mirrors[origin] = Transport(origin, self._verify)
            return self._mirrors[origin]

    def _order(self, order_id: str, state: str, cancel: Cancel) -> Order:
        params = {"wait_s": str(POLL_S), "unless": state}
        answer = self._protected.ask(Request("GET", f"/v1/orders/{_part(order_id)}", params=params), cancel)
        return read_order(read_json(answer.body, "order"))

    def _read(self, path: str, what: str) -> Fields:
        return read_json(self._protected.ask(Request("GET", path, limit_bytes=4 << 20)).body, what)

    def _post(self, path: str, body: object, *, key: str | None = None) -> Fields:
        headers = {"Idempotency-Key": key} if key else {}
        answer = self._protected.ask(Request("POST", path, json=body, headers=headers, repeatable=True))
        return read_json(answer.body, "answer")

    def _tell(self, path: str, body: object) -> None:
        self._protected.ask(Request("POST", path, json=body, repeatable=True))

    def _set_account(self, account: Account | None) -> None:
        with self._account_lock:
            self._account = account


def _part(identifier: str) -> str:
    return quote(identifier, safe="")
