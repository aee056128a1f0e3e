"""The OpenID provider of a box office: what it says about itself, and its token endpoint."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from boxoffice.client.dpop import DeviceKey
from boxoffice.client.fields import Fields, read_json
from boxoffice.client.origin import is_trustworthy
from boxoffice.client.problems import problem
from boxoffice.client.transport import Answer, Request, Transport
from core import Cancel, CinemaError, Clock, Code

CLIENT_ID = "smart-cinema-desktop"
SCOPE = "openid email profile offline_access"
DISCOVERY = "/.well-known/openid-configuration"
REFRESH_TOTAL_S = 50.0
TOKEN_LIMIT = 4_096
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
POLL_S = 5
"""Where a provider does not say how often to ask (RFC 8628 3.2)."""


@dataclass(frozen=True)
class Provider:
    """Where to sign in (OpenID Connect Discovery 1.0, RFC 8414)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    revocation_endpoint: str | None
    userinfo_endpoint: str | None
    device_authorization_endpoint: str | None
    names_itself: bool
    """Whether its answers carry ``iss`` (RFC 9207)."""


@dataclass(frozen=True)
class Grant:
    """What the token endpoint gave. Its ``repr`` shows none of it."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    id_token: str | None = field(repr=False)
    expires: float
    """When the access token ends, on the monotonic clock."""


@dataclass(frozen=True)
class DeviceCodes:
    """What signs this screen in from a browser elsewhere (RFC 8628 3.2)."""

    device_code: str = field(repr=False)
    user_code: str
    address: str
    address_with_code: str
    life_s: int
    interval_s: int


def discover(transport: Transport, cancel: Cancel | None = None) -> Provider:
    """The provider of the box office that ``transport`` is pinned to.

    Raises `CinemaError`: sign-in-mismatch when it calls itself something else, server-answer-malformed when it
    cannot do what is needed here.
    """
    fields = read_json(transport.ask(Request("GET", DISCOVERY), cancel).body, "provider")
    issuer = fields.web_address("issuer")
    if issuer.rstrip("/") != transport.origin:
        raise CinemaError(Code.SIGN_IN_MISMATCH, "The sign-in page belongs to another box office; nothing was sent.")
    if "S256" not in fields.texts("code_challenge_methods_supported"):
        raise CinemaError(Code.SERVER_ANSWER, "The box office cannot protect its sign-in (PKCE S256 is missing).")

    def endpoint(name: str) -> str:
        address = fields.web_address(name)
        if not is_trustworthy(address) or (issuer.startswith("https:") and not address.startswith("https:")):
            raise CinemaError(Code.SERVER_ANSWER, "The box office names an address without TLS.")
        return address

    return Provider(
        issuer=issuer,
        authorization_endpoint=endpoint("authorization_endpoint"),
        token_endpoint=endpoint("token_endpoint"),
        jwks_uri=endpoint("jwks_uri"),
        revocation_endpoint=fields.optional("revocation_endpoint", endpoint),
        userinfo_endpoint=fields.optional("userinfo_endpoint", endpoint),
        device_authorization_endpoint=fields.optional("device_authorization_endpoint", endpoint),
        names_itself=bool(fields.optional("authorization_response_iss_parameter_supported", fields.flag)),
    )


class TokenEndpoint:
    """Exchanges codes and refresh tokens, each time proving the device key (RFC 9449 5)."""

    def __init__(self, transport: Transport, provider: Provider, key: DeviceKey, clock: Clock) -> None:
        self._transport = transport
        self._provider = provider
        self._key = key
        self._clock = clock

    def exchange(self, code: str, verifier: str, redirect_uri: str, cancel: Cancel | None = None) -> Grant:
        """Tokens for an authorization code (RFC 6749 4.1.3, RFC 7636 4.5)."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": CLIENT_ID,
            "code_verifier": verifier,
        }
        return self._ask(form, repeatable=False, cancel=cancel)

    def refresh(self, refresh_token: str) -> Grant:
        """New tokens for a refresh token. A lost answer is asked for again with the same token.

        Raises `CinemaError`: sign-in-needed for ``invalid_grant`` alone; anything else leaves the viewer signed in.
        """
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": CLIENT_ID}
        return self._ask(form, repeatable=True, cancel=None)

    def device_codes(self, cancel: Cancel | None = None) -> DeviceCodes:
        """A new pair of codes. Raises `CinemaError` (server-error) where the provider has no such way."""
        address = self._provider.device_authorization_endpoint
        if address is None:
            raise CinemaError(Code.SERVER_ERROR, "This box office signs in through this computer's own browser only.")
        form = {"client_id": CLIENT_ID, "scope": SCOPE}
        fields = read_json(self._transport.ask(Request("POST", address, form=form), cancel).body, "device code")
        page = fields.web_address("verification_uri")
        return DeviceCodes(
            device_code=fields.pattern("device_code", r"[\x21-\x7e]+", TOKEN_LIMIT),
            user_code=fields.pattern("user_code", r"[A-Za-z0-9 -]{4,20}", 20),
            address=page,
            address_with_code=fields.optional("verification_uri_complete", fields.web_address) or page,
            life_s=fields.integer("expires_in", 1, 3_600),
            interval_s=fields.optional("interval", lambda name: fields.integer(name, 1, 300)) or POLL_S,
        )

    def of_device(self, device_code: str, cancel: Cancel | None = None) -> Grant:
        """Tokens for a device code (RFC 8628 3.4). A refusal carries ``oauth_error`` in its details."""
        form = {"grant_type": DEVICE_GRANT, "device_code": device_code, "client_id": CLIENT_ID}
        return self._ask(form, repeatable=False, cancel=cancel)

    def revoke(self, refresh_token: str) -> None:
        """End the sign-in at the box office (RFC 7009)."""
        if self._provider.revocation_endpoint:
            form = {"token": refresh_token, "token_type_hint": "refresh_token", "client_id": CLIENT_ID}
            self._transport.ask(
                Request("POST", self._provider.revocation_endpoint, form=form, attempts=1, total_s=10.0)
            )

    def _ask(self, form: Mapping[str, str], *, repeatable: bool, cancel: Cancel | None) -> Grant:
        nonce: str | None = None
        for kind in ("first", "with nonce"):
            answer = self._post(form, nonce, repeatable, cancel)
            if answer.status == 200:
                return _read_grant(read_json(answer.body, "token"))
            nonce = answer.headers.get("DPoP-Nonce")
            error = _oauth_error(answer)
            if error != "use_dpop_nonce" or nonce is None or kind == "with nonce":
                break
        if error == "invalid_grant":
            raise CinemaError(Code.SIGN_IN_NEEDED, "The sign-in has ended; sign in again.", {"oauth_error": error})
        refusal = problem(answer.status, answer.headers, answer.body)
        code = Code.SERVER_ERROR if refusal.code is Code.SIGN_IN_NEEDED else refusal.code
        details = {"status": answer.status, "oauth_error": error}
        raise CinemaError(code, "The box office did not complete the sign-in.", details)

    def _post(self, form: Mapping[str, str], nonce: str | None, repeatable: bool, cancel: Cancel | None) -> Answer:
        def sign(method: str, url: str) -> Mapping[str, str]:
            return {"DPoP": self._key.proof(method, url, self._clock.now(), nonce=nonce)}

        return self._transport.ask(
            Request(
                "POST",
                self._provider.token_endpoint,
                form=form,
                sign=sign,
                limit_bytes=65_536,
                total_s=REFRESH_TOTAL_S,
                repeatable=repeatable,
                accepted=(400, 401),
            ),
            cancel,
        )


def _read_grant(fields: Fields) -> Grant:
    if fields.text("token_type").lower() != "dpop":
        raise CinemaError(Code.SERVER_ANSWER, "The box office gave a token that is not bound to this device.")
    lifetime_s = fields.integer("expires_in", 1, 86_400 * 31)
    return Grant(
        access_token=fields.pattern("access_token", r"[\x21-\x7e]+", TOKEN_LIMIT),
        refresh_token=fields.optional("refresh_token", lambda name: fields.pattern(name, r"[\x21-\x7e]+", TOKEN_LIMIT)),
        id_token=fields.optional("id_token", lambda name: fields.pattern(name, r"[A-Za-z0-9._-]+", 16_384)),
        expires=time.monotonic() + lifetime_s,
    )


def _oauth_error(answer: Answer) -> str | None:
    try:
        return read_json(answer.body, "error").text("error", 80)
    except CinemaError:
        return None
