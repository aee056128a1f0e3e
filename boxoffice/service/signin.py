"""Signing in: the authorization page, tokens, and who is who (OAuth 2.0, OpenID Connect)."""

from typing import Any
from urllib.parse import urlencode

from authlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]
from starlette.responses import JSONResponse, RedirectResponse, Response

from boxoffice.service.accounts import AccountRefused, Accounts
from boxoffice.service.authorization import CLIENT_ID, GRANTS, SCOPES, Server, ServiceRequest
from boxoffice.service.calls import Call
from boxoffice.service.config import OpenIdAccess
from boxoffice.service.database import Database
from boxoffice.service.identity import Identity
from boxoffice.service.loopback import is_loopback_redirect, origin_of
from boxoffice.service.pages import Pages
from boxoffice.service.proofs import ALGORITHMS, ProofBook, ProofRefused
from boxoffice.service.strongroom import Strongroom
from boxoffice.service.tables import AccountRow
from core import CinemaError

NO_STORE = {"Cache-Control": "no-store"}
LONGEST = {"state": 1024, "nonce": 512, "code_challenge": 128, "scope": 512, "dpop_jkt": 43}
PASSED_ON = ("client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code_challenge",
             "code_challenge_method", "dpop_jkt", "ui_locales", "lang", "prompt")  # fmt: skip


