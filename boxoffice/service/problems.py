"""How a refusal is told over HTTP: RFC 9457 with our stable code."""

from collections.abc import Iterable
from typing import Any

from starlette.responses import JSONResponse

from boxoffice.rules import Reason
from boxoffice.service.wire import reason_json
from core import CinemaError, Code

STATUS = {
    Code.WRONG_USE: 400,
    Code.SIGN_IN_NEEDED: 401,
    Code.REFUSED: 403,
    Code.NOT_FOUND: 404,
    Code.SOLD_OUT: 409,
    Code.PAYMENT_FAILED: 409,
    Code.VOUCHER_INVALID: 422,
}
TITLES = {
    400: "Wrong request",
    401: "Sign-in needed",
    403: "Refused",
    404: "Not found",
    405: "Wrong method",
    409: "Conflict",
    413: "Too large",
    415: "Wrong content type",
    416: "Range not satisfiable",
    422: "Not acceptable",
    429: "Too many attempts",
    500: "Internal error",
    503: "Not now",
}


class HttpProblem(CinemaError):
    """A refusal with a status of its own and headers."""

    def __init__(self, status: int, code: Code, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(code, message)
        self.status = status
        self.headers = headers or {}


class Refusal(CinemaError):
    """The rules of admission refuse; all reasons are told."""

    def __init__(self, reasons: Iterable[Reason]) -> None:
        super().__init__(Code.REFUSED, "The rules of admission do not allow this now.")
        self.reasons = tuple(reasons)


def not_found() -> CinemaError:
    """Nothing is there, or nothing for the one who asks."""
    return CinemaError(Code.NOT_FOUND, "There is nothing here.")


def problem_response(
    status: int, code: Code, detail: str, extra: dict[str, Any] | None = None, headers: dict[str, str] | None = None
) -> JSONResponse:
    """``application/problem+json``."""
    document = {
        "type": "about:blank",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "code": str(code),
        "detail": detail,
        **(extra or {}),
    }
    return JSONResponse(document, status, {"Cache-Control": "no-store", **(headers or {})}, "application/problem+json")


def response_for(error: CinemaError) -> JSONResponse:
    """The answer for a refusal; what is not meant for clients is told without its message."""
    if isinstance(error, HttpProblem):
        return problem_response(error.status, error.code, error.message, headers=error.headers)
    status = STATUS.get(error.code, 500)
    if status == 500:
        return problem_response(500, Code.INTERNAL, "The box office could not do this. Try again later.")
    extra = {"reasons": [reason_json(reason) for reason in error.reasons]} if isinstance(error, Refusal) else None
    return problem_response(status, error.code, error.message, extra)
