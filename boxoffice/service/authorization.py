"""OAuth 2.0 for the viewer: Authlib's grants over our tables, PKCE S256 always, tokens bound to the device's key."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from authlib.oauth2.rfc6749 import (  # type: ignore[import-untyped]
    AuthorizationServer,
    ClientMixin,
    InvalidGrantError,
    InvalidRequestError,
    OAuth2Request,
)
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import CodeChallenge  # type: ignore[import-untyped]
from authlib.oauth2.rfc8628 import DeviceCodeGrant  # type: ignore[import-untyped]
from joserfc import jwt
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, RedirectResponse, Response

from boxoffice.service.loopback import is_loopback_redirect
from boxoffice.service.strongroom import Strongroom, digest, new_secret
from boxoffice.service.tables import AccessRow, AccountRow, CodeRow, DeviceCodeRow, FamilyRow, RefreshRow
from core import Clock

logging.getLogger("authlib").setLevel(logging.WARNING)  # its debug lines hold tokens
log = logging.getLogger(__name__)

CLIENT_ID = "smart-cinema-desktop"
SCOPES = ("openid", "profile", "email", "offline_access")
ACCESS_S = 600
CODE_S = 120
REFRESH = timedelta(days=90)
GRACE = timedelta(seconds=60)
"""How long a replaced token is good even where its answer arrived: two windows may ask with one token."""
VOID = datetime.fromtimestamp(0, UTC)
"""When a token was replaced that never reached its device."""
DEVICE_GRANT = DeviceCodeGrant.GRANT_TYPE
GRANTS = ("authorization_code", "refresh_token", DEVICE_GRANT)
SLOWER_S = 5


class DesktopClient(ClientMixin):  # type: ignore[misc]
    """The one public client: our viewer (RFC 8252)."""

    client_id = CLIENT_ID

    def get_client_id(self) -> str:
        """Its id."""
        return CLIENT_ID

    def get_default_redirect_uri(self) -> None:
        """None: a request must say where it listens."""

    def get_allowed_scope(self, scope: str | None) -> str:
        """What of the scope is known."""
        wanted = (scope or "openid").split()
        return " ".join(known for known in SCOPES if known in wanted)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Loopback by address, any port (RFC 8252 7.3)."""
        return is_loopback_redirect(redirect_uri)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """A public client has no secret."""
        del endpoint
        return method == "none"

    def check_response_type(self, response_type: str) -> bool:
        """Codes only."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Codes, refreshing, and screens signed in from elsewhere."""
        return grant_type in GRANTS


@dataclass(frozen=True)
class GrantedCode:
    """A code that was presented, as Authlib asks about it."""

    row: CodeRow

    @property
    def code_challenge(self) -> str:
        """RFC 7636."""
        return self.row.challenge

    @property
    def code_challenge_method(self) -> str:
        """Always S256."""
        return "S256"

    def get_redirect_uri(self) -> str:
        """Where the code was sent."""
        return self.row.redirect_uri

    def get_scope(self) -> str:
        """What was granted."""
        return self.row.scope


@dataclass(frozen=True)
class GrantedRefresh:
    """A refresh token that was presented."""

    row: RefreshRow
    family: FamilyRow

    def check_client(self, client: DesktopClient) -> bool:
        """There is one client."""
        return client.client_id == CLIENT_ID

    def get_scope(self) -> str:
        """What was granted."""
        return self.family.scope


@dataclass(frozen=True)
class AskingDevice:
    """A device code that was presented."""

    row: DeviceCodeRow
    expired: bool

    def get_client_id(self) -> str:
        """There is one client."""
        return CLIENT_ID

    def get_scope(self) -> str:
        """What was asked for."""
        return self.row.scope

    def get_user_code(self) -> str:
        """The digest of what a person types."""
        return self.row.user_code

    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expired


class ServiceRequest(OAuth2Request):  # type: ignore[misc]
    """A request inside one database transaction. TLS ends before the service, so the address is taken as given."""

    def __init__(self, method: str, parameters: Mapping[str, str], session: Session, thumbprint: str | None) -> None:
        super().__init__(method, "https://box-office/", headers={})
        self.payload = BasicOAuth2Payload(dict(parameters))
        self.session = session
        self.thumbprint = thumbprint
        self.family: FamilyRow | None = None

    @property
    def form(self) -> dict[str, str]:
        """The body's parameters."""
        return self.payload.data  # type: ignore[no-any-return]

    @property
    def args(self) -> dict[str, str]:
        """The query's parameters."""
        return self.payload.data  # type: ignore[no-any-return]