class SignIn:
    """Answers ``/oauth/*`` and the discovery document."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        server: Server,
        pages: Pages,
        proofs: ProofBook,
        identity: Identity,
        strongroom: Strongroom,
        elsewhere: OpenIdAccess | None = None,
    ) -> None:
        """``elsewhere`` is another provider that people may sign in with."""
        self._elsewhere = elsewhere
        self._database = database
        self._accounts = accounts
        self._server = server
        self._pages = pages
        self._proofs = proofs
        self._identity = identity
        self._strongroom = strongroom

    def discovery(self, _call: Call) -> Response:
        """OpenID Connect Discovery 1.0."""
        issuer = self._server.issuer
        return JSONResponse(
            {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/oauth/authorize",
                "token_endpoint": f"{issuer}/oauth/token",
                "device_authorization_endpoint": f"{issuer}/oauth/device",
                "revocation_endpoint": f"{issuer}/oauth/revoke",
                "userinfo_endpoint": f"{issuer}/oauth/userinfo",
                "jwks_uri": f"{issuer}/oauth/jwks",
                "response_types_supported": ["code"],
                "grant_types_supported": list(GRANTS),
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["none"],
                "revocation_endpoint_auth_methods_supported": ["none"],
                "authorization_response_iss_parameter_supported": True,
                "dpop_signing_alg_values_supported": list(ALGORITHMS),
                "id_token_signing_alg_values_supported": ["ES256"],
                "subject_types_supported": ["public"],
                "scopes_supported": list(SCOPES),
                "prompt_values_supported": ["login", "create"],
                "ui_locales_supported": ["en", "zh-Hans"],
                "claims_supported": ["sub", "email", "name", "nonce"],
            }
        )

    def jwks(self, _call: Call) -> Response:
        """The key that signs id tokens."""
        return JSONResponse({"keys": [self._strongroom.id_jwk]})

    def authorize(self, call: Call) -> Response:
        """The sign-in page, and its answer to the viewer's listener. Never redirects anywhere but loopback."""
        if (refused := self.refusal(call, call.query)) is not None:
            return refused
        if call.method == "POST":
            return self._answer(call)
        return self._page(call, create=call.query.get("prompt") == "create")

    def refusal(self, call: Call, query: dict[str, str]) -> Response | None:
        """The answer to a request that nobody can be signed in for; none where somebody can."""
        redirect_uri = query.get("redirect_uri", "")
        well_formed = (
            query.get("client_id") == CLIENT_ID
            and is_loopback_redirect(redirect_uri)
            and not call.repeated
            and all(len(query.get(name, "")) <= limit for name, limit in LONGEST.items())
        )
        if not well_formed:
            return self._pages.show(call, "message.html", {"which": "request"}, status=400)
        if query.get("response_type") != "code":
            return self._back(redirect_uri, query, {"error": "unsupported_response_type"})
        if call.method == "POST":
            return None
        with self._database.read() as session:
            try:
                self._server.get_consent_grant(ServiceRequest(call.method, query, session, None))
            except OAuth2Error as error:
                return self._back(redirect_uri, query, dict(error.get_body()))
        return None

    def _answer(self, call: Call) -> Response:
        form = self._pages.form(call)
        if form.get("do") == "deny":
            return self.denied(call.query)
        create = form.get("do") == "create"
        try:
            email, password = form.get("email", ""), form.get("password", "")
            if create:
                person = self._accounts.open(email, password, form.get("name", ""), call.place)
            else:
                person = self._accounts.check(email, password, call.place)
        except AccountRefused as refused:
            return self._page(call, create=create, problem=str(refused.args[0]), form=form)
        return self.granted(call.query, person.id, self._pages.language(call))

    def denied(self, query: dict[str, str]) -> Response:
        """Back to the viewer: the person said no."""
        return self._back(query["redirect_uri"], query, {"error": "access_denied"})

    def granted(self, query: dict[str, str], account_id: str, language: str) -> Response:
        """Back to the viewer with a code for this account, for a request that `refusal` let pass.

        Letters to the person are in ``language`` from now on.
        """
        redirect_uri = query["redirect_uri"]
        with self._database.write() as session:
            request = ServiceRequest("GET", query, session, None)
            try:
                grant = self._server.get_consent_grant(request)
                account = session.get_one(AccountRow, account_id)
                account.language = language
                _, _, headers = grant.create_authorization_response(redirect_uri, account)
            except OAuth2Error as error:
                return self._back(redirect_uri, query, dict(error.get_body()))
        location = f"{dict(headers)['Location']}&{urlencode({'iss': self._server.issuer})}"
        return RedirectResponse(location, 303, NO_STORE)

    def _back(self, redirect_uri: str, query: dict[str, str], answer: dict[str, str]) -> Response:
        parameters = {**answer, "iss": self._server.issuer}
        if "state" in query:
            parameters["state"] = query["state"]
        return RedirectResponse(f"{redirect_uri}?{urlencode(parameters)}", 303, NO_STORE)

    def _page(self, call: Call, *, create: bool, problem: str = "", form: dict[str, str] | None = None) -> Response:
        kept = {name: call.query[name] for name in PASSED_ON if name in call.query and name != "prompt"}
        sign_in, opening = (
            f"/oauth/authorize?{urlencode(kept)}",
            f"/oauth/authorize?{urlencode({**kept, 'prompt': 'create'})}",
        )
        values = {
            "screen": False,
            "create": create,
            "problem": problem,
            "action": opening if create else sign_in,
            "other": sign_in if create else opening,
            "email": (form or {}).get("email", ""),
            "name": (form or {}).get("name", ""),
            "elsewhere": self._elsewhere,
            "elsewhere_path": f"/oauth/elsewhere?{urlencode(kept)}",
        }
        status = {"": 200, "wait": 429}.get(problem, 422)
        target = loopback_target(call.query["redirect_uri"])
        return self._pages.show(call, "sign_in.html", values, status=status, form_targets=target)

    def token(self, call: Call) -> Response:
        """Codes and refresh tokens for tokens (RFC 6749 3.2), bound to the key of the proof."""
        try:
            form = call.form()
        except CinemaError:
            return oauth_error("invalid_request", "The request must be one form.")
        if form.get("grant_type") not in GRANTS:
            return oauth_error("unsupported_grant_type", "Codes and refresh tokens are exchanged here.")
        if form.get("client_id") != CLIENT_ID or any(len(value) > 1024 for value in form.values()):
            return oauth_error("invalid_client", "The client does not exist here.", 401)
        try:
            proof = self._proofs.verify(call.headers.get("dpop"), "POST", f"{self._server.issuer}{call.path}", None)
        except (ProofRefused, CinemaError) as error:
            return oauth_error("invalid_dpop_proof", str(error.args[0]))
        with self._database.write() as session:
            request = ServiceRequest("POST", form, session, proof.thumbprint)
            response: Response = self._server.create_token_response(request)
        response.headers.update({**NO_STORE, "Pragma": "no-cache"})
        return response

    def revoke(self, call: Call) -> Response:
        """RFC 7009."""
        try:
            token = call.form().get("token", "")
        except CinemaError:
            return oauth_error("invalid_request", "The request must be one form.")
        if not token:
            return oauth_error("invalid_request", "Which token?")
        with self._database.write() as session:
            self._server.revoke(session, token)
        return JSONResponse({}, headers=NO_STORE)

    def userinfo(self, call: Call) -> Response:
        """Who is signed in."""
        viewer = self._identity.viewer(call)
        with self._database.read() as session:
            account = session.get_one(AccountRow, viewer.account_id)
        told: dict[str, Any] = {"sub": account.id, "email": account.email, "name": account.name}
        return JSONResponse(told, headers=NO_STORE)


def loopback_target(redirect_uri: str) -> str:
    """Where a form that ends a sign-in may lead, as Content-Security-Policy says it: it knows no IPv6 addresses."""
    origin = origin_of(redirect_uri)
    return "http:" if "[" in origin else origin


def oauth_error(error: str, description: str, status: int = 400) -> Response:
    """A refusal (RFC 6749 5.2)."""
    return JSONResponse({"error": error, "error_description": description}, status, NO_STORE)
