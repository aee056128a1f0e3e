"""Keeps the viewer signed in: access token in memory, refresh token and device key in the key store."""

import base64
import threading
import time

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from boxoffice.client.dpop import DeviceKey
from boxoffice.client.keystore import KeyStore
from boxoffice.client.provider import Grant, Provider, TokenEndpoint, discover
from boxoffice.client.transport import Transport
from core import Cancel, CinemaError, Clock, Code

EARLY_S = 30.0
"""How long before its end an access token is replaced."""


class Tokens:
    """One sign-in of one device. Thread-safe; however many threads ask, one refresh is under way at most.

    ``profile`` tells apart the entries of several box offices in one key store. The device key outlives signing out,
    because tickets are bound to it.
    """

    def __init__(self, transport: Transport, keystore: KeyStore, clock: Clock, profile: str) -> None:
        self._transport = transport
        self._keystore = keystore
        self._clock = clock
        self._key_entry = f"{profile} device key"
        self._licence_entry = f"{profile} licence key"
        self._refresh_entry = f"{profile} sign-in"
        self._lock = threading.RLock()
        self._provider: Provider | None = None
        self._key: DeviceKey | None = None
        self._grant: Grant | None = None
        self._refresh_token: str | None = None
        self._keystore_problem: Code | None = None

    def provider(self, cancel: Cancel | None = None) -> Provider:
        """The box office's provider, asked for once."""
        with self._lock:
            if self._provider is None:
                self._provider = discover(self._transport, cancel)
            return self._provider

    def device_key(self) -> DeviceKey:
        """The key of this device: from the key store, else a new one, kept there if the key store takes it."""
        with self._lock:
            if self._key is None:
                self._key = self._stored_key() or self._new_key()
            return self._key

    def licence_key(self) -> X25519PrivateKey:
        """The key that offline licences are made out to; made at first use, and only where the key store keeps it.

        Raises `CinemaError` (keystore-unavailable).
        """
        with self._lock:
            if not self._keystore.lasting:
                raise CinemaError(
                    Code.KEYSTORE_UNAVAILABLE, "Films can be kept only where the system has a key store; set one up."
                )
            text = self._keystore.get(self._licence_entry)
            try:
                if text:
                    return X25519PrivateKey.from_private_bytes(base64.b64decode(text, validate=True))
            except ValueError:
                raise CinemaError(Code.KEYSTORE_UNAVAILABLE, "The key store holds no usable licence key.") from None
            key = X25519PrivateKey.generate()
            self._keystore.set(self._licence_entry, base64.b64encode(key.private_bytes_raw()).decode("ascii"))
            return key

    def fact(self, name: str) -> str | None:
        """A short fact that this device was told to remember. Raises `CinemaError` (keystore-unavailable)."""
        return self._keystore.get(f"{self._licence_entry} {name}")

    def remember(self, name: str, value: str | None) -> None:
        """Keep a fact where deleting files does not change it; none forgets it. Raises as `fact`."""
        entry = f"{self._licence_entry} {name}"
        if value is None:
            self._keystore.delete(entry)
        else:
            self._keystore.set(entry, value)

    def load(self) -> bool:
        """Whether the key store holds a sign-in. Raises `CinemaError` (keystore-unavailable)."""
        with self._lock:
            self._refresh_token = self._keystore.get(self._refresh_entry)
            self._key = self._stored_key() if self._refresh_token else self._key
            return self._refresh_token is not None and self._key is not None

    def adopt(self, grant: Grant) -> Code | None:
        """Take over a new sign-in; the code says why it will not outlive this session, if it will not."""
        with self._lock:
            self._take(grant)
            return self._keystore_problem

    def access(self) -> str:
        """An access token that is good for a while, refreshed if need be.

        Raises `CinemaError`: sign-in-needed when nobody is signed in (any more), else what the line says.
        """
        with self._lock:
            if self._grant and time.monotonic() < self._grant.expires - EARLY_S:
                return self._grant.access_token
            return self._refreshed().access_token

    def replace(self, access_token: str) -> str:
        """An access token other than this one, which the box office did not take."""
        with self._lock:
            if self._grant and self._grant.access_token == access_token:
                self._grant = None
            return self.access()

    def refreshed(self) -> Grant:
        """The answer to a refresh made now, for its id token."""
        with self._lock:
            return self._refreshed()

    @property
    def signed_in(self) -> bool:
        """Whether there is a sign-in to use."""
        return self._refresh_token is not None or self._grant is not None

    def revoke(self) -> None:
        """End the sign-in here, and at the box office where it can be reached.

        Raises `CinemaError` (keystore-unavailable) when the entry could be neither revoked nor deleted.
        """
        with self._lock:
            refresh_token, self._refresh_token, self._grant = self._refresh_token, None, None
            revoked = False
            if refresh_token:
                try:
                    self._endpoint().revoke(refresh_token)
                    revoked = True
                except CinemaError:
                    revoked = False
            try:
                self._keystore.delete(self._refresh_entry)
            except CinemaError:
                if refresh_token and not revoked:
                    raise

    def _refreshed(self) -> Grant:
        refresh_token = self._newest_refresh_token()
        if refresh_token is None:
            raise CinemaError(Code.SIGN_IN_NEEDED, "Signing in is needed for this.")
        try:
            grant = self._endpoint().refresh(refresh_token)
        except CinemaError as error:
            if error.code is Code.SIGN_IN_NEEDED:
                self._drop()
            raise
        self._take(grant)
        return grant

    def _take(self, grant: Grant) -> None:
        """The rotated refresh token is kept before anything uses its access token."""
        if grant.refresh_token and grant.refresh_token != self._refresh_token:
            self._refresh_token = grant.refresh_token
            if self._keystore_problem is None:
                try:
                    self._keystore.set(self._refresh_entry, grant.refresh_token)
                except CinemaError as error:
                    self._keystore_problem = error.code
                    self._forget_entry()
        self._grant = grant

    def _newest_refresh_token(self) -> str | None:
        """Another window of the same viewer may have rotated it in the meantime."""
        if self._keystore_problem is None and self._refresh_token is not None:
            try:
                return self._keystore.get(self._refresh_entry) or self._refresh_token
            except CinemaError:
                pass
        return self._refresh_token

    def _endpoint(self) -> TokenEndpoint:
        return TokenEndpoint(self._transport, self.provider(), self.device_key(), self._clock)

    def _stored_key(self) -> DeviceKey | None:
        try:
            text = self._keystore.get(self._key_entry)
            return DeviceKey.from_text(text) if text else None
        except CinemaError:
            return None

    def _new_key(self) -> DeviceKey:
        key = DeviceKey.generate()
        try:
            self._keystore.set(self._key_entry, key.to_text())
        except CinemaError as error:
            self._keystore_problem = error.code
        return key

    def _drop(self) -> None:
        self._refresh_token = self._grant = None
        self._forget_entry()

    def _forget_entry(self) -> None:
        try:
            self._keystore.delete(self._refresh_entry)
        except CinemaError as error:
            self._keystore_problem = error.code
