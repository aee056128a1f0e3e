"""Requests in the viewer's name: an access token bound to the device, proved anew each time (RFC 9449 7)."""

import dataclasses
from collections.abc import Mapping

from boxoffice.client.problems import problem
from boxoffice.client.tokens import Tokens
from boxoffice.client.transport import Answer, Request, Transport
from core import Cancel, Clock

NAME_LIMIT = 60


class ProtectedTransport:
    """Asks with token and proof. A token that is refused is replaced once; a nonce that is asked for is given once."""

    def __init__(self, transport: Transport, tokens: Tokens, clock: Clock, device_name: str) -> None:
        self._transport = transport
        self._tokens = tokens
        self._clock = clock
        self._device_name = header_text(device_name)
        self._nonce: str | None = None

    def ask(self, request: Request, cancel: Cancel | None = None) -> Answer:
        """The answer to ``request``. Raises `CinemaError`: sign-in-needed, or as `Transport.ask`."""
        access_token = self._tokens.access()
        answer = self._ask(request, access_token, cancel)
        if answer.status == 401:
            nonce = answer.headers.get("DPoP-Nonce")
            if nonce is None or nonce == self._nonce:
                access_token = self._tokens.replace(access_token)
            self._nonce = nonce
            answer = self._ask(request, access_token, cancel)
        if answer.status == 401:
            raise problem(answer.status, answer.headers, answer.body)
        return answer

    def _ask(self, request: Request, access_token: str, cancel: Cancel | None) -> Answer:
        key = self._tokens.device_key()

        def sign(method: str, url: str) -> Mapping[str, str]:
            proof = key.proof(method, url, self._clock.now(), access_token=access_token, nonce=self._nonce)
            return {"Authorization": f"DPoP {access_token}", "DPoP": proof, "Device-Name": self._device_name}

        return self._transport.ask(dataclasses.replace(request, sign=sign, accepted=(*request.accepted, 401)), cancel)


def header_text(name: str) -> str:
    """A device name as a header carries it: UTF-8, whose bytes are read as Latin-1 on the way."""
    kept = "".join(sign for sign in name if sign.isprintable()).strip()[:NAME_LIMIT]
    return kept.encode("utf-8", "ignore").decode("latin-1")