class S256Only(CodeChallenge):  # type: ignore[misc]
    """PKCE, required, and never ``plain``."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:  # noqa: ANN401 - Authlib's hook
        """Ask for a challenge before Authlib looks at it."""
        data = grant.request.payload.data
        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":
            msg = "PKCE with S256 is required."
            raise InvalidRequestError(msg)
        super().validate_code_challenge(grant, redirect_uri)


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    """RFC 6749 4.1 over our tables."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("none",)

    def save_authorization_code(self, code: str, request: ServiceRequest) -> None:
        """Remember the code's digest for two minutes."""
        data = request.payload.data
        request.session.add(
            CodeRow(
                digest=digest(code),
                account_id=request.user.id,
                client_id=CLIENT_ID,
                redirect_uri=data["redirect_uri"],
                scope=request.scope,
                nonce=data.get("nonce"),
                challenge=data["code_challenge"],
                thumbprint=data.get("dpop_jkt"),
                expires=self.server.clock.now() + timedelta(seconds=CODE_S),
            )
        )

    def query_authorization_code(self, code: str, _client: DesktopClient) -> GrantedCode | None:
        """The code, once; a second use takes back what the first one gave (RFC 6749 4.1.2)."""
        session: Session = self.request.session
        row = session.get(CodeRow, digest(code), with_for_update=True)
        if row is None or row.expires <= self.server.clock.now():
            return None
        if row.family_id is not None:
            self.server.revoke_family(session, row.family_id)
            return None
        if row.thumbprint is not None and row.thumbprint != self.request.thumbprint:
            return None
        return GrantedCode(row)

    def authenticate_user(self, authorization_code: GrantedCode) -> AccountRow | None:
        """Who granted it."""
        session: Session = self.request.session
        return session.get(AccountRow, authorization_code.row.account_id)

    def delete_authorization_code(self, authorization_code: GrantedCode) -> None:
        """Mark it used."""
        authorization_code.row.family_id = self.request.family.id

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        """The tokens, and who signed in."""
        status, token, headers = super().create_token_response()
        code: GrantedCode = self.request.authorization_code
        token["id_token"] = self.server.id_token(self.request.user, code.row.nonce)
        return status, token, headers


class RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]
    """RFC 6749 6 with rotation. A lost answer signs nobody out: its device may ask again with the token it still has,
    however long the line was away, as long as nothing was done with the answer. Whoever else holds a token has no key.
    """

    TOKEN_ENDPOINT_AUTH_METHODS = ("none",)
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> GrantedRefresh | None:
        """The token, if it is current and comes from its device; otherwise its whole family falls."""
        session: Session = self.request.session
        now = self.server.clock.now()
        row = session.get(RefreshRow, digest(refresh_token), with_for_update=True)
        family = session.get(FamilyRow, row.family_id, with_for_update=True) if row else None
        if row is None or family is None or family.revoked or row.expires <= now:
            return None
        if family.thumbprint != self.request.thumbprint or (
            row.replaced and not self._may_ask_again(row, row.replaced)
        ):
            log.warning("a refresh token was used again or from another device; its sign-in is revoked")
            self.server.revoke_family(session, family.id)
            return None
        return GrantedRefresh(row, family)

    def _may_ask_again(self, row: RefreshRow, replaced: datetime) -> bool:
        """Whether the answer to this token was lost: it came just now, or no token that came of it was ever used.

        A token that nobody waited for is void from then on: whoever shows it ends the sign-in.
        """
        session: Session = self.request.session
        if self.server.clock.now() <= replaced + GRACE:
            return True
        kin = RefreshRow.family_id == row.family_id
        if session.scalar(select(RefreshRow.digest).where(kin, RefreshRow.replaced > replaced).limit(1)) is not None:
            return False
        session.execute(update(RefreshRow).where(kin, RefreshRow.replaced.is_(None)).values(replaced=VOID))
        return True

    def authenticate_user(self, refresh_token: GrantedRefresh) -> AccountRow | None:
        """Whose it is."""
        self.request.family = refresh_token.family
        session: Session = self.request.session
        return session.get(AccountRow, refresh_token.family.account_id)

    def revoke_old_credential(self, refresh_token: GrantedRefresh) -> None:
        """From now on it answers only to whom the answer was lost."""
        refresh_token.row.replaced = refresh_token.row.replaced or self.server.clock.now()

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        """The tokens, and who is signed in."""
        status, token, headers = super().create_token_response()
        token["id_token"] = self.server.id_token(self.request.user, None)
        return status, token, headers


class ScreenGrant(DeviceCodeGrant):  # type: ignore[misc]
    """RFC 8628 3.4: tokens for a screen, once somebody allowed it in a browser. All answers but "wait" end it."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("none",)

    def query_device_credential(self, device_code: str) -> AskingDevice | None:
        """The screen that holds this code."""
        session: Session = self.request.session
        row = session.get(DeviceCodeRow, digest(device_code), with_for_update=True)
        if row is None:
            msg = "The device code does not exist, or was used."
            raise InvalidGrantError(msg)
        expired = row.expires <= self.server.clock.now()
        if expired or row.denied or row.account_id is not None:
            session.delete(row)
        return AskingDevice(row, expired)

    def validate_device_credential(self, credential: AskingDevice) -> AccountRow:
        """Who allowed it; otherwise Authlib says why not (RFC 8628 3.5)."""
        self.credential = credential
        person: AccountRow = super().validate_device_credential(credential)
        return person

    def query_user_grant(self, _user_code: str) -> tuple[AccountRow | None, bool] | None:
        """What was decided in the browser, if it was."""
        row: DeviceCodeRow = self.credential.row
        if row.denied:
            return None, False
        if row.account_id is None:
            return None
        session: Session = self.request.session
        return session.get_one(AccountRow, row.account_id), True

    def should_slow_down(self, credential: AskingDevice) -> bool:
        """Whether it asked too soon; from then on it must wait longer."""
        row, now = credential.row, self.server.clock.now()
        too_soon = row.asked is not None and now < row.asked + timedelta(seconds=row.interval_s)
        row.asked = now
        if too_soon:
            row.interval_s += SLOWER_S
        return too_soon

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        """The tokens, and who is signed in."""
        status, token, headers = super().create_token_response()
        token["id_token"] = self.server.id_token(self.request.user, None)
        return status, token, headers


class Server(AuthorizationServer):  # type: ignore[misc]
    """Authlib's server inside Starlette. Callers open the transaction; an error answer still commits."""

    def __init__(self, issuer: str, clock: Clock, strongroom: Strongroom) -> None:
        super().__init__(scopes_supported=None)
        self.issuer = issuer
        self.clock = clock
        self._strongroom = strongroom
        self.register_grant(CodeGrant, [S256Only(required=True)])
        self.register_grant(RefreshGrant)
        self.register_grant(ScreenGrant)

    def query_client(self, client_id: str) -> DesktopClient | None:
        """The one client."""
        return DesktopClient() if client_id == CLIENT_ID else None

    def create_oauth2_request(self, request: ServiceRequest) -> ServiceRequest:
        """Requests arrive made."""
        return request

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""

    def handle_response(self, status: int, body: object, headers: list[tuple[str, str]]) -> Response:
        """As Starlette answers."""
        named = dict(headers)
        if status in {302, 303}:
            return RedirectResponse(named["Location"], 303)
        return JSONResponse(body if isinstance(body, dict) else dict(body or {}), status, named)  # type: ignore[call-overload]

    def generate_token(self, *_: object, scope: str | None = None, **__: object) -> dict[str, Any]:
        """New opaque tokens."""
        return {
            "token_type": "DPoP",
            "access_token": new_secret(),
            "expires_in": ACCESS_S,
            "refresh_token": new_secret(),
            "scope": scope,
        }

    def save_token(self, token: dict[str, Any], request: ServiceRequest) -> None:
        """Remember their digests."""
        now = self.clock.now()
        if request.thumbprint is None:
            msg = "A device key is required."
            raise InvalidGrantError(msg)
        if request.family is None:
            request.family = FamilyRow(
                id=str(uuid4()),
                account_id=request.user.id,
                thumbprint=request.thumbprint,
                scope=token["scope"],
                created=now,
            )
            request.session.add(request.family)
            request.session.flush()
        family_id = request.family.id
        access = digest(token["access_token"])
        request.session.add_all(
            [
                AccessRow(digest=access, family_id=family_id, expires=now + timedelta(seconds=ACCESS_S)),
                RefreshRow(digest=digest(token["refresh_token"]), family_id=family_id, expires=now + REFRESH),
            ]
        )

    def revoke_family(self, session: Session, family_id: str) -> None:
        """End a sign-in on one device."""
        session.execute(update(FamilyRow).where(FamilyRow.id == family_id).values(revoked=self.clock.now()))

    def revoke(self, session: Session, token: str) -> None:
        """RFC 7009: any token of a sign-in ends it; an unknown one is no error."""
        for table in (RefreshRow, AccessRow):
            family_id = session.scalar(select(table.family_id).where(table.digest == digest(token)))
            if family_id:
                self.revoke_family(session, family_id)

    def id_token(self, person: AccountRow, nonce: str | None) -> str:
        """Who signed in, as a JWT (OpenID Connect Core 2)."""
        now = int(self.clock.now().timestamp())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": person.id,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + ACCESS_S,
            "email": person.email,
            "name": person.name,
        }
        if nonce:
            claims["nonce"] = nonce
        key = self._strongroom.id_key
        return jwt.encode({"alg": "ES256", "kid": key.thumbprint()}, claims, key, algorithms=["ES256"])
